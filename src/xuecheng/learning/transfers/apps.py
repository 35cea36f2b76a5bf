from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransfersConfig(AppConfig):
    name = "xuecheng.learning.transfers"
    label = "transfers"
    verbose_name = _("Points within the family")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries

        handing_out.declare()
        leaving.declare()
        news.register()
        registry.register_routine(
            "transfers.tend",
            cron="*/5 * * * *",
            run=jobs.tend,
            title=_("Gives points back that nobody of the family answered in time"),
        )
        register(
            "more",
            MenuEntry(
                label=_("Points within my family"),
                url_name="transfers:list_own",
                icon="gift",
                order=65,
                group="own_credit",
                waiting=lambda request: [
                    queries.to_answer(standing_of_request(request)),
                    queries.to_agree(standing_of_request(request)),
                ],
                covers=("transfers:offer",),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Relations in a family"),
                url_name="transfers:record_kinship",
                icon="users",
                act=queries.RECORD,
                order=62,
                group="people",
                covers=("transfers:find_kinships", "transfers:end_at_counter"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Rules of giving"),
                url_name="transfers:list_rules",
                icon="gift",
                act=queries.DRAFT,
                order=61,
                group="exchange",
                waiting=lambda request: [queries.waiting(standing_of_request(request))],
                covers=("transfers:draft_rules",),
            ),
        )
