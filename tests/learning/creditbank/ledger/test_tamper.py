"""A row, a seal or a head changed by a superuser is found and named (ledger.md §4.6, §4.7; §5 test 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from learning.creditbank.ledger.bank import (
    give,
    issuing_account,
    last_seq,
    learner_account,
    post_batch,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Check

Sealed = dict[str, int]


@pytest.fixture
def sealed() -> Sealed:
    """A book with blocks of 10, 10 and 5 rows at its end: where it is, and the middle block."""
    book = 60
    issuing, learner = issuing_account(book=book), learner_account(book=book)
    ledger.seal_book(book=book, empty=True)
    first = last_seq(book) + 1
    post_batch([transfer(issuing, learner, amount) for amount in range(1, 26)], book=book)
    ledger.seal_book(book=book, rows=10)
    [(newest,)] = sql("select max(n) from ledger.seal where book = %s", book)
    return {"book": book, "block": newest - 1, "first": first + 10, "seq": first + 13}


@contextmanager
def superuser(query: str = "", **values: Any) -> Iterator[None]:
    """Act as a superuser with the triggers off, run `query`, and take everything back in the end."""
    with transaction.atomic():
        # The tests log in as the owner of the server and only took the application's role.
        sql("set local role none")
        # Every trigger that is ours, and those of the foreign keys: nothing is left to hold a thief up.
        for table in ("transfer", "seal", "city_head", "anchor"):
            sql(f"alter table ledger.{table} disable trigger all")
        if query:
            tamper(query, **values)
        yield
        transaction.set_rollback(True)


def tamper(query: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        assert cursor.rowcount > 0, "nothing was tampered with"


def fault(book: int) -> tuple[int, str, int | None] | None:
    found = ledger.verify_book(book=book)
    return (found.block, found.what, found.seq) if found else None


COLUMNS = {
    "key": "gen_random_uuid()",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "effective_at": "effective_at + interval '1 microsecond'",
    "debit": "credit + 1",
    "credit": "credit + 1",
    "amount": "amount + 1",
    "debit_after": "debit_after - 1",
    "credit_after": "credit_after + 1",
    "ref": "ref + 1",
    "actor": "actor + 1",
    "kind": "kind + 1",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_of_a_sealed_row_is_covered(sealed: Sealed, column: str) -> None:
    query = f"update ledger.transfer set {column} = {COLUMNS[column]} where book = %(book)s and seq = %(seq)s"
    with superuser(query, **sealed):
        assert fault(sealed["book"]) == (sealed["block"], "a row was changed", sealed["seq"])
    assert fault(sealed["book"]) is None


def test_every_column_of_a_transfer_is_tried() -> None:
    columns = sql(
        "select column_name from information_schema.columns where table_schema = 'ledger' and table_name = 'transfer'"
    )
    assert {column for (column,) in columns} == {*COLUMNS, "book", "seq"}


MOVED = "update ledger.transfer set seq = seq + 1000000 where book = %(book)s and seq = %(seq)s"
DELETED = "delete from ledger.transfer where book = %(book)s and seq = %(seq)s"
REPLACED = """
with gone as (delete from ledger.transfer where book = %(book)s and seq = %(seq)s returning *)
insert into ledger.transfer
    select gen_random_uuid(), seq, recorded_at, effective_at, debit, credit, amount, debit_after, credit_after, ref,
        actor, book, kind
    from gone"""
SWAPPED = """
update ledger.transfer t set amount = o.amount, debit_after = o.debit_after, credit_after = o.credit_after
from ledger.transfer o
where t.book = %(book)s and o.book = %(book)s and t.seq in (%(seq)s, %(seq)s + 2) and o.seq = 2 * %(seq)s + 2 - t.seq"""


@pytest.mark.parametrize(
    ("query", "what"),
    [
        (MOVED, "a row is missing"),
        (DELETED, "a row is missing"),
        (REPLACED, "a row was changed"),
        (SWAPPED, "a row was changed"),
    ],
    ids=["moved", "deleted", "replaced", "swapped"],
)
def test_a_row_moved_deleted_replaced_or_swapped_is_named(sealed: Sealed, query: str, what: str) -> None:
    with superuser(query, **sealed):
        assert fault(sealed["book"]) == (sealed["block"], what, sealed["seq"])


def test_the_first_of_many_bad_rows_is_named(sealed: Sealed) -> None:
    with superuser("update ledger.transfer set ref = 99 where book = %(book)s and seq >= %(seq)s", **sealed):
        assert fault(sealed["book"]) == (sealed["block"], "a row was changed", sealed["seq"])


SEALS = {
    "digests": "set_byte(digests, 40, get_byte(digests, 40) # 1)",
    "hash": "set_byte(hash, 0, get_byte(hash, 0) # 1)",
    "closed_at": "closed_at + interval '1 microsecond'",
    "n": "n + 1000000",
}


@pytest.mark.parametrize("column", SEALS)
def test_each_column_of_a_seal_is_covered(sealed: Sealed, column: str) -> None:
    query = f"update ledger.seal set {column} = {SEALS[column]} where book = %(book)s and n = %(block)s"
    # A block that went is missed by the one after it.
    block = sealed["block"] + (column == "n")
    with superuser(query, **sealed):
        assert fault(sealed["book"]) == (block, "the seal itself was changed", None)


def test_bounds_of_a_block_cannot_be_moved_together(sealed: Sealed) -> None:
    query = """
        update ledger.seal
        set last_seq = last_seq - 1, rows = rows - 1, digests = substr(digests, 1, length(digests) - 40)
        where book = %(book)s and n = %(block)s"""
    with superuser(query, **sealed):
        assert fault(sealed["book"]) == (sealed["block"], "the seal itself was changed", None)


def test_a_removed_seal_is_missed_by_the_next(sealed: Sealed) -> None:
    with superuser("delete from ledger.seal where book = %(book)s and n = %(block)s", **sealed):
        assert fault(sealed["book"]) == (sealed["block"] + 1, "the seal itself was changed", None)


def test_a_changed_or_missing_genesis_is_found(sealed: Sealed) -> None:
    for query in (
        "update ledger.seal set hash = sha256('other') where book = %(book)s and n = 0",
        "delete from ledger.seal where book = %(book)s and n = 0",
    ):
        with superuser(query, **sealed):
            assert fault(sealed["book"]) == (0, "the seal itself was changed", None)


def test_chains_of_two_books_cannot_be_swapped(sealed: Sealed) -> None:
    learner_account(book=61, credits_=5)
    ledger.seal_book(book=61)
    query = "update ledger.seal set book = 121 - book + 1000 where book in (60, 61)"
    with superuser():
        sql("alter table ledger.seal drop constraint seal_book_exists")
        tamper(query)
        tamper("update ledger.seal set book = book - 1000 where book > 1000")
        assert fault(60) == (0, "the seal itself was changed", None)
        # Even with the genesis put right the blocks name their book.
        tamper("update ledger.seal set hash = sha256('ledger genesis v2'::bytea || int4send(book)) where n = 0")
        assert fault(60) == (1, "the seal itself was changed", None)


def reseal(book: int, block: int) -> None:
    """Make all seals of a book agree with its rows again, as a thief with the owner's rights would."""
    [(newest,)] = sql("select max(n) from ledger.seal where book = %s", book)
    for n in range(block, newest + 1):
        tamper(
            """
            update ledger.seal s set digests = d.digests, hash = ledger.seal_hash(
                p.hash, s.book, s.n, s.first_seq, s.last_seq, s.rows, s.closed_at, d.digests)
            from ledger.seal p, ledger.seal o cross join lateral ledger.seal_digests(o.book, o.first_seq, o.last_seq) d
            where s.book = %(book)s and s.n = %(n)s and p.book = s.book and p.n = s.n - 1
                and o.book = s.book and o.n = s.n""",
            book=book,
            n=n,
        )


def test_rows_and_seals_rewritten_together_contradict_the_city_head(sealed: Sealed) -> None:
    head = ledger.publish_city_head()
    with superuser("update ledger.transfer set ref = 99 where book = %(book)s and seq = %(seq)s", **sealed):
        reseal(sealed["book"], sealed["block"])
        assert fault(sealed["book"]) is None
        found = ledger.verify_city_heads()
        assert found is not None
        assert found.book == sealed["book"]
        assert found.what == f"not the block that city head {head.n} names"


def rehead() -> None:
    """Make all city heads agree with the seals again."""
    for n, heads in sql("select n, heads from ledger.city_head where n > 0 order by n"):
        rewritten = b""
        for at in range(0, len(heads), 44):
            book, block = int.from_bytes(heads[at : at + 4], "big"), int.from_bytes(heads[at + 4 : at + 12], "big")
            [(hash_,)] = sql("select hash from ledger.seal where book = %s and n = %s", book, block)
            rewritten += heads[at : at + 12] + hash_
        tamper(
            """
            update ledger.city_head h set heads = %(heads)s, hash = ledger.city_hash(p.hash, h.n, h.at, %(heads)s)
            from ledger.city_head p where h.n = %(n)s and p.n = h.n - 1""",
            heads=rewritten,
            n=n,
        )


def test_rows_seals_and_heads_rewritten_together_contradict_the_anchor(sealed: Sealed) -> None:
    head = ledger.publish_city_head()
    ledger.anchor(head=head.n, place="public page")
    with superuser("update ledger.transfer set ref = 99 where book = %(book)s and seq = %(seq)s", **sealed):
        reseal(sealed["book"], sealed["block"])
        rehead()
        found = ledger.verify_city_heads()
        assert found is not None
        assert (found.book, found.what) == (None, "not the head that was anchored at public page")
        # The owner rewrites the note too; what was published is out of reach.
        tamper("update ledger.anchor a set hash = h.hash from ledger.city_head h where h.n = a.n")
        assert ledger.verify_city_heads() is None
        result = ledger.verify(books=[sealed["book"]], published={head.n: head.hash})
        assert [(one.block, one.what) for one in result.faults] == [(head.n, "not the head that was published")]


@pytest.mark.parametrize(
    "query",
    [
        "update ledger.city_head set at = at + interval '1 second' where n = %(n)s",
        "update ledger.city_head set hash = sha256('other') where n = %(n)s",
        "delete from ledger.city_head where n = %(n)s",
        "update ledger.city_head set hash = sha256('other') where n = 0",
    ],
)
def test_a_changed_or_missing_city_head_is_found(query: str) -> None:
    head = ledger.publish_city_head()
    ledger.publish_city_head()
    with superuser(query, n=head.n):
        found = ledger.verify_city_heads()
        assert found is not None
        assert found.what == "the head itself was changed"


def test_a_lost_newest_seal_contradicts_the_city_head(sealed: Sealed) -> None:
    ledger.publish_city_head()
    with superuser("delete from ledger.seal where book = %(book)s and n = %(block)s + 1", **sealed):
        assert fault(sealed["book"]) is None
        found = ledger.verify_city_heads()
        assert found is not None
        assert (found.book, found.block) == (sealed["book"], sealed["block"] + 1)


def test_a_sealer_refuses_to_seal_over_a_gap() -> None:
    learner, issuing = learner_account(book=62), issuing_account(book=62)
    post_batch([transfer(issuing, learner, 1) for _ in range(3)], book=62)
    ledger.seal_book(book=62)
    post_batch([transfer(issuing, learner, 1) for _ in range(3)], book=62)
    refused = pytest.raises(DatabaseError, match="a serial is missing")
    with superuser("delete from ledger.transfer where book = 62 and seq = %(seq)s", seq=last_seq(62) - 1), refused:
        ledger.seal_book(book=62)


def test_a_fault_reads_as_a_sentence_that_names_the_row(sealed: Sealed) -> None:
    with superuser(DELETED, **sealed):
        found = ledger.verify(books=[sealed["book"]])
    assert not found.is_good
    assert str(sealed["seq"]) in str(found.faults[0])


UNSEALED = {
    "a row deleted": ("delete from ledger.transfer where key = %s", {Check.BALANCE_IS_SUM, Check.GAPLESS}),
    "an amount changed": (
        "update ledger.transfer set amount = 4 where key = %s",
        {Check.BALANCE_IS_SUM, Check.NO_GAP_IN_BALANCES},
    ),
    "a balance after it changed": (
        "update ledger.transfer set credit_after = 4 where key = %s",
        {Check.NO_GAP_IN_BALANCES},
    ),
    "a serial changed": ("update ledger.transfer set seq = seq + 5 where key = %s", {Check.GAPLESS}),
    "passed off as a reversal": ("update ledger.transfer set kind = 9 where key = %s", {Check.INDEXED_FACTS}),
    "passed off as a hold": ("update ledger.transfer set kind = 6 where key = %s", {Check.INDEXED_FACTS}),
    "passed off as the end of a hold": ("update ledger.transfer set kind = 7 where key = %s", {Check.INDEXED_FACTS}),
}


@pytest.mark.parametrize("name", UNSEALED)
def test_reconciliation_finds_what_no_seal_covers_yet(as_tamperer: Callable[..., Any], name: str) -> None:
    given = give(learner_account(book=63), 5)
    query, expected = UNSEALED[name]
    with as_tamperer(query, given.key):
        assert {finding.check for finding in ledger.reconcile(book=63)} == expected
        assert all(finding.check.label in str(finding) for finding in ledger.reconcile(book=63))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "update ledger.balance set balance = 6 where account_id = %s",
            {Check.NOTHING_FROM_NOTHING, Check.BALANCE_IS_SUM},
        ),
        ("update ledger.balance set version = version + 1 where account_id = %s", {Check.BALANCE_IS_SUM}),
        ("update ledger.balance set state = 2 where account_id = %s", {Check.RULINGS}),
        ("update ledger.balance set floor = -1 where account_id = %s", {Check.RULINGS}),
        ("update ledger.book set last_seq = last_seq + 1 where book = %s >> 40", {Check.GAPLESS}),
    ],
)
def test_reconciliation_finds_a_cache_that_was_changed(owner, query: str, expected: set[Check]) -> None:
    account = learner_account(book=64, credits_=5)
    owner.autocommit = True
    [(table, key, value)] = [("book", "book", 64) if "ledger.book" in query else ("balance", "account_id", account)]
    before = owner.execute(f"select * from ledger.{table} where {key} = %s", [value]).fetchone()
    columns = [column.name for column in owner.execute(f"select * from ledger.{table} limit 0").description]
    owner.execute(query, [account])
    try:
        assert {finding.check for finding in ledger.reconcile(book=64)} == expected
    finally:
        assignments = ", ".join(f"{column} = %s" for column in columns)
        owner.execute(f"update ledger.{table} set {assignments} where {key} = %s", [*before, value])


def test_reconciliation_finds_a_balance_below_its_floor(owner) -> None:
    account = learner_account(book=65, credits_=5)
    owner.autocommit = True
    owner.execute("alter table ledger.balance drop constraint balance_above_floor")
    try:
        owner.execute("update ledger.balance set balance = -1 where account_id = %s", [account])
        assert Check.ABOVE_FLOOR in {finding.check for finding in ledger.reconcile(book=65)}
    finally:
        owner.execute("update ledger.balance set balance = 5 where account_id = %s", [account])
        owner.execute("alter table ledger.balance add constraint balance_above_floor check (balance >= floor)")
