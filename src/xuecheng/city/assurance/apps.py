from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssuranceConfig(AppConfig):
    name = "xuecheng.city.assurance"
    label = "assurance"
    verbose_name = _("How this site is kept safe")

    def ready(self) -> None:
        from xuecheng.web.menu import MenuEntry, register

        register(
            "footer",
            MenuEntry(label=_("Security shown"), url_name="assurance:show_security", icon="shield-lock", order=80),
        )
