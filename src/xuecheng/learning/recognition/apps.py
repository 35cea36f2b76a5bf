from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_RULE_PAGES = ("show_rule", "draft_rule", "edit_draft", "draft_version", "decide_rule", "end_rule", "recognise_anew")
_RESULT_PAGES = ("show_run", "list_refused", "list_credited", "list_corrections", "correct_record")


class RecognitionConfig(AppConfig):
    name = "xuecheng.learning.recognition"
    label = "recognition"
    verbose_name = _("Recognition")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry

        from . import counting, handing_out, jobs, leaving, news
        from .services import dry_runs, runs, under_rule

        counting.declare()
        handing_out.declare()
        leaving.declare()

        registry.register(runs.JOB, jobs.recognise, seen_by="recognition.see_result")
        registry.register(dry_runs.JOB, jobs.try_rule, seen_by="recognition.draft_rule")
        registry.register(under_rule.JOB, jobs.rerecognise, seen_by="recognition.see_result")
        news.register()
        self._show()

    @staticmethod
    def _show() -> None:
        from xuecheng.city.access.requests import standing
        from xuecheng.city.desk import homes
        from xuecheng.learning.records.hooks import record_facts
        from xuecheng.web import searching
        from xuecheng.web.menu import MenuEntry, register

        from . import facts, searched
        from .queries import rule_pages

        record_facts.of, record_facts.waiting, record_facts.refused = facts.of, facts.waiting, facts.refused
        record_facts.states, record_facts.narrow = facts.STATES, facts.narrow
        searching.register(searched.SOURCE)
        homes.register("certification_officer", "recognition:show_desk")
        for entry in (
            MenuEntry(
                label=_("Today"), url_name="recognition:show_desk", icon="home", act="recognition.decide_rule", order=10
            ),
            MenuEntry(
                label=_("Conversion rules"),
                url_name="recognition:list_rules",
                icon="scale",
                act="recognition.draft_rule",
                order=20,
                group="recognition",
                waiting=lambda request: [rule_pages.waiting_for(standing(request))],
                covers=tuple(f"recognition:{page}" for page in _RULE_PAGES),
            ),
            MenuEntry(
                label=_("Recognition"),
                url_name="recognition:start_recognition",
                icon="certificate",
                act="recognition.recognise",
                order=50,
                group="records",
                covers=tuple(f"recognition:{page}" for page in _RESULT_PAGES),
            ),
        ):
            register("staff", entry)
        register(
            "public",
            MenuEntry(
                label=pgettext_lazy("menu", "Credit"),
                url_name="recognition:list_public_rules",
                icon="scale",
                order=30,
            ),
        )
