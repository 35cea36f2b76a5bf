from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProofsConfig(AppConfig):
    name = "xuecheng.learning.proofs"
    label = "proofs"
    verbose_name = _("Digital credentials")
