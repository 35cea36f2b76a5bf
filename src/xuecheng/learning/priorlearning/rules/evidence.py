"""The grid of evidence: outcome × piece with four ticks, independent sources, not too old (C-46)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Ticks(NamedTuple):
    """What an assessor found of one piece for one outcome: valid, authentic, sufficient, current."""

    valid: bool = False
    authentic: bool = False
    sufficient: bool = False
    current: bool = False

    @property
    def is_whole(self) -> bool:
        return all(self)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece for one outcome. `source` names who stands behind it; equal names are one source."""

    outcome: int
    source: str
    ticks: Ticks
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What a unit lacks: outcomes without a whole piece (by their number, from 1), and sources."""

    outcomes: tuple[int, ...]
    sources: int

    def __bool__(self) -> bool:
        return bool(self.outcomes) or self.sources > 0


def months_before(on: date, months: int) -> date:
    """The day so many months before, clamped to the month's end (C-22)."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    for day in range(on.day, on.day - 4, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def missing_in(
    pieces: Iterable[Piece], *, outcomes: int, sources_least: int, on: date, currency_months: int
) -> Missing:
    """What stands against granting a unit with so many outcomes; falsy if nothing does.

    A piece whose day is further back than `currency_months` is never current, whatever was ticked.
    """
    oldest = months_before(on, currency_months)
    whole = [one for one in pieces if one.ticks.is_whole and (one.dated_on is None or one.dated_on >= oldest)]
    covered = {one.outcome for one in whole}
    sources = {one.source.strip().casefold() for one in whole}
    lacking = tuple(number for number in range(1, outcomes + 1) if number not in covered)
    return Missing(lacking, max(0, sources_least - len(sources)))
