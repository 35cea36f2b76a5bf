from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "xuecheng.city.imports"
    label = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.web import menu

        from . import jobs, news, services

        news.register()

        registry.register(services.CHECK_JOB, jobs.check, seen_by="imports.bring_file")
        registry.register(services.WRITE_JOB, jobs.write, seen_by="imports.bring_file")
        registry.register_routine(
            "imports.remove_personal_files",
            cron="*/5 * * * *",
            run=jobs.remove_personal_files,
            title=_("Removes imported files that identify people"),
        )
        menu.register(
            "staff",
            menu.MenuEntry(
                label=_("Import"),
                url_name="imports:list_imports",
                icon="upload",
                act="imports.bring_file",
                order=20,
                group="records",
                covers=("imports:",),
            ),
        )
