from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CollegesConfig(AppConfig):
    name = "xuecheng.coordination.colleges"
    label = "colleges"
    verbose_name = _("Network of community colleges")

    def ready(self) -> None:
        from xuecheng.city.documents import places
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import evidence, handing_out, hindrances, jobs, leaving, news, offers, queries, searched

        handing_out.declare()
        leaving.declare()
        hindrances.declare()
        offers.declare()
        news.register()
        places.register(evidence.PLACE)
        searching.register(searched.SOURCE)
        registry.register_routine(
            "colleges.remind_of_ending",
            cron="20 7 * * *",
            run=jobs.remind_of_ending,
            title=_("Reminds colleges of evidence that ends"),
        )
        register(
            "public",
            MenuEntry(
                label=pgettext_lazy("menu", "Community colleges"),
                url_name="colleges:show_network",
                icon="sitemap",
                order=24,
                in_header=False,
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "College network"),
                url_name="colleges:show_todo",
                icon="sitemap",
                act="colleges.see_standard",
                order=44,
                group="network",
                covers=("colleges:",),
                waiting=lambda request: [queries.evidence_waiting(standing_of_request(request)).select_related(None)],
            ),
        )
