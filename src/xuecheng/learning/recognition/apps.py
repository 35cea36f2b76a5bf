from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecognitionConfig(AppConfig):
    name = "xuecheng.learning.recognition"
    label = "recognition"
    verbose_name = _("Recognition")

    def ready(self) -> None:
        from xuecheng.city.jobs import registry  # noqa: PLC0415  # needs loaded apps

        from . import jobs  # noqa: PLC0415
        from .services import dry_runs, runs, under_rule  # noqa: PLC0415

        registry.register(runs.JOB, jobs.recognise)
        registry.register(dry_runs.JOB, jobs.try_rule)
        registry.register(under_rule.JOB, jobs.rerecognise)
        self._show()

    @staticmethod
    def _show() -> None:
        from xuecheng.city.desk import homes  # noqa: PLC0415
        from xuecheng.learning.records.hooks import record_facts  # noqa: PLC0415
        from xuecheng.web.menu import MenuEntry, register  # noqa: PLC0415

        from . import facts  # noqa: PLC0415

        record_facts.of, record_facts.waiting, record_facts.refused = facts.of, facts.waiting, facts.refused
        homes.register("certification_officer", "recognition:show_desk")
        rule_pages = tuple(f"recognition:{page}" for page in ("show_rule", "draft_rule", "edit_draft", "draft_version"))
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
                covers=rule_pages,
            ),
            MenuEntry(
                label=_("Recognition"),
                url_name="recognition:start_recognition",
                icon="certificate",
                act="recognition.recognise",
                order=50,
                covers=("recognition:show_run", "recognition:list_credited"),
            ),
            MenuEntry(
                label=_("Without credit"),
                url_name="recognition:list_refused",
                icon="alert-circle",
                act="recognition.see_result",
                order=60,
            ),
        ):
            register("staff", entry)
        register(
            "public",
            MenuEntry(
                label=_("How credit is counted"), url_name="recognition:list_public_rules", icon="scale", order=30
            ),
        )
