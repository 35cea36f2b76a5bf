"""Many transfers in one call (ledger.md §4.3; §5 tests 4 to 7)."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest
from django.db import DatabaseError

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    MAY,
    at_once,
    fresh_key,
    give,
    issuing_account,
    last_seq,
    learner_account,
    post,
    post_batch,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code

POST_BATCH = (
    "select ledger.post_batch(%s, %s, %s, %s, %s, %s::smallint, %s::uuid[], %s::bigint[], %s::bigint[],"
    " %s::bigint[], %s::bigint[], %s::timestamptz[])"
)


def test_items_are_judged_in_their_order() -> None:
    a, b = learner_account(), learner_account()
    brought, spends, too_early = transfer(issuing_account(), a, 100), transfer(a, b, 60), transfer(b, a, 61)
    assert post_batch([too_early, brought, spends]) == [Code.INSUFFICIENT, Code.POSTED, Code.POSTED]
    assert (ledger.balance(account=a), ledger.balance(account=b)) == (40, 60)


def test_serials_follow_the_order_of_the_call() -> None:
    issuing, learner = issuing_account(), learner_account()
    before = last_seq(1)
    items = [transfer(issuing, learner, amount) for amount in (5, 3, 9)]
    post_batch(items)
    rows = sql(
        "select seq - %s, amount, credit_after from ledger.transfer where credit = %s order by seq", before, learner
    )
    assert rows == [(1, 5, 5), (2, 3, 8), (3, 9, 17)]


def test_all_or_nothing_leaves_no_trace_of_a_refused_call() -> None:
    issuing, a, b = issuing_account(), learner_account(), learner_account(credits_=5)
    known = give(a, 7)
    items = [known, transfer(issuing, a, 1), transfer(b, a, 6)]
    before = sql("select * from ledger.balance where account_id = any(%s) order by account_id", [issuing, a, b])
    assert post_batch(items, all_or_nothing=True) == [Code.ALREADY_POSTED, Code.OTHERS_REFUSED, Code.INSUFFICIENT]
    after = sql("select * from ledger.balance where account_id = any(%s) order by account_id", [issuing, a, b])
    assert after == before


def test_all_or_nothing_goes_through_once_everything_can() -> None:
    issuing, a, b = issuing_account(), learner_account(), learner_account()
    items = [transfer(issuing, a, 10), transfer(b, a, 6)]
    assert post_batch(items, all_or_nothing=True) == [Code.OTHERS_REFUSED, Code.INSUFFICIENT]
    give(b, 6)
    assert post_batch(items, all_or_nothing=True, attempt=1) == [Code.POSTED, Code.POSTED]
    assert post_batch(items, all_or_nothing=True, attempt=2) == [Code.ALREADY_POSTED, Code.ALREADY_POSTED]


def test_the_same_call_answers_as_it_first_did_even_when_funds_have_arrived() -> None:
    payer = learner_account()
    items = [transfer(payer, learner_account(), 10)]
    assert post_batch(items) == [Code.INSUFFICIENT]
    give(payer, 10)
    assert post_batch(items) == [Code.INSUFFICIENT]
    assert post_batch(items, attempt=1) == [Code.POSTED]


def test_the_same_call_from_another_zone_is_the_same_call() -> None:
    items = [transfer(issuing_account(), learner_account(), 10)]
    elsewhere = [item._replace(effective_at=MAY.astimezone(timezone(timedelta(hours=8)))) for item in items]
    key = fresh_key()
    assert post_batch(items, key=key) == post_batch(elsewhere, key=key) == [Code.POSTED]


def test_the_key_of_a_call_with_other_content_is_a_fault() -> None:
    key, issuing, learner = fresh_key(), issuing_account(), learner_account()
    post_batch([transfer(issuing, learner, 1)], key=key)
    with pytest.raises(ledger.BatchKeyUsed):
        post_batch([transfer(issuing, learner, 2)], key=key)
    assert ledger.balance(account=learner) == 1


def test_the_same_call_at_once_from_four_connections_posts_once() -> None:
    items = [transfer(issuing_account(), learner_account(), 1) for _ in range(20)]
    before = last_seq(1)
    assert at_once(*[lambda: post_batch(items)] * 4) == [[Code.POSTED] * 20] * 4
    assert last_seq(1) - before == 20


def test_a_batch_and_a_single_with_one_key_agree() -> None:
    given = transfer(issuing_account(), learner_account(), 4)
    assert post_batch([given]) == [Code.POSTED]
    assert post(given) is Code.ALREADY_POSTED
    assert post(given._replace(amount=5)) is Code.KEY_USED


@pytest.mark.parametrize("count", [0, 8001])
def test_a_call_takes_one_to_eight_thousand(count: int) -> None:
    given = transfer(issuing_account(), learner_account(), 1)
    with pytest.raises(ValueError, match="1 to 8000"):
        post_batch([given] * count)
    arrays = [[value] * count for value in given]
    with pytest.raises(DatabaseError, match="no item or more than 8000"):
        sql(POST_BATCH, 1, fresh_key(), bytes(32), ACTOR, False, KIND, *arrays)


@pytest.mark.usefixtures("books_of_its_own")
def test_eight_thousand_go_in_one_call() -> None:
    issuing, learner = issuing_account(book=3), learner_account(book=3)
    items = [transfer(issuing, learner, 1) for _ in range(8000)]
    assert post_batch(items, book=3) == [Code.POSTED] * 8000
    assert ledger.balance(account=learner) == 8000


@pytest.mark.parametrize("short", range(6))
def test_unequal_arrays_and_nulls_in_them_are_mistakes(short: int) -> None:
    given = transfer(issuing_account(), learner_account(), 1)
    for damage in (lambda column: column[:1], lambda column: [column[0], None]):
        columns: list[list[object]] = [[value, value] for value in given]
        columns[0] = [fresh_key(), fresh_key()]
        columns[short] = damage(columns[short])
        if short == 0 and len(columns[0]) == 1:
            columns[0] = [fresh_key(), fresh_key(), fresh_key()]
        with pytest.raises(DatabaseError, match="a null, an unequal array"):
            sql(POST_BATCH, 1, fresh_key(), bytes(32), ACTOR, False, KIND, *columns)


@pytest.mark.parametrize("missing", range(6))
def test_a_null_beside_the_arrays_is_a_mistake(missing: int) -> None:
    head: list[object] = [1, fresh_key(), bytes(32), ACTOR, False, KIND]
    head[missing] = None
    columns = [[value] for value in transfer(issuing_account(), learner_account(), 1)]
    with pytest.raises(DatabaseError, match="a null"):
        sql(POST_BATCH, *head, *columns)


def test_a_digest_is_sha256_of_the_whole_call() -> None:
    given = transfer(issuing_account(), learner_account(), 1)
    columns = [[value] for value in given]
    with pytest.raises(DatabaseError, match="batch_digest_is_sha256"):
        sql(POST_BATCH, 1, fresh_key(), b"short", ACTOR, False, KIND, *columns)
    first = fresh_key()
    post_batch([given], key=first)
    for other in ({"all_or_nothing": True}, {"kind": KIND + 1}, {"actor": ACTOR + 1}):
        call = {"kind": KIND, "actor": ACTOR, "all_or_nothing": False} | other
        with pytest.raises(ledger.BatchKeyUsed):
            ledger.post_batch(book=1, transfers=[given], key=first, **call)


def test_a_transfer_may_count_long_before_or_after_it_is_recorded() -> None:
    learner = learner_account()
    old, new = MAY.replace(year=1962), MAY.replace(year=2400)
    assert (
        post_batch([transfer(issuing_account(), learner, 1, effective_at=at) for at in (old, new)]) == [Code.POSTED] * 2
    )
    times = [line.effective_at.astimezone(UTC) for line in ledger.statement(accounts=[learner])]
    assert times == [new, old]
