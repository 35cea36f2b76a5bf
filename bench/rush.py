"""A rush: sixteen at once enrol in one class of thirty places, against bare SQL that does the same."""

from __future__ import annotations

from .city import city_of
from .frame import Context, Sides, measure


@measure(
    "E1",
    "people enrolled per second by sixteen at once in one class (rights, rules, trace, notices), against bare SQL",
    target="≥ 0.05",
    slow=True,
)
def e1(context: Context) -> list[Sides]:
    """Bare SQL locks the class, looks who is there and writes the row; numbers, counters and history are the database's
    own work on both sides. Thirty get places, in both: anything else ends the measurement.
    """
    peer = city_of(context, "bench_rush")
    people = context.amount(160, 500)
    rounds = [peer.ask("rush", people=people, clients=16, places=30) for _round in range(3)]
    return [Sides([one["service"] for one in rounds], [one["bare"] for one in rounds], "per second")]
