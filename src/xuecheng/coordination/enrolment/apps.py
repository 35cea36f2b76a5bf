from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentConfig(AppConfig):
    name = "xuecheng.coordination.enrolment"
    label = "enrolment"
    verbose_name = _("Enrolment")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import registry
        from xuecheng.coordination.classes import hooks, places

        from . import jobs, news, queries, services

        news.register()
        vault.declare(vault.SealedColumn(purpose=services.SECRET, table="enrolment_lottery", column="secret_sealed"))
        registry.register(services.DRAW, jobs.draw_lottery)
        registry.register_routine(
            "enrolment.tend",
            cron="* * * * *",
            run=jobs.tend,
            title=_("Ends offers and unpaid places whose time is over, and offers free places to the next"),
        )
        places.register(queries.counted)
        hooks.when_opened.register(services.open_class)
        hooks.when_finished.register(services.end_of_class)
        hooks.when_cancelled.register(services.cancel_of_class)
