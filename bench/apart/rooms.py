"""Rooms of the whole product: booked by many at once, and searched among a year of bookings."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

from .worked import worked

_HOUR = timedelta(hours=1)


def _keeper() -> Any:
    from xuecheng.city.access.queries import Holding, Standing
    from xuecheng.city.access.rules import ROLES
    from xuecheng.city.people.models import Person
    from xuecheng.city.territories.models import Territory

    city = Territory.objects.get(level="city", is_current=True)
    everywhere = Holding(
        public_id="bench", role="operator", organisation_id=None, organisation_name_zh="", organisation_name_en="",
        territory_path=city.path, acts=ROLES["operator"].acts,
    )  # fmt: skip
    return Standing(person=Person.objects.order_by("pk")[0], holdings=(everywhere,))


def lay_out(*, rooms: int) -> dict[str, Any]:
    """Houses of eight rooms each, open at all hours of all days; the rooms are told by their keys."""
    from xuecheng.city.ids import uuid7
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.coordination.facilities import rules, services

    keeper = _keeper()
    owner = Organisation.objects.select_related("territory").get(code="LW-SQXY")
    week = [rules.Hours(day, 0, rules.DAY) for day in range(7)]
    keys = []
    for number in range(rooms // 8 or 1):
        facts = services.VenueFacts(
            kind="college", name_zh=f"楼{number}", territory=owner.territory, address="1号", opens_on_holidays=True
        )
        venue = services.create_venue(actor=keeper, public_id=uuid7(), owner=owner, facts=facts, why="bench")
        services.set_hours(actor=keeper, venue=venue, use="open", week=week, from_on=date(2020, 1, 1), why="bench")
        for nth in range(8):
            room = services.SpaceFacts(name_zh=f"室{nth}", capacity=20 + nth * 10)
            made = services.add_space(
                actor=keeper, public_id=uuid7(), venue=venue, parent=None, facts=room, why="bench"
            )
            keys.append(made.pk)
    return {"rooms": keys}


def book_rooms(*, rooms: list[int], clients: int, each: int, day: int) -> dict[str, Any]:
    """Bookings a second of so many at once, each at times of its own: by the service, and by bare SQL doing the same."""
    from xuecheng.city import clock
    from xuecheng.coordination.facilities.models import Space

    found = list(Space.objects.select_related("venue__owner", "venue__territory").filter(pk__in=rooms[:clients]))
    spaces = [found[number % len(found)] for number in range(clients)]
    keeper, at = _keeper(), clock.now()
    rates = {}
    for nth, (name, work) in enumerate((("service", _by_service), ("bare", _by_sql))):
        first = at + timedelta(days=day + 1) + timedelta(hours=nth * clients * each)
        start = Barrier(clients + 1)
        calls = [
            partial(_go, start, work, keeper, space, begins=first + number * each * _HOUR, each=each, at=at)
            for number, space in enumerate(spaces)
        ]
        with ThreadPoolExecutor(clients) as pool:
            going = [pool.submit(call) for call in calls]
            start.wait()
            began = time.perf_counter()
            for one in going:
                one.result()
            rates[name] = clients * each / (time.perf_counter() - began)
    return rates


def _go(start: Barrier, work: Any, keeper: Any, space: Any, *, begins: datetime, each: int, at: datetime) -> None:
    from django.db import connection

    try:
        connection.ensure_connection()
        start.wait()
        for number in range(each):
            work(keeper, space, begins + number * _HOUR, at)
    finally:
        connection.close()


def _by_service(keeper: Any, space: Any, begins: datetime, at: datetime) -> None:
    from xuecheng.city.ids import uuid7
    from xuecheng.coordination.facilities import services

    public_id: UUID = uuid7()
    services.book_space(
        actor=keeper, public_id=public_id, space=space, begins_at=begins, ends_at=begins + _HOUR, at=at,
        wanted=services.Wanted(heads=10, purpose="bench", group_name=str(public_id), is_seasonal=True),
    )  # fmt: skip


_BARE = """
insert into facilities_booking (public_id, space_id, venue_id, during, heads, group_name, purpose, is_seasonal,
  origin_kind, booked_by_id, made_at, state, said, is_excused, ended_because)
select %s, %s, %s, tstzrange(%s, %s), 10, %s, 'bench', true, '', %s, %s, 'confirmed', '[]', false, ''
where not exists (select from facilities_hold where space_id = %s and period && tstzrange(%s, %s))"""


def _by_sql(keeper: Any, space: Any, begins: datetime, at: datetime) -> None:
    """The lock, the look at other bookings, the row; its holds and history are the database's own work on both sides."""
    from django.db import connection, transaction

    from xuecheng.city.ids import uuid7

    public_id, ends = uuid7(), begins + _HOUR
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select 1 from facilities_venue where id = %s for no key update", [space.venue_id])
        cursor.execute(
            _BARE,
            [
                public_id,
                space.pk,
                space.venue_id,
                begins,
                ends,
                str(public_id),
                keeper.person.pk,
                at,
                space.pk,
                begins,
                ends,
            ],
        )


# What the search cannot be cheaper than: rooms of the size without a booking then, nothing else asked.
_FLOOR = """
select count(*) from (
  select space.id from facilities_space space cross join unnest(%s::timestamptz[], %s::timestamptz[]) as wish(b, e)
  where space.capacity >= %s and not exists (
    select from facilities_hold hold where hold.space_id = space.id and hold.period && tstzrange(wish.b, wish.e))
  group by space.id
) free"""


# What reading the answer costs by itself, where its rooms are known.
_READING = """
select space.id, space.public_id, space.name_zh, space.name_en, space.capacity, venue.public_id, venue.name_zh,
  venue.name_en, venue.address, territory.name_zh, territory.name_en, space.equipment
from facilities_space space
join facilities_venue venue on venue.id = space.venue_id
join territories_territory territory on territory.id = venue.territory_id
where space.public_id = any(%s) order by space.capacity, space.id"""


def search_rooms(*, weeks: int, times: int, far: int) -> dict[str, Any]:
    """Median seconds of processor time: of a search over a season of so many weeks that begins in `far` weeks, of the
    barest question about it, and of reading its answer alone; how many queries it asks, and how many rooms it finds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xuecheng.city import clock
    from xuecheng.coordination.facilities import queries, rules

    monday = rules.week_of(clock.today()) + timedelta(weeks=far)
    periods = [
        (rules.at_minute(monday + timedelta(weeks=n), 1140, clock.zone()), rules.at_minute(monday + timedelta(weeks=n), 1260, clock.zone()))
        for n in range(weeks)
    ]  # fmt: skip
    search = queries.Search(periods=periods, heads=30, every_date=False)
    taken: dict[str, list[float]] = {"search": [], "floor": [], "reading": []}
    with CaptureQueriesContext(connection) as asked:
        answer = queries.free_spaces(search)
    if not answer:
        raise RuntimeError("the search found no room: there is nothing to compare it with")
    with connection.cursor() as cursor:
        for _round in range(times):
            began = worked()
            queries.free_spaces(search)
            searched = worked()
            cursor.execute(_FLOOR, [[b for b, _e in periods], [e for _b, e in periods], 30])
            cursor.fetchall()
            floored = worked()
            cursor.execute(_READING, [[one.space_public_id for one in answer]])
            cursor.fetchall()
            taken["search"].append((searched - began) / 1e9)
            taken["floor"].append((floored - searched) / 1e9)
            taken["reading"].append((worked() - floored) / 1e9)
    return {name: statistics.median(found) for name, found in taken.items()} | {
        "queries": len(asked),
        "found": len(answer),
    }
