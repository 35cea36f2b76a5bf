from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "xuecheng.city.jobs"
    label = "jobs"
    verbose_name = _("Background jobs")

    def ready(self) -> None:
        from xuecheng.web import menu

        menu.register(
            "staff",
            menu.MenuEntry(
                label=_("Background jobs"),
                url_name="jobs:list_jobs",
                icon="refresh",
                act="jobs.see_job",
                order=80,
                group="system",
                covers=("jobs:",),
            ),
        )  # fmt: skip
