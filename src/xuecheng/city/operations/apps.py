import logging

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OperationsConfig(AppConfig):
    name = "xuecheng.city.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.web.menu import MenuEntry, register

        from . import gauges, jobs, metrics, promises

        gauges.register_own()
        logging.getLogger("xuecheng").addHandler(metrics.CountSecurity())
        registry.register_routine(
            "operations.look",
            cron=f"*/{promises.LOOK_MINUTES} * * * *",
            run=jobs.look_around,
            title=_("Looks whether the installation is sound"),
        )
        registry.register_routine(
            "operations.look_at_all",
            cron="40 3 * * *",
            run=jobs.look_at_all,
            title=_("Looks at every point of the installation, the slow ones too"),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Health of the system"),
                url_name="operations:show_health",
                icon="activity",
                act="operations.see_health",
                order=70,
                group="system",
            ),
        )
        register(
            "footer",
            MenuEntry(label=_("Does everything work?"), url_name="operations:show_standing", icon="activity", order=25),
        )
