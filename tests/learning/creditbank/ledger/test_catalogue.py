"""What the database's own catalogue says of the ledger (ledger.md §5 test 21; scale-out.md §4 rules 1 to 4, 12, 15)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError

from learning.creditbank.ledger.bank import issuing_account, learner_account, sql
from xuecheng.learning.creditbank import sql as files

BOOK_TABLES = {
    "book",
    "account",
    "account_change",
    "balance",
    "batch",
    "transfer",
    "reversal",
    "hold",
    "hold_end",
    "seal",
}
CITY_TABLES = {"move", "city_head", "anchor"}


def test_every_table_is_of_a_book_or_of_the_city() -> None:
    tables = {name for (name,) in sql("select tablename from pg_tables where schemaname = 'ledger'")}
    assert tables == BOOK_TABLES | CITY_TABLES
    with_book = sql(
        """
        select table_name from information_schema.columns
        where table_schema = 'ledger' and column_name = 'book' and data_type = 'integer' and is_nullable = 'NO'"""
    )
    assert {name for (name,) in with_book} == BOOK_TABLES


def test_the_book_is_in_every_unique_index_of_a_book_table() -> None:
    without = sql(
        """
        select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'ledger'::regnamespace and c.relname = any(%s) and i.indisunique and not exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attname = 'book' and a.attnum = any(i.indkey))""",
        sorted(BOOK_TABLES),
    )
    assert without == []


def test_the_book_is_in_every_foreign_key_between_book_tables() -> None:
    keys = sql(
        """
        select f.conname, c.relname, r.relname, r.relnamespace::regnamespace::text, exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attname = 'book' and a.attnum = any(f.conkey))
        from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
        where f.contype = 'f' and 'ledger'::regnamespace in (c.relnamespace, r.relnamespace)"""
    )
    assert keys
    for name, table, referenced, schema, with_book in keys:
        assert schema == "ledger", name
        # Plain local and distributed tables do not refer to one another on a cluster.
        assert (table in BOOK_TABLES) == (referenced in BOOK_TABLES), name
        assert with_book or table in CITY_TABLES, name


def test_nothing_in_the_ledger_counts_by_sequence_or_identity() -> None:
    assert sql("select relname from pg_class where relnamespace = 'ledger'::regnamespace and relkind = 'S'") == []
    identities = sql(
        """
        select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'ledger'::regnamespace and a.attidentity <> ''"""
    )
    assert identities == []


def test_a_transfer_has_its_four_indexes_and_the_balance_one() -> None:
    indexes = sql("select tablename, indexname from pg_indexes where schemaname = 'ledger'")
    of = {table: sorted(index for owner, index in indexes if owner == table) for table in ("transfer", "balance")}
    assert of == {
        "transfer": ["transfer_credit", "transfer_debit", "transfer_key_once", "transfer_serial_once"],
        "balance": ["balance_once"],
    }


def test_every_table_has_both_triggers_enabled_always() -> None:
    triggers = sql(
        """
        select c.relname, t.tgname, t.tgenabled, t.tgtype & 1
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'ledger'::regnamespace and not t.tgisinternal"""
    )
    expected = {(table, "append_only", "A", 1) for table in BOOK_TABLES | CITY_TABLES}
    expected |= {(table, "no_truncate", "A", 0) for table in BOOK_TABLES | CITY_TABLES}
    assert set(triggers) == expected


def test_every_constraint_is_named_by_us() -> None:
    """A name that PostgreSQL made up tells nobody which rule was broken."""
    names = sql(
        """
        select conname from pg_constraint
        where connamespace = 'ledger'::regnamespace and contype <> 'n' and conname ~ '_(check|pkey|fkey|key)[0-9]*$'"""
    )
    assert names == []


TO_ITSELF = "insert into ledger.transfer values (gen_random_uuid(), 2^50::bigint, now(), now(),"
BY_HAND = """
insert into ledger.transfer
values (gen_random_uuid(), %s, now(), now(), %s, %s, 1, 0, 0, 1, 1, %s, 10)"""


@pytest.mark.parametrize("book", [1, 2])
def test_a_transfer_across_books_is_refused_by_the_table_itself(owner: psycopg.Connection[Any], book: int) -> None:
    here, there = issuing_account(book=1), learner_account(book=2)
    with pytest.raises(psycopg.errors.CheckViolation, match="transfer_inside_one_book"):
        owner.execute(BY_HAND, [2**40, here, there, book])


def test_the_tables_refuse_what_the_functions_never_write(owner: psycopg.Connection[Any]) -> None:
    account = learner_account(book=1, credits_=5)
    for statement, constraint in (
        (f"update ledger.balance set balance = -1 where account_id = {account}", "balance_above_floor"),
        (f"update ledger.balance set state = 3 where account_id = {account}", "balance_state_known"),
        (f"update ledger.balance set floor = 1 where account_id = {account}", "balance_floor_at_most_zero"),
        ("insert into ledger.account values ((2::bigint << 40) + 99, 1, 2, 1, 1, 1)", "account_number_carries_book"),
        (
            "insert into ledger.account values ((1::bigint << 40) + 2^39::bigint, 1, 5, 1, 1, 1)",
            "account_owner_kind_known",
        ),
        ("insert into ledger.account values ((1::bigint << 40) + 2^39::bigint, 1, 2, 1, 7, 1)", "account_role_known"),
        ("insert into ledger.move values (gen_random_uuid(), 1, 5, 6, 1, 1, now(), 1)", "move_between_two_books"),
        ("insert into ledger.book values (256)", "book_is_one_of_256"),
        (f"{TO_ITSELF} {account}, {account}, 1, 0, 0, 1, 1, 1, 10)", "transfer_between_two_accounts"),
    ):
        with pytest.raises(psycopg.errors.CheckViolation, match=constraint), owner.transaction():
            owner.execute(statement)


def test_two_rows_cannot_bear_one_serial(owner: psycopg.Connection[Any]) -> None:
    account, other = learner_account(book=1, credits_=1), learner_account(book=1)
    [(seq,)] = sql("select last_seq from ledger.book where book = 1")
    with pytest.raises(psycopg.errors.UniqueViolation, match="transfer_serial_once"):
        owner.execute(BY_HAND, [seq, account, other, 1])


def test_no_transfer_crosses_books() -> None:
    assert sql("select * from ledger.transfer where debit >> 40 <> book or credit >> 40 <> book") == []


def test_a_row_of_the_ledger_cannot_be_reached_without_its_rights() -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        sql("insert into ledger.book values (1)")


def test_the_migrations_run_the_files_of_their_release() -> None:
    from importlib import import_module

    second = import_module("xuecheng.learning.creditbank.migrations.0005_ledger_move").Migration
    assert [operation.sql for operation in second.operations] == [files.as_owner(*files.SECOND_RELEASE)]
    migration = import_module("xuecheng.learning.creditbank.migrations.0001_ledger").Migration
    run = [statement for operation in migration.operations for statement in operation.sql]
    texts = [files.text(name) for name in files.FIRST_RELEASE]
    assert run == [texts[0], files.BECOME_OWNER, *texts[1:], files.RESUME]
    assert migration.dependencies == []
