"""Accounts: opening them, ruling over them (ledger.md §4.1 "Kinds of account")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from django.db import connection

from .calls import answer
from .codes import Code, FloorAboveBalance, RulingMalformed, standing
from .keys import book_of

#: The lowest floor there is, in hundredths: what issues and what clears never refuses.
LOWEST_FLOOR = -4_000_000_000_000_000_000
#: Most accounts or transfers in one call.
ITEMS_LIMIT = 8000


class OwnerKind(IntEnum):
    LEARNER = 1
    INSTITUTION = 2
    PARTNER = 3
    PLATFORM = 4
    #: A learning circle, or an organisation as one that learns (C-91): `MAIN` only, of classes of its own.
    COLLECTIVE = 5


class Role(IntEnum):
    """What an account of an owner is for. Learners have `MAIN` and `HOLD` only."""

    MAIN = 1
    HOLD = 2
    ISSUING = 3
    EXPIRY = 4
    #: Must return to zero.
    SUSPENSE = 5
    #: The platform's, one per book and unit; touched by moves only.
    CLEARING = 6


class State(IntEnum):
    OPEN = 0
    #: Receives only.
    FROZEN = 1
    CLOSED = 2


#: Owner of the clearing accounts.
PLATFORM_ID = 1
#: From this number on the classes of credit of collectives, which no learner's account can hold (C-91).
FIRST_COLLECTIVE_UNIT = 1_000_000


class Wanted(NamedTuple):
    """An account by what it is: at most one per book."""

    owner_kind: OwnerKind
    owner_id: int
    role: Role
    #: Class of credit.
    unit: int


def learner_account(*, learner_id: int, unit: int, role: Role = Role.MAIN) -> int:
    """The learner's account for credits of class `unit`, opened if there is none."""
    return open_account(
        book=book_of(learner_id), owner_kind=OwnerKind.LEARNER, owner_id=learner_id, role=role, unit=unit
    )


def collective_account(*, collective_id: int, unit: int) -> int:
    """The collective's account for credits of class `unit`, opened if there is none."""
    return open_account(
        book=book_of(collective_id), owner_kind=OwnerKind.COLLECTIVE, owner_id=collective_id, role=Role.MAIN, unit=unit
    )


def open_account(*, book: int, owner_kind: OwnerKind, owner_id: int, role: Role, unit: int) -> int:
    """The account of this owner, role and class of credit in `book`, opened if there is none."""
    number: int = answer(
        "select ledger.open_account(%s, %s::smallint, %s, %s::smallint, %s)",
        [book, int(owner_kind), owner_id, int(role), unit],
    )
    return number


def open_accounts(*, book: int, wanted: Sequence[Wanted]) -> list[int]:
    """As `open_account` for many: their numbers in the order asked. One call per 8,000, so not one transaction."""
    numbers: list[int] = []
    for first in range(0, len(wanted), ITEMS_LIMIT):
        kinds, owners, roles, units = zip(*wanted[first : first + ITEMS_LIMIT], strict=True)
        numbers += answer(
            "select ledger.open_accounts(%s, %s::smallint[], %s::bigint[], %s::smallint[], %s::int[])",
            [book, array(kinds), array(owners), array(roles), array(units)],
        )
    return numbers


def lock_books(*, books: Iterable[int]) -> None:
    """Take the locks of `books` in the house's order until the caller's transaction ends.

    For whoever must read, decide and post as one step, such as recognition, whose caps depend on what was posted
    before.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Outside a transaction a lock is released at once.")
    for book in sorted(set(books)):
        answer("select ledger.lock_book(%s)", [book])


def set_state(*, account: int, state: State, reason: str, actor: int) -> Code:
    """Open, freeze or close an account; `ALREADY_POSTED` if it is so. Kept with who and why for ever.

    Raises `AccountMissing`, `RulingMalformed` (blank reason).
    """
    code = answer(
        "select ledger.set_state(%s, %s, %s::smallint, %s, %s)",
        [account >> 40, account, int(state), reason.strip(), actor],
    )
    return standing(Code(code), malformed=RulingMalformed)


def set_floor(*, account: int, floor: int, reason: str, actor: int) -> Code:
    """Set how far the balance may fall, in hundredths, at most 0: minus the budget of an institution in this book.

    The floors of learners, of holds and of clearing accounts never change. `ALREADY_POSTED` if it is so already.
    Raises `AccountMissing`, `RulingMalformed`, `FloorAboveBalance`.
    """
    code = answer("select ledger.set_floor(%s, %s, %s, %s, %s)", [account >> 40, account, floor, reason.strip(), actor])
    return standing(Code(code), malformed=RulingMalformed, insufficient=FloorAboveBalance)


def array(numbers: Sequence[int]) -> str:
    """Integers as PostgreSQL reads an array; a fifth of the time that the driver's own way takes for 8,000."""
    return "{" + ",".join(map(str, numbers)) + "}"
