"""Posting: one, many, back, aside and between books (ledger.md §4.2 to §4.4).

A call holds its book until the transaction ends: post inside a caller's transaction only if nothing slow follows, and
over several books in ascending order, which is the last kind of lock in the house's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from .accounts import ITEMS_LIMIT, PLATFORM_ID, OwnerKind, Role, array, open_account
from .calls import Values, answer, answer_or_undo, retrying, sqlstate
from .codes import (
    AccountMissing,
    BatchKeyUsed,
    CaptureOutOfRange,
    Code,
    CreditsSpent,
    HoldEndedBefore,
    HoldUnknown,
    KeyUsed,
    NotReversible,
    ReversedBefore,
    TransferUnknown,
    refusal_of,
    standing,
)
from .keys import BOOKS, book_of_account, call_key, part_key

#: Kinds below this one are the ledger's own: 6 hold, 7 end of a hold, 8 half of a move, 9 reversal.
FIRST_KIND = 10
_MOVE_HALF = 8

_POST = "select ledger.post(%s, %s::uuid, %s, %s, %s, %s::smallint, %s, %s::timestamptz, %s)"
_POST_BATCH = (
    "select ledger.post_batch(%s, %s::uuid, %s::bytea, %s, %s, %s::smallint,"
    " %s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])"
)
_REVERSE = "select ledger.reverse(%s, %s::uuid, %s::uuid, %s, %s)"
_HOLD_OPEN = "select ledger.hold_open(%s, %s::uuid, %s, %s, %s, %s, %s::timestamptz, %s::timestamptz, %s)"
_HOLD_CLOSE = "select ledger.hold_close(%s, %s::uuid, %s, %s, %s, %s::timestamptz, %s)"
_MOVE_BEGIN = "select ledger.move_begin(%s::uuid, %s, %s, %s, %s, %s, %s::timestamptz, %s)"
_UNIT = "select unit from ledger.account where id = %s and book = %s"
_CLEARING = (
    "select id from ledger.account where owner_kind = 4 and owner_id = %s and role = 6 and unit = %s and book = %s"
)


class Transfer(NamedTuple):
    """From `debit` to `credit`, both in one book. A tuple, because imports make millions."""

    #: Idempotency key of the client, see `derive_key`.
    key: UUID
    debit: int
    credit: int
    #: Hundredths of a credit, 1 to 10^12.
    amount: int
    #: Document behind it; in which table depends on the kind.
    ref: int
    #: When it counts, aware; may lie before or after now.
    effective_at: datetime


def post(*, transfer: Transfer, kind: int, actor: int) -> Code:
    """Post one transfer in the book of its debit account: `POSTED`, or `ALREADY_POSTED` for a retry.

    Raises `NotPosted` (`AccountMissing`, `TransferMalformed`, `CreditsInsufficient`, `UnitsDiffer`, `KeyUsed`,
    `AccountNotOpen`).
    """
    check_kind(kind)
    return standing(code_of(transfer, kind, actor))


def post_batch(
    *,
    book: int,
    transfers: Sequence[Transfer],
    kind: int,
    actor: int,
    all_or_nothing: bool = False,
    key: UUID | None = None,
    attempt: int = 0,
) -> list[Code]:
    """Post 1 to 8,000 transfers of one kind in one book, each judged in order: a code for each, none raised.

    The key of the call follows from its content, so a retry gets the first answer again, also for what was refused. To
    have refused transfers judged anew, send them as a new call: with another `attempt`, or with a `key` of your own.

    Raises `BatchKeyUsed` when `key` was given to other content before.
    """
    check_kind(kind)
    if not 1 <= len(transfers) <= ITEMS_LIMIT:
        raise ValueError(f"A call takes 1 to {ITEMS_LIMIT} transfers; this one has {len(transfers)}.")
    keys, debits, credits_, amounts, refs, effective = zip(*transfers, strict=True)
    arrays = [
        "{" + ",".join([one.hex for one in keys]) + "}",
        array(debits),
        array(credits_),
        array(amounts),
        array(refs),
        "{" + ",".join([_instant(at) for at in effective]) + "}",
    ]
    head = f"{book}|{actor}|{all_or_nothing}|{kind}"
    digest = sha256("|".join([head, *arrays]).encode()).digest()
    call = key or call_key(keys[0], digest + attempt.to_bytes(4, "big"))
    try:
        codes = answer(_POST_BATCH, [book, call, digest, actor, all_or_nothing, kind, *arrays])
    except DatabaseError as error:
        if sqlstate(error) == "LG007":
            raise BatchKeyUsed(f"The key {call} was given to another call of book {book} before.") from error
        raise
    return [_CODES[code] for code in codes]


def reverse(*, book: int, key: UUID, reversed_key: UUID, reason: str, actor: int) -> Code:
    """Post the transfer `reversed_key` back under `key`, with the same time of effect, and say why.

    Raises `TransferUnknown`, `NotReversible`, `ReversedBefore`, `CreditsSpent`, and what `post` raises.
    """
    if not reason.strip():
        raise ValueError("A reversal has a reason.")
    try:
        code = answer_or_undo(_REVERSE, [book, key, reversed_key, reason.strip(), actor])
    except DatabaseError as error:
        if sqlstate(error) == "P0002":
            raise TransferUnknown from error
        raise
    return standing(Code(code), malformed=NotReversible, key_used=ReversedBefore, insufficient=CreditsSpent)


def hold_open(*, transfer: Transfer, expires_at: datetime, actor: int) -> Code:
    """Set credits aside: `transfer` leads from the source to a hold account of the same book. Its key names the hold.

    Raises what `post` raises.
    """
    key, source, hold, amount, ref, effective_at = transfer
    code = answer(
        _HOLD_OPEN,
        [
            book_of_account(source),
            key,
            source,
            hold,
            amount,
            ref,
            _instant(effective_at),
            _instant(expires_at),
            actor,
        ],
    )
    return standing(Code(code))


def hold_close(
    *, book: int, hold: UUID, target: int, captured: int, ref: int, effective_at: datetime, actor: int
) -> Code:
    """End a hold, once: `captured` hundredths of it go to `target`, the rest back to where it came from.

    With `captured` 0 all is given back, as the job for expired holds does. Asked again in the same words, it answers
    `ALREADY_POSTED`. Raises `HoldUnknown`, `CaptureOutOfRange`, `HoldEndedBefore`, and what `post` raises.
    """
    try:
        code = answer_or_undo(_HOLD_CLOSE, [book, hold, target, captured, ref, _instant(effective_at), actor])
    except DatabaseError as error:
        state = sqlstate(error)
        if state == "P0002":
            raise HoldUnknown from error
        if state.startswith("LG00"):
            # A part that stands already without the hold being ended was posted by hand under the part's key.
            part = Code(int(state[-1]))
            raise (KeyUsed() if part.stands else refusal_of(part)) from error
        raise
    return standing(Code(code), malformed=CaptureOutOfRange, key_used=HoldEndedBefore)


def move(*, transfer: Transfer, actor: int) -> Code:
    """Transfer between two books, the only way: through the clearing account of each, both halves or none.

    Undone by a move back. Raises `KeyUsed` when the key named another move before, and what `post` raises.
    """
    key, source, target, amount, ref, effective_at = transfer
    here, there = book_of_account(source), book_of_account(target)
    if here == there:
        raise ValueError("Both accounts lie in one book: post the transfer.")
    unit = answer(_UNIT, [source, here])
    if unit is None:
        raise AccountMissing
    # Before the transaction of the halves, so that opening does not prolong it.
    clearing = {book: _clearing_account(book, unit) for book in sorted((here, there))}
    pair = int.from_bytes(sha256(key.bytes).digest()[:8], "big") >> 1
    # Ascending books: no ring of waits.
    halves = sorted(
        [
            (here, Transfer(part_key(key, 1), source, clearing[here], amount, pair, effective_at)),
            (there, Transfer(part_key(key, 2), clearing[there], target, amount, pair, effective_at)),
        ]
    )

    def attempt() -> Code:
        with transaction.atomic():
            with connection.cursor() as cursor:
                begun: Values = [key, pair, source, target, amount, ref, _instant(effective_at), actor]
                cursor.execute(_MOVE_BEGIN, begun)
                code = Code(cursor.fetchone()[0])
            if code is not Code.POSTED:
                return standing(code)
            for _book, half in halves:
                if (posted := code_of(half, _MOVE_HALF, actor)) is not Code.POSTED:
                    # A half that stands already without its request was posted by hand under the half's key.
                    raise KeyUsed if posted.stands else refusal_of(posted)
            return code

    return retrying(attempt)


def code_of(transfer: Transfer, kind: int, actor: int) -> Code:
    """As `post`, with the code as the answer to refusals too; for the ledger's own modules."""
    key, debit, credit, amount, ref, effective_at = transfer
    book = book_of_account(debit)
    if not 0 <= book < BOOKS:
        return Code.NO_SUCH_ACCOUNT
    code: int = answer(_POST, [book, key, debit, credit, amount, kind, ref, _instant(effective_at), actor])
    return _CODES[code]


def _clearing_account(book: int, unit: int) -> int:
    known: int | None = answer(_CLEARING, [PLATFORM_ID, unit, book])
    return known or open_account(
        book=book, owner_kind=OwnerKind.PLATFORM, owner_id=PLATFORM_ID, role=Role.CLEARING, unit=unit
    )


def check_kind(kind: int) -> None:
    """Refuse the kinds that only the ledger posts."""
    if kind < FIRST_KIND:
        raise ValueError(f"Kinds below {FIRST_KIND} are posted by the ledger itself; got {kind}.")


def _instant(at: datetime) -> str:
    """One text per instant, whatever its zone, so that a retry from elsewhere makes the same digest."""
    if at.tzinfo is None:
        raise ValueError("The time of effect is aware; this one has no zone.")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


_CODES = tuple(Code)
