from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "xuecheng.learning.supervision"
    label = "supervision"
    verbose_name = _("Supervision of issued credit")

    def ready(self) -> None:
        from . import news

        news.register()
