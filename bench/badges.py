"""Issuing credentials by the job of a course, against signing alone; revoking among a million, against among few."""

from __future__ import annotations

from psycopg import Connection

from .city import city_of
from .frame import Context, Sides, alternate, measure
from .peers import Peer
from .server import server


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
    people = context.amount(300, 10_000)
    peer = city_of(context, "bench_badges", residents=people)
    peer.ask("learn", first=0, people=people, each=1)
    found = peer.ask("issue", most=context.amount(300, 2_000))
    return [Sides([found["job"]], [found["bare"]], "per second")]


FEW = 1_000
IN_ONE_LIST = 62_500
"""Nearly as many as a list gives away, and a 16th of a million."""
EACH_REVOKED = 50


@measure(
    "C5",
    "revoking a credential and reading the signed page of its list (ms), in a city with a million credentials, against"
    " one with a thousand; and drawing 50 places in such a list",
    target="≤ 1.5",
    slow=True,
)
def c5(context: Context) -> list[Sides]:
    """One in fifty does not hold already. That the page which is read tells of the revocation is part of the work."""
    many = context.amount(IN_ONE_LIST, 16 * IN_ONE_LIST)
    large, small = _with_credentials(context, "bench_status", many), _with_credentials(context, "bench_status_few", FEW)
    times = context.size(10, 50)
    found = []
    for verb, label in (("revoke", "revoked and read"), ("draw", "places drawn")):
        ours, few = alternate(
            lambda _number, verb=verb: 1000 * large.ask(verb, times=times)["seconds"],
            lambda _number, verb=verb: 1000 * small.ask(verb, times=times)["seconds"],
        )
        found.append(Sides(ours, few, "ms", label=label))
    return found


def _with_credentials(context: Context, name: str, count: int) -> Peer:
    """A city in which so many credentials were issued by one institution, in as many lists as they need."""
    peer = city_of(context, name)
    peer.ask("learn", first=0, people=2, each=1)
    peer.ask("issue", most=1)
    with server(context.home).connect(name) as owner, owner.transaction():
        # What triggers would look at row by row is made so that it holds; the verbs that are measured have them all.
        owner.execute("set local session_replication_role = replica")
        for first in range(0, count, IN_ONE_LIST):
            _fill(owner, first, min(IN_ONE_LIST, count - first))
    with server(context.home).connect(name) as owner:
        owner.execute("analyze badges_badge, badges_statuslist")
    return peer


def _fill(owner: Connection, first: int, count: int) -> None:
    bits = bytearray(131_072 // 8)
    for place in range(0, count, EACH_REVOKED):
        bits[place // 8] |= 1 << (7 - place % 8)
    owner.execute("update badges_statuslist set used = 65536 where number = 1")
    made = owner.execute(
        "insert into badges_statuslist (issuer_id, number, revoked, suspended, used, version, changed_at)"
        " select issuer_id, (select max(number) + 1 from badges_statuslist), %s, %s, %s, 1, now()"
        " from badges_badge order by id limit 1 returning id",
        [bytes(bits), bytes(len(bits)), count],
    ).fetchone()
    # Nobody moves a credential of their own.
    desk = owner.execute("select asked_by_id from badges_batch order by id limit 1").fetchone()
    owner.execute(
        """
        insert into badges_badge (public_id, learner_id, issuer_id, achievement_id, certifies, record_id, postings,
            version, credits, awarded_on, with_name, document, key_id, status_list_id, status_index, how, issued_at,
            state, state_since, why, by_decision)
        select gen_random_uuid(), r.keys[1 + n %% cardinality(r.keys)], b.issuer_id, b.achievement_id,
            gen_random_uuid(), %(first)s + n, array[gen_random_uuid()], 1, 100, b.awarded_on, false, '{}', b.key_id,
            %(list)s, n, 'officer', now(), case when n %% %(each)s = 0 then 'revoked' else 'valid' end, now(),
            case when n %% %(each)s = 0 then 'bench' else '' end, false
        from generate_series(0, %(count)s - 1) n, (select * from badges_badge order by id limit 1) b,
            (select array_agg(id) as keys from people_person where is_fictional and id <> %(desk)s) r
        """,
        {
            "first": first,
            "count": count,
            "each": EACH_REVOKED,
            "list": made[0] if made else None,
            "desk": desk[0] if desk else None,
        },
    )
