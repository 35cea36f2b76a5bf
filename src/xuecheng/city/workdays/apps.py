from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkdaysConfig(AppConfig):
    name = "xuecheng.city.workdays"
    label = "workdays"
    verbose_name = _("Working days")

    def ready(self) -> None:
        from xuecheng.city.imports import kinds as imports
        from xuecheng.web.menu import MenuEntry, register

        from . import kinds

        imports.register(kinds.KIND)
        post_migrate.connect(_after_migrating, sender=self)
        register(
            "footer", MenuEntry(label=_("Working days"), url_name="workdays:show_today", icon="calendar", order=60)
        )


def _after_migrating(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """The shipped years come with the schema; a year of which the city knows something is left alone."""
    from django.db import connections

    from .services import load_shipped

    del sender
    tables = {"workdays_specialday", "workdays_specialdayevent", "pghistory_context"}
    if using == "default" and tables <= set(connections[using].introspection.table_names()):
        load_shipped()
