"""Exchange: sixteen at once let credits count at another institution, against bare SQL that does the same."""

from __future__ import annotations

from .city import city_of
from .frame import Context, Sides, measure


@measure(
    "C1",
    "exchanges per second by sixteen at once (rights, rules, trace, notices), against bare SQL doing the same",
    target="≥ 0.33",
    slow=True,
)
def c1(context: Context) -> list[Sides]:
    """An agreement decides by itself: the credits are held, taken and given. Bare SQL locks the learner, looks what is
    used, writes the rows and calls the same three functions of the ledger; holds and history are made on both sides.
    """
    peer = city_of(context, "bench_exchange")
    learners = context.amount(80, 160)
    peer.ask("learn", first=0, people=learners, each=12)
    rounds = [peer.ask("exchange", clients=16, turn=turn) for turn in range(3)]
    return [Sides([one["service"] for one in rounds], [one["bare"] for one in rounds], "per second")]
