from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "xuecheng.coordination.volunteers"
    label = "volunteers"
    verbose_name = _("Volunteers")

    def ready(self) -> None:
        from xuecheng.city.mydata import purposes
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, leaving, news

        handing_out.declare()
        leaving.declare()
        news.register()
        purposes.register(handing_out.NAMES)
        register(
            "public",
            MenuEntry(
                label=_("Volunteering"),
                url_name="volunteers:list_calls",
                icon="heart-handshake",
                order=45,
                covers=("volunteers:show_call",),
            ),
        )
