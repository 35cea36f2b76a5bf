"""Clearing 结算: what went each way between institutions in a period, and who stands where (C-35)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


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
