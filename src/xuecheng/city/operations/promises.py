"""What the installation promises everybody who uses it, and how far it kept it (OPS-06).

A worker looks every five minutes. A look counts as kept when no point of `PARTS` fails; a look that did not happen
counts as not kept, whatever the reason, so the number shown can only be worse than what people met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Text

from .points import FAIL

#: Ours, not a law's: the share of a month in which everything works (43 minutes may fail), and within how many
#: milliseconds 95 of 100 pages are ready.
AVAILABLE = Fraction(999, 1000)
MOST_PAGES_MS = 500
LOOK_MINUTES = 5
DAYS = 30
#: A look that is older says nothing of now.
STALE = timedelta(minutes=3 * LOOK_MINUTES)
_LOOKS_A_DAY = 24 * 60 // LOOK_MINUTES


@dataclass(frozen=True)
class Part:
    """Something that people come for, and the points without which it does not work."""

    title: Text
    points: tuple[str, ...]


PARTS = (
    Part(_("Opening pages and searching"), ("database", "migrations", "assets", "languages", "disk")),
    Part(_("Signing in, codes and messages"), ("keys", "workers", "queue", "outbox")),
    Part(_("Learning accounts, transcripts and their verification"), ("seals", "orphans", "clock")),
)


def works(part: Part, states: Mapping[str, str]) -> bool:
    """Whether none of its points failed at the last look; a point nobody looks at hinders nothing."""
    return all(states.get(what) != FAIL for what in part.points)


def all_work(states: Mapping[str, str]) -> bool:
    return all(works(part, states) for part in PARTS)


@dataclass(frozen=True)
class Day:
    """How many looks of a day found everything working, and how many there should have been."""

    on: date
    kept: int
    due: int

    @property
    def minutes_lost(self) -> int:
        return (self.due - self.kept) * LOOK_MINUTES


@dataclass(frozen=True)
class Kept:
    """The last thirty days, or those since somebody began to look."""

    days: tuple[Day, ...]

    @property
    def share(self) -> Fraction | None:
        """None before the first whole look."""
        due = sum(day.due for day in self.days)
        return Fraction(sum(day.kept for day in self.days), due) if due else None

    @property
    def percent(self) -> str:
        """Two places, cut and never rounded up: 99.99 % is not 100 %."""
        hundredths = int((self.share or 0) * 10_000)
        return f"{hundredths // 100}.{hundredths % 100:02d}"

    @property
    def is_promise_kept(self) -> bool:
        return self.share is not None and self.share >= AVAILABLE

    @property
    def disturbed(self) -> list[Day]:
        """Days on which something was lost, the newest first."""
        return sorted((day for day in self.days if day.minutes_lost), key=lambda day: day.on, reverse=True)


def kept(noted: Iterable[tuple[date, int]], *, at: datetime) -> Kept:
    """Count the looks noted by day against those due until `at`, an aware time of the city's day.

    Of the first day only what was noted is due: when its looks began is not known.
    """
    by_day = dict(noted)
    today = at.date()
    if not by_day:
        return Kept(())
    first = max(min(by_day), today - timedelta(days=DAYS - 1))
    days = []
    for number in range((today - first).days + 1):
        on = first + timedelta(days=number)
        due = _LOOKS_A_DAY if on < today else (at.hour * 60 + at.minute) // LOOK_MINUTES
        if on == min(by_day):
            due = by_day[on]
        days.append(Day(on, min(by_day.get(on, 0), due), due))
    return Kept(tuple(days))
