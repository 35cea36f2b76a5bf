from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "xuecheng.city.care"
    label = "care"
    verbose_name = _("Help for others")

    def ready(self) -> None:
        from xuecheng.city import trace
        from xuecheng.city.access import requests, things
        from xuecheng.city.api import callers

        from . import acting, queries, services

        requests.set_acting_for(acting.of_request)
        callers.set_act_for(acting.by_program)
        things.register_sharers(queries.sharers_of)
        trace.on_act_for_another(services.note_deed)
