"""Balance at a moment, by record and by effect; the statement (ledger.md §4.5; §5 test 15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from learning.creditbank.ledger.bank import (
    ACTOR,
    MAY,
    fresh_key,
    fresh_learner,
    give,
    issuing_account,
    learner_account,
    post,
    post_batch,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 7, 1, tzinfo=SHANGHAI)
LAST_MOMENT = MIDNIGHT - timedelta(microseconds=1)


class Block(NamedTuple):
    n: int
    last_seq: int
    closed_at: datetime


def seal(book: int) -> Block:
    ledger.seal_book(book=book, empty=True)
    return Block(
        *sql("select n, last_seq, closed_at from ledger.seal where book = %s order by n desc limit 1", book)[0]
    )


def at_record(account: int, at: datetime) -> int:
    return ledger.balance_at_record(account=account, at=at).balance


def test_the_books_are_cut_at_the_newest_block_closed_by_then() -> None:
    learner = learner_account(book=30)
    before = seal(30)
    give(learner, 100)
    middle = seal(30)
    give(learner, 20)
    post(transfer(learner, issuing_account(book=30), 50))
    after = seal(30)
    assert [at_record(learner, block.closed_at) for block in (before, middle, after)] == [0, 100, 70]
    between = ledger.balance_at_record(account=learner, at=after.closed_at - timedelta(microseconds=1))
    assert between == ledger.BalanceOfRecord(100, middle.n, middle.last_seq, middle.closed_at, is_final=True)


def test_an_answer_is_final_once_a_later_block_is_closed() -> None:
    learner = learner_account(book=31, credits_=5)
    block = seal(31)
    later = block.closed_at + timedelta(hours=1)
    assert not ledger.balance_at_record(account=learner, at=later).is_final
    moment = block.closed_at + timedelta(microseconds=1)
    seal(31)
    assert ledger.balance_at_record(account=learner, at=moment).is_final


def test_a_past_cut_never_changes_whatever_is_posted_later() -> None:
    learner = learner_account(book=32, credits_=100)
    cut = seal(32).closed_at
    seal(32)
    before = ledger.balance_at_record(account=learner, at=cut)
    give(learner, 7, effective_at=MAY - timedelta(days=3650))
    ledger.reverse(book=32, key=fresh_key(), reversed_key=give(learner, 9).key, reason="twice", actor=ACTOR)
    post(transfer(learner, issuing_account(book=32), 55))
    seal(32)
    assert ledger.balance_at_record(account=learner, at=cut) == before
    assert (before.balance, before.is_final) == (100, True)


def test_before_there_were_books_there_was_nothing() -> None:
    learner = learner_account(credits_=5)
    assert at_record(learner, MAY.replace(year=1949)) == 0
    assert ledger.balance_at_effect(account=learner, effective_at=MAY, as_recorded_at=MAY.replace(year=1949)) == 0


def test_back_dated_and_future_dated_credits_count_from_their_day() -> None:
    learner = learner_account()
    for amount, at in ((100, MAY), (20, MAY - timedelta(days=90)), (3, MAY + timedelta(days=90))):
        give(learner, amount, effective_at=at)

    def counted(at: datetime) -> int:
        return ledger.balance_at_effect(account=learner, effective_at=at)

    day = timedelta(days=1)
    assert [counted(MAY + days * day) for days in (-91, -90, -1, 0, 89, 90)] == [0, 20, 20, 120, 120, 123]
    assert ledger.balance(account=learner) == 123


def test_a_reversal_takes_the_credits_away_from_the_day_they_counted() -> None:
    learner = learner_account(book=33)
    given = give(learner, 100, effective_at=MAY)
    known_then = seal(33).closed_at
    ledger.reverse(book=33, key=fresh_key(), reversed_key=given.key, reason="not hers", actor=ACTOR)
    seal(33)
    assert ledger.balance_at_effect(account=learner, effective_at=MAY) == 0
    assert ledger.balance_at_effect(account=learner, effective_at=MAY, as_recorded_at=known_then) == 100


def test_a_spending_dated_back_may_show_a_past_moment_below_zero() -> None:
    learner = learner_account(credits_=100)
    post(transfer(learner, issuing_account(), 60, effective_at=MAY - timedelta(days=1)))
    assert ledger.balance_at_effect(account=learner, effective_at=MAY - timedelta(hours=1)) == -60
    assert ledger.balance_at_effect(account=learner, effective_at=MAY) == 40


def test_a_day_ends_at_midnight_in_the_city() -> None:
    learner = learner_account()
    give(learner, 1, effective_at=LAST_MOMENT)
    give(learner, 10, effective_at=MIDNIGHT)
    assert ledger.balance_at_effect(account=learner, effective_at=LAST_MOMENT) == 1
    assert ledger.balance_at_effect(account=learner, effective_at=MIDNIGHT) == 11
    assert (
        ledger.balance_at_effect(
            account=learner, effective_at=datetime(2026, 6, 30, 15, 59, 59, tzinfo=ZoneInfo("UTC"))
        )
        == 0
    )


def test_a_statement_is_read_newest_first_in_pages() -> None:
    learner, issuing = learner_account(), issuing_account()
    post_batch([transfer(issuing, learner, amount) for amount in range(1, 31)])
    post(transfer(learner, issuing, 400))
    lines: list[ledger.Line] = []
    while page := ledger.statement(accounts=[learner], before=lines[-1].seq if lines else None, limit=7):
        lines += page
    assert [line.amount for line in lines] == [-400, *range(30, 0, -1)]
    assert [line.after for line in lines[:3]] == [65, 465, 435]
    assert all(newer.after - newer.amount == older.after for newer, older in pairwise(lines))
    assert {line.other_account for line in lines} == {issuing}


def test_a_statement_of_several_accounts_keeps_both_sides_of_a_transfer_together(
    django_assert_num_queries: object,
) -> None:
    learner_id = fresh_learner(book=2)
    main = ledger.learner_account(learner_id=learner_id, unit=11)
    hold = ledger.learner_account(learner_id=learner_id, unit=11, role=Role.HOLD)
    give(main, 10)
    held = transfer(main, hold, 4)
    ledger.hold_open(transfer=held, expires_at=MAY, actor=ACTOR)
    give(main, 1)
    with django_assert_num_queries(1, connection=connection):  # type: ignore[operator]
        lines = ledger.statement(accounts=[main, hold], limit=2)
    assert [(line.account, line.amount) for line in lines] == [(main, 1), (main, -4), (hold, 4)]
    assert [line.amount for line in ledger.statement(accounts=[main, hold], before=lines[-1].seq)] == [10]
    assert ledger.statement(accounts=[]) == []
    with pytest.raises(ValueError, match="one book"):
        ledger.statement(accounts=[main, learner_account(book=3)])
