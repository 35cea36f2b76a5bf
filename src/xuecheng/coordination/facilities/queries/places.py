"""Places as they are: what is where, its rooms, hours, closures and terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.workdays import queries as workdays
from xuecheng.city.workdays.rules import Calendar
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import (
    Closure,
    Space,
    Terms,
    Venue,
    WeeklyHours,
)

from .acts import KEEP


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


def days_together(week: Iterable[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """(first weekday, last weekday, hours): days that follow one another with the same hours are told once."""
    found: list[tuple[int, int, str]] = []
    for weekday, words in week:
        if found and found[-1][1] == weekday - 1 and found[-1][2] == words:
            found[-1] = (found[-1][0], weekday, words)
        else:
            found.append((weekday, weekday, words))
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
