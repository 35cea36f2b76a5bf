"""Rooms: sixteen who book at once against bare SQL that does the same, and the search for a free room."""

from __future__ import annotations

from .city import city_of
from .frame import Context, Sides, measure
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
    """Opening hours, holidays, closures, buffers and parts of rooms are what the floor does not ask. 3,000 rooms in full."""
    peer = city_of(context, "bench_search")
    rooms = peer.ask("lay_out_rooms", rooms=context.amount(160, 3_000))["rooms"]
    weeks = context.amount(13, 52)
    # In parts: the database's own rules look among rows whose number it would else think small.
    for first, many in ((0, 1), (1, 4), (5, weeks - 5)):
        peer.ask("fill_year", rooms=rooms, first=first, weeks=many)
        with_statistics(context, "bench_search")
    rounds = [peer.ask("search_rooms", weeks=weeks, times=3) for _round in range(3)]
    searched = [1000 * one["search"] for one in rounds]
    return [
        Sides(searched, [1000 * one["floor"] for one in rounds], "ms"),
        Sides(
            searched, [1000 * one["reading"] for one in rounds], "ms", target="≤ 10",
            label=f"against reading its answer of {rounds[0]['found']} rooms",
        ),
        Sides([one["queries"] for one in rounds], [1 for _one in rounds], "queries", label="queries", target="≤ 1"),
    ]  # fmt: skip


def with_statistics(context: Context, name: str) -> None:
    """As in a city that has run for a night."""
    with server(context.home).connect(name) as owner:
        owner.execute("analyze")
