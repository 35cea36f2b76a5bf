from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NetworkConfig(AppConfig):
    name = "xuecheng.learning.network"
    label = "learning_network"
    verbose_name = _("Open learning network")

    def ready(self) -> None:
        from xuecheng.city.desk import homes
        from xuecheng.city.jobs import registry
        from xuecheng.web.menu import MenuEntry, register

        from . import jobs

        registry.register_routine(
            "network.roll_up",
            cron="*/10 * * * *",
            run=jobs.roll_up,
            title=_("Counts the numbers of the public home page"),
        )
        homes.register(None, "network:show_learner_home")
        register(
            "resident",
            MenuEntry(
                label=pgettext_lazy("menu", "Home"),
                url_name="network:show_learner_home",
                icon="home",
                order=10,
                bar="both",
            ),
        )
        register(
            "resident",
            MenuEntry(
                label=_("Help"),
                url_name="network:show_help",
                icon="help-circle",
                order=90,
                bar="elder",
                in_header=False,
            ),
        )
        register(
            "public",
            MenuEntry(label=pgettext_lazy("menu", "Places"), url_name="network:list_places", icon="map-pin", order=20),
        )
        register("public", MenuEntry(label=_("Help"), url_name="network:show_help", icon="help-circle", order=90))
        for label, url_name, order in (
            (_("Help"), "network:show_help", 10),
            (_("Accessibility"), "network:show_accessibility", 20),
            (_("Personal data"), "network:show_privacy", 30),
        ):
            register("footer", MenuEntry(label=label, url_name=url_name, icon="help-circle", order=order))
