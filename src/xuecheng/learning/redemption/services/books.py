"""What an order does in the ledger: hold, take for the provider, give back (C-40). Nothing here keeps a balance.

All of an order stands in the book of its learner, or in a few books where several accounts of a merged person pay
(`shares`); each step is one transaction with the order's own row. What is
taken lies on the provider's own account of the same kind; a refund comes from there. Ends of holds are never reversed
(ledger.md §4.4): what goes back after a hand-over is a posting of its own that names the order.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from xuecheng.learning.creditbank import ledger

SOURCE_SYSTEM = "xuecheng.redemption"
REFUND_KIND = 30
"""Kind of the transfer that gives points or credit back after a hand-over; its `ref` is the number of the order."""

_HELD_FOR = timedelta(days=1100)
"""Longer than any order is kept, whose own end gives back what is held."""


def hold_key(public_id: UUID, part: int | str, *, at: datetime) -> UUID:
    """The key of a hold of an order: known before it is opened, the same for the same part."""
    return ledger.derive_key(at=at, source_system=SOURCE_SYSTEM, source_id=str(public_id), purpose=f"hold/{part}")


def accounts_of(learner_id: int, unit: int) -> tuple[int, int]:
    """The learner's account of a class and the one for what is set aside, opened if there are none. One call."""
    learner = ledger.OwnerKind.LEARNER
    wanted = [ledger.Wanted(learner, learner_id, role, unit) for role in (ledger.Role.MAIN, ledger.Role.HOLD)]
    main, aside = ledger.open_accounts(book=ledger.book_of(learner_id), wanted=wanted)
    return main, aside


def hold(key: UUID, *, accounts: tuple[int, int], amount: int, ref: int, actor: int, at: datetime) -> None:
    """Set `amount` aside. Raises `CreditsInsufficient` and what else the ledger refuses with."""
    main, aside = accounts
    transfer = ledger.Transfer(key, main, aside, amount, ref, at)
    ledger.hold_open(transfer=transfer, expires_at=at + _HELD_FOR, actor=actor)


def take(
    key: UUID, *, learner_id: int, provider_id: int, unit: int, amount: int, ref: int, actor: int, at: datetime
) -> None:
    """End a hold: `amount` goes to the provider, the rest back to the learner."""
    book = ledger.book_of(learner_id)
    target = _provider_account(book, provider_id, unit)
    ledger.hold_close(book=book, hold=key, target=target, captured=amount, ref=ref, effective_at=at, actor=actor)


def free(key: UUID, *, learner_id: int, unit: int, ref: int, actor: int, at: datetime) -> None:
    """End a hold: exactly what was held goes back."""
    main, _aside = accounts_of(learner_id, unit)
    ledger.hold_close(
        book=ledger.book_of(learner_id), hold=key, target=main, captured=0, ref=ref, effective_at=at, actor=actor
    )


def give_back(
    key: UUID, *, learner_id: int, provider_id: int, unit: int, amount: int, ref: int, actor: int, at: datetime
) -> None:
    """Post back from the provider what had been taken."""
    main, _aside = accounts_of(learner_id, unit)
    source = _provider_account(ledger.book_of(learner_id), provider_id, unit)
    ledger.post(transfer=ledger.Transfer(key, source, main, amount, ref, at), kind=REFUND_KIND, actor=actor)


def _provider_account(book: int, provider_id: int, unit: int) -> int:
    return ledger.open_account(
        book=book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=provider_id, role=ledger.Role.MAIN, unit=unit
    )
