from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "xuecheng.learning.records"
    label = "records"
    verbose_name = _("Learning records")

    def ready(self) -> None:
        from xuecheng.city.access import things
        from xuecheng.city.desk import homes
        from xuecheng.city.documents import places
        from xuecheng.city.imports import kinds as imports
        from xuecheng.city.jobs import registry
        from xuecheng.city.operations import gauges
        from xuecheng.city.people import hooks as people
        from xuecheng.web.menu import MenuEntry, register

        from . import counting, evidence, handing_out, jobs, kinds, leaving, news, shell, watching
        from .queries import explaining

        counting.declare()
        handing_out.declare()
        leaving.declare()
        gauges.register("records", watching.numbers)

        news.register()

        things.register("record", explaining.find)
        things.register_places(explaining.places_of)
        for kind in kinds.KINDS:
            imports.register(kind)
        for place in evidence.PLACES:
            places.register(place)
        registry.register(jobs.FIND_DOUBLES, jobs.find_doubles, seen_by="records.see_record")
        registry.register(jobs.FIND_DOUBLES_OF, jobs.find_doubles_of, seen_by="records.see_record")
        people.on_merge(jobs.accounts_merged)
        registry.register_routine(
            jobs.LOOK_FOR_FILES,
            cron="* * * * *",
            run=jobs.look_for_files,
            title=_("Looks for double reports in newly imported files"),
        )
        homes.register("registrar", "records:show_desk")
        for entry in (
            MenuEntry(
                label=_("Today"), url_name="records:show_desk", icon="home", act="records.enter_record", order=10
            ),
            MenuEntry(
                label=_("Learning records"),
                url_name="records:list_records",
                icon="list",
                act="records.see_record",
                order=30,
                group="records",
                covers=(
                    *(f"records:{act}_record" for act in ("show", "enter", "correct", "withdraw")),
                    "records:show_learner",
                ),
            ),
            MenuEntry(
                label=_("To decide"),
                url_name="records:list_pending",
                icon="alert-triangle",
                act="records.decide_double",
                order=40,
                group="records",
                waiting=shell.waiting,
                covers=("records:answer_dispute", "records:decide_double"),
            ),
        ):
            register("staff", entry)
