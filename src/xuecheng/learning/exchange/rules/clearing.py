"""Clearing 结算: what went each way between institutions in a period, and who stands where (C-35)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Days(NamedTuple):
    """Some days, `[begins_on, ends_on)`."""

    begins_on: date
    ends_on: date


class Flow(NamedTuple):
    """Settled credits of one framework from one institution to another, hundredths."""

    giver: int
    taker: int
    credits: int


class Position(NamedTuple):
    """Where an institution stands: what others took from it is minus, what it took is plus. All sum to zero."""

    institution: int
    credits: int


def net_of(there: int, back: int) -> int:
    """The net of a pair: positive, if more went there than came back (C-35)."""
    return there - back


def positions_of(flows: Iterable[Flow]) -> list[Position]:
    """The multilateral positions, by institution. Their sum is zero whatever the flows."""
    sums: dict[int, int] = defaultdict(int)
    for giver, taker, credits_ in flows:
        sums[giver] -= credits_
        sums[taker] += credits_
    return [Position(*one) for one in sorted(sums.items())]


def months_around(day: date, months: int) -> Days:
    """The calendar period of so many months that `day` lies in; counted from January where they divide a year."""
    first = (day.year * 12 + day.month - 1) // months * months
    return Days(*(date(number // 12, number % 12 + 1, 1) for number in (first, first + months)))


def free_days(day: date, within: Days, drawn: Iterable[Days]) -> Days | None:
    """The longest days around `day` within a period that were not drawn yet; None: `day` itself was."""
    begins, ends = within
    for one in drawn:
        if one.begins_on <= day < one.ends_on:
            return None
        if one.ends_on <= day:
            begins = max(begins, one.ends_on)
        else:
            ends = min(ends, one.begins_on)
    return Days(begins, ends)
