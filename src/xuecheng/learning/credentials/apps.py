from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CredentialsConfig(AppConfig):
    name = "xuecheng.learning.credentials"
    label = "credentials"
    verbose_name = _("Credentials")

    def ready(self) -> None:
        from xuecheng.learning.proofs import own
        from xuecheng.web import menu, searching

        from . import handing_out, leaving, news, searched

        handing_out.declare()
        leaving.declare()
        own.declare_pages("credentials:verify_code")

        news.register()
        searching.register(searched.SOURCE)

        for kind, order in (("public", 40), ("more", 40)):
            menu.register(
                kind,  # type: ignore[arg-type]  # the two words above
                menu.MenuEntry(
                    label=pgettext_lazy("menu", "Verify"),
                    url_name="credentials:verify",
                    icon="shield-check",
                    order=order,
                    group="own_credit",
                    covers=("credentials:verify_code", "proofs:verify_credential"),
                ),
            )
