from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForeignConfig(AppConfig):
    name = "xuecheng.learning.foreign"
    label = "foreign"
    verbose_name = _("Learning from outside")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.imports import kinds as imports
        from xuecheng.city.jobs import registry

        from . import handing_out, jobs, kinds, leaving, news, queries, services

        handing_out.declare()
        leaving.declare()
        news.register()
        vault.declare(vault.SealedColumn(purpose=services.PURPOSE, table="foreign_delivery", column="sealed"))
        imports.register(kinds.KIND)
        imports.register(kinds.FILES)
        registry.register(services.READ_JOB, jobs.read, seen_by=queries.BRING)
        registry.register(services.LOOK_JOB, jobs.look, seen_by=queries.BRING)
        registry.register(services.MATCH_JOB, jobs.match, seen_by=queries.KEEP_RULES)
        registry.register(services.TRY_JOB, jobs.trial, seen_by=queries.KEEP_RULES)
        registry.register_routine(
            "foreign.tend",
            cron="11,41 * * * *",
            run=jobs.tend,
            title=_("Follows corrections of credit for learning from outside, and posts what could not be posted"),
        )
        registry.register_routine(
            "foreign.recheck",
            cron="23 3 * * *",
            run=jobs.recheck,
            title=_("Asks issuers outside whether they revoked a credential"),
        )
        self._offer()
        self._show()

    @staticmethod
    def _offer() -> None:
        """Whoever had a credential of their own verified goes on from the answer."""
        from xuecheng.city.rights import standing_of_request
        from xuecheng.learning.proofs import onward

        from . import queries

        onward.declare(
            onward.Onward(
                words=_("Is it yours? See what it would count here, before anything is sent."),
                label=_("Bring this into my record"),
                url_name="foreign:bring",
                is_for=lambda request: bool(standing_of_request(request).own_keys(queries.BRING)),
            )
        )

    @staticmethod
    def _show() -> None:
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web.menu import MenuEntry, register

        from . import queries

        register(
            "public",
            MenuEntry(
                label=_("Learning from outside"),
                url_name="foreign:list_issuers",
                icon="world",
                order=44,
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("What I learnt elsewhere"),
                url_name="foreign:list_own",
                icon="world",
                order=64,
                group="own_learning",
                covers=("foreign:bring", "foreign:show_record", "foreign:show_delivery"),
            ),
        )
        for entry in (
            MenuEntry(
                label=_("Records from outside"),
                url_name="foreign:list_desk",
                icon="world",
                act=queries.DECIDE,
                order=56,
                group="records",
                waiting=lambda request: [queries.waiting_at_desk(standing_of_request(request))],
                covers=("foreign:show_record",),
            ),
            MenuEntry(
                label=_("Rules for records from outside"),
                url_name="foreign:list_rules",
                icon="scale",
                act=queries.KEEP_RULES,
                order=57,
                group="recognition",
                waiting=lambda request: [queries.waiting_law(standing_of_request(request))],
                covers=("foreign:draft_rule", "foreign:show_rule", "foreign:keep_issuers"),
            ),
        ):
            register("staff", entry)
