"""Questions of places: what is where, what is free, who is in which room when. Each says how many queries it asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.workdays import queries as workdays
from xuecheng.city.workdays.rules import Calendar

from . import rules, sql
from .models import Booking, BookingSeries, Closure, Hold, Space, Terms, Venue, WeeklyHours

SEE = "facilities.see_bookings"
KEEP = "facilities.keep_venue"
BOOK = "facilities.book_space"
TERMS = "facilities.set_terms"


def venues(
    *,
    text: str = "",
    kind: str = "",
    within: Territory | None = None,
    accessibility: Iterable[str] = (),
    state: str = "",
    keeper: Standing | None = None,
) -> QuerySet[Venue]:
    """Places, narrowed; unordered. With `keeper`, only those that they keep. Everybody may know what is where."""
    found = Venue.objects.select_related("owner", "territory")
    if text:
        found = found.filter(Q(name_zh__contains=text) | Q(name_en__icontains=text) | Q(address__contains=text))
    if kind:
        found = found.filter(kind=kind)
    if within is not None:
        found = found.filter(territory__path__startswith=within.path)
    if wanted := list(accessibility):
        found = found.filter(accessibility__contains=wanted)
    if state:
        found = found.filter(state=state)
    if keeper is not None:
        found = found.filter(visible(keeper, KEEP, organisation="owner", territory="territory"))
    return found


def with_rooms(found: QuerySet[Venue]) -> QuerySet[Venue]:
    """The same, each with how many rooms it has."""
    return found.annotate(rooms=Count("spaces"))


def by_id(public_id: Any) -> Venue | None:
    """A place with its owner and territory. One query."""
    return Venue.objects.select_related("owner", "territory").filter(public_id=public_id).first()


def space_by_id(public_id: Any) -> Space | None:
    """A room with its place. One query."""
    found = Space.objects.select_related("venue__owner", "venue__territory", "parent")
    return found.filter(public_id=public_id).first()


def spaces_of(venue: Venue) -> list[Space]:
    """The rooms of a place, each after the room it is part of. One query."""
    rows = {one.pk: one for one in Space.objects.filter(venue=venue).select_related("parent")}
    return sorted(rows.values(), key=lambda one: [(rows[pk].name_zh, pk) for pk in one.line_ids()])


def level_of(venue: Venue) -> str:
    """At which level of the network a place counts: its owner's tier, else the level of where it lies."""
    if venue.owner.tier:
        return venue.owner.tier
    levels = {Level.CITY: Terms.NetworkLevel.CITY, Level.DISTRICT: Terms.NetworkLevel.DISTRICT}
    return levels.get(Level(venue.territory.level), Terms.NetworkLevel.STREET)


def terms_on(level: str, on: date) -> rules.Terms:
    """The terms in force at a level on a day; before anybody set any, those the house ships. One query."""
    found = Terms.objects.filter(level=level, begins_on__lte=on).order_by("-begins_on").first()
    return found.numbers() if found else rules.Terms()


def terms_known() -> list[Terms]:
    """All versions of all levels, the newest first. One query."""
    return list(Terms.objects.order_by("level", "-begins_on"))


def calendar() -> Calendar:
    """Working days, expected years too: what is only expected is better known than not. One query."""
    return workdays.calendar(allow_expected=True)


def hours_of(venue: Venue) -> list[WeeklyHours]:
    """All hours that a place has, had and will have, in the order of the week. One query."""
    return list(WeeklyHours.objects.filter(venue=venue).order_by("weekday", "minutes"))


def week_in_words(hours: Iterable[WeeklyHours], *, use: str, on: date) -> list[tuple[int, str]]:
    """(weekday, `08:30–12:00, 14:00–21:00`) of the hours in force on a day; days without are left out."""
    held = _as_hours(hours, use)
    found = []
    for weekday in range(7):
        parts = rules.joined(held, weekday, on)
        if parts:
            found.append((weekday, ", ".join(f"{rules.clock_of(a)}–{rules.clock_of(b)}" for a, b in parts)))
    return found


def closures_of(venue: Venue, *, at: datetime) -> list[Closure]:
    """Closures and defects that are not over. One query."""
    found = Closure.objects.filter(venue=venue, during__overlap=TimestamptzRange(at, None))
    return list(found.select_related("space").order_by("during", "pk"))


def _as_hours(rows: Iterable[WeeklyHours], use: str) -> list[rules.Hours]:
    return [
        rules.Hours(row.weekday, row.minutes.lower, row.minutes.upper, row.during.lower or date.min, row.during.upper)
        for row in rows
        if row.use == use
    ]


def house_of(space: Space, *, begins: datetime, ends: datetime) -> rules.House:
    """What the rules know of a room within a period. Two queries.

    A closure of a room around it closes it, and one of a part of it too: not all of it could be given.
    """
    venue = space.venue
    hours = hours_of(venue)
    closures = Closure.objects.filter(venue=venue, during__overlap=TimestamptzRange(begins, ends)).filter(
        Q(space__isnull=True) | Q(space__in=space.line_ids()) | Q(space__path__startswith=space.path)
    )
    return rules.House(
        zone=clock.zone(),
        hours=_as_hours(hours, WeeklyHours.Use.OPEN),
        teaching=_as_hours(hours, WeeklyHours.Use.TEACHING) if venue.is_school else (),
        closures=[
            rules.Closed(one.during.lower, one.during.upper, one.reason, one.kind == Closure.Kind.DEFECT)
            for one in closures.order_by("during", "pk")
        ],
        opens_on_holidays=venue.opens_on_holidays,
        makeup_weekday=venue.makeup_weekday,
        closed_because=venue.closed_because if venue.state == Venue.State.CLOSED else None,
        space_closed_because=space.closed_because or None,
        needs_consent=venue.is_school,
        has_consent=venue.has_consent,
        is_public=venue.is_public,
        is_shared=space.is_shared,
        capacity=space.capacity,
        buffer_before=space.buffer_before,
        buffer_after=space.buffer_after,
    )


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


def days_together(week: Iterable[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """(first weekday, last weekday, hours): days that follow one another with the same hours are told once."""
    found: list[tuple[int, int, str]] = []
    for weekday, words in week:
        if found and found[-1][1] == weekday - 1 and found[-1][2] == words:
            found[-1] = (found[-1][0], weekday, words)
        else:
            found.append((weekday, weekday, words))
    return found


# What is free


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for: a room for so many, with that, there, at these periods."""

    periods: Sequence[tuple[datetime, datetime]]
    heads: int = 1
    equipment: Sequence[str] = ()
    accessibility: Sequence[str] = ()
    within: Territory | None = None
    venue: Venue | None = None
    every_date: bool = True
    """Only rooms that are free on all dates; else those that are free on one at least, the most dates first."""
    limit: int = 40


@dataclass(frozen=True)
class Found:
    """A room that is free, on how many of the dates, and what its page needs."""

    space_id: int
    space_public_id: Any
    name_zh: str
    name_en: str
    capacity: int
    is_shared: bool
    venue_public_id: Any
    venue_zh: str
    venue_en: str
    address: str
    territory_zh: str
    territory_en: str
    free: int
    of: int
    equipment: tuple[str, ...] = field(default=())
    accessibility: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return _in_language(self.name_zh, self.name_en)

    @property
    def venue(self) -> str:
        return _in_language(self.venue_zh, self.venue_en)

    @property
    def territory(self) -> str:
        return _in_language(self.territory_zh, self.territory_en)


def _in_language(zh: str, en: str) -> str:
    return en if get_language() == "en" and en else zh


FREE = sql.text("free_spaces.sql")


def free_spaces(search: Search) -> list[Found]:
    """Rooms that can be booked for the wish, the smallest that fits first. One query, whatever the season's length.

    It asks what `services.book_space` will ask of the place and of other bookings; quotas of the group are not counted.
    """
    days = [
        (number, *part)
        for number, (begins, ends) in enumerate(search.periods)
        for part in rules.days_of(begins, ends, clock.zone())
    ]
    values: dict[str, Any] = {
        "most": rules.MOST_BUFFER_MINUTES,
        "numbers": list(range(len(search.periods))),
        "begins": [begins for begins, _ends in search.periods],
        "ends": [ends for _begins, ends in search.periods],
        "day_numbers": [day[0] for day in days],
        "days": [day[1] for day in days],
        "froms": [day[2] for day in days],
        "tos": [day[3] for day in days],
        "heads": search.heads,
        "equipment": list(search.equipment),
        "accessibility": list(search.accessibility),
        "no_equipment": not search.equipment,
        "no_accessibility": not search.accessibility,
        "anywhere": search.within is None,
        "path": f"{search.within.path}%" if search.within else "%",
        "venue": search.venue.pk if search.venue else None,
        "least": len(search.periods) if search.every_date else 1,
        "limit": search.limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(FREE, values)
        rows = cursor.fetchall()
    return [_found(row, of=len(search.periods)) for row in rows]


def _found(row: Sequence[Any], *, of: int) -> Found:
    return Found(*[*row[:13], of, tuple(row[13]), tuple(row[14])])


# Who is in which room when


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
    """Bookings whose place the viewer may see into; unordered."""
    found = Booking.objects.filter(visible(viewer, SEE, organisation="venue__owner", territory="venue__territory"))
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
