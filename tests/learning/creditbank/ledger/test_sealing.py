"""Sealing: what is due, the chain, city heads, anchors (ledger.md §4.6; §5 test 10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from django.db import DatabaseError

from learning.creditbank.ledger.bank import (
    at_once,
    give,
    issuing_account,
    learner_account,
    post,
    post_batch,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger


def server_now() -> datetime:
    return sql("select clock_timestamp()")[0][0]


def chain(book: int) -> list[tuple[int, int, int, int]]:
    return sql("select n, first_seq, last_seq, rows from ledger.seal where book = %s order by n", book)


def tail(book: int) -> ledger.Tail:
    return ledger.tails()[book]


def quiet() -> None:
    """Seal everything, today."""
    ledger.seal_due(now=server_now())
    ledger.seal_all()


def test_a_young_and_short_tail_waits() -> None:
    quiet()
    learner_account(book=40, credits_=5)
    assert tail(40).rows == 1
    assert ledger.seal_due(now=server_now()) == ledger.Sealed(books=0, blocks=0, rows=0, late_books=())
    assert tail(40).rows == 1


def test_a_tail_is_sealed_when_it_is_a_minute_old() -> None:
    quiet()
    learner_account(book=40, credits_=5)
    almost = tail(40).oldest_at + timedelta(seconds=60, microseconds=-1)
    if almost.date() == server_now().date():
        assert ledger.seal_due(now=almost).blocks == 0
    done = ledger.seal_due(now=almost + timedelta(microseconds=1))
    assert done.rows == 1
    assert done.late_books == ()
    assert tail(40).rows == 0


def test_a_tail_older_than_three_minutes_raises_an_alarm() -> None:
    quiet()
    learner_account(book=41, credits_=5)
    late = tail(41).oldest_at + timedelta(seconds=180, microseconds=1)
    assert ledger.seal_due(now=late).late_books == (41,)


def test_a_long_tail_is_sealed_at_once_in_blocks_of_a_thousand() -> None:
    quiet()
    issuing, learner = issuing_account(book=42), learner_account(book=42)
    post_batch([transfer(issuing, learner, 1) for _ in range(2500)], book=42)
    before = chain(42)
    done = ledger.seal_due(now=server_now())
    assert (done.books, done.blocks, done.rows) == (1, 3, 2500)
    assert [rows for _, _, _, rows in chain(42)[len(before) :]] == [1000, 1000, 500]


def test_a_quiet_book_gets_an_empty_block_once_a_day() -> None:
    quiet()
    tomorrow = server_now() + timedelta(days=1)
    before = chain(43)
    assert ledger.seal_due(now=tomorrow).books == 256
    assert [rows for _, _, _, rows in chain(43)[len(before) :]] == [0]
    assert ledger.seal_due(now=server_now()).books == 0


def test_the_chain_has_no_gap_and_every_hash_covers_the_one_before() -> None:
    for _ in range(3):
        learner_account(book=44, credits_=5)
        ledger.seal_book(book=44)
    rows = sql(
        "select n, first_seq, last_seq, rows, closed_at, digests, hash from ledger.seal where book = 44 order by n"
    )
    for before, this in pairwise(rows):
        assert (this[0], this[1]) == (before[0] + 1, before[2] + 1)
        assert this[4] > before[4]
        # The hash again, by another hand than the database's.
        micros = (this[4] - datetime(2000, 1, 1, tzinfo=this[4].tzinfo)) // timedelta(microseconds=1)
        content = b"".join(
            [
                before[6],
                (44).to_bytes(4, "big"),
                *(number.to_bytes(8, "big") for number in this[:3]),
                this[3].to_bytes(4, "big"),
                micros.to_bytes(8, "big"),
                this[5],
            ]
        )
        assert this[6] == sha256(content).digest()


def test_two_sealers_and_posters_at_once_make_one_chain() -> None:
    issuing, learner = issuing_account(book=45), learner_account(book=45)

    def post_some() -> None:
        for _ in range(60):
            post(transfer(issuing, learner, 1))

    def seal_some() -> None:
        for _ in range(40):
            ledger.seal_book(book=45, rows=7)

    assert at_once(post_some, post_some, seal_some, seal_some) == [None] * 4
    ledger.seal_book(book=45)
    blocks = chain(45)
    assert all(this[1] == before[2] + 1 for before, this in pairwise(blocks))
    assert blocks[-1][2] >= 120


def test_nothing_new_needs_no_block() -> None:
    quiet()
    before = chain(46)
    assert ledger.seal_book(book=46) == 0
    assert ledger.seal_all().blocks == 0
    assert chain(46) == before


@pytest.mark.parametrize("rows", [0, -1, 100_001, None])
def test_a_block_has_a_sensible_size(rows: int | None) -> None:
    with pytest.raises(DatabaseError, match="1 to 100000 rows"):
        sql("select ledger.seal_one(46, %s, true)", rows)


def test_a_city_head_holds_the_newest_block_of_every_book() -> None:
    learner_account(book=47, credits_=5)
    quiet()
    head = ledger.publish_city_head()
    newest = sql("select distinct on (book) book, n, hash from ledger.seal order by book, n desc")
    heads = b"".join(book.to_bytes(4, "big") + n.to_bytes(8, "big") + hash_ for book, n, hash_ in newest)
    assert sql("select heads from ledger.city_head where n = %s", head.n) == [(heads,)]
    assert ledger.newest_city_head() == head
    assert ledger.verify_city_heads() is None


def test_heads_published_at_once_make_one_chain() -> None:
    first = ledger.newest_city_head().n
    heads = at_once(*[ledger.publish_city_head] * 4)
    assert sorted(head.n for head in heads) == [first + 1, first + 2, first + 3, first + 4]
    assert ledger.verify_city_heads() is None


def test_an_anchor_notes_where_a_head_was_made_known() -> None:
    head = ledger.publish_city_head()
    assert ledger.anchor(head=head.n, place="public page") == head.hash
    assert ledger.anchor(head=head.n, place="public page") == head.hash
    newest = ledger.newest_anchor()
    assert newest is not None
    assert (newest.n, newest.hash, newest.place) == (head.n, head.hash, "public page")
    assert sql("select count(*) from ledger.anchor where n = %s", head.n) == [(1,)]
    with pytest.raises(ValueError, match="place"):
        ledger.anchor(head=head.n, place=" ")
    with pytest.raises(DatabaseError):
        ledger.anchor(head=head.n + 1000, place="public page")


def test_verification_tells_how_much_it_read_and_how_far_it_is() -> None:
    give(learner_account(book=48), 5)
    quiet()
    told: list[tuple[int, int]] = []
    result = ledger.verify(books=[47, 48], progress=lambda done, all_: told.append((done, all_)))
    assert result.is_good
    assert told == [(1, 2), (2, 2)]
    blocks, rows = sql("select count(*), sum(rows) from ledger.seal where book in (47, 48) and n > 0")[0]
    assert (result.books, result.blocks, result.rows) == (2, blocks, rows)
    newest = chain(48)[-1][0]
    assert ledger.verify(books=[48], since={48: newest}).blocks == 1
    assert ledger.verify_blocks(blocks=[(48, newest), (48, 1)]) == []
