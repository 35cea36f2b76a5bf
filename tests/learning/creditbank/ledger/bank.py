"""A bank to test with: fresh owners, accounts with credits, transfers, and many callers at once.

Ledger rows never go away, so nobody expects empty books: every test takes owners that no other test has.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import OwnerKind, Role, Transfer

KIND = 10
ACTOR = 7
UNIT = 11
OTHER_UNIT = 12
#: An aware time of effect; any will do.
MAY = datetime(2026, 5, 4, 1, 2, 3, 456789, tzinfo=UTC)

_numbers = itertools.count(1)


def fresh_number() -> int:
    return next(_numbers)


def fresh_key(at: datetime = MAY) -> UUID:
    return ledger.derive_key(at=at, source_system="tests", source_id=str(fresh_number()), purpose="posting")


def fresh_learner(*, book: int = 1) -> int:
    """A learner of `book` whom no other test has, with a number beyond 32 bits."""
    return (2**33 + fresh_number()) * ledger.BOOKS + book


def learner_account(*, book: int = 1, unit: int = UNIT, role: Role = Role.MAIN, credits_: int = 0) -> int:
    """The account of a fresh learner, with so many hundredths of a credit on it."""
    account = ledger.learner_account(learner_id=fresh_learner(book=book), unit=unit, role=role)
    if credits_:
        give(account, credits_, unit=unit)
    return account


def issuing_account(*, book: int = 1, unit: int = UNIT) -> int:
    """The issuing account of a fresh institution in `book`: may give without limit."""
    return ledger.open_account(
        book=book, owner_kind=OwnerKind.INSTITUTION, owner_id=fresh_number(), role=Role.ISSUING, unit=unit
    )


def transfer(debit: int, credit: int, amount: int, **fields: Any) -> Transfer:
    """A transfer under a fresh key; `fields` say otherwise."""
    return Transfer(
        key=fields.get("key") or fresh_key(),
        debit=debit,
        credit=credit,
        amount=amount,
        ref=fields.get("ref", 1),
        effective_at=fields.get("effective_at", MAY),
    )


def give(account: int, amount: int, *, unit: int = UNIT, **fields: Any) -> Transfer:
    """Issue `amount` to `account` from a fresh institution."""
    given = transfer(issuing_account(book=account >> 40, unit=unit), account, amount, **fields)
    assert ledger.post(transfer=given, kind=KIND, actor=ACTOR) is ledger.Code.POSTED
    return given


def post(given: Transfer, *, kind: int = KIND) -> ledger.Code:
    """As `ledger.post`, with refusals as codes too."""
    try:
        return ledger.post(transfer=given, kind=kind, actor=ACTOR)
    except ledger.NotPosted as refusal:
        return refusal.result


def post_batch(transfers: Sequence[Transfer], *, book: int = 1, **fields: Any) -> list[ledger.Code]:
    return ledger.post_batch(book=book, transfers=transfers, kind=KIND, actor=ACTOR, **fields)


def sql(query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query asked as the application."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def transfers_with(key: UUID) -> int:
    """How many rows of the books bear `key`."""
    return int(sql("select count(*) from ledger.transfer where key = %s", key)[0][0])


def last_seq(book: int) -> int:
    return int(sql("select last_seq from ledger.book where book = %s", book)[0][0])


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What `calls` answer or raise, each in a thread and with a connection of its own, all begun together."""
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int) -> None:
        try:
            # Connected before the start, so that the calls meet.
            connection.ensure_connection()
            gate.wait(timeout=20)
            answers[place] = calls[place]()
        # Whatever it is, is the answer.
        except Exception as error:  # noqa: BLE001
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return answers
