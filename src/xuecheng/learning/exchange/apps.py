from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "xuecheng.learning.exchange"
    label = "exchange"
    verbose_name = _("Exchange of credits")

    def ready(self) -> None:
        from xuecheng.city.imports import kinds as imported
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import counting, handing_out, jobs, kinds, leaving, news, queries, searched
        from .services import batches

        counting.declare()
        handing_out.declare()
        leaving.declare()
        news.register()
        searching.register(searched.SOURCE)
        imported.register(kinds.KIND)
        registry.register(batches.LODGED, jobs.ask_for_batch, seen_by=queries.LODGE)
        registry.register(batches.DECIDED, jobs.accept_batch, seen_by=queries.DECIDE)
        registry.register_routine(
            "exchange.tend",
            cron="*/15 * * * *",
            run=jobs.tend,
            title=_("Raises requests for exchange that nobody answered, ends them after that, posts what was accepted"),
        )
        registry.register_routine(
            "exchange.draw_ended",
            cron="40 4 * * *",
            run=jobs.draw_ended,
            title=_("Draws the clearing statements of exchange for months that are over and that nobody drew"),
        )
        register(
            "public",
            MenuEntry(
                label=_("Exchange agreements"),
                url_name="exchange:list_agreements",
                icon="arrows-exchange",
                order=42,
                covers=("exchange:show_agreement",),
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("Where my credits count"),
                url_name="exchange:show_wallet",
                icon="arrows-exchange",
                order=62,
                group="own_credit",
                covers=("exchange:list_own", "exchange:show_case", "exchange:ask", "exchange:appeal"),
            ),
        )
        for entry in (
            MenuEntry(
                label=_("Credits from elsewhere"),
                url_name="exchange:list_cases",
                icon="arrows-exchange",
                act=queries.DECIDE,
                order=52,
                group="exchange",
                waiting=lambda request: [queries.cases_to_decide(standing_of_request(request))],
                covers=("exchange:show_case",),
            ),
            MenuEntry(
                label=_("Exchange for graduates"),
                url_name="exchange:list_batches",
                icon="school",
                act=queries.LODGE,
                order=53,
                group="exchange",
                covers=("exchange:show_batch", "exchange:lodge_batch"),
            ),
            MenuEntry(
                label=_("Our exchange agreements"),
                url_name="exchange:list_kept",
                icon="certificate",
                act=queries.DRAFT,
                order=54,
                group="exchange",
                waiting=lambda request: [queries.agreements_waiting(standing_of_request(request))],
                covers=("exchange:show_agreement", "exchange:draft_agreement", "exchange:change_agreement"),
            ),
            MenuEntry(
                label=_("Exchange agreements to decide"),
                url_name="exchange:list_to_decide",
                icon="certificate",
                act=queries.DECIDE_AGREEMENT,
                order=53,
                group="exchange",
                waiting=lambda request: [queries.agreements_waiting(standing_of_request(request))],
                covers=("exchange:show_agreement",),
            ),
            MenuEntry(
                label=_("Appeals about exchange"),
                url_name="exchange:list_appeals",
                icon="scale",
                act=queries.APPEALS,
                order=55,
                group="exchange",
                waiting=lambda request: [
                    queries.appeals_waiting(standing_of_request(request)),
                    queries.cases_raised(standing_of_request(request)),
                ],
                covers=("exchange:show_case",),
            ),
            MenuEntry(
                label=_("Clearing of exchange"),
                url_name="exchange:list_statements",
                icon="scale",
                act=queries.ACKNOWLEDGE,
                order=56,
                group="exchange",
                waiting=lambda request: [queries.statements_waiting(standing_of_request(request))],
                covers=("exchange:show_statement",),
            ),
            MenuEntry(
                label=_("Clearing periods"),
                url_name="exchange:keep_periods",
                icon="scale",
                act=queries.CLEAR,
                order=57,
                group="exchange",
                covers=("exchange:show_period", "exchange:show_statement"),
            ),
        ):
            register("staff", entry)
