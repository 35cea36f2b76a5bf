"""Counting in working days (R-01): pure functions of a calendar and given days.

A day works when the calendar says so: a weekday that is no holiday, or a weekend day to which work was moved. The start
day is not counted. Where the guide marks a rule as unverified, it is a parameter of `DeadlineLaw` with its mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.refusals import Refusal

OFF, WORK = "off", "work"
ANNOUNCED, EXPECTED = "announced", "expected"
OTHER = "other"
HOLIDAYS = {
    "new_year": pgettext_lazy("holiday", "New Year's Day"),
    "spring": pgettext_lazy("holiday", "Spring Festival"),
    "qingming": pgettext_lazy("holiday", "Qingming Festival"),
    "labour": pgettext_lazy("holiday", "Labour Day"),
    "dragon_boat": pgettext_lazy("holiday", "Dragon Boat Festival"),
    "mid_autumn": pgettext_lazy("holiday", "Mid-Autumn Festival"),
    "national": pgettext_lazy("holiday", "National Day"),
}
"""The seven that every year has; a calendar without one of them is not whole."""
FIRST_YEAR, LAST_YEAR = 1950, 2200
MOST_DAYS = 2_000
"""Longer periods are not counted in working days by anybody; it also ends a loop that was asked for nonsense."""


class YearMissing(Refusal):
    """R-01: past the end of what was announced no statutory date is computed."""

    message = _("The calendar of %(year)s is not here, so working days in it cannot be counted.")
    remedy = _(
        "The State Council announces it in the year before, usually in November. "
        "An operator then brings it as a file under “Import”."
    )


class YearNotWhole(Refusal):
    message = _("The calendar of %(year)s lacks holidays: %(holidays)s.")
    remedy = _("An operator brings the missing rows as a file under “Import”.")


class YearOnlyExpected(Refusal):
    message = _("The calendar of %(year)s is only expected; it was not announced yet.")
    remedy = _("Once it is announced, an operator brings it as a file under “Import”.")


class PeriodOutOfRange(Refusal):
    message = _("Give a number of days from %(least)s to %(most)s.")
    field = "days"


class DayOfAnotherCentury(Refusal):
    message = _("The year must lie between %(first)s and %(last)s.")
    field = "date"


class WeekdayWorksAnyway(Refusal):
    message = _("%(date)s is a weekday; it needs no row to be a working day.")
    remedy = _("Check the date, or take the row out.")
    field = "kind"


class HolidayUnnamed(Refusal):
    message = _("A day off needs the holiday it belongs to.")
    field = "holiday"


@dataclass(frozen=True, slots=True)
class DeadlineLaw:
    """What a calendar-day period does at its ends. Both from the civil code as remembered [K], to be verified."""

    counts_start_day: bool = False
    moves_to_working_day: bool = True
    """A period that would end on a day off ends on the next working day."""


CIVIL_LAW = DeadlineLaw()


@dataclass(frozen=True, slots=True)
class Special:
    """A day on which the week's order does not hold: a day off, or a weekend day with work."""

    on: date
    kind: str
    holiday: str
    state: str = ANNOUNCED


class Calendar:
    """What is known of all years. Only announced years are counted in, unless expected ones are allowed too."""

    def __init__(self, specials: Iterable[Special], *, allow_expected: bool = False) -> None:
        self._specials = {special.on: special for special in specials}
        self._allow_expected = allow_expected
        self._named: dict[int, set[str]] = {}
        self._expected: set[int] = set()
        for special in self._specials.values():
            names = self._named.setdefault(special.on.year, set())
            if special.kind == OFF:
                names.add(special.holiday)
            if special.state == EXPECTED:
                self._expected.add(special.on.year)
        self._sound: set[int] = set()

    def years(self) -> list[int]:
        """The years of which anything is known."""
        return sorted(self._named)

    def missing_holidays(self, year: int) -> list[str]:
        """Codes of the holidays that the year's rows lack."""
        return [code for code in HOLIDAYS if code not in self._named.get(year, set())]

    def is_expected(self, year: int) -> bool:
        return year in self._expected

    def require(self, year: int) -> None:
        """Let the year be counted in. Raises `YearMissing`, `YearNotWhole`, `YearOnlyExpected`."""
        if year in self._sound:
            return
        if year not in self._named:
            raise YearMissing(year=year)
        if missing := self.missing_holidays(year):
            raise YearNotWhole(year=year, holidays="、".join(str(HOLIDAYS[code]) for code in missing))
        if year in self._expected and not self._allow_expected:
            raise YearOnlyExpected(year=year)
        self._sound.add(year)

    def special(self, on: date) -> Special | None:
        return self._specials.get(on)

    def is_working_day(self, on: date) -> bool:
        """Whether people work on that day. Raises as `require` does."""
        self.require(on.year)
        special = self._specials.get(on)
        return special.kind == WORK if special is not None else on.weekday() < 5

    def next_working_day(self, on: date) -> date:
        """`on` itself if it works, else the first day after it that does."""
        while not self.is_working_day(on):
            on += timedelta(days=1)
        return on


def _check_length(days: int, least: int) -> None:
    if not least <= days <= MOST_DAYS:
        raise PeriodOutOfRange(least=least, most=MOST_DAYS)


def add_working_days(calendar: Calendar, start_on: date, days: int) -> date:
    """The last day of a period of `days` working days that begins after `start_on`, which is not counted.

    Raises `PeriodOutOfRange` (at least 1), and as `Calendar.require` does for each year that the period touches.
    """
    _check_length(days, 1)
    on = start_on
    while days:
        on += timedelta(days=1)
        days -= calendar.is_working_day(on)
    return on


def working_days_between(calendar: Calendar, start_on: date, end_on: date) -> int:
    """How many working days lie after `start_on`, up to and with `end_on`; negative when the end lies before.

    The inverse of `add_working_days`: `working_days_between(s, add_working_days(s, n)) == n`.
    """
    if end_on < start_on:
        return -working_days_between(calendar, end_on, start_on)
    length = (end_on - start_on).days
    _check_length(length, 0)
    return sum(calendar.is_working_day(start_on + timedelta(days=number + 1)) for number in range(length))


def latest_start(calendar: Calendar, end_on: date, days: int) -> date:
    """The latest day after which `days` working days still lie up to and with `end_on`: for "at least n before"."""
    _check_length(days, 1)
    on = end_on
    while True:
        days -= calendar.is_working_day(on)
        on -= timedelta(days=1)
        if not days:
            return on


def end_of_days(calendar: Calendar, start_on: date, days: int, *, law: DeadlineLaw = CIVIL_LAW) -> date:
    """The last day of a period of `days` calendar days from `start_on`, by `law`. Raises as `add_working_days` does."""
    _check_length(days, 1)
    on = start_on + timedelta(days=days - law.counts_start_day)
    return calendar.next_working_day(on) if law.moves_to_working_day else on


def check_special(on: date, kind: str, holiday: str) -> list[Refusal]:
    """What is wrong with one row of a calendar."""
    problems: list[Refusal] = []
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        problems.append(DayOfAnotherCentury(first=FIRST_YEAR, last=LAST_YEAR))
    if kind == WORK and on.weekday() < 5:
        problems.append(WeekdayWorksAnyway(date=on.isoformat()))
    if kind == OFF and not holiday:
        problems.append(HolidayUnnamed())
    return problems
