"""Clients and server are killed in the middle: what was answered stands, nothing is torn (ledger.md §5 tests 2, 10)."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from django.db import connection

from learning.creditbank.ledger.bank import ACTOR, KIND, MAY, UNIT, issuing_account, learner_account, sql
from learning.creditbank.ledger.conftest import connected_to, load, start_own
from xuecheng.config import embedded
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import OwnerKind, Role

CLIENT = Path(__file__).with_name("kill_client.py")


@contextmanager
def ledger_on(server: embedded.Embedded) -> Iterator[str]:
    """A fresh ledger on our own server; within, Django is connected to it. Answers how libpq reaches it as owner."""
    name = f"killed_{uuid4().hex[:8]}"
    with server.connect() as maker:
        maker.execute(f"create database {name}")
    with server.connect(name) as owner:
        load(owner)
    where = {"HOST": str(server.socket_folder), "PORT": "", "USER": "postgres", "PASSWORD": ""}
    with connected_to(name, **where):
        yield f"host={server.socket_folder} user=postgres dbname={name}"


def books_are_whole() -> None:
    books = ledger.books_in_use()
    assert [finding for book in books for finding in ledger.reconcile(book=book)] == []
    later = sql("select clock_timestamp() + interval '1 hour'")[0][0]
    assert ledger.reconcile_city(now=later) == []
    gaps = sql(
        "select book, last_seq, n from (select book, count(*) n from ledger.transfer group by book) t join"
        " ledger.book using (book) where last_seq <> n"
    )
    assert gaps == []
    ledger.seal_all()
    assert ledger.verify().is_good


def kill_server(server: embedded.Embedded) -> None:
    """SIGKILL to the postmaster and all its children, as when the machine's memory runs out."""
    postmaster = psutil.Process(server.pid)
    family = [*postmaster.children(recursive=True), postmaster]
    postmaster.kill()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=20)


class Clients:
    """Some programs that post and are killed."""

    def __init__(self, conninfo: str, folder: Path, plan: Path) -> None:
        self.conninfo, self.folder, self.plan = f"{conninfo} options='-c role=xuecheng_app'", folder, plan
        self.running: list[subprocess.Popen[bytes]] = []
        self.started = 0

    def start(self) -> None:
        self.started += 1
        journal = self.folder / f"journal-{self.started}"
        arguments = [sys.executable, str(CLIENT), self.conninfo, str(self.started), str(self.plan), str(journal)]
        self.running.append(subprocess.Popen(arguments))

    def kill_one(self) -> None:
        client = self.running.pop(0)
        client.send_signal(signal.SIGKILL)
        client.wait()

    def post_on(self) -> int:
        """Wait until some more was answered; how much in all."""
        wanted, deadline = len(self.answered()) + 30, time.monotonic() + 60
        while (now := len(self.answered())) < wanted:
            assert time.monotonic() < deadline, "the clients post nothing"
            time.sleep(0.02)
        return now

    def answered(self) -> list[str]:
        lines = [line for journal in self.folder.glob("journal-*") for line in journal.read_text().splitlines()]
        # A client killed while writing leaves half a line, which it had no time to tell anybody.
        return [line.split()[1] for line in lines if line.startswith("answered ") and len(line) == 9 + 36]


def test_what_was_answered_survives_the_death_of_clients_and_server(
    own_server: embedded.Embedded, tmp_path: Path
) -> None:
    with ledger_on(own_server) as conninfo:
        books = (1, 2, 3)
        accounts = [learner_account(book=book, credits_=100_000) for book in books for _ in range(4)]
        clearing = {
            book: ledger.open_account(
                book=book, owner_kind=OwnerKind.PLATFORM, owner_id=ledger.PLATFORM_ID, role=Role.CLEARING, unit=UNIT
            )
            for book in books
        }
        plan = tmp_path / "plan.json"
        plan.write_text(json.dumps({"accounts": accounts, "clearing": clearing}))
        clients = Clients(conninfo, tmp_path, plan)
        try:
            for _ in range(4):
                clients.start()
            for _ in range(3):
                clients.post_on()
                clients.kill_one()
                clients.start()
            before = clients.post_on()
            connection.close()
            kill_server(own_server)
            restarted = start_own(own_server.folder.parent.parent)
            object.__setattr__(own_server, "pid", restarted.pid)
            clients.post_on()
        finally:
            while clients.running:
                clients.kill_one()
        answered = clients.answered()
        assert len(answered) > before
        standing = sql(
            """
            select count(*) from unnest(%s::uuid[]) k cross join lateral (
                select count(*) n from ledger.transfer t where t.key in (ledger.part_key(k, 1), ledger.part_key(k, 2))
            ) halves
            where exists (select from ledger.transfer t where t.key = k)
                or exists (select from ledger.move m where m.key = k) and halves.n = 2""",
            answered,
        )
        assert standing == [(len(answered),)]
        books_are_whole()


class Chaos:
    """Threads that post on one book and are ended in every way a transaction can end."""

    def __init__(self, conninfo: str, debit: int, credit: int) -> None:
        self.conninfo, self.debit, self.credit = conninfo, debit, credit
        self.until = time.monotonic() + 2.5
        self.wrong: list[BaseException] = []

    def post(self, session: psycopg.Connection[Any]) -> None:
        values = [self.debit >> 40, uuid4(), self.debit, self.credit, 1, KIND, 1, MAY, ACTOR]
        session.execute("select ledger.post(%s, %s, %s, %s, %s, %s::smallint, %s, %s, %s)", values)

    def commit(self, session: psycopg.Connection[Any]) -> None:
        with session.transaction():
            self.post(session)

    def roll_back(self, session: psycopg.Connection[Any]) -> None:
        with session.transaction(force_rollback=True):
            self.post(session)

    def savepoints(self, session: psycopg.Connection[Any]) -> None:
        with session.transaction():
            self.post(session)
            with session.transaction(force_rollback=True):
                self.post(session)
            self.post(session)

    def prepare(self, session: psycopg.Connection[Any]) -> None:
        name = f"p{uuid4().hex}"
        session.execute("begin")
        self.post(session)
        session.execute(f"prepare transaction '{name}'")
        time.sleep(0.002)
        session.execute(f"{random.choice(['commit', 'rollback'])} prepared '{name}'")

    def seal(self, session: psycopg.Connection[Any]) -> None:
        session.execute("select ledger.seal_one(%s, 5, false)", [self.debit >> 40])

    def terminate(self, session: psycopg.Connection[Any]) -> None:
        session.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'chaos' and pid <> pg_backend_pid() order by random() limit 1"""
        )
        time.sleep(0.03)

    def run(self, act: Callable[[psycopg.Connection[Any]], None], name: str) -> None:
        session: psycopg.Connection[Any] | None = None
        while time.monotonic() < self.until:
            try:
                if session is None or session.closed:
                    session = psycopg.connect(self.conninfo, autocommit=True, application_name=name)
                act(session)
            except psycopg.OperationalError:
                session = None
            except BaseException as error:  # noqa: BLE001
                self.wrong.append(error)
                return
        if session is not None:
            session.close()


def test_serials_have_no_gap_however_transactions_end(own_server: embedded.Embedded) -> None:
    with ledger_on(own_server) as conninfo:
        debit, credit = issuing_account(book=9), learner_account(book=9)
        chaos = Chaos(conninfo, debit, credit)
        acts = [
            (chaos.commit, "chaos"),
            (chaos.commit, "chaos"),
            (chaos.roll_back, "chaos"),
            (chaos.savepoints, "chaos"),
            (chaos.prepare, "steady"),
            (chaos.seal, "chaos"),
            (chaos.seal, "chaos"),
            (chaos.terminate, "steady"),
        ]
        threads = [threading.Thread(target=chaos.run, args=act) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert chaos.wrong == []
        for (name,) in sql("select gid from pg_prepared_xacts"):
            with psycopg.connect(conninfo, autocommit=True) as session:
                session.execute(f"rollback prepared '{name}'")
        assert sql("select count(*) = max(seq) and count(*) > 50 from ledger.transfer where book = 9") == [(True,)]
        late = sql(
            "select seq from (select seq, recorded_at < lag(recorded_at) over (order by seq) early from"
            " ledger.transfer where book = 9) t where early"
        )
        assert late == [], "serials follow the order of commits"
        blocks = sql("select n, first_seq, last_seq from ledger.seal where book = 9 order by n")
        assert len(blocks) > 10
        assert all(this[1] == before[2] + 1 for before, this in pairwise(blocks))
        books_are_whole()
