"""Worker and database are killed in the middle of real work: it goes on by itself, and everything is there once (§6).

A server of its own with every flush that the product has, and worker processes as `xuecheng up` starts them. Only the
half minute after which a silent worker is taken for dead is shortened, by making its last sign of life older.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

import migrated
from city.situations import a_registrar, an_organisation
from learning.creditbank.ledger.conftest import connected_to
from learning.exchange.live import at_unit, credited
from learning.exchange.situations import agreed
from learning.exchange.situations import held as on_account
from learning.recognition import situations as so
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.imports import services as imports
from xuecheng.city.imports.kinds import kind_named
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs.models import Job, RoutineRun
from xuecheng.city.mydata import jobs as mydata_jobs
from xuecheng.city.mydata import services as mydata
from xuecheng.city.mydata.models import Erasure, HistoryErased
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.config import embedded
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import card_number
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.models import Batch, Case
from xuecheng.learning.recognition.models import Posting, Result
from xuecheng.learning.recognition.services import runs
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.slow

LEARNERS, EACH = 600, 4
GRADUATES = 12
HEADING = "主办机构代码,记录编号,学习卡号,姓名,活动代码,活动名称,身份,开始日期,结束日期,分钟数"
PATIENCE_S = 60
# Each slice takes a moment longer, so that a job has a middle on a quick machine, too.
_SLOW = """
create function take_a_moment() returns trigger language plpgsql as $$
begin perform pg_sleep(0.15); return null; end $$;
create trigger zz_slow after insert on records_learningrecord for each statement execute function take_a_moment();
create trigger zz_slow after insert on recognition_posting for each statement execute function take_a_moment()"""


class Works:
    """The server, the workers of its home, and the city in its database."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = embedded.start(home)
        self.workers: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, identity: str) -> dict[str, str]:
        # Its own server also where the other tests use an outside one: nobody else's may be killed.
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return inherited | {"XUECHENG_HOME": str(self.home), "XUECHENG_IDENTITY": identity}

    def start_workers(self) -> None:
        """Those that do not run are started, as the supervisor does."""
        for name in ("jobs", "routines"):
            known = self.workers.get(name)
            if known is not None and known.poll() is None:
                continue
            with (self.home / f"{name}.log").open("ab") as log:
                command = [sys.executable, "-m", "xuecheng.config.cli.worker", name, "1"]
                self.workers[name] = subprocess.Popen(
                    command, env=self.environment("application"), stdout=log, stderr=subprocess.STDOUT
                )

    def kill_worker(self, name: str = "jobs") -> None:
        worker = self.workers[name]
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def kill_server(self) -> None:
        """SIGKILL to the postmaster and all its children, and the server brought back."""
        connection.close()
        postmaster = psutil.Process(self.server.pid)
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=20)
        self.server = embedded.start(self.home)

    def look_for_the_dead(self) -> None:
        """What comes after half a minute of silence (for a routine, after hours), now.

        The queue cannot tell whose sign it is: a living worker may be taken for dead too, and ends when it next asks for
        work. So whoever waits for work hands `works` over, and what has ended is started again.
        """
        RoutineRun.objects.filter(ended_at=None).update(began_at=clock.now() - timedelta(days=1))
        with connection.cursor() as cursor:
            cursor.execute("reset role")
            cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
        connection.close()
        with suppress(AlreadyEnqueued):
            queue.configure_task("xuecheng.resume_stalled").defer(timestamp=0)

    def end(self) -> None:
        for worker in self.workers.values():
            worker.kill()
            worker.wait()
        embedded.stop(self.home)


@pytest.fixture(scope="module")
def works(worker_id: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Works]:
    home = Path(os.environ["XUECHENG_HOME"]) / f"killed-{worker_id}-{os.getpid()}"
    made = Works(home)
    kept = settings.FILES_ROOT
    try:
        with django_db_blocker.unblock():
            migrated.pour_into(made.server, "xuecheng")
        with made.server.connect("xuecheng") as owner:
            owner.execute(_SLOW)
        settings.FILES_ROOT = home / "files"
        where = {"HOST": str(made.server.socket_folder), "PORT": "", "USER": "postgres", "PASSWORD": ""}
        with django_db_blocker.unblock(), connected_to("xuecheng", **where):
            yield made
    finally:
        settings.FILES_ROOT = kept
        made.end()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def city(works: Works) -> so.City:
    made = so.a_city()
    so.in_force(made)
    works.start_workers()
    return made


def learners(many: int) -> list[Person]:
    """Residents with learning accounts."""
    mark = uuid4().hex[:8]
    people = Person.objects.bulk_create(
        [Person(sign_in_name=f"r{mark}-{number}", name="陈嘉敏") for number in range(many)]
    )
    LearningAccount.objects.bulk_create(
        [
            LearningAccount(person=person, card_number=card_number(f"{person.pk:012}"), opened_at=clock.now())
            for person in people
        ]
    )
    return people


def until(happened: Callable[[], Any], what: str, *, works: Works | None = None) -> Any:
    """Wait for something; dead workers are meanwhile started again if `works` is given."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if works is not None:
            works.start_workers()
        if found := happened():
            return found
        time.sleep(0.02)
    pytest.fail(f"waited in vain: {what}")


def middle_of(works: Works, job_id: int) -> int:
    """How much a job has done, once that is something and before it is all."""

    def moved() -> int:
        job = Job.objects.get(pk=job_id)
        assert job.ended_at is None, f"it was over before it could be killed: {job.state} {job.error}"
        return job.done_count

    return int(until(moved, "the job moves", works=works))


def done(works: Works, job_id: int) -> Job:
    def ended() -> Job | None:
        return Job.objects.filter(pk=job_id).exclude(ended_at=None).first()

    job: Job = until(ended, "the job ends", works=works)
    assert job.state == Job.State.DONE, job.error
    return job


def books_are_good() -> None:
    assert [finding for book in ledger.books_in_use() for finding in ledger.reconcile(book=book)] == []
    ledger.seal_all()
    assert ledger.verify().is_good


@contextmanager
def shut(table: str, works: Works) -> Iterator[None]:
    """Whoever comes to write into the table waits there, with all that was done before undecided."""
    with works.server.connect("xuecheng") as apart, apart.transaction():
        apart.execute(sql.SQL("lock table {} in exclusive mode").format(sql.Identifier(table)))
        yield


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where not granted and relation is not null")
        return bool(cursor.fetchone()[0])


def brought(works: Works, registrar: Standing, college: Organisation, people: list[Person]) -> ImportFile:
    """A checked file with some rows of learning for each of `people`, being written by the worker."""
    lines = [
        f"{college.code},K-{number}-{person.pk},{person.sign_in_name},{person.name},SQ-SF,书法入门,学员,"
        f"2025-0{number}-01,2025-0{number}-28,960"
        for person in people
        for number in range(1, EACH + 1)
    ]
    file = imports.receive_file(
        actor=registrar,
        public_id=uuid4(),
        kind=kind_named("records.nonformal"),
        organisation=college,
        file_name="春季班.csv",
        chunks=["\r\n".join([HEADING, *lines]).encode("gb18030")],
        at=clock.now(),
    )

    def checked() -> bool:
        file.refresh_from_db()
        return file.state != ImportFile.State.CHECKING

    until(checked, "the file is checked", works=works)
    problem = file.problems.values_list("column", "code", "value").first()
    assert (file.state, file.good_count, problem) == (ImportFile.State.CHECKED, len(lines), None)
    return imports.start_writing(actor=registrar, file=file, choice="good", at=clock.now())


def test_a_worker_killed_while_it_writes_a_file_leaves_whole_slices_and_the_next_writes_the_rest(
    works: Works, city: so.City
) -> None:
    college = an_organisation(city.places["天河区"])
    file = brought(works, a_registrar(college), college, learners(LEARNERS))
    assert file.job_id is not None
    moved = middle_of(works, file.job_id)
    works.kill_worker()
    here = LearningRecord.objects.filter(institution=college)
    assert moved <= here.count() < LEARNERS * EACH
    assert here.count() == Job.objects.get(pk=file.job_id).done_count, "a torn slice"
    works.look_for_the_dead()
    done(works, file.job_id)
    file.refresh_from_db()
    assert (file.state, file.written_count, file.bad_count) == ("written", LEARNERS * EACH, 0)
    assert here.count() == here.values("record_key").distinct().count() == LEARNERS * EACH


@pytest.mark.parametrize("victim", ["the worker", "the database"])
def test_recognition_goes_on_after_a_death_and_credits_every_record_once(
    works: Works, city: so.City, victim: str
) -> None:
    college = an_organisation(city.places["从化区"])
    people = learners(LEARNERS)
    LearningRecord.objects.bulk_create(
        [
            LearningRecord(
                learner=person, institution=college, book=ledger.book_of(person.pk), record_key=f"R-{number}-{person.pk}",
                origin="nonformal", code=f"SQ-{number}", title="书法入门", ended_on=f"2025-0{number}-28", minutes=960,
                digest=bytes(32), source="import", entered_by_id=0, entered_at=clock.now(),
            )
            for person in people
            for number in range(1, EACH + 1)
        ]
    )  # fmt: skip
    run = runs.start_recognition(actor=a_registrar(college), public_id=uuid4(), at=clock.now(), organisation=college)
    assert run.job_id is not None
    middle_of(works, run.job_id)
    if victim == "the worker":
        works.kill_worker()
    else:
        works.kill_server()
    assert 0 < Job.objects.get(pk=run.job_id).done_count < LEARNERS * EACH
    works.look_for_the_dead()
    done(works, run.job_id)

    run.refresh_from_db()
    assert (run.seen_count, run.credited_count, run.refused_count) == (LEARNERS * EACH, LEARNERS * EACH, 0)
    mine = Posting.objects.filter(institution=college)
    assert mine.count() == mine.values("record_id").distinct().count() == LEARNERS * EACH
    assert Result.objects.filter(institution=college, state=Result.State.CREDITED).count() == LEARNERS * EACH
    assert so.balances(people[0]) == so.balances(people[-1]) == {"community/1": EACH * 100}
    told = Notice.objects.filter(kind="recognition.credit_posted", person__in=people)
    assert told.count() == told.values("person").distinct().count() == LEARNERS
    issued = sum(
        held.balance for held in ledger.balances_of_owner(owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=college.pk)
    )
    assert abs(issued) == LEARNERS * EACH * 100
    books_are_good()


def test_a_worker_killed_in_the_last_step_of_an_erasure_took_nothing_away_and_the_next_takes_all(
    works: Works, city: so.City
) -> None:
    (person,) = learners(1)
    long_ago = clock.now() - timedelta(days=settings.MYDATA_ERASURE_DAYS + 1)
    asked = mydata.ask_erasure(actor=Standing(person=person), public_id=uuid4(), at=long_ago)
    before = Person.objects.values().get(pk=person.pk)

    works.start_workers()
    with shut("mydata_historyerased", works):
        RoutineRun.objects.filter(name=mydata_jobs.CARRY_OUT).delete()  # so it is due
        until(waiting_for_a_lock, "the erasure has come to the note that it happened", works=works)
        works.kill_worker("routines")
    until(lambda: not waiting_for_a_lock(), "the statement of the dead is over")
    asked.refresh_from_db()
    assert (asked.state, asked.ended_at) == (Erasure.State.WAITING, None)
    assert Person.objects.values().get(pk=person.pk) == before
    assert not HistoryErased.objects.exists()

    works.look_for_the_dead()
    until(lambda: Erasure.objects.get(pk=asked.pk).state == Erasure.State.DONE, "it is carried out", works=works)
    person.refresh_from_db()
    assert person.erased_at is not None
    assert "陈嘉敏" not in person.name
    assert HistoryErased.objects.count() == 1
    books_are_good()


def test_a_worker_killed_between_hold_and_settlement_leaves_what_is_held_and_the_next_settles_each_once(
    works: Works, city: so.City
) -> None:
    unit = an_organisation(city.places["从化区"])
    world = at_unit(a_registrar(unit), unit)
    agreed(world, at=clock.now())
    people, today = learners(GRADUATES), clock.today()
    for person in people:
        credited(person, world.open_university)
    works.start_workers()
    row = exchange.lodge_batch(
        actor=world.ou, public_id=uuid4(), source=world.open_university, target=unit, code="OU-CS101",
        ended_from=today - timedelta(days=3650), ended_to=today + timedelta(days=1), consents="教务处", at=clock.now(),
    )  # fmt: skip
    assert row.job_id is not None
    with shut("exchange_batchrow", works):
        until(waiting_for_a_lock, "somebody is asked for", works=works)
        works.kill_worker()
    until(lambda: not waiting_for_a_lock(), "the statement of the dead is over")
    works.look_for_the_dead()
    done(works, row.job_id)
    cases = Case.objects.filter(batch_row__batch=row)
    assert {one.state for one in cases} == {"earmarked"}
    assert cases.values("learner").distinct().count() == cases.count() == GRADUATES
    books_are_good()

    row = Batch.objects.select_related("source__territory", "target__territory").get(pk=row.pk)
    with shut("notices_notice", works):
        row = exchange.accept_batch(actor=world.vc, batch=row, at=clock.now())
        until(waiting_for_a_lock, "the first is settled, and its learner is about to be told", works=works)
        works.kill_worker()
    until(lambda: not waiting_for_a_lock(), "the statement of the dead is over")
    assert {one.state for one in cases.all()} == {"earmarked"}
    assert {held["held"] for held in map(on_account, people)} == {300}
    books_are_good()
    works.look_for_the_dead()
    assert row.deciding_job_id is not None
    done(works, row.deciding_job_id)
    assert {one.state for one in cases.all()} == {"settled"}
    assert {(held["held"], held["free"]) for held in map(on_account, people)} == {(0, 200)}
    books_are_good()
