"""A small living city on an embedded server of its own, whose log is archived, and its folder of backups.

Its tables come from the test database as a dump, which is quicker than migrating once more.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from city.vault.sealed import a_document, a_number
from learning.creditbank.ledger.bank import learner_account
from learning.creditbank.ledger.conftest import connected_to, server_parameters
from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.config import archiving, database, embedded
from xuecheng.config.backups import carrying, making, sealing, server
from xuecheng.config.backups.folder import Backups, Manifest
from xuecheng.learning.creditbank import ledger, sql

CONTENT = b"a certificate, as it was brought"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LATE_CONTENT = b"came after the first backup"
LATE = hashlib.sha256(LATE_CONTENT).hexdigest()


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Nobody looks at the progress."""


@dataclass
class Living:
    """The home, its server, its folder of backups; the moments between which its two late rows came."""

    home: Path
    running: embedded.Embedded
    backups: Backups
    keys: Path
    system: str = ""
    first: Manifest = field(init=False)
    second: Manifest = field(init=False)
    between: datetime = field(init=False)

    def back_up(self) -> Manifest:
        return making.back_up(self.backups.root, home=self.home, report=silent)

    def carry(self) -> carrying.Carried:
        """Everything that was written, as a minute or two would bring it."""
        with self.running.connect("xuecheng") as owner:
            last = owner.execute("select pg_walfile_name(pg_switch_wal())").fetchone()[0]
            while not (archiving.waiting_room(self.home) / f"{last}.gz").exists():
                owner.execute("select pg_sleep(0.05)")
        return carrying.carry(
            self.backups, home=self.home, files_root=Path(settings.FILES_ROOT), system=self.system,
            key=sealing.current_key(self.keys), at=clock.now(), limit_s=60,
        )  # fmt: skip

    def copy(self, place: Path) -> Backups:
        """The folder of backups, to be damaged."""
        shutil.copytree(self.backups.root, place)
        return Backups(place)


def _load_tables(home: Path, running: embedded.Embedded) -> None:
    name, here = connection.settings_dict["NAME"], server_parameters()
    with psycopg.connect(**here, dbname="postgres") as server_of_tests:
        is_there = server_of_tests.execute("select from pg_database where datname = %s", [name]).fetchone()
    if is_there is None:
        # None of the chosen tests needs the test database, so it was not made.
        command = [sys.executable, "-W", "ignore", "-m", "xuecheng.config.manage", "migrate", "--no-input", "-v", "0"]
        subprocess.run(command, env=os.environ | {"XUECHENG_HOME": str(home), "XUECHENG_IDENTITY": "owner"}, check=True)
        return
    with running.connect("xuecheng") as owner:
        owner.execute(sql.text(sql.FIRST_RELEASE[0]).replace("create schema", "-- create schema"))
    dump = [server.tool("pg_dump", 18), "-h", here["host"], "-U", here["user"], name]
    load = [server.tool("psql", 18), "-q", "-v", "ON_ERROR_STOP=1", "-h", str(running.socket_folder), "-U", "postgres",
            "-d", "xuecheng", "-o", os.devnull]  # fmt: skip
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as giving:
        subprocess.run(load, stdin=giving.stdout, check=True)
    assert giving.returncode == 0


@pytest.fixture(scope="module")
def living(
    worker_id: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Living]:
    if database.outside_url() is not None:
        pytest.skip("base backups are of the embedded server")
    home = Path(os.environ["XUECHENG_HOME"]) / f"backed-up-{worker_id}-{os.getpid()}"
    root = tmp_path_factory.mktemp("backups")
    kept = {name: getattr(settings, name) for name in ("HOME", "FILES_ROOT", "VAULT_KEYS_FOLDER")}
    patch = pytest.MonkeyPatch()
    patch.setenv("XUECHENG_BACKUPS", str(root))
    patch.setenv("XUECHENG_HOME", str(home))
    try:
        unflushed = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "64MB"}
        running = embedded.start(home, parameters=unflushed)
        settings.HOME, settings.FILES_ROOT, settings.VAULT_KEYS_FOLDER = home, home / "files", str(home / "keys")
        with django_db_blocker.unblock():
            _load_tables(home, running)
            where: dict[str, Any] = {"HOST": str(running.socket_folder), "PORT": "", "USER": "postgres", "PASSWORD": ""}
            with connected_to("xuecheng", **where), override("en"):
                made = Living(home, running, Backups(root), home / "keys", carrying.system_of_database())
                _live(made)
                yield made
    finally:
        for name, value in kept.items():
            setattr(settings, name, value)
        patch.undo()
        embedded.stop(home)
        shutil.rmtree(home, ignore_errors=True)


def _live(made: Living) -> None:
    """A file, a sealed number, credits; a backup; two rows with a moment between; another backup."""
    kept = Path(settings.FILES_ROOT) / "documents" / "contents" / SHA256[:2] / SHA256
    kept.parent.mkdir(parents=True)
    kept.write_bytes(CONTENT)
    with transaction.atomic():
        a_document(a_number(7))
    learner_account(book=9, credits_=250)
    ledger.seal_all()
    ledger.publish_city_head()
    made.first = made.back_up()
    Person.objects.create(sign_in_name="came-first", name="甲")
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp() from pg_sleep(0.02)")
        made.between = cursor.fetchone()[0]
        cursor.execute("select pg_sleep(0.02)")
    Person.objects.create(sign_in_name="came-second", name="乙")
    late = kept.with_name(LATE)
    late.write_bytes(LATE_CONTENT)
    made.carry()
    made.second = made.back_up()


def names_in(home: Path) -> set[str]:
    """Who of the two is in a restored home."""
    running = embedded.start(home)
    try:
        with psycopg.connect(host=str(running.socket_folder), user="postgres", dbname="xuecheng") as owner:
            found = owner.execute("select sign_in_name from people_person where sign_in_name like 'came-%%'").fetchall()
            return {name for (name,) in found}
    finally:
        embedded.stop(home)
