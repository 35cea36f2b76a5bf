"""Hot accounts through the queue (ledger.md §4.3 "Hot accounts", B9)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    at_once,
    fresh_key,
    issuing_account,
    last_seq,
    learner_account,
    sql,
    transfer,
    transfers_with,
)
from learning.creditbank.ledger.wire import Wire
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, PostingQueue, Transfer


@pytest.fixture
def queue() -> Iterator[PostingQueue]:
    queue = PostingQueue(idle_s=0.2)
    yield queue
    queue.close()


def queued(queue: PostingQueue, wish: Transfer, *, kind: int = KIND, actor: int = ACTOR) -> Code:
    try:
        return queue.post(transfer=wish, kind=kind, actor=actor)
    except ledger.NotPosted as refusal:
        return refusal.result


def test_each_of_many_callers_gets_the_code_of_its_own(queue: PostingQueue) -> None:
    payer, payee = learner_account(book=80, credits_=1000), learner_account(book=80)
    wishes = [transfer(payer, payee, 100) for _ in range(30)]
    answers = at_once(*[lambda wish=wish: queued(queue, wish) for wish in wishes])
    assert (answers.count(Code.POSTED), answers.count(Code.INSUFFICIENT)) == (10, 20)
    posted = {key for (key,) in sql("select key from ledger.transfer where debit = %s", payer)}
    assert posted == {wish.key for wish, code in zip(wishes, answers, strict=True) if code is Code.POSTED}


def test_what_waits_together_is_posted_in_one_call(queue: PostingQueue) -> None:
    issuing, learners = issuing_account(book=81), [learner_account(book=81) for _ in range(40)]
    [(before,)] = sql("select count(*) from ledger.batch where book = 81")
    with ThreadPoolExecutor(40) as pool, book_locked(81):
        first = pool.submit(queued, queue, transfer(issuing, learners[0], 1))
        wait_until(lambda: queue._thread is not None and not queue._waiting)
        others = [pool.submit(queued, queue, transfer(issuing, learner, 1)) for learner in learners[1:]]
        wait_until(lambda: sum(map(len, queue._waiting.values())) == 39)
    assert [answer.result() for answer in (first, *others)] == [Code.POSTED] * 40
    assert sql("select count(*) - %s, max(cardinality(codes)) from ledger.batch where book = 81", before) == [(1, 39)]


@contextmanager
def book_locked(book: int) -> Iterator[None]:
    """Within, another connection holds the lock of `book`."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute("select ledger.lock_book(%s)", [book])
        yield
    finally:
        other.close()


def wait_until(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_other_books_kinds_and_actors_may_be_mixed(queue: PostingQueue) -> None:
    wishes = [
        (transfer(issuing_account(book=book), learner_account(book=book), 1), kind, actor)
        for book in (82, 83)
        for kind in (KIND, KIND + 1)
        for actor in (ACTOR, ACTOR + 1)
    ]
    with ThreadPoolExecutor(8) as pool, book_locked(82):
        answers = [pool.submit(queued, queue, wish, kind=kind, actor=actor) for wish, kind, actor in wishes]
        time.sleep(0.05)
    assert [answer.result() for answer in answers] == [Code.POSTED] * 8
    for wish, kind, actor in wishes:
        assert sql("select kind, actor from ledger.transfer where key = %s", wish.key) == [(kind, actor)]


def test_one_key_asked_for_many_times_at_once_is_posted_once(queue: PostingQueue) -> None:
    wish = transfer(issuing_account(book=84), learner_account(book=84), 1)
    other = wish._replace(amount=2)
    answers = at_once(*[lambda one=one: queued(queue, one) for one in [wish] * 6 + [other] * 2])
    assert sorted(answers).count(Code.POSTED) == 1
    assert Code.KEY_TWICE not in answers
    assert transfers_with(wish.key) == 1


def test_a_refused_transfer_is_judged_anew_when_sent_again(queue: PostingQueue) -> None:
    payer, payee = learner_account(book=85), learner_account(book=85)
    wishes = [transfer(payer, payee, 5), transfer(payer, payee, 5)]
    assert at_once(*[lambda wish=wish: queued(queue, wish) for wish in wishes]) == [Code.INSUFFICIENT] * 2
    ledger.post(transfer=transfer(issuing_account(book=85), payer, 10), kind=KIND, actor=ACTOR)
    assert at_once(*[lambda wish=wish: queued(queue, wish) for wish in wishes]) == [Code.POSTED] * 2


def test_one_that_cannot_be_sent_takes_no_other_along(queue: PostingQueue) -> None:
    issuing, learner = issuing_account(book=86), learner_account(book=86)
    good = transfer(issuing, learner, 1)
    bad = good._replace(key=fresh_key(), effective_at=good.effective_at.replace(tzinfo=None))
    with ThreadPoolExecutor(3) as pool, book_locked(86):
        answers = [pool.submit(queued, queue, one) for one in (good._replace(key=fresh_key()), bad, good)]
        time.sleep(0.05)
    assert isinstance(answers[1].exception(), ValueError)
    assert [answers[0].result(), answers[2].result()] == [Code.POSTED, Code.POSTED]


def test_a_server_that_is_away_is_told_to_all_who_wait(queue: PostingQueue) -> None:
    issuing, learner = issuing_account(book=91), learner_account(book=91)
    wishes = [transfer(issuing, learner, 1) for _ in range(5)]
    with Wire() as wire, wire.between_us_and_the_server():
        wire.cut = True
        with ThreadPoolExecutor(5) as pool:
            answers = [pool.submit(queue.post, transfer=wish, kind=KIND, actor=ACTOR) for wish in wishes]
            assert {type(answer.exception()) for answer in answers} == {OperationalError}
    assert queued(queue, wishes[0]) is Code.POSTED


def test_a_caller_that_gives_up_may_ask_again(queue: PostingQueue) -> None:
    wish = transfer(issuing_account(book=87), learner_account(book=87), 1)
    with book_locked(87), pytest.raises(TimeoutError):
        queue.post(transfer=wish, kind=KIND, actor=ACTOR, patience_s=0.05)
    assert queue.post(transfer=wish, kind=KIND, actor=ACTOR) is Code.ALREADY_POSTED


def test_the_queue_takes_nothing_from_inside_a_transaction(queue: PostingQueue) -> None:
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        queue.post(transfer=transfer(issuing_account(), learner_account(), 1), kind=KIND, actor=ACTOR)


def test_the_thread_ends_when_idle_and_begins_again(queue: PostingQueue) -> None:
    issuing, learner = issuing_account(book=88), learner_account(book=88)
    assert queued(queue, transfer(issuing, learner, 1)) is Code.POSTED
    wait_until(lambda: queue._thread is None)
    assert queued(queue, transfer(issuing, learner, 1)) is Code.POSTED


def test_closing_posts_what_waits_and_takes_no_more() -> None:
    queue = PostingQueue()
    issuing, learner = issuing_account(book=89), learner_account(book=89)
    before = last_seq(89)
    assert queued(queue, transfer(issuing, learner, 1)) is Code.POSTED
    queue.close()
    assert last_seq(89) == before + 1
    with pytest.raises(RuntimeError, match="closed"):
        queued(queue, transfer(issuing, learner, 1))


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_a_queue_of_its_own(queue: PostingQueue) -> None:
    issuing, learner = issuing_account(book=90), learner_account(book=90)
    assert queued(queue, transfer(issuing, learner, 1)) is Code.POSTED
    with queue._changed:
        child = os.fork()
        if child == 0:
            # Whoever held the lock at the fork is not here to release it.
            os._exit(0 if queue._changed.acquire(blocking=False) and queue._thread is None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
