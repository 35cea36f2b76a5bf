"""Which columns are sealed. The app that owns one declares it in its `apps.py`; rotation and counting follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xuecheng.city.trace import Actor


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """One sealed column; its purpose names it, such as "realname.number".

    `row` is the column that names a row to `seal` (as its text), such as public_id; `key` the bigint by which rotation
    walks. `look_up` holds the keyed hash of `normalise(text)`, if rows are found by it. `per_owner`: each owner has a
    key of their own, which can be shredded (SEC-05). The column must be left out of the table's history: a rotation
    reaches no append-only rows.
    """

    purpose: str
    table: str
    column: str
    row: str = "public_id"
    key: str = "id"
    look_up: str = ""
    normalise: Callable[[str], str] = field(default=_as_it_is)
    per_owner: bool = False

    def __post_init__(self) -> None:
        for name in (self.table, self.column, self.row, self.key, *filter(None, [self.look_up])):
            if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
                raise ValueError(f"{name} is no name of a table or column")


_COLUMNS: dict[str, SealedColumn] = {}
_Background = Callable[[Actor, datetime], Any]
_background: list[_Background] = []


def declare(column: SealedColumn) -> None:
    """Make a sealed column known. Called from `apps.py`; a second meaning for a purpose is our mistake."""
    if _COLUMNS.setdefault(column.purpose, column) != column:
        raise ValueError(f"{column.purpose} is declared twice")


def column_of(purpose: str) -> SealedColumn:
    """The column, or `KeyError`."""
    return _COLUMNS[purpose]


def columns() -> list[SealedColumn]:
    return list(_COLUMNS.values())


def set_background(start: _Background) -> None:
    """Name who starts the background job that seals rows anew: jobs lie above and cannot be asked."""
    _background[:] = [start]


def in_background(by: Actor, at: datetime) -> Any:
    """Start that job, in the caller's transaction."""
    return _background[0](by, at)
