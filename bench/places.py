"""Rooms: sixteen who book at once against bare SQL that does the same, and the search for a free room."""

from __future__ import annotations

from .city import city_of
from .frame import Context, Sides, measure
from .peers import Peer
from .server import server


@measure(
    "V1",
    "bookings per second by sixteen at once (rights, rules, trace), against bare SQL doing the same",
    target="≥ 0.15",
    slow=True,
)
def v1(context: Context) -> list[Sides]:
    """Bare SQL locks the house, looks for another booking and writes the row; holds and history are made on both sides."""
    peer = city_of(context, "bench_rooms")
    rooms = peer.ask("lay_out_rooms", rooms=16)["rooms"]
    each = context.amount(5, 50)
    rounds = [peer.ask("book_rooms", rooms=rooms, clients=16, each=each, day=100 * number) for number in range(3)]
    return [Sides([one["service"] for one in rounds], [one["bare"] for one in rounds], "per second")]


@measure(
    "V2",
    "a search for a room that is free over a season, against asking for rooms without a booking",
    target="≤ 5",
    slow=True,
)
def v2(context: Context) -> list[Sides]:
    """Opening hours, holidays, closures, buffers and parts of rooms are what the floor does not ask. 3,000 rooms and a
    year in full. Then an evening on which all is taken, so that no room is free on every date and all must be asked.
    """
    peer = city_of(context, "bench_search")
    rooms = peer.ask("lay_out_rooms", rooms=context.amount(160, 3_000))["rooms"]
    weeks = context.amount(13, 52)
    _fill(context, _EVENINGS, rooms=rooms, weeks=weeks)
    found = _searched(peer, weeks=weeks, label="")
    _fill(context, _TAKEN, rooms=rooms, weeks=weeks)
    return found + _searched(peer, weeks=weeks, label="none free on all dates")


_FAR = 60
"""In so many weeks the year begins that is filled and searched."""

_BOOKED = """
with made as (
  insert into facilities_booking (public_id, space_id, venue_id, during, heads, group_name, purpose, is_seasonal,
    origin_kind, booked_by_id, made_at, state, said, is_excused, ended_because)
  select gen_random_uuid(), space.id, space.venue_id, tstzrange(begins, begins + interval '2 hours'), 10, 'bench', 'bench',
    true, '', (select min(id) from people_person), now(), 'confirmed', '[]', false, ''
  from facilities_space space
  cross join generate_series({first}, {last}) week
  cross join lateral (select (date_trunc('week', now() at time zone 'Asia/Shanghai') + {day}
    + (%(far)s + week) * interval '7 days' + interval '19 hours') at time zone 'Asia/Shanghai' as begins) evening
  where space.id = any(%(rooms)s) {but}
  returning id, space_id, during
)
insert into facilities_hold (booking_id, space_id, period) select id, space_id, during from made"""
_DAY = "(space.id %% 5) * interval '1 day'"
_EVENINGS = _BOOKED.format(first=0, last="%(weeks)s - 1", day=_DAY, but="")
"""A weekly evening in each room over all weeks."""
_TAKEN = _BOOKED.format(
    first="%(weeks)s / 2", last="%(weeks)s / 2", day="interval '0 days'", but="and space.id %% 5 <> 0"
)
"""One Monday on which the other rooms are taken too."""


def _fill(context: Context, statement: str, *, rooms: list[int], weeks: int) -> None:
    """Without triggers, as the holds of a room without parts are those of its bookings; then as after a night."""
    with server(context.home).connect("bench_search") as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(statement, {"rooms": rooms, "weeks": weeks, "far": _FAR})
        owner.execute("vacuum analyze")


def _searched(peer: Peer, *, weeks: int, label: str) -> list[Sides]:
    rounds = [peer.ask("search_rooms", weeks=weeks, times=3, far=_FAR) for _round in range(3)]
    searched = [1000 * one["search"] for one in rounds]
    return [
        Sides(searched, [1000 * one["floor"] for one in rounds], "ms", label=label),
        Sides(
            searched, [1000 * one["reading"] for one in rounds], "ms", target="≤ 10",
            label=f"{label}, against reading its answer of {rounds[0]['found']} rooms".removeprefix(", "),
        ),
        Sides(
            [one["queries"] for one in rounds], [1 for _one in rounds], "queries", target="≤ 1",
            label=f"{label}, queries".removeprefix(", "),
        ),
    ]  # fmt: skip
