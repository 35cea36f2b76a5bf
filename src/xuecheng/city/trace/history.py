from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from psycopg.types.range import Range

from xuecheng.web.templatetags.xc import date_only, day_time


@dataclass(frozen=True)
class Shown:
    """One field's change in the reader's words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of a record's history: what happened, when, by whom and why."""

    at: datetime
    what: str
    """"insert", "update" or "delete"."""
    by_name: str
    why: str
    changes: dict[str, tuple[Any, Any]]
    """Field name → (before, after), as stored; empty on insert."""
    shown: tuple[Shown, ...] = field(default=())
    """The same changes with labels and values as a page shows them."""


_NOT_SHOWN = {"id", "path", "last_login", "password", "sort_key"}


def history_of(*things: models.Model, limit: int = 50) -> list[Entry]:
    """The newest `limit` entries of one or several tracked rows, newest first.

    Two queries for each kind of row, one more for each kind of row that a changed field points to.
    """
    by_model: dict[type[models.Model], list[Any]] = defaultdict(list)
    for thing in things:
        by_model[type(thing)].append(thing.pk)
    found = [entry for model, keys in by_model.items() for entry in _entries(model, keys, limit=limit)]
    # Rows of one change share its moment; the key keeps their order.
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [entry for _key, entry in found[:limit]]


def _entries(model: type[models.Model], keys: list[Any], *, limit: int) -> list[tuple[tuple[datetime, int], Entry]]:
    event_model: type[models.Model] = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    rows: list[Any] = list(
        event_model._default_manager.filter(pgh_obj_id__in=keys)
        .select_related("pgh_context")
        .order_by("-pgh_id")[
            # One more per row, to have something to compare the oldest shown with.
            : limit + len(keys)
        ]
    )
    fields = [one for one in model._meta.concrete_fields if one.name not in _NOT_SHOWN and _tracked(event_model, one)]
    older: dict[int, Any] = {}
    before_each: list[Any] = []
    for row in reversed(rows):
        before_each.append(older.get(row.pgh_obj_id))
        older[row.pgh_obj_id] = row
    before_each.reverse()
    plain = [
        _changes(row, before, fields) if row.pgh_label == "update" and before is not None else {}
        for row, before in zip(rows, before_each, strict=True)
    ]
    names = _names_of_related(plain, fields)
    entries = []
    for row, changes in zip(rows, plain, strict=True):
        context = row.pgh_context.metadata if row.pgh_context else {}
        entry = Entry(
            at=row.pgh_created_at,
            what=row.pgh_label,
            by_name=context.get("by_name", ""),
            why=context.get("why", ""),
            changes=changes,
            shown=tuple(
                Shown(
                    label=str(one.verbose_name),
                    before=_shown(one, changes[one.attname][0], names),
                    after=_shown(one, changes[one.attname][1], names),
                )
                for one in fields
                if one.attname in changes
            ),
        )
        entries.append(((row.pgh_created_at, row.pgh_id), entry))
    return entries


def _tracked(event_model: type[models.Model], one: models.Field[Any, Any]) -> bool:
    return any(other.name == one.name for other in event_model._meta.concrete_fields)


def _changes(row: Any, before: Any, fields: list[Any]) -> dict[str, tuple[Any, Any]]:
    pairs = ((one.attname, getattr(before, one.attname), getattr(row, one.attname)) for one in fields)
    return {name: (was, became) for name, was, became in pairs if was != became}


def _names_of_related(all_changes: list[dict[str, tuple[Any, Any]]], fields: list[Any]) -> dict[tuple[Any, Any], str]:
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for one in fields:
        if one.is_relation:
            for changes in all_changes:
                wanted[one.related_model].update(key for key in changes.get(one.attname, ()) if key is not None)
    return {
        (model, key): str(row)
        for model, keys in wanted.items()
        if keys
        for key, row in model._base_manager.in_bulk(keys).items()
    }


def _shown(one: Any, value: Any, names: dict[tuple[Any, Any], str]) -> str:
    if value is None or value == "":
        return pgettext("history", "nothing")
    if one.is_relation:
        return names.get((one.related_model, value), str(value))
    if one.flatchoices:
        return str(dict(one.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return day_time(value)
        case date():
            return date_only(value)
        case Range():
            return f"{date_only(value.lower) or '…'} – {date_only(value.upper) or '…'}"
        case _:
            return str(value)
