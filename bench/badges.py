"""Issuing credentials by the job of a course, against signing the same documents and nothing else."""

from __future__ import annotations

from .city import city_of
from .frame import Context, Sides, measure


@measure(
    "C4",
    "credentials issued per second by a job (lines, achievements, places in lists, signature, rows, history, notices),"
    " against making and signing the same documents alone",
    target="≥ 0.5",
    slow=True,
)
def c4(context: Context) -> list[Sides]:
    """10,000 learners with one record each at full size. The floor is the canonical form (RDFC-1.0 by PyLD), its hash
    and Ed25519 over the very documents that the job wrote: what no issuer of `eddsa-rdfc-2022` can do without.
    """
    peer = city_of(context, "bench_badges")
    people = context.amount(300, 10_000)
    peer.ask("learn", first=0, people=people, each=1)
    found = peer.ask("issue", most=context.amount(300, 2_000))
    return [Sides([found["job"]], [found["bare"]], "per second")]
