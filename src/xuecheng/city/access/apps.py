from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "xuecheng.city.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        post_migrate.connect(bring_roles, sender=self, dispatch_uid="access.bring_roles")


def bring_roles(*, using: str, **_kwargs: Any) -> None:
    """After each migration: the roles of this release into the catalogue. Without its tables there is nothing to do."""
    from django.db import connections

    from xuecheng.city import clock

    from .models import RoleVersion
    from .services import load_shipped_roles

    tables = connections[using].introspection.table_names()
    if using == "default" and RoleVersion._meta.db_table in tables:
        load_shipped_roles(today=clock.today())
