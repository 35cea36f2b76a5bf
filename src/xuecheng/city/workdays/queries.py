"""Questions about the calendar: the calendar itself, and a year as pages show it."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .models import SpecialDay
from .rules import (
    HOLIDAYS,
    OFF,
    OTHER,
    WORK,
    Calendar,
    Special,
    YearMissing,
    YearNotWhole,
    YearOnlyExpected,
    add_working_days,
)


def calendar(*, allow_expected: bool = False) -> Calendar:
    """Everything that is known, for rules. One query; a few dozen rows a year."""
    rows = SpecialDay.objects.order_by("on").values_list("on", "kind", "holiday", "state")
    return Calendar((Special(*row) for row in rows), allow_expected=allow_expected)


def due_after(start_on: date, working_days: int) -> date:
    """The last day of so many working days after `start_on`. Nobody is refused for want of a calendar: while the next
    year's is not announced, weeks of five days are counted. One query."""
    try:
        return add_working_days(calendar(), start_on, working_days)
    except (YearMissing, YearNotWhole, YearOnlyExpected):
        return start_on + timedelta(days=-(-working_days * 7 // 5))


def special_days(year: int) -> list[SpecialDay]:
    """The special days of a year, in order. One query."""
    return list(SpecialDay.objects.filter(on__gte=date(year, 1, 1), on__lt=date(year + 1, 1, 1)).order_by("on"))


def years() -> list[int]:
    """The years of which something is known. One query."""
    return [on.year for on in SpecialDay.objects.dates("on", "year")]


@dataclass(frozen=True)
class Block:
    """Days off in a row of one holiday, and the weekend days that make up for them."""

    name: str
    begins_on: date
    ends_on: date
    length: int
    makes_up: tuple[date, ...]


@dataclass(frozen=True)
class Cell:
    """A day of the month grid; None stands for the empty places of a week. `mark` is "", "off" or "work"."""

    on: date
    mark: str
    name: str
    is_weekend: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    first_on: date
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


@dataclass(frozen=True)
class Year:
    """A year as its page shows it."""

    year: int
    months: tuple[Month, ...]
    blocks: tuple[Block, ...]
    working_days: int
    makes_up: int
    missing: tuple[str, ...]
    is_known: bool
    is_expected: bool
    sources: tuple[str, ...]


def year_shown(year: int, *, today: date) -> Year:
    """One year: its grid, its holidays, its state. One query."""
    rows = special_days(year)
    known = Calendar([Special(row.on, row.kind, row.holiday, row.state) for row in rows], allow_expected=True)
    missing = known.missing_holidays(year)
    months = tuple(_month(year, number, known, rows, today, is_known=not missing) for number in range(1, 13))
    return Year(
        year=year,
        months=months,
        blocks=tuple(_blocks(rows)),
        working_days=sum(month.working_days for month in months),
        makes_up=sum(row.kind == WORK for row in rows),
        missing=tuple(str(HOLIDAYS[code]) for code in missing),
        is_known=not missing,
        is_expected=known.is_expected(year),
        sources=tuple(dict.fromkeys(row.source for row in rows)),
    )


def _month(
    year: int, number: int, known: Calendar, rows: Iterable[SpecialDay], today: date, *, is_known: bool
) -> Month:
    names = {row.on: row.get_holiday_display() for row in rows if row.holiday}
    weeks = []
    working = 0
    for week in Weeks().monthdatescalendar(year, number):
        cells: list[Cell | None] = []
        for on in week:
            if on.month != number:
                cells.append(None)
                continue
            special = known.special(on)
            mark = special.kind if special else ""
            working += is_known and known.is_working_day(on)
            cells.append(Cell(on, mark, names.get(on, ""), on.weekday() >= 5, on == today))
        weeks.append(tuple(cells))
    return Month(first_on=date(year, number, 1), weeks=tuple(weeks), working_days=working)


def _blocks(rows: list[SpecialDay]) -> list[Block]:
    """Consecutive days off as one block, named by their holidays in order; make-up days go with their holiday."""
    groups: list[list[SpecialDay]] = []
    for row in (row for row in rows if row.kind == OFF):
        if groups and groups[-1][-1].on == row.on - timedelta(days=1):
            groups[-1].append(row)
        else:
            groups.append([row])
    found = []
    for group in groups:
        codes = {row.holiday for row in group} - {OTHER}
        makes_up = tuple(row.on for row in rows if row.kind == WORK and row.holiday in codes)
        names = dict.fromkeys(str(row.get_holiday_display()) for row in group)
        found.append(Block("、".join(names), group[0].on, group[-1].on, len(group), makes_up))
    return found
