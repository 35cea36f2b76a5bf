"""What speaks against a wish: the house, other bookings, quotas; and who came in time (B-01…B-09)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.city.workdays.rules import Calendar

from .conflicts import (
    LONGEST_DAYS,
    BookingInThePast,
    BufferTaken,
    ClosedOnHoliday,
    ClosedThatDay,
    ClosedThen,
    Conflict,
    DefectOpen,
    HolidaysNotKnown,
    Level,
    OutsideOpeningHours,
    PeriodEmpty,
    PeriodTooLong,
    ReserveReached,
    SchoolHasNotConsented,
    SchoolTeaches,
    SeatsTaken,
    SpaceIsClosed,
    SpaceTaken,
    TooFarAhead,
    VenueIsClosed,
    clock_of,
    local,
)
from .opening import (
    Closed,
    Held,
    House,
    days_of,
    joined,
    open_minutes,
    teaching_weekday,
    week_of,
    weekday_on,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers and levels in force (⚙)."""

    check_in_minutes: int = 15
    no_shows: int = 3
    suspension_days: int = 30
    season_days: int = 120
    reserve_percent: int = 10
    days_ahead: int = 90
    open_bookings: int = 20
    levels: Mapping[str, str] = field(default_factory=dict)

    def level_of(self, conflict: Conflict) -> Level:
        """How hard a conflict is here; what the database refuses always blocks."""
        if conflict.is_hard:
            return Level.BLOCK
        if isinstance(conflict, HolidaysNotKnown):
            return Level.WARN
        return Level(self.levels.get(conflict.reason, Level.BLOCK))


@dataclass(frozen=True, slots=True)
class Wish:
    """`[begins, ends)` for so many people."""

    begins: datetime
    ends: datetime
    heads: int
    is_seasonal: bool = False


def check_period(begins: datetime, ends: datetime, *, at: datetime) -> None:
    """Raise `PeriodEmpty`, `PeriodTooLong`, `BookingInThePast` for `[begins, ends)`. What has begun may be booked."""
    if begins >= ends:
        raise PeriodEmpty
    if ends - begins > timedelta(days=LONGEST_DAYS):
        raise PeriodTooLong(days=LONGEST_DAYS)
    if ends <= at:
        raise BookingInThePast


def conflicts_of_the_house(wish: Wish, house: House, calendar: Calendar) -> list[Conflict]:
    """What the place itself has against a period: closed for good, holiday, closure, hours, teaching (B-05, B-06)."""
    found: list[Conflict] = []
    if house.closed_because is not None:
        found.append(VenueIsClosed(why=house.closed_because))
    if house.space_closed_because is not None:
        found.append(SpaceIsClosed(why=house.space_closed_because))
    if house.needs_consent and not house.has_consent:
        found.append(SchoolHasNotConsented())
    found += [_told_closed(one, house.zone) for one in house.closures if one.meets(wish.begins, wish.ends)]
    for on, begins, ends in days_of(wish.begins, wish.ends, house.zone):
        found += _conflicts_of_the_day(on, begins, ends, house, calendar)
    return found


def _told_closed(closed: Closed, zone: tzinfo) -> Conflict:
    begins = local(closed.begins, zone)
    if closed.is_defect:
        return DefectOpen(begins=begins, why=closed.why)
    return ClosedThen(begins=begins, ends=local(closed.ends, zone) if closed.ends else "…", why=closed.why)


def _conflicts_of_the_day(on: date, begins: int, ends: int, house: House, calendar: Calendar) -> Iterator[Conflict]:
    """What speaks against the minutes `[begins, ends)` of a day."""
    day = on.isoformat()
    if on.year not in calendar.years():
        yield HolidaysNotKnown(year=on.year, date=day)
    weekday = weekday_on(on, calendar, house)
    if weekday is None:
        special = calendar.special(on)
        yield ClosedOnHoliday(date=day, holiday=special.holiday if special else "")
        return
    opening = joined(house.hours, weekday, on)
    if not opening:
        yield ClosedThatDay(date=day)
    elif not any(a <= begins and ends <= b for a, b in opening):
        yield OutsideOpeningHours(date=day, hours=_hours(opening))
    teaching = joined(house.teaching, teaching_weekday(on, calendar, house), on)
    if any(a < ends and begins < b for a, b in teaching):
        yield SchoolTeaches(date=day, hours=_hours(teaching))


def _hours(parts: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{clock_of(a)}–{clock_of(b)}" for a, b in parts)


def most_heads(held: Iterable[Held], begins: datetime, ends: datetime) -> int:
    """How many are there at one time at most, within `[begins, ends)`."""
    beside = [one for one in held if one.heads is not None and one.begins < ends and begins < one.ends]
    points = {begins, *(one.begins for one in beside if one.begins > begins)}
    return max(sum(one.heads or 0 for one in beside if one.begins <= p < one.ends) for p in points)


def widened(begins: datetime, ends: datetime, house: House) -> tuple[datetime, datetime]:
    """A period with the room's minutes before and after."""
    return begins - timedelta(minutes=house.buffer_before), ends + timedelta(minutes=house.buffer_after)


def conflict_with_others(wish: Wish, house: House, held: Iterable[Held]) -> Conflict | None:
    """The first of other bookings that stands in the way (B-01, B-02), or too few free places (B-03)."""
    begins, ends = widened(wish.begins, wish.ends, house)
    near = sorted((h for h in held if h.begins < ends and begins < h.ends), key=lambda h: h.begins)
    shared = [one for one in near if one.heads is not None]
    if house.is_shared:
        taken = most_heads(shared, begins, ends) if shared else 0
        if taken + wish.heads > house.capacity:
            return SeatsTaken(free=max(0, house.capacity - taken), capacity=house.capacity)
        near = [one for one in near if one.heads is None]
    if not near:
        return None
    other = next((h for h in near if h.used_from < wish.ends and wish.begins < h.used_to), None)
    kind = SpaceTaken if other else BufferTaken
    other = other or near[0]
    return kind(begins=local(other.used_from, house.zone), ends=local(other.used_to, house.zone))


def reserve_conflict(
    wish: Wish, house: House, calendar: Calendar, terms: Terms, *, seasonal_minutes: int
) -> Conflict | None:
    """B-08: seasonal use of a public room takes at most what the reserve leaves of its week, this wish counted in."""
    if not house.is_public or not wish.is_seasonal:
        return None
    week = week_of(wish.begins.astimezone(house.zone).date())
    length = int((wish.ends - wish.begins).total_seconds()) // 60
    if (seasonal_minutes + length) * 100 <= open_minutes(week, calendar, house) * (100 - terms.reserve_percent):
        return None
    return ReserveReached(percent=terms.reserve_percent, date=week.isoformat())


def ahead_conflict(wish: Wish, terms: Terms, *, at: datetime) -> Conflict | None:
    """Short-notice bookings are made so many days ahead at most; the season's are not bound by it (A8)."""
    if wish.is_seasonal or wish.begins <= at + timedelta(days=terms.days_ahead):
        return None
    return TooFarAhead(days=terms.days_ahead)


def suspended_until(no_shows: Sequence[datetime], terms: Terms) -> datetime | None:
    """B-07: the end of a group's suspension: so many days after the no-show that was one too many, or None.

    `no_shows` are the beginnings of bookings for which nobody came, excused ones left out. Those within a season of one
    another count together.
    """
    ordered = sorted(no_shows)
    until = None
    for number in range(terms.no_shows - 1, len(ordered)):
        first, last = ordered[number - terms.no_shows + 1], ordered[number]
        if last - first <= timedelta(days=terms.season_days):
            until = last + timedelta(days=terms.suspension_days)
    return until


def check_in_ends(begins: datetime, terms: Terms) -> datetime:
    """B-07: the instant from which a booking without check-in is released."""
    return begins + timedelta(minutes=terms.check_in_minutes)


TAKEN = (SpaceTaken, BufferTaken, SeatsTaken)
"""Conflicts that end when somebody else gives a room back: for these one may wait."""
OFFER_HOURS = 12
OFFER_MINUTES = 30


def offer_ends(at: datetime, begins: datetime, ends: datetime) -> datetime:
    """B-07: until when a room that came free is kept for whoever is asked: half a day ⚙, not beyond its begin.

    Where it begins soon, or has begun, they have half an hour ⚙; and never longer than the room itself.
    """
    longest = at + timedelta(hours=OFFER_HOURS)
    return min(max(begins, at + timedelta(minutes=OFFER_MINUTES)), longest, ends)


class CheckInTooEarly(Refusal):
    message = _("Check-in opens at %(begins)s.")


class CheckInTooLate(Refusal):
    message = _("Check-in ended at %(ends)s.")
    remedy = _("If the room is still free, book it anew.")


def check_check_in(
    begins: datetime,
    ends: datetime,
    terms: Terms,
    *,
    made_at: datetime,
    at: datetime,
    zone: tzinfo,
    is_kept: bool = False,
) -> None:
    """Raise the refusal for checking in at `at`: from as many minutes before the beginning as after it.

    Whoever books what has begun already has the minutes from then on; a room that is kept (`Booking.is_kept`) may be
    come to until the end.
    """
    opens = begins - timedelta(minutes=terms.check_in_minutes)
    if at < opens:
        raise CheckInTooEarly(begins=local(opens, zone))
    last = ends if is_kept else min(check_in_ends(max(begins, made_at), terms), ends)
    if at >= last:
        raise CheckInTooLate(ends=local(last, zone))
