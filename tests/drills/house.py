"""A house that may be killed: a home of its own with a small city, its processes, programs that enter records meanwhile.

Every record is sent again under its own key until it is acknowledged, as a program of a college would; what was
acknowledged is written down, and at the end each must be there, once, whatever was killed (REL §2.3).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from faults.frozen import family
from upgrades.test_upgrade import DUMPS, load
from xuecheng.config import embedded

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
_PROGRAM = """
import json, django
django.setup()
from datetime import timedelta
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.linking.services import KeyWish, make_key
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount
now, today = clock.now(), clock.today()
operator = standing_of(Person.objects.get(sign_in_name="zeng.weiming"), today=today)
registrar = Person.objects.get(sign_in_name="huang.xiaotong")
college = Organisation.objects.get(code="LW-SQXY")
wish = KeyWish(
    name="drill", holder=registrar, scopes=["records.read", "records.write"], begins_at=now,
    ends_at=now + timedelta(days=1), organisation=college,
)
_key, secret = make_key(actor=operator, public_id=uuid7(), wish=wish, reason="drill")
who = LearningAccount.objects.select_related("person").order_by("pk")[:40]
print(json.dumps({"secret": secret, "learners": [[one.card_number, one.person.name] for one in who]}))
"""
_RECOGNISE = """
import django
django.setup()
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.recognition.services import runs
officer = standing_of(Person.objects.get(sign_in_name="huang.xiaotong"), today=clock.today())
college = Organisation.objects.get(code="LW-SQXY")
print(runs.start_recognition(actor=officer, public_id=uuid7(), at=clock.now(), organisation=college).job_id)
"""
_MIGRATE = """
import django
django.setup()
from django.core.management import call_command
from xuecheng.config.migrating import rendering_what_changed
with rendering_what_changed():
    call_command("migrate", verbosity=0, interactive=False)
print("true")
"""
_STATE = """
import json, django
django.setup()
from django.db import connection
from xuecheng.learning.creditbank import ledger
def rows(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()
ledger.seal_all()
broken = [str(found) for book in ledger.books_in_use() for found in ledger.reconcile(book=book)]
print(json.dumps({
    "records": dict(rows("select record_key, count(*) from records_learningrecord where record_key like 'D-%' group by 1")),
    "twice_posted": rows(
        "select l.id from recognition_posting p join records_learningrecord l on l.id = p.record_id"
        " where l.record_key like 'D-%' group by 1 having count(*) > 1"
    ),
    "without_a_result": rows(
        "select count(*) from records_learningrecord l where record_key like 'D-%'"
        " and not exists (select from recognition_result r where r.record_id = l.id)"
    )[0][0],
    "sums": rows("select coalesce(sum(balance), 0)::bigint from ledger.balance")[0][0],
    "jobs_open": rows("select count(*) from jobs_job where ended_at is null")[0][0],
    "jobs_failed": rows("select count(*) from jobs_job where state = 'failed'")[0][0],
    "broken": broken, "is_verified": ledger.verify().is_good,
}, default=str))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(happened: Callable[[], Any], what: str, patience_s: float = 240) -> float:
    """Wait for something; answers how many seconds."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < patience_s, f"waited in vain: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def answers(address: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(address, timeout=5).status_code < 500
    return False


@dataclass
class Load:
    """Threads that each enter one record after the other, until it is acknowledged."""

    address: str
    secret: str
    learners: list[list[str]]
    threads: int = 3
    acknowledged: dict[str, float] = field(default_factory=dict)
    """Record key → when it was acknowledged."""
    sent: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    _is_over: bool = False

    def __enter__(self) -> Load:
        self._running = [threading.Thread(target=self._enter, args=(number,)) for number in range(self.threads)]
        for one in self._running:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over = True
        for one in self._running:
            one.join(60)

    def _enter(self, thread: int) -> None:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.secret}"
        number = 0
        mark = f"{os.getpid()}-{id(self) % 100_000}"
        while not self._is_over:
            number += 1
            key = f"D-{mark}-{thread}-{number}"
            self.sent.add(key)
            self._until_acknowledged(session, key, *self.learners[number % len(self.learners)])

    def _until_acknowledged(self, session: requests.Session, key: str, card: str, name: str) -> None:
        month = 1 + hash(key) % 6
        body = {
            "institution": "LW-SQXY", "record_key": key, "learner": card, "name": name, "origin": "nonformal",
            "code": f"SQ-{key[-8:]}", "title": "书法入门", "started_on": f"2026-0{month}-01", "ended_on": f"2026-0{month}-28",
            "minutes": 960,
        }  # fmt: skip
        while not self._is_over:
            try:
                answer = session.post(
                    f"{self.address}/api/v1/records", json=body, headers={"Idempotency-Key": key}, timeout=15
                )
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1
            else:
                self.answers[str(answer.status_code)] += 1
                if answer.status_code < 300:
                    self.acknowledged[key] = time.monotonic()
                    return
                if answer.status_code in (401, 422):
                    raise AssertionError(answer.text)
            time.sleep(0.1)

    def gap_s(self, since: float, until_: float | None = None) -> float:
        """The longest time without an acknowledgement from `since` on."""
        end = until_ or time.monotonic()
        moments = [since, *sorted(at for at in list(self.acknowledged.values()) if since <= at <= end), end]
        return max(b - a for a, b in pairwise(moments))


class House:
    """A city in a home of its own, on the embedded server or another one."""

    def __init__(self, home: Path, *, url: str = "") -> None:
        self.home, self.url = home, url
        self.processes: list[subprocess.Popen[bytes]] = []
        self.loads: list[Load] = []

    def environment(self, identity: str = "application") -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        own = {
            "XUECHENG_HOME": str(self.home),
            "XUECHENG_IDENTITY": identity,
            "DJANGO_SETTINGS_MODULE": "xuecheng.config.settings",
            "XUECHENG_API_PER_MINUTE": "1000000",
            "XUECHENG_API_PER_MINUTE_NAMELESS": "1000000",
        }
        return inherited | own | ({"DATABASE_URL": self.url} if self.url else {})

    def found(self, owner: psycopg.Connection[Any]) -> None:
        """The small city of the last release, brought to this one, on the way that takes a tenth of the time (decision 0019)."""
        load(owner, DUMPS[-1])
        self.ask(_MIGRATE, identity="owner")
        self.run("migrate")  # the application's rights, and what roles are shipped with

    def run(self, *words: str) -> None:
        with (self.home / "commands.log").open("ab") as log:
            subprocess.run(
                [str(BIN / "xuecheng"), *words], env=self.environment("owner"), check=True, stdout=log, stderr=log
            )

    def ask(self, program: str, *, identity: str = "application") -> Any:
        """What a program of the house prints, as JSON."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env=self.environment(identity), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, *command: str, log: str) -> subprocess.Popen[bytes]:
        with (self.home / log).open("ab") as sink:
            process = subprocess.Popen(
                command, env=self.environment(), stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.processes.append(process)
        return process

    def web(self, port: int) -> subprocess.Popen[bytes]:
        """A web process, as the guide for operators starts it."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", "--blocking-threads", "6", "--no-ws", "xuecheng.config.wsgi:application"]
        return self.start(*command, log=f"web-{port}.log")

    def load_on(self, address: str, *, threads: int = 3) -> Load:
        made = self.ask(_PROGRAM)
        self.loads.append(Load(address, made["secret"], made["learners"], threads))
        return self.loads[-1]

    def recognise(self) -> None:
        self.ask(_RECOGNISE)

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(_STATE)
        return found

    def holds(self) -> dict[str, Any]:
        """Of all that was ever sent to this house, nothing acknowledged is lost, nothing is there twice, the ledger verifies and adds up."""
        # First, for more may come meanwhile.
        acknowledged = {key for one in self.loads for key in list(one.acknowledged)}
        state = self.state()
        there = state["records"]
        lost = acknowledged - set(there)
        assert not lost, f"{len(lost)} acknowledged records are lost, {sorted(lost)[:3]}"
        assert set(there) <= {key for one in self.loads for key in one.sent}
        assert set(there.values()) <= {1}
        assert state["twice_posted"] == []
        assert state["broken"] == []
        assert state["is_verified"]
        assert state["sums"] == 0
        return state

    def close(self) -> None:
        """End what was started; the server stays."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                for one in family(process.pid):
                    with suppress(psutil.NoSuchProcess):
                        one.kill()
        self.processes.clear()

    def end(self) -> None:
        self.close()
        if not self.url:
            embedded.stop(self.home)


@contextmanager
def a_house(name: str) -> Iterator[House]:
    """On an embedded server of its own, durable as in production."""
    home = Path(os.environ["XUECHENG_HOME"]) / "drills" / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    house = House(home)
    try:
        server = embedded.start(home)
        with server.connect("xuecheng") as owner:
            house.found(owner)
        house.run("up", "--prepare-only", "--demo", "none")
        yield house
    finally:
        house.end()


RESULTS: list[str] = []


def report(drill: str, **facts: Any) -> None:
    """A line of the table for `docs/operations.md`."""
    words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    RESULTS.append(f"{drill}: {words}")
    with (Path(os.environ["XUECHENG_HOME"]) / "drills.txt").open("a", encoding="utf-8") as file:
        file.write(f"{time.strftime('%Y-%m-%d %H:%M')} {RESULTS[-1]}\n")


def spread(seconds: list[float]) -> str:
    return f"{min(seconds):.1f} to {max(seconds):.1f} s, median {statistics.median(seconds):.1f}"
