from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "xuecheng.learning.cards"
    label = "cards"
    verbose_name = _("Learning cards")

    def ready(self) -> None:
        from xuecheng.city import vault
        from xuecheng.city.jobs import registry
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries

        vault.declare(vault.SealedColumn(purpose=queries.SEALED_FOR, table="cards_device", column="sealed"))
        handing_out.declare()
        leaving.declare()
        news.register()
        registry.register_routine(
            "cards.tend",
            cron="*/5 * * * *",
            run=jobs.tend,
            title=_("Tells holders whose learning card was found, drops old uses of cards"),
        )
        register(
            "public",
            MenuEntry(label=_("Found a learning card?"), url_name="cards:report_found", icon="qrcode", order=95,
                      in_header=False),
        )  # fmt: skip
        register(
            "staff",
            MenuEntry(label=_("Read a learning card"), url_name="cards:counter", icon="qrcode", act=queries.READ,
                      order=44, group="people", covers=("cards:show_kept",)),
        )  # fmt: skip
