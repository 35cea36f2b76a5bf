from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "xuecheng.city.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from xuecheng.web import searching

        from . import searched

        for source in searched.SOURCES:
            searching.register(source)
