from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollectivesConfig(AppConfig):
    name = "xuecheng.learning.collectives"
    label = "collectives"
    verbose_name = _("Collective accounts")

    def ready(self) -> None:
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, leaving, news, queries

        handing_out.declare()
        leaving.declare()
        news.register()
        register(
            "public",
            MenuEntry(
                label=_("Learning circles"),
                url_name="collectives:list_open",
                icon="users",
                order=44,
                covers=("collectives:show_account",),
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("My circles"),
                url_name="collectives:list_own",
                icon="users",
                order=64,
                group="own_learning",
                covers=("collectives:list_open", "collectives:show_account", "collectives:apply"),
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=_("Collective accounts"),
                url_name="collectives:list_kept",
                icon="users",
                act=queries.SEE,
                order=60,
                group="people",
                waiting=lambda request: [queries.waiting(standing_of_request(request))],
                covers=("collectives:show_account", "collectives:deposit"),
            ),
        )
