from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RolloutConfig(AppConfig):
    name = "xuecheng.learning.rollout"
    label = "rollout"
    verbose_name = _("Roll-out and accreditation")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.city.rights import standing_of_request
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import handing_out, jobs, leaving, news, queries, searched

        handing_out.declare()
        leaving.declare()
        news.register()
        for source in searched.SOURCES:
            searching.register(source)
        registry.register_routine(
            "rollout.tend",
            cron="20 7 * * *",
            run=jobs.tend,
            title=_("Warns institutions and officers of accreditations that end soon"),
        )
        registry.register_routine(
            "rollout.count_readiness",
            cron="40 3 * * *",
            run=jobs.count_readiness,
            title=_("Counts which kinds of record at which institutions are ready next"),
        )
        register(
            "public",
            MenuEntry(
                label=_("What is open now"),
                url_name="rollout:show_open",
                icon="list-check",
                order=43,
                covers=("rollout:list_register", "rollout:show_institution"),
                in_header=False,
            ),
        )
        for entry in (
            MenuEntry(
                label=_("Accreditations"),
                url_name="rollout:list_accreditations",
                icon="certificate",
                act=queries.PROPOSE,
                order=46,
                group="recognition",
                waiting=lambda request: [queries.waiting(standing_of_request(request))],
                covers=tuple(f"rollout:{page}_accreditation" for page in ("show", "propose", "renew")),
            ),
            MenuEntry(
                label=_("Phases"),
                url_name="rollout:list_phases",
                icon="list-check",
                act=queries.PLAN,
                order=47,
                group="recognition",
                covers=("rollout:show_phase", "rollout:plan_phase", "rollout:change_phase"),
            ),
            MenuEntry(
                label=_("Who is ready next"),
                url_name="rollout:list_readiness",
                icon="chart-bar",
                act=queries.SEE,
                order=48,
                group="recognition",
                covers=("rollout:list_thresholds", "rollout:set_threshold"),
            ),
        ):
            register("staff", entry)
