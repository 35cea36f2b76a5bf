from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CreditBankConfig(AppConfig):
    name = "xuecheng.learning.creditbank"
    label = "creditbank"
    verbose_name = _("Credit bank")

    def ready(self) -> None:
        from xuecheng.city.identity import hooks as identity
        from xuecheng.city.jobs import registry
        from xuecheng.city.operations import facts, gauges
        from xuecheng.city.people import hooks as people
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, queries, searched, services, watching
        from .services import accounts

        handing_out.declare()
        leaving.declare()
        facts.register("ledger", watching.last_check)
        gauges.register("ledger", watching.numbers)
        for source in searched.SOURCES:
            searching.register(source)

        identity.when_account_opens(lambda person, at: accounts.open_learning_account(person=person, at=at))
        people.on_opened_many(accounts.open_learning_accounts)
        registry.register(services.CHECK_JOB, jobs.verify_ledger, seen_by="creditbank.see_ledger_health")
        registry.register_routine(
            "creditbank.seal", cron="* * * * * */5", run=jobs.seal, title=_("Seals new postings of the ledger")
        )
        registry.register_routine(
            "creditbank.publish_head",
            cron="* * * * *",
            run=jobs.publish_head,
            title=_("Joins the seals of all books into one city head"),
        )
        # Ten minutes to meet a worker that is busy or being restarted; the check itself starts once.
        registry.register_routine(
            "creditbank.check_tonight",
            cron="0-9 3 * * *",
            run=jobs.check_tonight,
            title=_("Checks the whole ledger at night"),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Certification units"),
                url_name="creditbank:list_units",
                icon="certificate",
                act="creditbank.draft_unit",
                order=30,
                group="recognition",
                waiting=lambda request: [queries.drafts_waiting(standing_of_request(request))],
                covers=(
                    "creditbank:see_unit",
                    "creditbank:draft_unit",
                    "creditbank:draft_next_version",
                    "creditbank:edit_unit",
                ),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Frameworks and levels"),
                url_name="creditbank:list_frameworks",
                icon="stairs-up",
                act="creditbank.draft_unit",
                order=40,
                group="recognition",
                covers=("creditbank:see_framework",),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Health of the ledger"),
                url_name="creditbank:see_ledger_health",
                icon="shield-check",
                act="creditbank.see_ledger_health",
                order=60,
                group="checks",
                covers=("creditbank:see_check",),
            ),
        )
