"""What floors above know of ties between a learner and an assessor (C-45): filled by their `apps.py`.

    ties.register("teacher", teachers_of)

Each answers which of `people` stand in that tie to the learner since a day: keys of people, one or two queries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

Finder = Callable[[Collection[int], Collection[int], date], Collection[int]]
"""(keys of the learner, keys of the assessors, since) → keys of those assessors who are tied."""

_FINDERS: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Make a tie known: "teacher" or "employer"."""
    _FINDERS[kind] = finder


def finders() -> Mapping[str, Finder]:
    return _FINDERS
