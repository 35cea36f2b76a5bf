from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from xuecheng.city.operations.points import Look


def _looks() -> Sequence[Look]:
    """Loaded when somebody looks: the points know every floor."""
    from .cli.check import looks

    return looks()


class ConfigConfig(AppConfig):
    name = "xuecheng.config"
    label = "config"

    def ready(self) -> None:
        from xuecheng.city.jobs import registry
        from xuecheng.city.operations import points

        from .backups import jobs
        from .rights import after_migrating

        points.set_looks(_looks)
        registry.register(jobs.BACK_UP, jobs.back_up)
        # Ten minutes to meet a worker that is busy or being restarted; the backup itself starts once.
        registry.register_routine(
            "backups.tonight", cron="0-9 2 * * *", run=jobs.back_up_tonight, title=_("Makes a backup at night")
        )
        registry.register_routine(
            "backups.carry",
            cron="* * * * *",
            run=jobs.carry,
            title=_("Carries the database's log and new files to the backups"),
        )

        # The signal is sent for apps with models only, in their order: this app, which has none, would wait for ever.
        last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
        post_migrate.connect(after_migrating, sender=last)
