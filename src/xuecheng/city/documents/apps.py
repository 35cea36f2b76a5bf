from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "xuecheng.city.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.web.menu import MenuEntry, register

        from . import jobs
        from .services.adding import LOOK_JOB

        registry.register(LOOK_JOB, jobs.look, seen_by="documents.see_documents")
        registry.register_routine(
            jobs.REMOVE_EXPIRED,
            cron="20 3 * * *",
            run=jobs.remove_expired,
            title=_("Removes documents whose time is over"),
        )
        registry.register_routine(
            jobs.COLLECT_ORPHANS,
            cron="50 3 * * *",
            run=jobs.collect_orphans,
            title=_("Removes files that no document names"),
        )
        registry.register_routine(
            jobs.LOOK_AGAIN,
            cron="*/10 * * * *",
            run=jobs.look_again,
            title=_("Looks again at files that wait for the malware scanner"),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Documents"),
                url_name="documents:list_documents",
                icon="file-text",
                act="documents.see_documents",
                order=70,
                group="records",
                covers=("documents:",),
            ),
        )
        register(
            "footer",
            MenuEntry(label=_("What is kept how long"), url_name="documents:show_retention", icon="archive", order=70),
        )
