from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountConfig(AppConfig):
    name = "xuecheng.learning.account"
    label = "learning_account"
    verbose_name = _("Learning account")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.web import menu, offline, searching

        from . import handing_out, jobs, news, searched

        handing_out.declare()
        news.register()
        registry.register_routine(
            "account.warn_of_ending",
            cron="20 8 * * *",
            run=jobs.warn_of_ending,
            title=_("Tells people whose credit may soon not be put to new use"),
        )
        searching.register(searched.SOURCE)
        offline.kept_at_once("account:see_account")
        offline.kept_at_once("account:see_card")

        menu.register(
            "resident",
            menu.MenuEntry(
                label=_("Learning account"),
                short=pgettext_lazy("bar", "Account"),
                url_name="account:see_account",
                icon="wallet",
                order=20,
                bar="normal",
                covers=("account:see_line", "credentials:"),
            ),
        )
        menu.register(
            "resident",
            menu.MenuEntry(
                label=_("My records"),
                short=pgettext_lazy("bar", "Records"),
                url_name="account:list_records",
                icon="clipboard-list",
                order=30,
                bar="normal",
                in_header=False,  # the account leads there; with courses the row of the head would be two
            ),
        )
        menu.register(
            "resident",
            menu.MenuEntry(
                label=_("Learning card"),
                short=pgettext_lazy("bar", "Card"),
                url_name="account:see_card",
                icon="qrcode",
                order=40,
                bar="both",
            ),
        )
