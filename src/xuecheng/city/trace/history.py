from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Entry:
    """One line of a record's history: what happened, when, by whom and why."""

    at: datetime
    what: str
    """"insert", "update" or "delete"."""
    by_name: str
    why: str
    changes: dict[str, tuple[Any, Any]]
    """Field name → (before, after); empty on insert."""


_NOT_SHOWN = {"updated_at", "last_login", "password", "sort_key"}


def history_of(thing: models.Model, *, limit: int = 50) -> list[Entry]:
    """The newest `limit` entries of a tracked row, newest first. Two queries."""
    event_model = apps.get_model(thing._meta.app_label, f"{type(thing).__name__}Event")
    rows = list(
        event_model._default_manager.filter(pgh_obj_id=thing.pk).select_related("pgh_context").order_by("-pgh_id")[: limit + 1]
    )
    fields = [
        field.attname
        for field in event_model._meta.concrete_fields
        if not field.name.startswith("pgh_") and field.name not in _NOT_SHOWN
    ]
    entries = []
    for newer, older in zip(rows, [*rows[1:], None], strict=True):
        context = newer.pgh_context.metadata if newer.pgh_context else {}
        changes = (
            {
                name: (getattr(older, name), getattr(newer, name))
                for name in fields
                if getattr(older, name) != getattr(newer, name)
            }
            if older is not None and newer.pgh_label == "update"
            else {}
        )
        entries.append(
            Entry(
                at=newer.pgh_created_at,
                what=newer.pgh_label,
                by_name=context.get("by_name", ""),
                why=context.get("why", ""),
                changes=changes,
            )
        )
    return entries[:limit]
