"""Balances and statements, now and at a moment, on two axes (ledger.md §4.5).

The axis of record asks what the books said at a time, and is cut at a seal. The axis of effect asks what counted at a
time, as we know it now or as we knew it then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .accounts import OwnerKind, Role, State
from .calls import answer, rows
from .keys import book_of, book_of_account


class AccountUnknown(LookupError):
    """No such account; numbers come from `open_account` and never go."""


@dataclass(frozen=True, slots=True)
class Holding:
    """An account and what it holds now. Credits in hundredths."""

    account: int
    owner_kind: OwnerKind
    owner_id: int
    role: Role
    unit: int
    state: State
    floor: int
    balance: int


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer as one of its accounts sees it."""

    account: int
    #: Serial within the book of the account; never shown as if it were the city's.
    seq: int
    key: UUID
    recorded_at: datetime
    effective_at: datetime
    #: Hundredths; negative when it left the account.
    amount: int
    #: Balance of the account after it.
    after: int
    other_account: int
    kind: int
    ref: int
    actor: int


@dataclass(frozen=True, slots=True)
class Reversal:
    reversed_key: UUID
    by_key: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BalanceOfRecord:
    """What the books said: as of block `block` of the book, which was closed at `closed_at` with serial `seq`."""

    balance: int
    block: int
    seq: int
    closed_at: datetime
    #: Whether a block was closed after the moment asked for; until then the answer may yet gain rows.
    is_final: bool


_HOLDING = (
    "select a.id, a.owner_kind, a.owner_id, a.role, a.unit, b.state, b.floor, b.balance"
    " from ledger.account a join ledger.balance b on b.account_id = a.id and b.book = a.book"
)
_CUT = """
select n, last_seq, closed_at from ledger.seal
where book = %(b)s and closed_at <= %(t)s order by closed_at desc limit 1"""
# At the cut: the newer of two index probes, the account's last transfer as debit and as credit; 0 if it had none.
_AT_RECORD = f"""
with cut as ({_CUT})
select
    coalesce((
        select after from (
            (select seq, debit_after as after from ledger.transfer
                where book = %(b)s and debit = %(a)s and seq <= cut.last_seq order by seq desc limit 1)
            union all
            (select seq, credit_after from ledger.transfer
                where book = %(b)s and credit = %(a)s and seq <= cut.last_seq order by seq desc limit 1)
        ) newest order by seq desc limit 1
    ), 0),
    cut.n, cut.last_seq, cut.closed_at,
    exists (select from ledger.seal where book = %(b)s and closed_at > %(t)s)
from cut"""  # noqa: S608  no value is put in
_AT_EFFECT = """
select coalesce(sum(case when credit = %(a)s then amount else -amount end), 0)::bigint
from ledger.transfer
where book = %(b)s and (debit = %(a)s or credit = %(a)s) and effective_at <= %(e)s and seq <= %(s)s"""
_LINES_OF_SIDE = """
(select {side} as account, seq, key, recorded_at, effective_at, {sign}amount, {side}_after, {other}, kind, ref, actor
    from ledger.transfer where book = %s and {side} = %s and seq < %s order by seq desc limit %s)"""
_NO_LIMIT = 2**63 - 1


def balance(*, account: int) -> int:
    """What the account holds now, in hundredths; what is held for others lies on the hold account.

    Raises `AccountUnknown`.
    """
    held: int | None = answer(
        "select balance from ledger.balance where account_id = %s and book = %s", [account, book_of_account(account)]
    )
    if held is None:
        raise AccountUnknown(account)
    return held


def holding(*, account: int) -> Holding:
    """The account, what it is and what it holds now. Raises `AccountUnknown`."""
    found = _holdings(" where a.id = %s and a.book = %s", [account, book_of_account(account)])
    if not found:
        raise AccountUnknown(account)
    return found[0]


def balances_of(*, learner_id: int) -> list[Holding]:
    """All accounts of a learner with what they hold now, by unit and role; none before the first posting. One query."""
    return _holdings(
        " where a.owner_kind = 1 and a.owner_id = %s and a.book = %s order by a.unit, a.role",
        [learner_id, book_of(learner_id)],
    )


def balances_of_all(*, learner_ids: Sequence[int]) -> list[Holding]:
    """The same for all keys of a learner whose accounts were merged. One query."""
    return _holdings(
        " where a.owner_kind = 1 and a.owner_id = any(%s) and a.book = any(%s) order by a.unit, a.role, a.owner_id",
        [list(learner_ids), sorted({book_of(learner_id) for learner_id in learner_ids})],
    )


def balances_of_owner(*, owner_kind: OwnerKind, owner_id: int) -> list[Holding]:
    """The sub-accounts of an institution, a partner or the platform in all books; their total is the sum. One query."""
    return _holdings(
        " where a.owner_kind = %s and a.owner_id = %s order by a.unit, a.role, a.book", [int(owner_kind), owner_id]
    )


def statement(*, accounts: Sequence[int], before: int | None = None, limit: int = 50) -> list[Line]:
    """The newest `limit` lines of `accounts`, all of one book, newest first; further ones by `before=lines[-1].seq`.

    A transfer between two of the accounts makes two lines of one serial, which stay together: a page may hold one more
    than asked for. Two index probes per account, however long the history.
    """
    if not accounts:
        return []
    books = {book_of_account(account) for account in accounts}
    if len(books) > 1:
        raise ValueError("A statement is of one book; serials of two books have no order.")
    (book,) = books
    probes, values = [], []
    for account in dict.fromkeys(accounts):
        for side, other, sign in (("debit", "credit", "-"), ("credit", "debit", "")):
            probes.append(_LINES_OF_SIDE.format(side=side, other=other, sign=sign))
            # One more than asked for, to see whether the last line has its twin.
            values += [book, account, _NO_LIMIT if before is None else before, limit + 1]
    found = rows(" union all ".join(probes) + " order by seq desc, account limit %s", [*values, limit + 1])
    lines = [Line(*row) for row in found]
    if len(lines) > limit and lines[limit].seq != lines[limit - 1].seq:
        del lines[limit:]
    return lines


def reversals(*, book: int, keys: Iterable[UUID]) -> dict[UUID, Reversal]:
    """The reversals that any of `keys` belongs to, by that key, be it the reversed or the reversing one. One query."""
    asked = list(keys)
    if not asked:
        return {}
    found = rows(
        "select reversed, by, reason, at from ledger.reversal where book = %s and (reversed = any(%s) or by = any(%s))",
        [book, asked, asked],
    )
    wanted = set(asked)
    both = [(key, Reversal(*row)) for row in found for key in row[:2]]
    return {key: reversal for key, reversal in both if key in wanted}


def balance_at_record(*, account: int, at: datetime) -> BalanceOfRecord:
    """What the books said of the account at `at`: as of the newest block of its book that was closed by then.

    The answer agrees across the accounts of a book and, once final, never changes. Before there were books it is 0. One
    query.
    """
    found = rows(_AT_RECORD, {"a": account, "b": book_of_account(account), "t": at})
    if not found:
        return BalanceOfRecord(balance=0, block=0, seq=0, closed_at=at, is_final=True)
    return BalanceOfRecord(*found[0])


def balance_at_effect(*, account: int, effective_at: datetime, as_recorded_at: datetime | None = None) -> int:
    """What counted on the account at `effective_at`, in hundredths: as known now, or as recorded at `as_recorded_at`.

    May be negative at a past moment when a spending was dated back: shown, not refused. Sums the account's transfers,
    so it is for learners; an institution's days are kept by a job.
    """
    book = book_of_account(account)
    seq = _NO_LIMIT
    if as_recorded_at is not None:
        cut = rows(_CUT, {"b": book, "t": as_recorded_at})
        if not cut:
            return 0
        seq = cut[0][1]
    counted: int = answer(_AT_EFFECT, {"a": account, "b": book, "e": effective_at, "s": seq})
    return counted


def _holdings(condition: str, values: Sequence[object]) -> list[Holding]:
    return [
        Holding(account, OwnerKind(kind), owner, Role(role), unit, State(state), floor, held)
        for account, kind, owner, role, unit, state, floor, held in rows(_HOLDING + condition, values)
    ]
