from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "xuecheng.learning.network"
    label = "learning_network"
    verbose_name = _("Open learning network")
