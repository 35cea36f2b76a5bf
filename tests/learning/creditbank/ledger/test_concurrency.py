"""Many writers at once: nothing lost, overdrawn, posted twice or locked for ever (ledger.md §5 tests 1, 3, 12, 19)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection, transaction

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
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
    transfers_with,
)
from learning.creditbank.ledger.wire import Wire
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, Transfer

BOOKS = (70, 71, 72)


def deadlocks() -> int:
    """Deadlocks that this database has seen; sessions report theirs when they end."""
    return int(sql("select deadlocks from pg_stat_database where datname = current_database()")[0][0])


class Writer:
    """Posts at random between `accounts`, each call twice, and notes what was answered and what went wrong."""

    def __init__(self, seed: int, accounts: dict[int, list[int]], until: float) -> None:
        self.random = random.Random(seed)
        self.accounts = accounts
        self.until = until
        self.posted: list[Transfer] = []
        self.wrong: list[object] = []

    def run(self) -> None:
        acts: list[Callable[[], None]] = [self.single, self.single, self.batch, self.move]
        while time.monotonic() < self.until:
            self.random.choice(acts)()

    def wish(self, book: int) -> Transfer:
        debit, credit = self.random.sample(self.accounts[book], 2)
        return transfer(debit, credit, self.random.randint(1, 40))

    def single(self) -> None:
        wish = self.wish(self.random.choice(BOOKS))
        self.note([wish], [post(wish)], [post(wish)])

    def batch(self) -> None:
        book = self.random.choice(BOOKS)
        wishes = [self.wish(book) for _ in range(self.random.randint(1, 30))]
        whole = self.random.random() < 0.3
        first = post_batch(wishes, book=book, all_or_nothing=whole)
        if post_batch(wishes, book=book, all_or_nothing=whole) != first:
            self.wrong.append(("a batch answered in two ways", first))
        self.posted += [wish for wish, code in zip(wishes, first, strict=True) if code.stands]
        self.wrong += [code for code in first if code not in (Code.POSTED, Code.INSUFFICIENT, Code.OTHERS_REFUSED)]

    def move(self) -> None:
        here, there = self.random.sample(BOOKS, 2)
        wish = transfer(
            self.random.choice(self.accounts[here]),
            self.random.choice(self.accounts[there]),
            self.random.randint(1, 40),
        )
        self.note([wish], [self.moved(wish)], [self.moved(wish)])

    def moved(self, wish: Transfer) -> Code:
        try:
            return ledger.move(transfer=wish, actor=ACTOR)
        except ledger.NotPosted as refusal:
            return refusal.result

    def note(self, wishes: list[Transfer], first: list[Code], second: list[Code]) -> None:
        # A refused one may well be posted the second time, when money has come in.
        expected = {(0, 1), (4, 4), (4, 0)}
        self.wrong += [pair for pair in zip(first, second, strict=True) if pair not in expected]
        self.posted += [wish for wish, *codes in zip(wishes, first, second, strict=True) if 0 in codes]


@pytest.mark.usefixtures("books_of_its_own")
def test_writers_in_three_books_lose_and_invent_nothing() -> None:
    accounts = {book: [learner_account(book=book, credits_=100) for _ in range(14)] for book in BOOKS}
    before = deadlocks()
    writers = [Writer(seed, accounts, time.monotonic() + 3) for seed in range(8)]
    assert at_once(*[writer.run for writer in writers]) == [None] * 8
    assert [wrong for writer in writers for wrong in writer.wrong] == []
    posted = [wish for writer in writers for wish in writer.posted]
    assert len(posted) > 100
    keys = [wish.key if wish.debit >> 40 == wish.credit >> 40 else ledger.part_key(wish.key, 1) for wish in posted]
    assert sql("select count(*), count(distinct key) from ledger.transfer where key = any(%s)", keys) == [
        (len(posted), len(posted))
    ]
    everyone = [account for of_book in accounts.values() for account in of_book]
    assert sql(
        "select sum(balance)::int, min(balance) >= 0 from ledger.balance where account_id = any(%s)", everyone
    ) == [(4200, True)]
    assert deadlocks() == before


@pytest.mark.usefixtures("books_of_its_own")
def test_sixteen_connections_in_both_directions_never_deadlock() -> None:
    accounts = {book: [learner_account(book=book, credits_=1000) for _ in range(5)] for book in BOOKS[:2]}
    accounts[BOOKS[2]] = accounts[BOOKS[0]]  # so that ten accounts take it all
    before = deadlocks()
    writers = [TwoBooks(100 + seed, accounts, time.monotonic() + 3) for seed in range(16)]
    assert at_once(*[writer.run for writer in writers]) == [None] * 16
    assert [wrong for writer in writers for wrong in writer.wrong] == []
    assert deadlocks() == before


class TwoBooks(Writer):
    def wish(self, book: int) -> Transfer:
        return super().wish(BOOKS[0] if book == BOOKS[2] else book)

    def batch(self) -> None:
        book = self.random.choice(BOOKS[:2])
        wishes = [self.wish(book) for _ in range(20)]
        self.wrong += [code for code in post_batch(wishes, book=book) if code not in (Code.POSTED, Code.INSUFFICIENT)]

    def move(self) -> None:
        here, there = self.random.sample(BOOKS[:2], 2)
        wish = transfer(self.random.choice(self.accounts[here]), self.random.choice(self.accounts[there]), 5)
        self.note([wish], [self.moved(wish)], [self.moved(wish)])


def test_fifty_connections_cannot_overdraw_an_account() -> None:
    payer = learner_account(credits_=1000)
    payees = [learner_account() for _ in range(50)]
    wishes = [transfer(payer, payee, 100) for payee in payees]
    answers = at_once(*[lambda wish=wish: post(wish) for wish in wishes])
    assert (answers.count(Code.POSTED), answers.count(Code.INSUFFICIENT)) == (10, 40)
    assert ledger.balance(account=payer) == 0


def test_one_key_for_two_pairs_of_accounts_at_once_is_posted_once() -> None:
    for _ in range(5):
        key, issuing = fresh_key(), issuing_account()
        one, other = (transfer(issuing, learner_account(), 5, key=key) for _ in range(2))
        assert sorted(at_once(lambda one=one: post(one), lambda other=other: post(other))) == [
            Code.POSTED,
            Code.KEY_USED,
        ]


def test_books_locked_together_are_locked_in_one_order() -> None:
    before, turns = deadlocks(), []

    def work(books: tuple[int, ...]) -> None:
        for _ in range(20):
            with transaction.atomic():
                ledger.lock_books(books=books)
                turns.append(books)

    assert at_once(lambda: work((73, 74)), lambda: work((74, 73)), lambda: work((74, 73, 73))) == [None] * 3
    assert len(turns) == 60
    assert deadlocks() == before
    with pytest.raises(RuntimeError, match="at once"):
        ledger.lock_books(books=[73])


def test_whoever_locks_a_book_decides_and_posts_as_one_step() -> None:
    """Ten readers of one balance, each of whom tops it up to 50: it is topped up once."""
    issuing, learner = issuing_account(book=75), learner_account(book=75)

    def top_up() -> None:
        with transaction.atomic():
            ledger.lock_books(books=[75])
            if missing := 50 - ledger.balance(account=learner):
                post(transfer(issuing, learner, missing))

    assert at_once(*[top_up] * 10) == [None] * 10
    assert ledger.balance(account=learner) == 50


@pytest.fixture
def wire():
    with Wire() as between:
        yield between


def test_a_connection_that_breaks_after_the_commit_is_answered_truly(wire: Wire) -> None:
    """The answer is lost on its way back; the retry finds what was posted."""
    given = transfer(issuing_account(), learner_account(), 5)
    batch = [transfer(issuing_account(), learner_account(), 5) for _ in range(3)]
    wish = transfer(learner_account(credits_=9), learner_account(book=2), 5)
    with wire.between_us_and_the_server():
        connection.ensure_connection()
        wire.lose_next_answer_to(b"ledger.post(")
        assert ledger.post(transfer=given, kind=KIND, actor=ACTOR) is Code.ALREADY_POSTED
        wire.lose_next_answer_to(b"ledger.post_batch(")
        assert post_batch(batch) == [Code.POSTED] * 3
        wire.lose_next_answer_to(b"COMMIT")
        assert ledger.move(transfer=wish, actor=ACTOR) is Code.ALREADY_POSTED
        assert wire.lost == 3
    assert transfers_with(given.key) == 1
    assert ledger.balance(account=wish.credit) == 5


def test_a_connection_that_breaks_before_the_call_arrives_posts_once(wire: Wire) -> None:
    given = transfer(issuing_account(), learner_account(), 5)
    with wire.between_us_and_the_server():
        connection.ensure_connection()
        wire.lose_next_question(b"ledger.post(")
        assert ledger.post(transfer=given, kind=KIND, actor=ACTOR) is Code.POSTED
        assert wire.lost == 1


def test_inside_a_callers_transaction_nothing_is_retried(wire: Wire) -> None:
    given = transfer(issuing_account(), learner_account(), 5)
    with wire.between_us_and_the_server():
        connection.ensure_connection()
        wire.lose_next_answer_to(b"ledger.post(")
        with pytest.raises(OperationalError), transaction.atomic():
            ledger.post(transfer=given, kind=KIND, actor=ACTOR)
    assert transfers_with(given.key) == 0


def test_a_server_that_stays_away_is_reported_after_five_attempts(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    given = transfer(issuing_account(), learner_account(), 5)
    with wire.between_us_and_the_server():
        wire.cut = True
        with pytest.raises(OperationalError):
            ledger.post(transfer=given, kind=KIND, actor=ACTOR)
        wire.cut = False
    assert "5 times" in caplog.text
    assert transfers_with(given.key) == 0


def test_a_terminated_backend_is_retried(owner) -> None:
    given = transfer(issuing_account(), learner_account(), 5)
    [(pid,)] = sql("select pg_backend_pid()")
    # As an administrator's restart does.
    owner.execute("select pg_terminate_backend(%s, 5000)", [pid])
    assert ledger.post(transfer=given, kind=KIND, actor=ACTOR) is Code.POSTED


def test_a_book_that_stays_locked_is_waited_for_so_long_and_leaves_nothing() -> None:
    issuing, learner = issuing_account(book=76), learner_account(book=76)
    wish, release, locked = transfer(issuing, learner, 5), threading.Event(), threading.Event()

    def hog() -> None:
        with transaction.atomic():
            ledger.lock_books(books=[76])
            locked.set()
            release.wait(timeout=20)

    def wait() -> None:
        locked.wait(timeout=20)
        before = last_seq(76)
        try:
            with ledger.patience(0.05):
                ledger.post(transfer=wish, kind=KIND, actor=ACTOR)
        finally:
            assert sql("show lock_timeout") == [("0",)]
            assert (last_seq(76), transfers_with(wish.key)) == (before, 0)
            release.set()

    _, refused = at_once(hog, wait)
    assert isinstance(refused, OperationalError)
    assert "lock timeout" in str(refused)
    assert post(wish) is Code.POSTED


def test_a_rolled_back_posting_leaves_neither_row_nor_serial() -> None:
    learner = learner_account(book=77)
    given, before = transfer(issuing_account(book=77), learner, 5), last_seq(77)
    with transaction.atomic():
        assert post(given) is Code.POSTED
        transaction.set_rollback(True)
    assert (last_seq(77), transfers_with(given.key), ledger.balance(account=learner)) == (before, 0, 0)
    give(learner, 1)
    assert last_seq(77) == before + 1
