"""What the apps above count for readiness (C-68). Each says so in its `apps.py`: roll-out imports nobody above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from .rules import Measured

Pair = tuple[int, str]
"""An institution's key and a kind of record; "" stands for every kind at that institution."""
Counted = Callable[[date], Mapping[Pair, int]]
"""Counts for all institutions at once as of a day, in a fixed number of queries."""

_providers: dict[Measured, Counted] = {}


def provide(measure: Measured, count: Counted) -> None:
    """Say how `measure` is counted; said twice, the last counts."""
    _providers[measure] = count


def counted(on: date) -> dict[Measured, Mapping[Pair, int]]:
    """Everything that somebody counts, by measure."""
    return {measure: _providers[measure](on) for measure in Measured if measure in _providers}
