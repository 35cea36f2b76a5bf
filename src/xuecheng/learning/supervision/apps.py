from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "xuecheng.learning.supervision"
    label = "supervision"
    verbose_name = _("Supervision of issued credit")

    def ready(self) -> None:
        from xuecheng.city import clock
        from xuecheng.city.documents import places
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import counting, evidence, handing_out, jobs, leaving, news, queries, searched

        counting.declare()
        handing_out.declare()
        leaving.declare()
        news.register()
        for source in searched.SOURCES:
            searching.register(source)
        places.register(evidence.PLACE)
        registry.register_routine(
            "supervision.search",
            cron="30 2 * * *",
            run=jobs.search,
            title=_("Searches credited records for the same learning twice and for what cannot be"),
        )
        registry.register_routine(
            "supervision.tend",
            cron="20 * * * *",
            run=jobs.tend,
            title=_("Fills shortfalls of withdrawn credit from later credit, draws samples whose seed was published"),
        )
        register(
            "public",
            MenuEntry(
                label=_("Audits of credit"),
                url_name="supervision:show_statistics",
                icon="shield-check",
                order=44,
                covers=("supervision:show_audit",),
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("Credit that is being looked into"),
                url_name="supervision:list_own",
                icon="scale",
                order=64,
                group="own_credit",
                covers=("supervision:show_withdrawal",),
            ),
        )
        for entry in (
            MenuEntry(
                label=_("What looks wrong"),
                url_name="supervision:list_suspicions",
                icon="alert-triangle",
                act=queries.INVESTIGATE,
                order=58,
                group="checks",
                waiting=lambda request: [queries.grave_suspicions(standing_of_request(request))],
                covers=("supervision:show_suspicion",),
            ),
            MenuEntry(
                label=_("Withdrawal of credit"),
                url_name="supervision:list_withdrawals",
                icon="scale",
                act=queries.INVESTIGATE,
                order=59,
                group="checks",
                waiting=lambda request: [
                    queries.withdrawals_to_decide(standing_of_request(request), today=clock.today())
                ],
                covers=("supervision:show_withdrawal", "supervision:find_credit", "supervision:open_case"),
            ),
            MenuEntry(
                label=_("Plan an audit"),
                url_name="supervision:plan_audit",
                icon="checklist",
                act=queries.AUDIT,
                order=60,
                group="checks",
                covers=("supervision:show_item",),
            ),
            MenuEntry(
                label=_("From the certification body"),
                url_name="supervision:list_questions",
                icon="help-circle",
                act=queries.ANSWER,
                order=58,
                group="checks",
                waiting=lambda request: [queries.questions_of(standing_of_request(request))],
                covers=("supervision:show_question", "supervision:show_withdrawal"),
            ),
        ):
            register("staff", entry)
