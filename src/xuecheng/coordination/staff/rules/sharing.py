"""How load is shared among those who teach (T-04): weeks, averages, who carries too much, what is to be done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

from . import Limits, PeriodWrong, check_days

LOAD_WEEKS = 8
"""So many weeks are looked at unless days are chosen, the running one being the last [K]."""
MOST_WEEKS = 60
"""A year and what lies around it; more would be a mean of people who changed [K]."""


class TooManyWeeks(Refusal):
    message = _("At most %(most)d weeks are looked at together.")
    remedy = _("Choose days that lie nearer to each other.")
    field = "until"


@dataclass(frozen=True)
class Weeks:
    """Whole weeks from a Monday on."""

    begins_on: date
    number: int

    @property
    def ends_on(self) -> date:
        """The last Sunday."""
        return self.begins_on + timedelta(days=7 * self.number - 1)


def weeks_around(first: date | None, last: date | None, *, today: date) -> Weeks:
    """The whole weeks that hold the days chosen; with one day, `LOAD_WEEKS` from or up to it; with none, up to today.

    Raises `DayOutOfReach`, `PeriodWrong`, `TooManyWeeks`.
    """
    span_of_days = timedelta(days=7 * (LOAD_WEEKS - 1))
    check_days(*(day for day in (first, last) if day is not None))
    if last is None:
        last = first + span_of_days if first is not None else today
    if first is None:
        first = last - span_of_days
    if last < first:
        raise PeriodWrong(at_field="until")
    monday = first - timedelta(days=first.weekday())
    number = (last - monday).days // 7 + 1
    if number > MOST_WEEKS:
        raise TooManyWeeks(most=MOST_WEEKS)
    return Weeks(monday, number)


@dataclass(frozen=True)
class Load:
    """Sessions of one person in a number of weeks, against how many a week they teach at most (T-04)."""

    weeks: int
    held: int
    planned: int
    """Not released and not (yet) checked in."""
    fullest: int
    """Of both, in the fullest week."""
    most: int

    @property
    def average(self) -> int:
        """Sessions a week, held and planned, in hundredths, rounded down."""
        return (self.held + self.planned) * 100 // self.weeks

    @property
    def share(self) -> int:
        """The average as part of the most, in hundredths of a per cent, rounded down."""
        return (self.held + self.planned) * 10_000 // (self.weeks * self.most)

    def is_heavy(self, limits: Limits) -> bool:
        """Whether it is more than the part of the limit from which somebody carries too much."""
        return (self.held + self.planned) * 100 > limits.heavy_share * self.weeks * self.most


@dataclass(frozen=True)
class Spread:
    """How far the loads of several people lie apart, in hundredths of a session a week."""

    highest: int
    median: int
    lowest: int


def spread(averages: Collection[int]) -> Spread | None:
    """The highest, the middle one (of an even number the mean of both, rounded down), the lowest; none of nobody."""
    if not averages:
        return None
    return Spread(max(averages), int(median(averages)), min(averages))


class Advice(StrEnum):
    """What is to be done so that load is shared fairly."""

    NOTHING_YET = "nothing_yet"
    HAND_OVER = "hand_over"
    LOOK_ELSEWHERE = "look_elsewhere"
    ASK_THE_IDLE = "ask_the_idle"
    FAIR = "fair"


def advice(*, sessions: int, heavy: int, idle: int, heirs: int) -> Advice:
    """From how many sessions there are, how many people carry too much, and how many who may teach have nothing.

    Of these, `heirs` are qualified for what somebody who carries too much teaches next (T-02): only they relieve them.
    """
    if heavy:
        return Advice.HAND_OVER if heirs else Advice.LOOK_ELSEWHERE
    if not sessions:
        return Advice.NOTHING_YET
    return Advice.ASK_THE_IDLE if idle else Advice.FAIR
