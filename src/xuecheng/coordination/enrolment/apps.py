from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentConfig(AppConfig):
    name = "xuecheng.coordination.enrolment"
    label = "enrolment"
    verbose_name = _("Enrolment")

    def ready(self) -> None:
        from xuecheng.city import clock, vault
        from xuecheng.city.jobs import registry
        from xuecheng.city.people import hooks as people
        from xuecheng.city.rights import standing_of_request
        from xuecheng.coordination.classes import hooks, learners, places
        from xuecheng.learning.redemption import fees
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries, services

        handing_out.declare()
        leaving.declare()
        news.register()
        vault.declare(vault.SealedColumn(purpose=services.SECRET, table="enrolment_lottery", column="secret_sealed"))
        registry.register(services.DRAW, jobs.draw_lottery)
        registry.register_routine(
            "enrolment.tend",
            cron="* * * * *",
            run=jobs.tend,
            title=_("Ends offers and unpaid places whose time is over, and offers free places to the next"),
        )
        places.register(queries.counted, full=queries.full_classes)
        places.register_address(queries.enrol_address, only_line=queries.is_line_only, in_draw=queries.in_draw)
        learners.register(queries.classes_learnt)
        fees.register(queries.payables_of)
        people.on_merge(services.accounts_merged)
        hooks.when_opened.register(services.open_class)
        hooks.when_finished.register(services.end_of_class)
        hooks.when_cancelled.register(services.cancel_of_class)
        hooks.when_session_moved.register(news.session_moved)
        hooks.when_session_cancelled.register(news.session_off)
        register(
            "resident",
            MenuEntry(
                label=_("My classes"),
                url_name="enrolment:list_own",
                icon="school",
                order=25,
                in_header=False,
                covers=("enrolment:enrol", "enrolment:show_enrolment", "enrolment:transfer"),
                waiting=lambda request: [queries.offered_to(standing_of_request(request))],
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Rolls of classes"),
                url_name="enrolment:list_rolls",
                icon="users",
                act="enrolment.see_enrolment",
                order=56,
                group="classes",
                waiting=lambda request: [queries.lotteries_due(standing_of_request(request), at=clock.now())],
                covers=("enrolment:show_roll", "enrolment:enrol_person", "enrolment:set_numbers"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Cash desk"),
                url_name="enrolment:list_charges",
                icon="wallet",
                act="enrolment.take_money",
                order=57,
                group="classes",
                covers=("enrolment:show_day", "enrolment:show_charge"),
            ),
        )
