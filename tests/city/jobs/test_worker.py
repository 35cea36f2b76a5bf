"""A real worker of procrastinate on the real queue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from xuecheng.city import clock
from xuecheng.city.jobs import errands, registry, services
from xuecheng.city.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=clock.zone())


def work_off(queue="jobs"):
    """Let a worker do what is queued. In a thread of its own: after a browser test a loop runs in the main one."""

    def work():
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            worker.run_worker(queues=[queue], wait=False, install_signal_handlers=False, listen_notify=False)

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(work).result()


@pytest.fixture
def counting(monkeypatch):
    def work(progress):
        with progress.slice():
            progress.done += 1

    monkeypatch.setitem(registry.KINDS, "test.work", registry.Kind(name="test.work", run=work))


def start():
    return services.start("test.work", at=NOW, title_zh="数数", title_en="Counting", arguments={}, by=None, total=1)


def test_a_worker_takes_the_job_from_the_queue_and_does_it(counting):
    job = start()
    work_off()
    job.refresh_from_db()
    assert (job.state, job.done_count) == (Job.State.DONE, 1)
    assert ProcrastinateJob.objects.get(pk=job.queue_job_id).status == "succeeded"


def test_a_job_whose_worker_died_is_found_and_done_by_another(counting):
    job = start()
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (%s) returning id", [clock.now()])
        (dead,) = cursor.fetchone()
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s where id = %s", [dead, job.queue_job_id]
        )
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    Job.objects.filter(pk=job.pk).update(state="running", turn=1, attempts=1)
    app.configure_task("xuecheng.resume_stalled").defer(timestamp=0)
    work_off("routines")
    work_off()
    job.refresh_from_db()
    assert (job.state, job.turn) == (Job.State.DONE, 2)


def test_routines_come_with_the_tick(monkeypatch):
    done = []
    monkeypatch.setitem(
        registry.ROUTINES,
        "test.daily",
        registry.Routine("test.daily", cron="0 3 * * *", run=lambda: done.append(1), title="Daily"),
    )
    for _tick in range(2):
        app.configure_task("xuecheng.routines").defer(timestamp=int((NOW - timedelta(days=3)).timestamp()))
        work_off("routines")
    assert done == [1]


def test_a_dead_errand_whose_like_waits_already_keeps_neither_it_nor_other_dead_ones_from_going_on(
    monkeypatch, counting
):
    done = []
    monkeypatch.setitem(errands.ERRANDS, "test.errand", lambda: done.append(1))
    errands.defer_alone("test.errand")
    job = start()
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (%s) returning id", [clock.now()])
        (dead,) = cursor.fetchone()
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", [dead])
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    Job.objects.filter(pk=job.pk).update(state="running", turn=1, attempts=1)
    errands.defer_alone("test.errand")
    app.configure_task("xuecheng.resume_stalled").defer(timestamp=0)
    work_off("routines")
    work_off()
    work_off("normal")
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert done == [1]


def test_an_errand_runs_with_what_it_was_given_and_only_after_the_commit(monkeypatch):
    done = []
    monkeypatch.setitem(errands.ERRANDS, "test.errand", lambda **given: done.append(given["number"]))
    with transaction.atomic():
        errands.defer("test.errand", on="now", number=1)
        transaction.set_rollback(True)
    errands.defer("test.errand", on="now", number=2)
    work_off("now")
    assert done == [2]


def test_of_errands_that_go_alone_one_waits_however_often_it_is_asked_for(monkeypatch):
    monkeypatch.setitem(errands.ERRANDS, "test.errand", lambda: None)
    for _time in range(3):
        errands.defer_alone("test.errand")
    assert ProcrastinateJob.objects.count() == 1


def test_an_unknown_errand_is_a_mistake():
    with pytest.raises(KeyError):
        errands.defer("test.none")
    with pytest.raises(KeyError):
        errands.defer_alone("test.none")
