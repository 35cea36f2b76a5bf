from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeachingConfig(AppConfig):
    name = "xuecheng.coordination.teaching"
    label = "teaching"
    verbose_name = _("Teaching")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import registry
        from xuecheng.coordination.classes import hooks
        from xuecheng.learning.credentials import elsewhere
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, news_of_sessions, services, verified

        handing_out.declare()
        leaving.declare()
        news.register()
        news_of_sessions.register()
        elsewhere.register(verified.address_of)
        vault.declare(vault.SealedColumn(purpose=services.SECRET, table="teaching_checkinkey", column="secret_sealed"))
        registry.register(services.COMPLETE, jobs.complete)
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
                covers=("teaching:take", "teaching:show_code"),
            ),
        )
        register(
            "more",
            MenuEntry(label=_("My attendance"), url_name="teaching:list_own", icon="school", order=63),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Today's sessions"),
                url_name="teaching:today",
                icon="checklist",
                act="teaching.take_attendance",
                order=55,
                covers=(
                    "teaching:take",
                    "teaching:show_code",
                    "teaching:list_classes",
                    "teaching:completion",
                    "teaching:correct",
                    "teaching:see_certificate",
                ),
            ),
        )
