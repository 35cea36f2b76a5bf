"""How many classes a unit is credited with, and how many there are in a division: each counted once (N-04).

    crediting.register(of_unit, within)    # (key of an organisation, or path of a division, year) → Credit

A course that is taught at another unit's site is credited to both; so the sum over units is more than the number of
classes, and sums over the network are never made by adding units up. Whoever holds classes counts them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Credit:
    """Classes with a session in a year, each once, and the minutes of their sessions."""

    classes: int = 0
    shared: int = 0
    """Of these, how many more than one unit takes part in: as host, as supplier of the course, or with its rooms."""
    minutes: int = 0

    @property
    def own(self) -> int:
        """Those that nobody else takes part in."""
        return self.classes - self.shared

    @property
    def hours(self) -> int:
        """Whole hours of sixty minutes."""
        return self.minutes // 60


NONE = Credit()
OfUnit = Callable[[int, int], Credit]
Within = Callable[[str, int], Credit]
_SOURCES: list[tuple[OfUnit, Within]] = []


def register(of_unit: OfUnit, within: Within) -> None:
    """Called from `apps.py` of the app that holds classes; the last one registered counts."""
    _SOURCES[:] = [(of_unit, within)]


def of_unit(organisation: int, year: int) -> Credit:
    """What a unit is credited with in a calendar year. Two queries."""
    return _SOURCES[0][0](organisation, year) if _SOURCES else NONE


def within(path: str, year: int) -> Credit:
    """What units within a division take part in, in a calendar year, each class once. One query."""
    return _SOURCES[0][1](path, year) if _SOURCES else NONE
