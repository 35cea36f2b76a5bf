"""What Prometheus reads: requests by route, the queue, points, what higher floors add; bounded in labels and statements."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from city.operations.test_probes import TOKEN, a_worker
from city.situations import a_job, a_person
from xuecheng.city import clock
from xuecheng.city.operations import gauges, jobs, marks
from xuecheng.city.operations.models import Mark


@pytest.fixture
def numbers(settings: Any, client: Client) -> Any:
    settings.METRICS_TOKEN = TOKEN

    def read() -> dict[str, float]:
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}", "host": "10.0.0.1:8001"})
        assert answer.status_code == 200
        lines = (line.rpartition(" ") for line in answer.content.decode().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _space, value in lines}

    return read


@pytest.mark.django_db
def test_requests_are_counted_by_route_method_and_status(numbers: Any) -> None:
    before, stranger = numbers(), Client()
    name = 'xuecheng_requests_total{method="GET",route="account_login",status="200"}'
    stranger.get("/sign-in/")
    stranger.generic("ODDITY", "/sign-in/")
    after = numbers()
    assert after[name] - before.get(name, 0) == 1
    assert 'xuecheng_requests_total{method="other",route="account_login",status="405"}' in after
    assert after['xuecheng_request_seconds_bucket{le="+Inf",route="account_login"}'] >= 2
    assert not [one for one in after if "ODDITY" in one or "/sign-in" in one]


@pytest.mark.django_db
def test_the_same_address_with_other_ids_is_one_route(numbers: Any) -> None:
    # The numbers of a process count what other tests asked, too.
    before = set(numbers())
    stranger = Client()
    for number in range(3):
        stranger.get(f"/people/018f0000-0000-7000-8000-00000000000{number}/")
        stranger.get(f"/nothing/{number}/")
    told = set(numbers())
    new = {one for one in told - before if one.startswith("xuecheng_requests_total")}
    assert len({one for one in new if "people:show_person" in one}) <= 1
    assert len({one for one in new if 'route="none"' in one}) <= 1
    assert [one for one in told if one.startswith("xuecheng_requests_total") and "people:show_person" in one]
    assert not [one for one in told if re.search(r"0{8}", one)]


@pytest.mark.django_db
def test_queue_workers_failures_and_points_are_told(numbers: Any) -> None:
    a_worker("jobs")
    a_job(state="failed", ended_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_jobs (queue_name, task_name) values ('now', 'x'), ('now', 'x')")
        cursor.execute("update procrastinate_events set at = now() - interval '90 seconds'")
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, scheduled_at) values ('jobs', 'x', now() + '1 hour')"
        )
    jobs.look_around()
    told = numbers()
    assert told['xuecheng_queue_waiting{queue="now"}'] == 2
    assert told['xuecheng_queue_waiting{queue="jobs"}'] == 0, "what is not due does not wait"
    assert 85 < told['xuecheng_queue_oldest_seconds{queue="now"}'] < 120
    assert told['xuecheng_queue_workers{queue="jobs"}'] == 1
    assert told['xuecheng_queue_workers{queue="now"}'] == 0
    assert told["xuecheng_jobs_failed"] == 1
    assert told['xuecheng_check{point="workers"}'] == 2
    assert told["xuecheng_check_age_seconds"] < 60
    assert told["xuecheng_number_groups_failed"] == 0
    assert "xuecheng_backup_age_seconds" not in told, "what nobody knows is not told"


@pytest.mark.django_db
def test_a_reading_costs_the_same_few_statements_whatever_waits(
    numbers: Any, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        a_job(state="failed", ended_at=clock.now())
    numbers()
    with django_assert_max_num_queries(34):  # half of them the savepoints around each group
        numbers()


@pytest.mark.django_db
def test_a_group_that_fails_takes_no_other_along(numbers: Any, monkeypatch: Any) -> None:
    def broken() -> list[gauges.Gauge]:
        raise DatabaseError

    monkeypatch.setitem(gauges._groups, "outbox", broken)
    told = numbers()
    assert told["xuecheng_number_groups_failed"] == 1
    assert "xuecheng_database_connections_most" in told
    assert "xuecheng_outbox_retried" not in told


@pytest.mark.django_db
def test_today_is_what_came_since_the_days_first_look(time_machine: Any) -> None:
    time_machine.move_to("2026-11-23T01:00Z", tick=False)
    assert [marks.since_midnight("records", count) for count in (100, 130)] == [0, 30]
    time_machine.move_to("2026-11-23T16:01Z", tick=False)  # past midnight here
    assert [marks.since_midnight("records", count) for count in (150, 155)] == [0, 5]
    marks.forget_old(today=clock.today())
    assert Mark.objects.count() == 2


@pytest.mark.django_db
def test_the_newest_backup_is_noted_by_a_worker_if_its_folder_can_be_read(monkeypatch: Any, tmp_path: Path) -> None:
    marks.note_backups(at=clock.now())
    monkeypatch.setenv(marks.BACKUPS, str(tmp_path / "nowhere"))
    marks.note_backups(at=clock.now())
    assert marks.newest("backup") is None
    monkeypatch.setenv(marks.BACKUPS, str(tmp_path))
    for name, moment in (("a", 1_790_000_000), ("b", 1_795_000_000)):
        manifest = tmp_path / "bases" / name / "manifest.json"
        manifest.parent.mkdir(parents=True)
        manifest.touch()
        os.utime(manifest, (moment, moment))
    marks.note_backups(at=clock.now())
    assert (marks.newest("backup"), marks.newest("drill")) == (1_795_000_000, None)


@pytest.mark.django_db
def test_security_events_are_counted_as_they_are_logged(numbers: Any) -> None:
    def count() -> float:
        told: float = numbers()['xuecheng_security_events_total{event="access.denied"}']
        return told

    before, person = count(), a_person()
    somebody = Client()
    somebody.force_login(person)
    assert somebody.get(reverse("operations:show_health")).status_code == 403
    assert count() - before == 1


_SEVERAL = """
import os, django; django.setup()
from xuecheng.city.operations import gauges, metrics
for _process in range(2):
    if os.fork() == 0:
        metrics.note_request("desk:home", "GET", 200, 0.02, 3)
        os._exit(0)
    os.wait()
gauges.all_of_them = lambda: []
print(metrics.page()[0].decode())
"""


def test_numbers_of_several_processes_are_added_up(tmp_path: Path) -> None:
    """Two processes count and end; a third, which counted nothing, tells of both."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SEVERAL], env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert 'xuecheng_requests_total{method="GET",route="desk:home",status="200"} 2.0' in told
    assert 'xuecheng_request_seconds_count{route="desk:home"} 2.0' in told
