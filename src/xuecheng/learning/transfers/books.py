"""What a gift does in the ledger: hold from the offer on, give back, or move whole to the other account (C-42).

The two accounts may lie in two books. Held is in the giver's; when the receiver consents the hold is given back and the
points are moved in the same transaction, so that nobody ever sees them free in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from xuecheng.learning.creditbank import ledger

from .models import Gift

SOURCE_SYSTEM = "xuecheng.transfers"
GIFT_KIND = 70
"""Kind of the transfer of a gift within one book; its `ref` is the number of the gift. Between books it is a move."""
_HELD_FOR = timedelta(days=200)
"""Longer than any offer waits, whose own end gives back what is held."""


def key_of(public_id: UUID, purpose: str, *, at: datetime) -> UUID:
    return ledger.derive_key(at=at, source_system=SOURCE_SYSTEM, source_id=str(public_id), purpose=purpose)


def hold(row: Gift, *, unit: int, actor: int, at: datetime) -> None:
    """Set the points aside. Raises `CreditsInsufficient` and what else the ledger refuses with."""
    source = ledger.learner_account(learner_id=row.giver_id, unit=unit)
    aside = ledger.learner_account(learner_id=row.giver_id, unit=unit, role=ledger.Role.HOLD)
    transfer = ledger.Transfer(row.hold, source, aside, row.points, row.pk, at)
    ledger.hold_open(transfer=transfer, expires_at=at + _HELD_FOR, actor=actor)


def free(row: Gift, *, unit: int, actor: int, at: datetime) -> None:
    """Exactly what was held goes back."""
    source = ledger.learner_account(learner_id=row.giver_id, unit=unit)
    ledger.hold_close(
        book=ledger.book_of(row.giver_id), hold=row.hold, target=source, captured=0, ref=row.pk, effective_at=at,
        actor=actor,
    )  # fmt: skip


def give(row: Gift, *, unit: int, actor: int, at: datetime) -> UUID:
    """End the hold and move all of it to the receiver, both or neither; answers the key of the movement."""
    ledger.lock_books(books=[ledger.book_of(row.giver_id), ledger.book_of(row.receiver_id)])
    free(row, unit=unit, actor=actor, at=at)
    key = key_of(row.public_id, "gift", at=row.offered_at)
    source = ledger.learner_account(learner_id=row.giver_id, unit=unit)
    target = ledger.learner_account(learner_id=row.receiver_id, unit=unit)
    transfer = ledger.Transfer(key, source, target, row.points, row.pk, at)
    if ledger.book_of(row.giver_id) == ledger.book_of(row.receiver_id):
        ledger.post(transfer=transfer, kind=GIFT_KIND, actor=actor)
    else:
        ledger.move(transfer=transfer, actor=actor)
    return key
