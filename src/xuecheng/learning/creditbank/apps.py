from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditBankConfig(AppConfig):
    name = "xuecheng.learning.creditbank"
    label = "creditbank"
    verbose_name = _("Credit bank")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry  # noqa: PLC0415  # needs loaded apps

        from . import jobs, services  # noqa: PLC0415

        registry.register(services.CHECK_JOB, jobs.verify_ledger)
        registry.register_routine("creditbank.seal", cron="* * * * * */5", run=jobs.seal)
        registry.register_routine("creditbank.publish_head", cron="* * * * *", run=jobs.publish_head)
        # Ten minutes to meet a worker that is busy or being restarted; the check itself starts once.
        registry.register_routine("creditbank.check_tonight", cron="0-9 3 * * *", run=jobs.check_tonight)
