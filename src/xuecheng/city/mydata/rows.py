"""Rows as plain values, read slice by slice: what a table holds of a person, without its secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from xuecheng.city.people.models import Person

from .parts import Sheet, Subject, Table, history_of
from .words import ZH

AT_ONCE = 500
LANGUAGES = (("zh", "zh-hans"), ("en", "en"))
_NEVER = ("password",)
_ENDINGS = ("_hash", "_sealed", "look_up", "digest")
_HISTORY = ("pgh_created_at", "pgh_label")


def sheets_of(table: Table, subject: Subject) -> Iterator[Sheet]:
    """The table itself, and its history where one is kept."""
    model = apps.get_model(table.model)
    yield _sheet(table, model, subject, with_history=False)
    history = history_of(model)
    if history is not None:
        yield _sheet(table, history, subject, with_history=True)


def mine(model: type[models.Model], table: Table, subject: Subject) -> models.QuerySet[Any]:
    """The rows of a model that are the subject's. A merged account is named by its own key, too."""
    condition = Q()
    names = {one.name for one in model._meta.get_fields()}
    for name in table.fields:
        wanted = name
        # The history of people names its person by the row it tells of; one of few columns leads there by its row.
        if "pgh_obj" in names and (name == "id" or name not in names):
            wanted = "pgh_obj" if name == "id" else f"pgh_obj__{name}"
        condition |= Q(**{f"{wanted}__in": subject.keys})
    return model._default_manager.filter(condition)


def _sheet(table: Table, model: type[models.Model], subject: Subject, *, with_history: bool) -> Sheet:
    shown = [one for one in model._meta.concrete_fields if _may_leave(one, table, with_history=with_history)]
    more = () if with_history else table.opened_fields
    label = model._meta.verbose_name or model.__name__
    if with_history:
        label = apps.get_model(table.model)._meta.verbose_name or table.model

    words = {one.name: {code: both(said) for code, said in one.flatchoices} for one in shown if one.choices}

    def rows() -> Iterator[dict[str, Any]]:
        related = [one.name for one in shown if one.is_relation and not one.name.startswith("pgh_")]
        key = "pgh_id" if with_history else "pk"
        found = mine(model, table, subject).order_by(key)
        if related:
            found = found.select_related(*related)
        for row in found.iterator(chunk_size=AT_ONCE):
            values = {one.name: _value(row, one, words.get(one.name), subject) for one in shown}
            if table.opened is not None and not with_history:
                values |= {name: plain(value, subject) for name, value in table.opened(row, subject).items()}
            yield values

    return Sheet(
        name=model._meta.label_lower,
        label=label,
        fields=[*((one.name, _field_label(one)) for one in shown), *more],
        rows=rows,
    )


def _may_leave(one: models.Field[Any, Any], table: Table, *, with_history: bool) -> bool:
    if isinstance(one, models.BinaryField) or one.name in _NEVER or one.name in table.omit:
        return False
    if one.name.endswith(_ENDINGS) or one.name == "id":
        return False
    return not one.name.startswith("pgh_") or (with_history and one.name in _HISTORY)


def _field_label(one: Any) -> Any:
    if one.name == "pgh_created_at":
        return _("changed at")
    if one.name == "pgh_label":
        return _("change")
    said = both(one.verbose_name)
    # A name that is the same in both languages is the machine's own.
    return said | {"zh": ZH.get(one.name, said["zh"])} if said["zh"] == said["en"] else said


def _value(row: Any, one: Any, words: dict[Any, dict[str, str]] | None, subject: Subject) -> Any:
    """The field's value; one of a list of choices with its words in both languages."""
    value = getattr(row, one.name)
    if words and value in words:
        return {"code": value, **words[value]}
    return plain(value, subject)


def both(text: object) -> dict[str, str]:
    """A lazy text in Chinese and in English; what is in both already stays."""
    if isinstance(text, dict):
        return text
    said = {}
    for name, language in LANGUAGES:
        with override(language):
            said[name] = str(text)
    return said


def masked_name(name: str) -> str:
    """Another person's name as somebody who was there knows it again, and nobody else learns it: 陈＊＊."""
    return name[:1] + "＊" * min(max(len(name) - 1, 1), 3)


def plain(value: Any, subject: Subject) -> Any:  # noqa: PLR0911  # one line for each kind of value
    """A value as JSON holds it. Other people are named by a masked name only."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Person):
        return "me" if value.pk in subject.keys else masked_name(value.name)
    if isinstance(value, models.Model):
        name = getattr(value, "name_zh", "") or getattr(value, "code", "") or getattr(value, "public_id", "")
        return str(name or value.pk)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Range):
        return {"begins": plain(value.lower, subject), "ends": plain(value.upper, subject)}
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(one, subject) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one, subject) for one in value]
    return str(value)
