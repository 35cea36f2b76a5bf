from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "xuecheng.city.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from xuecheng.web import searching

        from . import searched

        searching.register(searched.SOURCE)
