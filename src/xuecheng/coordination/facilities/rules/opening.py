"""When a house is open: weekly hours, holidays and make-up days, teaching hours (B-05, B-06)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.city.workdays.rules import OFF, WORK, Calendar

from .conflicts import (
    DAY,
    clock_of,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """From one minute of the day to another, on a weekday (Monday is 0), during `[begins_on, ends_on)`."""

    weekday: int
    begins: int
    ends: int
    begins_on: date = date.min
    ends_on: date | None = None

    def hold_on(self, on: date) -> bool:
        return self.begins_on <= on and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class Closed:
    """A period `[begins, ends)` in which nothing is given out, and why."""

    begins: datetime
    ends: datetime | None
    why: str
    is_defect: bool = False

    def meets(self, begins: datetime, ends: datetime) -> bool:
        return self.begins < ends and (self.ends is None or begins < self.ends)


@dataclass(frozen=True, slots=True)
class Held:
    """Something stands in the way or beside: another booking of the room, of what it is part of, or of a part."""

    begins: datetime
    ends: datetime
    """Widened by its buffers."""
    used_from: datetime
    used_to: datetime
    heads: int | None = None
    """Of a shared room; None where all of it is taken."""
    space_id: int = 0


@dataclass(frozen=True, kw_only=True)
class House:
    """What the rules know of a place and one of its rooms."""

    zone: tzinfo
    hours: Sequence[Hours] = ()
    teaching: Sequence[Hours] = ()
    closures: Sequence[Closed] = ()
    opens_on_holidays: bool = False
    makeup_weekday: int | None = None
    """B-05: whose hours a make-up working day has; None leaves those of its own weekday."""
    closed_because: str | None = None
    space_closed_because: str | None = None
    needs_consent: bool = False
    has_consent: bool = False
    is_public: bool = True
    is_shared: bool = False
    capacity: int = 1
    buffer_before: int = 0
    buffer_after: int = 0


def weekday_on(on: date, calendar: Calendar, house: House) -> int | None:
    """Whose hours hold on a day: its own weekday, the chosen one of a make-up day, or None on a holiday (B-05)."""
    special = calendar.special(on)
    if special is None:
        return on.weekday()
    if special.kind == OFF and not house.opens_on_holidays:
        return None
    if special.kind == WORK and house.makeup_weekday is not None:
        return house.makeup_weekday
    return on.weekday()


def teaching_weekday(on: date, calendar: Calendar, house: House) -> int | None:
    """The same for teaching: schools rest on holidays, whether the place is open then or not."""
    special = calendar.special(on)
    return None if special is not None and special.kind == OFF else weekday_on(on, calendar, house)


def joined(hours: Iterable[Hours], weekday: int | None, on: date) -> list[tuple[int, int]]:
    """The minutes `[from, to)` of a day, in order, those that touch put together."""
    found: list[tuple[int, int]] = []
    for one in sorted((h for h in hours if h.weekday == weekday and h.hold_on(on)), key=lambda h: h.begins):
        if found and one.begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.ends))
        else:
            found.append((one.begins, one.ends))
    return found


def open_on(on: date, calendar: Calendar, house: House) -> list[tuple[int, int]]:
    """The minutes of a day in which rooms are given out: opening hours without teaching hours."""
    opening = joined(house.hours, weekday_on(on, calendar, house), on)
    for begins, ends in joined(house.teaching, teaching_weekday(on, calendar, house), on):
        opening = [
            part for a, b in opening for part in ((a, min(b, begins)), (max(a, ends), b)) if part[0] < part[1]
        ]  # fmt: skip
    return opening


def days_of(begins: datetime, ends: datetime, zone: tzinfo) -> Iterator[tuple[date, int, int]]:
    """The days that a period touches, each with its minutes `[from, to)`: midnight-crossing and all-day use too."""
    first, last = begins.astimezone(zone), ends.astimezone(zone)
    on = first.date()
    while on <= last.date():
        start = first.hour * 60 + first.minute if on == first.date() else 0
        # Seconds count as the minute they have begun.
        stop = last.hour * 60 + last.minute + (last.second > 0 or last.microsecond > 0) if on == last.date() else DAY
        if start < stop:
            yield on, start, stop
        on += timedelta(days=1)


def at_minute(on: date, minute: int, zone: tzinfo) -> datetime:
    """The instant of a minute of a day; minutes beyond the day's end lie on the next."""
    return datetime.combine(on, time.min, zone) + timedelta(minutes=minute)


def week_of(on: date) -> date:
    """The Monday of a day's week."""
    return on - timedelta(days=on.weekday())


def open_minutes(week: date, calendar: Calendar, house: House) -> int:
    """How many minutes of a week, by its Monday, rooms are given out."""
    return sum(
        ends - begins
        for number in range(7)
        for begins, ends in open_on(week + timedelta(days=number), calendar, house)
    )  # fmt: skip


class WeeklyMinutesWrong(Refusal):
    message = _("From %(begins)s to %(ends)s is no time of a day.")
    remedy = _("Write hours such as 08:30–12:00; the day ends at 24:00.")
    field = "hours"


class HoursOverlap(Refusal):
    message = _("Two times of one weekday overlap.")
    remedy = _("Join them, or end one earlier.")
    field = "hours"


def check_week(hours: Sequence[Hours]) -> None:
    """Raise `WeeklyMinutesWrong`, `HoursOverlap` for the hours of a week."""
    for one in hours:
        if not 0 <= one.begins < one.ends <= DAY:
            raise WeeklyMinutesWrong(begins=clock_of(one.begins), ends=clock_of(one.ends))
    for weekday in range(7):
        ordered = sorted((one for one in hours if one.weekday == weekday), key=lambda one: one.begins)
        if any(after.begins < before.ends for before, after in pairwise(ordered)):
            raise HoursOverlap
