"""Who is in which room when, and what groups have ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import (
    Booking,
    BookingSeries,
    Hold,
    LoanUse,
    Space,
    Venue,
)

from .acts import SEE
from .places import level_of, terms_on


def held(space: Space, *, begins: datetime, ends: datetime) -> list[rules.Held]:
    """What is taken of a room and its parts within a period. One query."""
    rows = Hold.objects.filter(space__path__startswith=space.path, period__overlap=TimestamptzRange(begins, ends))
    found = rows.values_list("period", "booking__during", "heads", "space_id").order_by("period")
    return [
        rules.Held(period.lower, period.upper, used.lower, used.upper, heads, space_id)
        for period, used, heads, space_id in found
    ]


def seasonal_minutes(space: Space, *, begins: datetime, ends: datetime) -> dict[date, int]:
    """How many minutes of each week, by its Monday, the season has of a room already (B-08). One query."""
    found: dict[date, int] = {}
    rows = Booking.objects.filter(
        space=space, state=Booking.State.CONFIRMED, is_seasonal=True, during__overlap=TimestamptzRange(begins, ends)
    )
    for during in rows.values_list("during", flat=True):
        week = rules.week_of(clock.date_of(during.lower))
        found[week] = found.get(week, 0) + int((during.upper - during.lower).total_seconds()) // 60
    return found


def bookings_of_group(*, venue: Venue, organisation: Organisation | None, name: str) -> QuerySet[Booking]:
    """Bookings of a group: of an organisation all over the city, of a named group at places of the same owner."""
    if organisation is not None:
        return Booking.objects.filter(group_organisation=organisation)
    return Booking.objects.filter(group_name=name, venue__owner=venue.owner_id)


@dataclass(frozen=True)
class GroupRecord:
    """What a group has ahead, and when it did not come."""

    ahead: int
    no_shows: tuple[datetime, ...]


def record_of_group(
    *, venue: Venue, organisation: Organisation | None, name: str, at: datetime, terms: rules.Terms
) -> GroupRecord:
    """Two queries."""
    mine = bookings_of_group(venue=venue, organisation=organisation, name=name)
    ahead = mine.filter(
        state__in=[Booking.State.CONFIRMED, Booking.State.PROPOSED],
        is_seasonal=False,
        during__startswith__gt=at,
    ).count()
    since = at - timedelta(days=terms.season_days + terms.suspension_days)
    missed = mine.filter(state=Booking.State.RELEASED, is_excused=False, during__startswith__gte=since)
    return GroupRecord(ahead, tuple(one.lower for one in missed.values_list("during", flat=True)))


@dataclass(frozen=True)
class Block:
    """A booking in the timetable; what it is for is told to those only who may see bookings."""

    begins: str
    ends: str
    purpose: str
    group: str
    public_id: Any
    is_part: bool
    """Whether it is the room around it that is booked."""
    is_checked_in: bool


@dataclass(frozen=True)
class Row:
    """A room and its days of a week."""

    space: Space
    days: tuple[tuple[Block, ...], ...]

    @property
    def is_free(self) -> bool:
        """Whether nothing at all is in the week."""
        return not any(self.days)


def timetable(venue: Venue, *, week: date, viewer: Standing, spaces: Sequence[Space]) -> list[Row]:
    """A week of a place by its Monday: each room, each day, what it is taken by. One query.

    Purpose and group are told to those who may see the bookings of the place.
    """
    may_see = viewer.may(SEE, venue.access_scope())
    zone = clock.zone()
    begins = rules.at_minute(week, 0, zone)
    ends = rules.at_minute(week, 7 * rules.DAY, zone)
    rows = Hold.objects.filter(space__venue=venue, booking__during__overlap=TimestamptzRange(begins, ends))
    found: dict[tuple[int, int], list[Block]] = {}
    for one in rows.select_related("booking__group_organisation").order_by("booking__during", "pk"):
        booking = one.booking
        for on, start, stop in rules.days_of(booking.during.lower, booking.during.upper, zone):
            number = (on - week).days
            if 0 <= number < 7:
                block = Block(
                    begins=rules.clock_of(start),
                    ends=rules.clock_of(stop),
                    purpose=booking.purpose if may_see else "",
                    group=booking.group if may_see else "",
                    public_id=booking.public_id if may_see else None,
                    is_part=booking.space_id != one.space_id,
                    is_checked_in=may_see and booking.checked_in_at is not None,
                )
                found.setdefault((one.space_id, number), []).append(block)
    return [Row(space, tuple(tuple(found.get((space.pk, day), ())) for day in range(7))) for space in spaces]


def bookings(viewer: Standing, *, venue: Venue | None = None, state: str = "") -> QuerySet[Booking]:
    """Bookings whose place the viewer may see into, or to whose unit the room is lent; unordered."""
    there = visible(viewer, SEE, organisation="owner", territory="territory")
    lent = visible(viewer, SEE, organisation="loan__borrower", territory="loan__borrower__territory")
    # Two sets of keys, each small or nearly everything: as one condition over the joins neither has an index.
    found = Booking.objects.filter(
        Q(venue__in=Venue.objects.filter(there).values("pk")) | Q(pk__in=LoanUse.objects.filter(lent).values("booking"))
    )
    if venue is not None:
        found = found.filter(venue=venue)
    if state:
        found = found.filter(state=state)
    return found.select_related("space", "venue__owner", "venue__territory", "group_organisation", "series")


def booking_by_id(public_id: Any) -> Booking | None:
    """A booking with its room and place. One query."""
    found = Booking.objects.select_related(
        "space", "venue__owner", "venue__territory", "group_organisation", "series", "booked_by"
    )
    return found.filter(public_id=public_id).first()


def series_by_id(public_id: Any) -> BookingSeries | None:
    """A series with its room and place. One query."""
    found = BookingSeries.objects.select_related(
        "space", "venue__owner", "venue__territory", "group_organisation", "booked_by"
    )
    return found.filter(public_id=public_id).first()


def missed(*, at: datetime) -> QuerySet[Booking]:
    """Confirmed bookings that have begun without check-in; whether the time is over, the terms of their place say.

    None that are kept: a class does not lose its room because nobody touched a screen.
    """
    return Booking.objects.filter(
        origin_kind="",
        state=Booking.State.CONFIRMED,
        checked_in_at__isnull=True,
        during__overlap=TimestamptzRange(at - timedelta(days=rules.LONGEST_DAYS), at),
        during__startswith__lte=at,
    ).select_related("venue__owner", "venue__territory", "space")


def may_come(booking: Booking, *, at: datetime) -> bool:
    """Whether check-in is open (B-07). One query."""
    terms = terms_on(level_of(booking.venue), clock.date_of(at))
    try:
        rules.check_check_in(
            booking.begins_at, booking.ends_at, terms, made_at=booking.made_at, at=at, zone=clock.zone(),
            is_kept=booking.is_kept,
        )  # fmt: skip
    except Refusal:
        return False
    return True
