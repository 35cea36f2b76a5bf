"""What is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from xuecheng.city import clock
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Venue


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


_FREE = """
select space.id, space.public_id, space.name_zh, space.name_en, space.capacity, space.sharing = 'shared',
       venue.public_id, venue.name_zh, venue.name_en, venue.address, territory.name_zh, territory.name_en,
       free.free_dates, space.equipment, venue.accessibility || space.accessibility
from facilities_free_spaces_v1(
  %(begins)s::timestamptz[], %(ends)s::timestamptz[], %(day_numbers)s::int[], %(days)s::date[], %(froms)s::int[],
  %(tos)s::int[], %(heads)s, %(equipment)s::varchar[], %(accessibility)s::varchar[], %(path)s, %(venue)s::bigint,
  %(most)s, %(least)s, %(limit)s, %(near)s
) free
join facilities_space space on space.id = free.id
join facilities_venue venue on venue.id = space.venue_id
join territories_territory territory on territory.id = venue.territory_id
order by free.free_dates desc, space.capacity, space.id"""
_NEAR = 5
"""So many times the rooms wanted are looked at one after the other, before all are asked at once."""


def free_spaces(search: Search) -> list[Found]:
    """Rooms that can be booked for the wish, the smallest that fits first. One query, whatever the season's length.

    It asks what `services.book_space` will ask of the place and of other bookings; quotas of the group are not counted.
    Which rooms, and how they are looked for, is in `sql/free_spaces_v1.sql`.
    """
    days = [
        (number, *part)
        for number, (begins, ends) in enumerate(search.periods)
        for part in rules.days_of(begins, ends, clock.zone())
    ]
    values: dict[str, Any] = {
        "most": rules.MOST_BUFFER_MINUTES,
        "begins": [begins for begins, _ends in search.periods],
        "ends": [ends for _begins, ends in search.periods],
        "day_numbers": [day[0] for day in days],
        "days": [day[1] for day in days],
        "froms": [day[2] for day in days],
        "tos": [day[3] for day in days],
        "heads": search.heads,
        "equipment": list(search.equipment),
        "accessibility": list(search.accessibility),
        "path": search.within.path if search.within else "",
        "venue": search.venue.pk if search.venue else None,
        "least": len(search.periods) if search.every_date else 1,
        "limit": search.limit,
        "near": _NEAR * search.limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FREE, values)
        rows = cursor.fetchall()
    return [_found(row, of=len(search.periods)) for row in rows]


def _found(row: Sequence[Any], *, of: int) -> Found:
    return Found(*[*row[:13], of, tuple(row[13]), tuple(row[14])])
