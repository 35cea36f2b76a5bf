from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoriesConfig(AppConfig):
    name = "xuecheng.city.territories"
    label = "territories"
    verbose_name = _("Territories")

    def ready(self) -> None:
        from xuecheng.web import searching

        from . import searched

        searching.register(searched.SOURCE)
