"""Ranges in constraints, and hours of a week as plain values."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import F, Func, Value


def one(name: str) -> Func:
    """A row as a range of one: && on it is equality, and needs no extension."""
    return Func(F(name), F(name), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


ALL = Func(Value(None), Value(None), function="int8range", output_field=BigIntegerRangeField())
"""The range of all: it overlaps every row's own."""


def spans_of(rows: Any) -> tuple[tuple[int, int], ...]:
    """The minutes of hours' rows as plain spans, in order."""
    return tuple(sorted((row.minutes.lower, row.minutes.upper) for row in rows))
