from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "xuecheng.city.organisations"
    label = "organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        from xuecheng.web import searching

        from . import searched

        searching.register(searched.SOURCE)
