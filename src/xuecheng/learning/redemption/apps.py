from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RedemptionConfig(AppConfig):
    name = "xuecheng.learning.redemption"
    label = "redemption"
    verbose_name = _("Redemption")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.learning.exchange import elsewhere
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries, searched

        handing_out.declare()
        leaving.declare()
        news.register()
        for source in searched.SOURCES:
            searching.register(source)
        elsewhere.register(queries.used_up)
        registry.register_routine(
            "redemption.tend",
            cron="*/5 * * * *",
            run=jobs.tend,
            title=_("Frees what was reserved and not fetched in time, and reminds a day before"),
        )
        register(
            "public",
            MenuEntry(
                label=_("Rewards"),
                url_name="redemption:show_shelf",
                icon="gift",
                order=43,
                covers=("redemption:show_offer",),
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("My redemptions"),
                url_name="redemption:list_own",
                icon="gift",
                order=63,
                group="own_credit",
                covers=("redemption:show_order", "redemption:reserve", "redemption:show_shelf"),
            ),
        )
        for entry in (
            MenuEntry(
                label=_("Redemption counter"),
                url_name="redemption:counter",
                icon="gift",
                act=queries.HAND_OUT,
                order=58,
                group="exchange",
                waiting=lambda request: [queries.orders_to_hand_out(standing_of_request(request))],
                covers=("redemption:list_orders", "redemption:show_order"),
            ),
            MenuEntry(
                label=_("What we offer"),
                url_name="redemption:list_offers",
                icon="list-details",
                act=queries.KEEP,
                order=59,
                group="exchange",
                waiting=lambda request: [queries.low_offers(standing_of_request(request))],
                covers=("redemption:keep_offer", "redemption:draft_offer", "redemption:change_offer"),
            ),
        ):
            register("staff", entry)
