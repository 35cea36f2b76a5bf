"""What higher floors do when people change here, in the same transaction. Filled by their `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from .models import PersonMerge

Merged = Callable[[PersonMerge, datetime], None]
OpenedMany = Callable[[Sequence[int], datetime], None]
_merged: list[Merged] = []
_opened_many: list[OpenedMany] = []


def on_merge(do: Merged) -> None:
    """`do` is called when two accounts are merged and when that is undone; longer work is a job it defers."""
    _merged.append(do)


def on_opened_many(do: OpenedMany) -> None:
    """`do` is called with the keys of many accounts just opened at once, such as by an import."""
    _opened_many.append(do)


def tell_merged(merge: PersonMerge, at: datetime) -> None:
    for do in _merged:
        do(merge, at)


def tell_opened_many(keys: Sequence[int], at: datetime) -> None:
    for do in _opened_many:
        do(keys, at)
