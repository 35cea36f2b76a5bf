from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeachingConfig(AppConfig):
    name = "xuecheng.coordination.teaching"
    label = "teaching"
    verbose_name = _("Teaching")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.documents import places
        from xuecheng.city.jobs import registry
        from xuecheng.coordination.classes import hooks
        from xuecheng.coordination.enrolment import beside
        from xuecheng.learning.credentials import elsewhere
        from xuecheng.learning.employers import sheets
        from xuecheng.learning.priorlearning import ties
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, news_of_sessions, papers, services, shell, verified
        from .queries import known_by
        from .queries.ties import teachers_of

        handing_out.declare()
        leaving.declare()
        news.register()
        news_of_sessions.register()
        for place in papers.PLACES:
            places.register(place)
        elsewhere.register(verified.address_of)
        sheets.register(known_by)
        ties.register("teacher", teachers_of)
        vault.declare(vault.SealedColumn(purpose=services.SECRET, table="teaching_checkinkey", column="secret_sealed"))
        registry.register(services.COMPLETE, jobs.complete)
        registry.register_routine(
            "teaching.certify",
            cron="40 3 * * *",
            run=jobs.certify,
            title=_("Issues certificates of classes that were completed before there were certificates"),
        )
        beside.register(
            beside.Beside(
                label=_("Sessions, homework and attendance"), icon="school", url_name="teaching:show_own_class",
                list_label=_("My attendance"), list_url_name="teaching:list_own",
            )
        )  # fmt: skip
        hooks.when_finished.register(services.start_completion)
        hooks.when_settled.register(services.check_decided)
        hooks.when_opened.register(news_of_sessions.class_opened)
        hooks.when_cancelled.register(news_of_sessions.class_cancelled)
        hooks.when_sessions_added.register(news_of_sessions.sessions_added)
        hooks.when_session_moved.register(news_of_sessions.session_moved)
        hooks.when_session_cancelled.register(news_of_sessions.session_cancelled)
        register(
            "more",
            MenuEntry(
                label=_("My sessions today"),
                url_name="teaching:today",
                icon="checklist",
                order=62,
                group="own_teaching",
                among=shell.teaches,
                covers=("teaching:take", "teaching:show_code", "teaching:keep_lesson"),
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("My attendance"),
                url_name="teaching:list_own",
                icon="school",
                order=63,
                group="own_learning",
                among=shell.learns,
                covers=("teaching:show_own_class", "teaching:hand_in", "teaching:give_feedback"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Today's sessions"),
                url_name="teaching:today",
                icon="checklist",
                act="teaching.take_attendance",
                order=55,
                group="classes",
                covers=(
                    "teaching:take",
                    "teaching:show_code",
                    "teaching:keep_lesson",
                    "teaching:list_classes",
                    "teaching:completion",
                    "teaching:correct",
                    "teaching:see_certificate",
                ),
            ),
        )
