from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealNameConfig(AppConfig):
    name = "xuecheng.city.realname"
    label = "realname"
    verbose_name = _("Real-name proof")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.identity.services import contacts
        from xuecheng.city.imports import kinds as imports
        from xuecheng.city.jobs import registry
        from xuecheng.city.people import duplicates
        from xuecheng.web.menu import MenuEntry, register

        from . import jobs, kinds, queries, rules, services, shell

        vault.declare(
            vault.SealedColumn(
                purpose=services.PURPOSE,
                table="realname_identitydocument",
                column="number_sealed",
                look_up="number_hash",
                normalise=rules.normalise_number,
            )
        )
        kinds.keep_telephones_with(contacts.keep_telephones)
        imports.register(kinds.kind())
        duplicates.register_sign("identity", weight=70, label=_("same identity number"), pairs=queries.same_numbers)
        registry.register(services.ASK_JOB, jobs.ask_service, seen_by="realname.verify_document")
        registry.register_routine(
            "realname.expire_documents",
            cron="10 0 * * *",
            run=jobs.expire_documents,
            title=_("Lets identity documents expire after their last day"),
        )
        for entry in (
            MenuEntry(
                label=_("Identity documents"),
                url_name="realname:list_documents",
                icon="user-check",
                act="realname.verify_document",
                order=41,
                group="people",
                covers=("realname:",),
                waiting=shell.waiting,
            ),
            MenuEntry(
                label=_("Looks at whole numbers"),
                url_name="realname:list_unmaskings",
                icon="eye",
                act="realname.see_unmaskings",
                order=92,
                group="people",
                waiting=shell.alarms,
            ),
        ):
            register("staff", entry)
