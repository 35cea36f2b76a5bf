"""A rush: sixteen at once want places in one class, or one hot reward, against bare SQL that does the same."""

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


@measure(
    "E2",
    "orders of one hot reward per second by sixteen at once (rights, limits, trace, notices, ledger), against bare SQL",
    target="≥ 0.33",
    slow=True,
)
def e2(context: Context) -> list[Sides]:
    """Bare SQL locks the person, asks the limit, writes the order and holds the points in the ledger; stock, history and
    the check at commit are the database's own work on both sides. Anything given twice, a stock that does not add up or
    a hold without an order ends the measurement.
    """
    peer = city_of(context, "bench_redeeming")
    people = context.amount(150, 500)
    rounds = [peer.ask("redeem", people=people, clients=16, stock=people * 9 // 10) for _round in range(3)]
    return [Sides([one["service"] for one in rounds], [one["bare"] for one in rounds], "per second")]
