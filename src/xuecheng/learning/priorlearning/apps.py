from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PriorLearningConfig(AppConfig):
    name = "xuecheng.learning.priorlearning"
    label = "priorlearning"
    verbose_name = _("Recognition of prior learning")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.documents import places as documents
        from xuecheng.city.jobs import registry

        from . import handing_out, jobs, leaving, news, places, services

        handing_out.declare()
        leaving.declare()
        news.register()
        documents.register(places.PLACE)
        vault.declare(vault.SealedColumn(purpose=services.PURPOSE, table="priorlearning_witness", column="sealed"))
        registry.register_routine(
            "priorlearning.tend",
            cron="7,37 * * * *",
            run=jobs.tend,
            title=_("Draws assessors where some became free, reminds, ends what is over, posts what was recognised"),
        )
