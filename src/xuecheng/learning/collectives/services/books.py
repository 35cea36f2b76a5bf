"""What a collective account does in the ledger: given by its institution, lapsed, handed on (C-91).

All of an account stands in the book of its collective, under classes of credit of collectives only, so that nothing
here could reach a learner if it tried: the ledger joins no two classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from xuecheng.learning.collectives.models import Collective
from xuecheng.learning.creditbank import ledger

SOURCE_SYSTEM = "xuecheng.collectives"
DEPOSIT_KIND = 60
"""Kind of a deposit's transfer; its `ref` is the number of the deposit. `sql/collectives_v1.sql` says the same."""
HANDED_ON_KIND = 61
"""A remainder that goes to another collective of the same book; between two books it is a move."""
LAPSED_KIND = 62
"""A remainder that goes back to the institution as lapsed."""
CALLED_BACK_KIND = 63
"""Credit of a deposit that comes back to a closed account, to be taken back; its `ref` is the number of the deposit."""
CALLED_BACK = -2
"""The part of a line's key under which its credit is called back."""


def give(key: UUID, *, to: Collective, unit: int, amount: int, ref: int, actor: int, at: datetime) -> None:
    """Post `amount` from the institution's issuing account. Raises what the ledger refuses with."""
    issuing = _of_institution(to, unit, ledger.Role.ISSUING)
    account = ledger.collective_account(collective_id=to.pk, unit=unit)
    ledger.post(transfer=ledger.Transfer(key, issuing, account, amount, ref, at), kind=DEPOSIT_KIND, actor=actor)


def take_back(key: UUID, *, of: Collective, why: str, actor: int) -> None:
    """Post a deposit's line back."""
    ledger.reverse(book=of.book, key=ledger.part_key(key, -1), reversed_key=key, reason=why, actor=actor)


def call_back(
    line: UUID,
    *,
    of: Collective,
    last: Collective,
    unit: int,
    amount: int,
    why: str,
    ref: int,
    actor: int,
    at: datetime,
) -> None:
    """What a line gave comes back to its closed account, opened for it: from `last`, or from what lapsed there.

    Raises `CreditsInsufficient` where it does not lie there any more, and what else the ledger refuses with.
    """
    is_open = last.state == Collective.State.OPEN
    source = (
        ledger.collective_account(collective_id=last.pk, unit=unit)
        if is_open
        else _of_institution(last, unit, ledger.Role.EXPIRY)
    )
    target = ledger.collective_account(collective_id=of.pk, unit=unit)
    ledger.set_state(account=target, state=ledger.State.OPEN, reason=why, actor=actor)
    transfer = ledger.Transfer(ledger.part_key(line, CALLED_BACK), source, target, amount, ref, at)
    if last.book == of.book:
        ledger.post(transfer=transfer, kind=CALLED_BACK_KIND, actor=actor)
    else:
        ledger.move(transfer=transfer, actor=actor)


def shut_again(row: Collective, unit: int, *, why: str, actor: int) -> None:
    """As before the calling back: nothing lies there, nothing is posted to it."""
    account = ledger.collective_account(collective_id=row.pk, unit=unit)
    ledger.set_state(account=account, state=ledger.State.CLOSED, reason=why, actor=actor)


def holdings(row: Collective) -> Sequence[ledger.Holding]:
    """What lies on the account now, by class. One query."""
    return ledger.balances_of_owner(owner_kind=ledger.OwnerKind.COLLECTIVE, owner_id=row.pk)


def hand_on(key: UUID, held: ledger.Holding, *, to: Collective, ref: int, actor: int, at: datetime) -> None:
    """All of one class to another collective, in its own book or through both clearing accounts."""
    target = ledger.collective_account(collective_id=to.pk, unit=held.unit)
    transfer = ledger.Transfer(key, held.account, target, held.balance, ref, at)
    if ledger.book_of_account(held.account) == to.book:
        ledger.post(transfer=transfer, kind=HANDED_ON_KIND, actor=actor)
    else:
        ledger.move(transfer=transfer, actor=actor)


def let_lapse(key: UUID, held: ledger.Holding, *, of: Collective, ref: int, actor: int, at: datetime) -> None:
    """All of one class to what has lapsed at the institution."""
    target = _of_institution(of, held.unit, ledger.Role.EXPIRY)
    transfer = ledger.Transfer(key, held.account, target, held.balance, ref, at)
    ledger.post(transfer=transfer, kind=LAPSED_KIND, actor=actor)


def shut(held: ledger.Holding, *, why: str, actor: int) -> None:
    """Nothing is posted to it any more."""
    ledger.set_state(account=held.account, state=ledger.State.CLOSED, reason=why, actor=actor)


def _of_institution(row: Collective, unit: int, role: ledger.Role) -> int:
    return ledger.open_account(
        book=row.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=row.institution_id, role=role, unit=unit
    )
