from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from xuecheng.web.templatetags.xc import date_only, day_time

from .change import BETWEEN_REASONS, ROBOT_VERSION


@dataclass(frozen=True)
class Shown:
    """One field's change in the reader's words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of a record's history: one change, with when, by whom and why."""

    at: datetime
    what: str
    """"insert", "update" or "delete": what befell the record itself."""
    by_name: str
    is_robot: bool
    why: str
    changes: dict[str, tuple[Any, Any]]
    """Field name → (before, after) of the record itself, as stored; empty on insert."""
    for_name: str = ""
    """For whom, where somebody was helped: a proxy or guardian acted (UX-17)."""
    role: str = ""
    place: str = ""
    """In which role and where the person acted, as it was called then, in the reader's language."""
    program: str = ""
    """By which program or linked site, as it was called then."""
    shown: tuple[Shown, ...] = field(default=())
    """What changed, the rows that belong to the record included, with labels and values as a page shows them."""

    @property
    def by(self) -> str:
        """Who, as a page shows it: a person's name, or what a robot is called in the reader's language."""
        return pgettext("robot", self.by_name) if self.is_robot and self.by_name else self.by_name

    @property
    def reason(self) -> str:
        """Why, as a page shows it: the catalogue knows the reasons that services give, each of several."""
        return BETWEEN_REASONS.join(_(one) for one in self.why.split(BETWEEN_REASONS) if one)


@dataclass(frozen=True)
class _Line:
    """One event of one row."""

    key: int
    at: datetime
    label: str
    context: Any
    is_of_record: bool
    changes: dict[str, tuple[Any, Any]]
    shown: tuple[Shown, ...]


# The robots of the house; others show by their name.
_ROBOTS = (
    pgettext_lazy("robot", "owner"),
    pgettext_lazy("robot", "calendar"),
    pgettext_lazy("robot", "setup"),
    pgettext_lazy("robot", "places"),
    pgettext_lazy("robot", "retention"),
    pgettext_lazy("robot", "recognition"),
    pgettext_lazy("robot", "demonstration"),
    pgettext_lazy("robot", "keys"),
    pgettext_lazy("robot", "duplicates"),
    pgettext_lazy("robot", "enrolment"),
    pgettext_lazy("robot", "exchange"),
    pgettext_lazy("robot", "cards"),
    pgettext_lazy("robot", "redemption"),
    pgettext_lazy("robot", "prior learning"),
    pgettext_lazy("robot", "witness"),
    pgettext_lazy("robot", "supervision"),
    pgettext_lazy("robot", "command line"),
    pgettext_lazy("robot", "notices"),
    pgettext_lazy("robot", "recovery"),
    pgettext_lazy("robot", "erasure"),
)
_NOT_SHOWN = {"id", "public_id", "path", "last_login", "password", "sort_key"}


def history_of(*things: models.Model, limit: int = 50) -> list[Entry]:
    """The newest `limit` changes of a tracked record, the newest first.

    The first of `things` is the record; more may follow that belong to it, such as its dated statuses, or that are its
    equals. What was written in one change is one entry. Two queries for each kind of row, one more for each kind of
    row that a changed field points to.
    """
    if not things:
        return []
    by_model: dict[type[models.Model], list[Any]] = defaultdict(list)
    for thing in things:
        by_model[type(thing)].append(thing.pk)
    lines = [line for model, keys in by_model.items() for line in _lines(model, keys, record=things[0], limit=limit)]
    # Rows of one change share its moment; the key keeps their order.
    lines.sort(key=lambda line: (line.at, line.key), reverse=True)
    groups: dict[Any, list[_Line]] = defaultdict(list)
    for line in lines:
        groups[line.context.pk if line.context else (line.at, line.key)].append(line)
    return [_entry(group) for group in groups.values()][:limit]


def _entry(group: list[_Line]) -> Entry:
    own = [line for line in group if line.is_of_record]
    labels = {line.label for line in own}
    what = next((label for label in ("delete", "insert") if label in labels), "update")
    context = group[0].context.metadata if group[0].context else {}
    shown = [change for line in reversed(group) for change in line.shown]
    return Entry(
        at=group[0].at,
        what=what,
        by_name=context.get("by_name", ""),
        is_robot=_is_robot(context.get("by", "")),
        why=context.get("why", ""),
        for_name=context.get("for_name", ""),
        role=_in_language(context, "role"),
        place=_in_language(context, "place"),
        program=context.get("program_name", ""),
        changes=_folded(own) if what == "update" else {},
        shown=() if what == "insert" else tuple(dict.fromkeys(shown)),
    )


def _in_language(context: dict[str, str], name: str) -> str:
    order = ("en", "zh") if get_language() == "en" else ("zh", "en")
    return next((context[f"{name}_{one}"] for one in order if context.get(f"{name}_{one}")), "")


def _folded(lines: list[_Line]) -> dict[str, tuple[Any, Any]]:
    """What several steps of one change come to: as it was before the first, as it became by the last."""
    folded: dict[str, tuple[Any, Any]] = {}
    for line in reversed(lines):
        for name, (was, became) in line.changes.items():
            folded[name] = (folded[name][0] if name in folded else was, became)
    return folded


def _is_robot(by: str) -> bool:
    try:
        return UUID(by).version == ROBOT_VERSION
    except ValueError:
        return False


def _lines(model: type[models.Model], keys: list[Any], *, record: models.Model, limit: int) -> list[_Line]:
    event_model: type[models.Model] = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    events = event_model._default_manager.filter(pgh_obj_id__in=keys).select_related("pgh_context").order_by("-pgh_id")
    # One more per row, to have something to compare the oldest shown with.
    rows: list[Any] = list(events[: limit + len(keys)])
    fields = [
        one
        for one in model._meta.concrete_fields
        if one.name not in _NOT_SHOWN and not _is_internal(one) and _tracked(event_model, one)
    ]
    of_record = isinstance(record, model)
    older: dict[int, Any] = {}
    plain: list[dict[str, tuple[Any, Any]]] = []
    for row in reversed(rows):
        plain.append(_changes(row, older.get(row.pgh_obj_id), fields, record=record))
        older[row.pgh_obj_id] = row
    plain.reverse()
    names = _names_of_related(plain, fields)
    return [
        _Line(
            key=row.pgh_id,
            at=row.pgh_created_at,
            label=row.pgh_label,
            context=row.pgh_context,
            is_of_record=of_record,
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
        for row, changes in zip(rows, plain, strict=True)
    ]


def _is_internal(one: models.Field[Any, Any]) -> bool:
    """Whether only the house writes it and nobody gave it a name: counters and keys of order tell a reader nothing."""
    return not one.editable and not isinstance(one.verbose_name, Promise)


def _tracked(event_model: type[models.Model], one: models.Field[Any, Any]) -> bool:
    return any(other.name == one.name for other in event_model._meta.concrete_fields)


def _changes(row: Any, before: Any, fields: list[Any], *, record: models.Model) -> dict[str, tuple[Any, Any]]:
    """Attribute → (before, after). A row that comes to belong to the record is told by what it brings."""
    if row.pgh_label == "insert" and not any(isinstance(record, one.model) for one in fields):
        brought = [one for one in fields if getattr(row, one.attname) not in (None, "", False)]
        return {
            one.attname: (None, getattr(row, one.attname))
            for one in brought
            if not (one.related_model is type(record) and getattr(row, one.attname) == record.pk)
        }
    if row.pgh_label != "update" or before is None:
        return {}
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
    if value is None or value in ("", []):
        return pgettext("history", "nothing")
    if one.is_relation:
        return names.get((one.related_model, value), str(value))
    if one.flatchoices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(value, list) and (inner := getattr(one, "base_field", None)) is not None:
        return pgettext("list", ", ").join(str(dict(inner.flatchoices).get(each, each)) for each in value)
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
