from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FacilitiesConfig(AppConfig):
    name = "xuecheng.coordination.facilities"
    label = "facilities"
    verbose_name = _("Places")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries, searched

        handing_out.declare()
        leaving.declare()
        searching.register(searched.SOURCE)
        news.register()
        registry.register_routine(
            "facilities.release_missed",
            cron="* * * * *",
            run=jobs.release_missed,
            title=_("Releases rooms to which nobody came, and offers them to whoever waits"),
        )
        register(
            "public",
            MenuEntry(
                label=pgettext_lazy("menu", "Venues"),
                url_name="facilities:list_venues",
                icon="door",
                order=25,
                in_header=False,  # beside the learning places it would be one word too many in the row
            ),
        )
        register(
            "staff",
            MenuEntry(
                label=pgettext_lazy("menu", "Venues"),
                url_name="facilities:list_venues",
                icon="door",
                act="facilities.see_bookings",
                order=45,
                group="network",
                covers=("facilities:",),
                waiting=lambda request: [
                    queries.bookings(standing_of_request(request), state="proposed").select_related(None),
                    queries.requests_to_answer(standing_of_request(request)),
                ],
            ),
        )
