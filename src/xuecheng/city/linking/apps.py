from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LinkingConfig(AppConfig):
    name = "xuecheng.city.linking"
    label = "linking"
    verbose_name = _("Linking")

    def ready(self) -> None:
        from xuecheng.city.api import callers as doors
        from xuecheng.city.api import jobs as api_jobs
        from xuecheng.city.jobs import registry
        from xuecheng.web import menu

        from . import callers, jobs

        doors.register("service key", callers.of_service_key)
        doors.register("access token", callers.of_access_token)
        registry.register_routine(
            "api.sweep",
            cron="*/10 * * * *",
            run=api_jobs.sweep,
            title=_("Forgets old answers and counts of the interface for programs"),
        )
        registry.register_routine(
            "linking.sweep", cron="20 3 * * *", run=jobs.sweep, title=_("Forgets expired tokens of linked sites")
        )
        menu.register(
            "staff",
            menu.MenuEntry(
                label=_("Programs and sites"),
                url_name="linking:list_keys",
                icon="network",
                act="linking.manage_key",
                order=85,
                group="system",
                covers=("linking:",),
            ),
        )
        menu.register(
            "more",
            menu.MenuEntry(
                label=_("Linked sites"),
                url_name="linking:list_links",
                icon="network",
                act="signed_in",
                order=60,
                group="own_data",
            ),
        )
        menu.register(
            "footer",
            menu.MenuEntry(label=_("For programs (API)"), url_name="linking:show_docs", icon="network", order=60),
        )
