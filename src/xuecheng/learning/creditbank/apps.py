from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditBankConfig(AppConfig):
    name = "xuecheng.learning.creditbank"
    label = "creditbank"
    verbose_name = _("Credit bank")
