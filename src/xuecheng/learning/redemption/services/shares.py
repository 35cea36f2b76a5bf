"""Which accounts bear the points of an order: nearly always one, after a merge as many as the points lie on (C-40).

The order's own account bears first, then its parts in their order; what goes back goes to the last one first. Whoever
calls has locked the order. Several books are locked in the house's order before the first of them moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.redemption import queries, rules
from xuecheng.learning.redemption.models import Part, Redemption

from . import books


class Share(NamedTuple):
    """Points (hundredths) that one account bears."""

    learner_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Bearer:
    """One account of an order: the hold that runs, what is left of it, and what was taken and not given back."""

    learner_id: int
    hold: UUID
    left: int
    kept: int
    part: Part | None


@dataclass(frozen=True, slots=True)
class Taking:
    """What a hand-over does to one bearer: the hold ends, `taken` goes to the provider, `rest` is held anew."""

    bearer: Bearer
    taken: int
    rest: int
    again: UUID | None


def choose(keys: Sequence[int], unit: int, amount: int) -> list[Share]:
    """Which accounts of a person bear `amount`: one alone if any can, else all there is, the kept account first.

    Where the sum of all is too little, the kept account, whose refusal says so.
    """
    if len(keys) == 1:
        return [Share(keys[0], amount)]
    free = [queries.points_free([key], unit) for key in keys]
    alone = next((key for key, points in zip(keys, free, strict=True) if points >= amount), None)
    if alone is not None or sum(free) < amount:
        return [Share(keys[0] if alone is None else alone, amount)]
    shares = zip(keys, rules.spread(amount, free), strict=True)
    return [Share(key, points) for key, points in shares if points]


def hold(row: Redemption, shares: Sequence[Share], *, unit: int, actor: int, at: datetime) -> None:
    """Set aside what a new order costs. Raises `CreditsInsufficient` and what else the ledger refuses with."""
    first, *others = shares
    assert row.hold is not None, "it costs points"
    parts = [
        Part.objects.create(
            redemption=row, learner_id=one.learner_id, points=one.points,
            hold=books.hold_key(row.public_id, f"0/{one.learner_id}", at=at),
        )
        for one in others
    ]  # fmt: skip
    _lock([first.learner_id, *(one.learner_id for one in parts)])
    accounts = books.accounts_of(first.learner_id, unit)
    books.hold(row.hold, accounts=accounts, amount=first.points, ref=row.pk, actor=actor, at=at)
    for part in parts:
        accounts = books.accounts_of(part.learner_id, unit)
        books.hold(part.hold, accounts=accounts, amount=part.points, ref=row.pk, actor=actor, at=at)


def bearers_of(row: Redemption) -> list[Bearer]:
    """The accounts of an order, as it stands before what is being done to it."""
    if row.hold is None:
        return []
    parts = sorted(row.parts.all(), key=lambda one: one.pk)
    taken = row.handed * row.points - sum(one.taken for one in parts)
    left = row.total - sum(one.points for one in parts) - taken
    kept = taken - (row.points_back - sum(one.back for one in parts))
    own = Bearer(row.learner_id, row.hold, left, kept, None)
    return [own, *(Bearer(one.learner_id, one.hold, one.left, one.taken - one.back, one) for one in parts)]


def plan_taking(row: Redemption, *, taken: int, keeps_rest: bool, handed: int) -> list[Taking]:
    """What each account bears of `taken`; the rest stays held under new keys, or is freed. `handed`: after it."""
    bearers = bearers_of(row)
    plan = []
    for bearer, points in zip(bearers, rules.spread(taken, [one.left for one in bearers]), strict=True):
        if not bearer.left or (not points and keeps_rest):
            continue
        rest = bearer.left - points if keeps_rest else 0
        part = str(handed) if bearer.part is None else f"{handed}/{bearer.learner_id}"
        again = books.hold_key(row.public_id, part, at=row.reserved_at) if rest else None
        plan.append(Taking(bearer, points, rest, again))
    return plan


def note_taking(row: Redemption, plan: Sequence[Taking]) -> None:
    """Keep on the order's parts, and on the order unsaved, what the plan takes and holds anew."""
    for one in plan:
        part = one.bearer.part
        if part is None:
            row.hold = one.again or row.hold
            continue
        part.taken += one.taken
        part.hold = one.again or part.hold
        part.save(update_fields=["taken", "hold"])


def take(row: Redemption, plan: Sequence[Taking], *, unit: int, actor: int, at: datetime) -> None:
    """Carry the plan out in the ledger."""
    _lock([one.bearer.learner_id for one in plan])
    for one in plan:
        key = one.bearer.learner_id
        if one.taken:
            books.take(
                one.bearer.hold, learner_id=key, provider_id=row.organisation_id, unit=unit, amount=one.taken,
                ref=row.pk, actor=actor, at=at,
            )  # fmt: skip
        else:
            books.free(one.bearer.hold, learner_id=key, unit=unit, ref=row.pk, actor=actor, at=at)
        if one.again is not None:
            accounts = books.accounts_of(key, unit)
            books.hold(one.again, accounts=accounts, amount=one.rest, ref=row.pk, actor=actor, at=at)


def free(row: Redemption, *, unit: int, actor: int, at: datetime) -> None:
    """Exactly what each account still holds for the order goes back to it."""
    holding = [one for one in bearers_of(row) if one.left]
    _lock([one.learner_id for one in holding])
    for one in holding:
        books.free(one.hold, learner_id=one.learner_id, unit=unit, ref=row.pk, actor=actor, at=at)


def plan_return(row: Redemption, points: int) -> list[tuple[Bearer, int]]:
    """To which accounts `points` go back: to the last one first, to none more than was taken from it."""
    bearers = bearers_of(row)[::-1]
    shares = zip(bearers, rules.spread(points, [one.kept for one in bearers]), strict=True)
    return [(bearer, share) for bearer, share in shares if share]


def note_return(plan: Sequence[tuple[Bearer, int]]) -> None:
    """Keep on the order's parts what goes back."""
    for bearer, share in plan:
        if bearer.part is not None:
            bearer.part.back += share
            bearer.part.save(update_fields=["back"])


def give_back(
    row: Redemption, plan: Sequence[tuple[Bearer, int]], key: UUID, *, unit: int, actor: int, at: datetime
) -> None:
    """Post the plan: to the order's own account under `key`, to others under keys of their own."""
    _lock([bearer.learner_id for bearer, _share in plan])
    for bearer, share in plan:
        own = key if bearer.part is None else books.hold_key(
            row.public_id, f"back/{key}/{bearer.learner_id}", at=row.reserved_at
        )  # fmt: skip
        books.give_back(
            own, learner_id=bearer.learner_id, provider_id=row.organisation_id, unit=unit, amount=share, ref=row.pk,
            actor=actor, at=at,
        )  # fmt: skip


def _lock(keys: Sequence[int]) -> None:
    """The books of several accounts, in the house's order; of one the ledger's own lock is enough."""
    if len(keys) > 1:
        ledger.lock_books(books=[ledger.book_of(key) for key in keys])
