"""History cannot change: privileges and triggers (ledger.md §4.1 "Privileges"; §5 test 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, transaction

from learning.creditbank.ledger.bank import (
    ACTOR,
    KIND,
    fresh_key,
    give,
    issuing_account,
    learner_account,
    post,
    sql,
    transfer,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import Code, Role, State

TABLES = (
    "account",
    "account_change",
    "anchor",
    "balance",
    "batch",
    "book",
    "city_head",
    "hold",
    "hold_end",
    "move",
    "reversal",
    "seal",
    "transfer",
)
CACHES = ("balance", "book")
APPENDED = tuple(table for table in TABLES if table not in CACHES)
APPLICATION = "xuecheng_app"

#: Who may execute what; a function that is not here is nobody's but the owner's.
POSTING = {
    "lock_book",
    "open_account",
    "open_accounts",
    "set_state",
    "set_floor",
    "post",
    "post_batch",
    "reverse",
    "hold_open",
}
POSTING |= {"hold_close", "move_begin"}
SEALING = {"seal_one", "publish_city_head", "note_anchor"}
VERIFYING = {"row_bytes", "seal_digests", "seal_hash", "city_hash", "pieces", "verify_block", "verify_book"}
KNOWN_TO_ALL = {"book_of", "part_key"}


@pytest.fixture(autouse=True)
def every_table_has_a_row() -> None:
    """A row trigger is silent when nothing matches, so there is something to match."""
    if all(sql(f"select exists (select from ledger.{table})") == [(True,)] for table in TABLES):
        return
    learner, hold = learner_account(credits_=100), learner_account(role=Role.HOLD)
    held = transfer(learner, hold, 10)
    ledger.hold_open(transfer=held, expires_at=held.effective_at, actor=ACTOR)
    ledger.hold_close(
        book=1, hold=held.key, target=learner, captured=0, ref=1, effective_at=held.effective_at, actor=ACTOR
    )
    ledger.reverse(book=1, key=fresh_key(), reversed_key=give(learner, 5).key, reason="twice", actor=ACTOR)
    ledger.post_batch(book=1, transfers=[transfer(learner, issuing_account(), 1)], kind=KIND, actor=ACTOR)
    ledger.move(transfer=transfer(learner, learner_account(book=2), 1), actor=ACTOR)
    ledger.set_state(account=hold, state=State.FROZEN, reason="why", actor=ACTOR)
    ledger.seal_all(books={1, 2})
    ledger.anchor(head=ledger.publish_city_head().n, place="here")
    assert all(sql(f"select exists (select from ledger.{table})") == [(True,)] for table in TABLES)


def first_column(table: str) -> str:
    query = "select column_name from information_schema.columns where table_schema = 'ledger' and table_name = %s"
    return str(sql(f"{query} order by ordinal_position", table)[0][0])


def attacks(table: str) -> dict[str, str]:
    column = first_column(table)
    return {
        "insert": f"insert into ledger.{table} select * from ledger.{table}",
        "update": f"update ledger.{table} set {column} = {column}",
        "delete": f"delete from ledger.{table}",
        "truncate": f"truncate ledger.{table} cascade",
        "merge": f"merge into ledger.{table} t using (select 1) o on true when matched then delete",
        "copy": f"copy ledger.{table} from stdin",
        "lock": f"select * from ledger.{table} for update",
        "disable": f"alter table ledger.{table} disable trigger all",
        "drop": f"drop table ledger.{table} cascade",
    }


@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_only_read(table: str) -> None:
    for name, attack in attacks(table).items():
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            sql(attack)
        assert refused.value.__cause__.sqlstate == "42501", (name, refused.value)


@pytest.mark.parametrize("role", ["ledger_app", "ledger_sealer", "ledger_auditor"])
def test_no_role_of_the_ledger_writes_to_a_table(role: str) -> None:
    rights = sql(
        """
        select c.relname, r from pg_class c, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) r
        where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p')
            and has_table_privilege(%s, c.oid, r)""",
        role,
    )
    assert rights == []


@pytest.fixture(params=["superuser", "superuser in replica mode", "owner"])
def mighty(request: pytest.FixtureRequest, owner: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    if request.param == "superuser in replica mode":
        owner.execute("set local session_replication_role = replica")
    if request.param == "owner":
        owner.execute("set local role ledger_owner")
    yield owner
    owner.rollback()


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_and_the_superuser_cannot_change_history_by_accident(
    mighty: psycopg.Connection[Any], table: str
) -> None:
    refused = {"delete", "truncate", "merge"} | ({"update"} if table in APPENDED else set())
    for name, attack in attacks(table).items():
        if name not in refused:
            continue
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"), mighty.transaction():
            mighty.execute(attack)


def test_every_function_is_for_whom_it_is_meant() -> None:
    meant = {
        "ledger_app": POSTING | KNOWN_TO_ALL,
        "ledger_sealer": SEALING | VERIFYING | KNOWN_TO_ALL,
        "ledger_auditor": VERIFYING | KNOWN_TO_ALL,
        "public": set(),
    }
    functions = {name for (name,) in sql("select proname from pg_proc where pronamespace = 'ledger'::regnamespace")}
    assert functions == POSTING | SEALING | VERIFYING | KNOWN_TO_ALL | {"refuse"}
    for role, expected in meant.items():
        allowed = sql(
            """
            select proname from pg_proc
            where pronamespace = 'ledger'::regnamespace and has_function_privilege(%s, oid, 'EXECUTE')""",
            role,
        )
        assert {name for (name,) in allowed} == expected, role


def test_a_function_made_later_is_not_open_to_all(owner: psycopg.Connection[Any]) -> None:
    owner.execute("set local role ledger_owner")
    owner.execute("create function ledger.later() returns int language sql as 'select 1'")
    assert owner.execute("select has_function_privilege('public', 'ledger.later()', 'EXECUTE')").fetchone() == (False,)


def test_the_schema_is_closed_to_all_others() -> None:
    assert sql("select has_schema_privilege('public', 'ledger', 'USAGE')") == [(False,)]
    assert sql("select has_schema_privilege('xuecheng_app', 'ledger', 'CREATE')") == [(False,)]


def test_the_application_is_no_owner(owner: psycopg.Connection[Any]) -> None:
    assert sql("select current_user, pg_has_role('xuecheng_app', 'ledger_owner', 'MEMBER')") == [(APPLICATION, False)]
    owner.execute("set session authorization xuecheng_app")
    for role in ("ledger_owner", "postgres"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), owner.transaction():
            owner.execute(f"set role {role}")
    owner.execute("reset session authorization")


def test_tables_and_functions_belong_to_the_owner_of_the_ledger() -> None:
    owners = sql(
        """
        select distinct r.rolname from pg_roles r
        where r.oid in (select relowner from pg_class where relnamespace = 'ledger'::regnamespace)
            or r.oid in (select proowner from pg_proc where pronamespace = 'ledger'::regnamespace)
            or r.oid = (select nspowner from pg_namespace where nspname = 'ledger')"""
    )
    assert owners == [("ledger_owner",)]
    assert sql("select rolcanlogin, rolsuper from pg_roles where rolname = 'ledger_owner'") == [(False, False)]


def test_functions_with_the_owners_rights_look_nowhere_else() -> None:
    loose = sql(
        """
        select proname from pg_proc
        where pronamespace = 'ledger'::regnamespace and prosecdef
            and proconfig is distinct from array['search_path=ledger, pg_temp']"""
    )
    assert loose == []


def test_a_false_table_in_the_temporary_schema_does_nothing() -> None:
    learner = learner_account()
    given = transfer(issuing_account(), learner, 5)
    # A session is the application's own; what it makes there must not be taken for the books.
    with transaction.atomic():
        sql("create temporary table transfer (like ledger.transfer) on commit drop")
        sql("create temporary table balance (like ledger.balance) on commit drop")
        sql("create temporary table book (like ledger.book) on commit drop")
        sql("set local search_path = pg_temp, ledger, public")
        assert post(given) is Code.POSTED
        assert sql("select count(*) from pg_temp.transfer") == [(0,)]
    assert ledger.balance(account=learner) == 5


def test_a_false_function_in_the_callers_path_is_not_called() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("create function public.part_key(uuid, int) returns uuid language sql as 'select $1'")
