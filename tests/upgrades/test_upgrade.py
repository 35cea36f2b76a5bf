"""A city that ran an earlier release is brought to this one: nothing is lost, the ledger verifies, a page opens (OPS-07).

`scripts/note_release.py VERSION` leaves `VERSION.sql.xz` here; the newest is upgraded with every run of the tests, the
others, and each of them by Django's own long way, with `make drill`.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

import migrated
from city.situations import forget_what_is_kept
from learning.creditbank.ledger.conftest import connected_to, scratch_database, server_parameters
from xuecheng.config import manage
from xuecheng.config.database import COME_AGAIN
from xuecheng.config.migrating import rendering_what_changed
from xuecheng.learning.creditbank import ledger, sql
from xuecheng.learning.creditbank.models import LearningAccount

FOLDER = Path(__file__).resolve().parent


def _by_number(path: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", path.name)]


DUMPS = sorted(FOLDER.glob("*.sql.xz"), key=_by_number)
TOTALS = """
select (select count(*) from ledger.transfer), (select sum(amount) from ledger.transfer),
       (select count(*) from ledger.seal), (select count(*) from people_person),
       (select count(*) from people_personevent), (select count(*) from records_learningrecord),
       (select sum(minutes) from records_learningrecord), (select count(*) from recognition_posting),
       (select count(*) from creditbank_learningaccount), (select count(*) from organisations_organisation)"""

SHAPE = """
with of as (
    select c.oid, c.oid::regclass::text as name, c.relkind, c.relacl from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname in ('public', 'ledger') and relname <> 'config_cache'
)
select 'column', name, attname::text, format_type(atttypid, atttypmod), attnotnull::text, attidentity::text
from pg_attribute join of on oid = attrelid where relkind in ('r', 'p', 'v') and attnum > 0 and not attisdropped
union all
select 'constraint', name, conname::text, contype::text, confrelid::regclass::text, null
from pg_constraint join of on of.oid = conrelid
union all
select 'index', name, indexrelid::regclass::text, indisunique::text, (indpred is null)::text, null
from pg_index join of on oid = indrelid
union all
select 'trigger', name, tgname::text, tgtype::text, tgenabled::text, tgfoid::regproc::text
from pg_trigger join of on of.oid = tgrelid where not tgisinternal
union all
select 'function', p.oid::regprocedure::text, prosrc, prosecdef::text, proacl::text, proconfig::text
from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname in ('public', 'ledger')
union all
select 'rights', name, relacl::text, null, null, null from of where relkind in ('r', 'p', 'v', 'S')"""
"""What the schema says, a row a thing; not the text of conditions, which a restored dump writes otherwise."""


def shape_of(database: str) -> set[tuple[str, ...]]:
    with psycopg.connect(**server_parameters(), dbname=database) as owner:
        return set(owner.execute(SHAPE).fetchall())


@contextmanager
def as_owner_of(name: str) -> Iterator[None]:
    """Within, Django's connection leads to database `name` as its owner, who migrates."""
    settings = connections["default"].settings_dict
    before = settings["NAME"]
    connection.close()
    settings["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = before


def load(owner: psycopg.Connection[Any], dump: Path) -> None:
    """What the release left, as its server's owner would restore it."""
    owner.execute(sql.text("ledger_roles_v1.sql"))
    text = lzma.decompress(dump.read_bytes()).decode()
    # The roles bring their schema.
    owner.execute(text.replace("CREATE SCHEMA ledger;", ""))  # type: ignore[arg-type]  # our own file


@pytest.mark.parametrize("way", ["shorter", pytest.param("django's", marks=pytest.mark.drill)])
@pytest.mark.parametrize(
    "dump",
    [pytest.param(one, marks=() if one == DUMPS[-1] else pytest.mark.drill, id=one.name) for one in DUMPS],
)
def test_a_city_of_an_earlier_release_is_brought_to_this_one(
    dump: Path, way: str, worker_id: str, django_db_blocker: DjangoDbBlocker
) -> None:
    with scratch_database(f"test_upgrade_{worker_id}") as name, django_db_blocker.unblock():
        with psycopg.connect(**server_parameters(), dbname=name, autocommit=True) as owner:
            load(owner, dump)
        with psycopg.connect(**server_parameters(), dbname=name, autocommit=True) as owner:
            before = owner.execute(TOTALS).fetchone()
            assert before is not None
            assert all(before)
        with as_owner_of(name):
            with rendering_what_changed() if way == "shorter" else nullcontext():
                call_command("migrate", verbosity=0, interactive=False)
            executor = MigrationExecutor(connection)
            assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
        # As the tests' own: nothing is lost on a shorter way (`migrating`), nor on that of an older city.
        with scratch_database(f"test_own_{worker_id}", template=migrated.template()) as own:
            assert shape_of(name) ^ shape_of(own) == set()
        forget_what_is_kept()
        with connected_to(name):
            with connection.cursor() as cursor:
                cursor.execute(TOTALS)
                assert cursor.fetchone() == before
            assert [found for book in ledger.books_in_use() for found in ledger.reconcile(book=book)] == []
            assert ledger.verify().is_good
            learner = Client()
            assert learner.get("/").status_code == 200
            account = LearningAccount.objects.select_related("person").order_by("pk").first()
            assert account is not None
            learner.force_login(account.person)
            page = learner.get("/account/")
            assert page.status_code == 200
            assert account.person.name in page.content.decode()
        forget_what_is_kept()


def test_a_migration_that_finds_its_table_busy_gives_up_soon_and_is_tried_again(
    worker_id: str, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a lock makes all behind it wait: better to come back."""
    with scratch_database(f"test_busy_{worker_id}") as name, django_db_blocker.unblock():
        with psycopg.connect(**server_parameters(), dbname=name, autocommit=True) as owner:
            owner.execute("create table django_migrations (id int, app text, name text, applied timestamptz)")
        settings = connections["default"].settings_dict
        monkeypatch.setitem(settings, "OPTIONS", settings["OPTIONS"] | {"options": "-c lock_timeout=200"})
        with as_owner_of(name), psycopg.connect(**server_parameters(), dbname=name) as busy:
            busy.execute("lock table django_migrations in access exclusive mode")
            with pytest.raises(SystemExit) as ended:
                manage.main(["manage", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"])
    assert ended.value.code == COME_AGAIN


def test_come_again_is_tried_until_there_is_no_pause_left(monkeypatch: pytest.MonkeyPatch) -> None:
    from xuecheng.config.cli import plain

    tries: list[str] = []

    def busy(*words: str, **_how: str) -> None:
        tries.append(words[0])
        if words[0] == "migrate" and len(tries) < 3:
            raise plain.DjangoFailed(COME_AGAIN)

    monkeypatch.setattr(plain, "run_django", busy)
    plain.migrate_schema(pauses_s=(0, 0))
    assert tries == ["migrate", "migrate", "migrate", "createcachetable"]
    tries.clear()
    with pytest.raises(plain.DjangoFailed):
        plain.migrate_schema(pauses_s=(0,))
