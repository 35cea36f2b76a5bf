from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BadgesConfig(AppConfig):
    name = "xuecheng.learning.badges"
    label = "badges"
    verbose_name = _("Issued credentials")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import registry
        from xuecheng.learning.proofs import looked, own
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries, services
        from .services import publishing
        from .services.keys import PURPOSE

        vault.declare(vault.SealedColumn(purpose=PURPOSE, table="badges_signingkey", column="sealed"))
        own.declare(publishing.own_document)
        own.declare_pages("badges:open_share", "badges:show_credential")
        looked.declare(services.note_look)
        handing_out.declare()
        leaving.declare()
        news.register()
        registry.register(services.ISSUED, jobs.issue_for_course, seen_by=queries.ISSUE)
        registry.register(services.REISSUED, jobs.reissue_for_key, seen_by=queries.KEYS)
        registry.register_routine(
            "badges.tend",
            cron="*/15 * * * *",
            run=jobs.tend,
            title=_("Issues credentials by rule, and revokes those whose credit was taken back"),
        )
        register(
            "more",
            MenuEntry(
                label=_("My credentials"),
                url_name="badges:list_own",
                icon="certificate",
                order=39,
                group="own_credit",
                covers=("badges:show_badge", "badges:ask", "badges:list_shares", "badges:share", "badges:show_share"),
            ),
        )
        for entry in (
            MenuEntry(
                label=_("Issued credentials"),
                url_name="badges:desk",
                icon="certificate",
                act=queries.REVOKE,
                order=58,
                group="checks",
                covers=("badges:show_badge", "badges:issue", "badges:show_batch", "badges:list_batches"),
            ),
            MenuEntry(
                label=_("Signing keys"),
                url_name="badges:show_keys",
                icon="lock",
                act=queries.KEYS,
                order=59,
                group="checks",
            ),
        ):
            register("staff", entry)
