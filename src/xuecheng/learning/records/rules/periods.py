"""The period to which a date belongs: by the end of the learning, never by the day of import (C-14, C-23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext

MonthDay = tuple[int, int]


class PeriodKind(StrEnum):
    YEAR = "year"
    SEMESTER = "semester"
    QUARTER = "quarter"
    LIFE = "life"


class Period(NamedTuple):
    """`[begins, ends)` and its short name, the same in every language: "2026", "2026-S2", "2026-Q3", "life"."""

    label: str
    begins: date
    ends: date


LIFE = Period("life", date.min, date.max)


def period_in_words(label: str) -> str:
    """A period's short name as people say it, in their language; one that nobody knows as it is."""
    year, _dash, part = label.partition("-")
    if label == LIFE.label:
        return gettext("the whole life")
    if not year.isdigit() or "/" in label:
        return label.replace("/", gettext(" to "))
    if part[:1] == "Q":
        return gettext("quarter %(number)s of %(year)s") % {"number": part[1:], "year": year}
    if part[:1] == "S":
        return gettext("semester %(number)s of %(year)s") % {"number": part[1:], "year": year}
    return gettext("the year %(year)s") % {"year": year}


# Compared by identity: it is the key of a cache that is asked for every record.
@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """When years and semesters begin. Quarters are those of the calendar year everywhere.

    A year is named after the one in which it begins: in Korea 28 February 2027 is in the year 2026, semester 2.
    """

    year_start: MonthDay = (1, 1)
    semester_starts: tuple[MonthDay, ...] = ((3, 1), (9, 1))

    def __post_init__(self) -> None:
        for month, day in (self.year_start, *self.semester_starts):
            date(2001, month, day)  # no leap year: a period that begins on 29 February would begin on no day at all
        if not self.semester_starts or list(self.semester_starts) != sorted(set(self.semester_starts)):
            raise ValueError("semester starts are stated once each, in the order of the year")

    def period_of(self, day: date, kind: PeriodKind) -> Period:
        """The period of `kind` that `day` belongs to."""
        return _period_of(self, day, kind)


@lru_cache(maxsize=65_536)
def _period_of(calendar: Calendar, day: date, kind: PeriodKind) -> Period:
    match kind:
        case PeriodKind.YEAR:
            begins, ends = _around(day, (calendar.year_start,))
            return Period(str(begins.year), begins, ends)
        case PeriodKind.QUARTER:
            begins, ends = _around(day, ((1, 1), (4, 1), (7, 1), (10, 1)))
            return Period(f"{begins.year}-Q{(begins.month + 2) // 3}", begins, ends)
        case PeriodKind.SEMESTER:
            begins, ends = _around(day, calendar.semester_starts)
            year, _end = _around(begins, (calendar.year_start,))
            of_this_year = sorted((start < calendar.year_start, start) for start in calendar.semester_starts)
            number = of_this_year.index(((begins.month, begins.day) < calendar.year_start, (begins.month, begins.day)))
            return Period(f"{year.year}-S{number + 1}", begins, ends)
        case PeriodKind.LIFE:
            return LIFE


def _around(day: date, starts: tuple[MonthDay, ...]) -> tuple[date, date]:
    """The last start on or before `day`, and the next one after it."""
    all_starts = sorted(date(year, *start) for year in (day.year - 1, day.year, day.year + 1) for start in starts)
    after = next(index for index, start in enumerate(all_starts) if start > day)
    return all_starts[after - 1], all_starts[after]
