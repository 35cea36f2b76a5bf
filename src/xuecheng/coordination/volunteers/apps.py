from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VolunteersConfig(AppConfig):
    name = "xuecheng.coordination.volunteers"
    label = "volunteers"
    verbose_name = _("Volunteers")

    def ready(self) -> None:
        from xuecheng.city.documents import places
        from xuecheng.city.jobs import registry
        from xuecheng.city.mydata import purposes
        from xuecheng.city.people import hooks as people
        from xuecheng.city.rights import standing_of_request
        from xuecheng.learning.credentials import elsewhere
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, papers, queries, searched, verified

        handing_out.declare()
        leaving.declare()
        news.register()
        purposes.register(handing_out.NAMES)
        searching.register(searched.SOURCE)
        elsewhere.register(verified.address_of)
        for place in papers.PLACES:
            places.register(place)
        people.on_merge(jobs.accounts_merged)
        registry.register(jobs.FIND_OVERLAPS, jobs.find_overlaps)
        registry.register_routine(
            "volunteers.tend",
            cron="*/10 * * * *",
            run=jobs.tend,
            title=_("Reminds organisers of applications that wait, and ends those that nobody answered"),
        )
        register(
            "public",
            MenuEntry(
                label=pgettext_lazy("menu", "Volunteering"),
                url_name="volunteers:list_calls",
                icon="heart-handshake",
                order=45,
                covers=("volunteers:show_call", "volunteers:apply"),
                in_header=False,
            ),
        )
        register(
            "more",
            MenuEntry(
                label=_("My volunteering"),
                url_name="volunteers:show_own",
                icon="heart-handshake",
                order=64,
                group="own_learning",
                covers=("volunteers:keep_entry",),
            ),
        )
        for entry in (
            MenuEntry(
                label=pgettext_lazy("menu", "Volunteers"),
                url_name="volunteers:list_activities",
                icon="heart-handshake",
                act=queries.KEEP,
                order=70, group="teachers",
                waiting=lambda request: [queries.waiting(standing_of_request(request))],
                covers=(
                    "volunteers:draft_activity", "volunteers:show_activity", "volunteers:change_activity",
                    "volunteers:add_shift", "volunteers:show_shift", "volunteers:list_volunteers",
                    "volunteers:register_person", "volunteers:show_volunteer", "volunteers:register_late",
                ),
            ),
            MenuEntry(
                label=_("Services to be looked at"),
                url_name="volunteers:list_reviews",
                icon="eye",
                act=queries.REVIEW,
                order=72, group="teachers",
                waiting=lambda request: [
                    queries.reviews(standing_of_request(request)), queries.late_waiting(standing_of_request(request)),
                ],
                covers=("volunteers:decide_service", "volunteers:list_late", "volunteers:decide_late"),
            ),
            MenuEntry(
                label=_("Stars of volunteering"),
                url_name="volunteers:set_numbers",
                icon="scale",
                act=queries.NUMBERS,
                order=96, group="teachers",
            ),
        ):  # fmt: skip
            register("staff", entry)
