"""A database of the ledger's own, real commits, the application's rights; and after each test the books add up.

The database is made from the same files that the migration runs and dropped at the end, so that the city's test
database, which is kept between runs, does not fill with postings that can never be deleted.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from xuecheng.config import embedded
from xuecheng.config.database import APPLICATION_ROLE
from xuecheng.learning.creditbank import ledger, sql
from xuecheng.learning.creditbank.ledger.calls import rows
from xuecheng.learning.creditbank.ledger.sealing import seal_all

Owner = Callable[[], psycopg.Connection[Any]]


def server_parameters() -> dict[str, Any]:
    """How libpq reaches the server of the tests as its owner, without the name of a database."""
    settings = connections["default"].settings_dict
    given = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
    }
    return {name: value for name, value in given.items() if value}


def load(owner: psycopg.Connection[Any], *, change: Callable[[str], str] = lambda text: text) -> None:
    """Run the files of all releases as the migrations do; `change` may alter their text."""
    with owner.transaction():
        roles, *owned = sql.FIRST_RELEASE
        owner.execute(sql.text(roles))
        for statement in sql.as_owner(*owned, *sql.SECOND_RELEASE):
            owner.execute(change(statement))


@contextmanager
def scratch_database(name: str, *, template: str = "template0") -> Iterator[str]:
    """An empty database of this name, or a copy of one nobody is connected to; dropped afterwards."""
    with psycopg.connect(**server_parameters(), dbname="postgres", autocommit=True) as maker:
        maker.execute(f'drop database if exists "{name}" with (force)')
        maker.execute(f'create database "{name}" encoding \'UTF8\' template "{template}"')
        try:
            yield name
        finally:
            maker.execute(f'drop database if exists "{name}" with (force)')


@contextmanager
def connected_to(name: str, **more: Any) -> Iterator[None]:
    """Within, Django's connections of all threads lead to database `name` in the application's role."""
    settings = connections["default"].settings_dict
    before = {key: settings[key] for key in ("NAME", "OPTIONS", "CONN_MAX_AGE", *more)}
    connection.close()
    options = before["OPTIONS"] | {"options": f"{before['OPTIONS'].get('options', '')} -c role={APPLICATION_ROLE}"}
    settings.update({"NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None, **more})
    try:
        yield
    finally:
        connection.close()
        settings.update(before)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Faults are compared as the English sentences that the auditor's guide quotes."""
    with override("en"):
        yield


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[str]:
    """The ledger's database of this worker."""
    with scratch_database(f"test_ledger_{worker_id}_{os.getpid()}") as name:
        with psycopg.connect(**server_parameters(), dbname=name) as owner:
            load(owner)
        yield name


@pytest.fixture(scope="session")
def own_server(worker_id: str) -> Iterator[embedded.Embedded]:
    """A server of our own, to be killed: with every flush that the product has, and with prepared transactions."""
    home = Path(os.environ["XUECHENG_HOME"]) / f"own-{worker_id}-{os.getpid()}"
    try:
        yield start_own(home)
    finally:
        embedded.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def start_own(home: Path) -> embedded.Embedded:
    return embedded.start(home, parameters={"max_prepared_transactions": "10", "shared_buffers": "64MB"})


@pytest.fixture(scope="session")
def verified(database: str) -> dict[int, int]:
    """Book → the first block that no test has verified yet."""
    return {}


@pytest.fixture(autouse=True)
def books_add_up(database: str, verified: dict[int, int], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Test 13: after every test that touched the ledger nothing of §4.7 is found, and what was sealed verifies."""
    with django_db_blocker.unblock(), connected_to(database):
        before = heads()
        yield
        touched = [book for book, head in heads().items() if head != before[book]]
        if not touched:
            return
        check(touched, verified)


@pytest.fixture
def books_of_its_own(books_add_up: None) -> Iterator[None]:
    """A ledger for one test that writes much, so that what is checked after every other test stays small."""
    with scratch_database(f"test_large_{os.getpid()}") as name:
        with psycopg.connect(**server_parameters(), dbname=name) as owner:
            load(owner)
        with connected_to(name):
            yield
            check(ledger.books_in_use(), {})


def check(books: list[int], verified: dict[int, int]) -> None:
    """Nothing of §4.7 is found in `books` and between them; their chains verify from where they were verified to."""
    found = [finding for book in books for finding in ledger.reconcile(book=book)]
    later = rows("select clock_timestamp() + interval '10 minutes'", [])[0][0]
    found += ledger.reconcile_city(now=later)
    assert not found, "\n".join(map(str, found))
    seal_all(books=set(books))
    for book in books:
        assert ledger.verify_book(book=book, since=verified.get(book, 1)) is None
        [(newest,)] = rows("select max(n) from ledger.seal where book = %s", [book])
        verified[book] = newest + 1


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the database, a superuser, in a transaction that is rolled back."""
    with psycopg.connect(**server_parameters(), dbname=database) as connected:
        yield connected
        connected.rollback()


def heads() -> dict[int, tuple[int, int]]:
    return {
        book: (seq, account) for book, seq, account in rows("select book, last_seq, last_account from ledger.book", [])
    }


@pytest.fixture
def as_tamperer(database: str) -> Callable[..., Any]:
    """`with as_tamperer(query, values…)`: a superuser with the triggers off changes book 1, 2 or 63, and puts it back.

    The change is committed, because reconciling opens a transaction of its own; a copy of what stood there is written
    back afterwards.
    """

    @contextmanager
    def tamper(query: str, *values: object) -> Iterator[None]:
        with psycopg.connect(**server_parameters(), dbname=database, autocommit=True) as superuser:
            switch_trigger(superuser, on=False)
            superuser.execute("create temporary table kept as table ledger.transfer")
            superuser.execute("delete from kept where book not in (1, 2, 63)")
            try:
                changed = superuser.execute(query, values)
                assert changed.rowcount > 0, "nothing was tampered with"
                yield
            finally:
                superuser.execute("set session_replication_role = replica")
                superuser.execute("delete from ledger.transfer where book in (1, 2, 63)")
                superuser.execute("insert into ledger.transfer table kept")
                superuser.execute("set session_replication_role = origin")
                switch_trigger(superuser, on=True)

    return tamper


def switch_trigger(superuser: psycopg.Connection[Any], *, on: bool) -> None:
    superuser.execute(f"alter table ledger.transfer {'enable always' if on else 'disable'} trigger append_only")
