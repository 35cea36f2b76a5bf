from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountConfig(AppConfig):
    name = "xuecheng.learning.account"
    label = "learning_account"
    verbose_name = _("Learning account")
