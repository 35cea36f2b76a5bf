"""Lists that grow with the city are paged by key, never by number: the next page begins after the last row seen.

A query returns a `QuerySet`; `page_of` orders it by fields that end in a unique key and cuts a page. The cursor is the
last row's values; a spoilt one is no page (404 in views: `CursorSpoilt` is a `Http404`).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib.postgres.fields import RangeField
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import Http404
from psycopg.types.range import Range

if TYPE_CHECKING:
    from django.db.models import Field, Model, QuerySet

SIZE = 25

Row = TypeVar("Row")
M = TypeVar("M", bound="Model")


class CursorSpoilt(Http404):
    """The address names a place in the list that cannot be: it was cut off or made up."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; `next_cursor` is empty on the last page, `is_later` tells that rows came before."""

    rows: tuple[Row, ...]
    next_cursor: str
    is_later: bool

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(queryset: QuerySet[M], *, order: tuple[str, ...], after: str = "", size: int = SIZE) -> Page[M]:
    """The page of `queryset` that follows cursor `after`, in `order` (`("-occurred_on", "pk")`, ending in a key).

    One query. Fields in `order` must not be null. Raises `CursorSpoilt`.
    """
    rows = queryset.order_by(*order)
    if after:
        rows = rows.filter(_beyond(queryset, order, _read(after, len(order))))
    found = list(rows[: size + 1])
    more = len(found) > size
    shown = tuple(found[:size])
    return Page(rows=shown, next_cursor=_write(shown[-1], order) if more else "", is_later=bool(after))


class _Row(Func):
    """Several values compared as one, the first of them first."""

    function = "row"
    output_field = CharField()  # of no meaning: a row is only ever compared with another one


def _beyond(queryset: QuerySet[M], order: tuple[str, ...], values: list[Any]) -> Q | GreaterThan | LessThan:
    """What follows the cursor's row.

    Compared as one row, an index is read from the cursor on, however deep the page lies. Where the fields run in
    different directions it is written out, and the first field at least says where in the index to begin.
    """
    names = [name.lstrip("-") for name in order]
    typed = [_typed(queryset, name, value) for name, value in zip(names, values, strict=True)]
    falling = [name.startswith("-") for name in order]
    if len(set(falling)) == 1:
        there = _Row(
            *(Value(value, output_field=_field(queryset, name)) for name, value in zip(names, typed, strict=True))
        )
        return (LessThan if falling[0] else GreaterThan)(_Row(*map(F, names)), there)
    beyond, same = Q(), Q()
    for name, value, falls in zip(names, typed, falling, strict=True):
        beyond |= same & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        same &= Q(**{name: value})
    return beyond & Q(**{f"{names[0]}__{'lte' if falling[0] else 'gte'}": typed[0]})


def _field(queryset: QuerySet[M], name: str) -> Field[Any, Any]:
    meta = queryset.model._meta
    return meta.pk if name == "pk" else meta.get_field(name)  # type: ignore[return-value]  # orders name columns only


def _typed(queryset: QuerySet[M], name: str, value: Any) -> Any:
    field = _field(queryset, name)
    if isinstance(field, RangeField) and not isinstance(value, str):
        raise CursorSpoilt
    try:
        typed = field.to_python(value)
    except (ValidationError, ValueError, TypeError) as error:  # a period is read as JSON within the cursor's own
        raise CursorSpoilt from error
    if typed is None or (isinstance(typed, str) and "\0" in typed):
        raise CursorSpoilt
    return typed


def _write(row: Model, order: tuple[str, ...]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in order]
    text = json.dumps(values, cls=_Exact, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise CursorSpoilt from error
    if not isinstance(values, list) or len(values) != length:
        raise CursorSpoilt
    return values


class _Exact(DjangoJSONEncoder):
    """Django's encoder cuts times to milliseconds; a cursor must meet its row exactly. A period is written as its field
    reads it: as text of its own."""

    def default(self, o: Any) -> Any:
        if isinstance(o, Range):
            ends = {"empty": True} if o.isempty else {"lower": o.lower, "upper": o.upper, "bounds": o.bounds}
            return json.dumps(ends, cls=_Exact, separators=(",", ":"))
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
