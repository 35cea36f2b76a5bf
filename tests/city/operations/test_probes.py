"""What machines ask: alive, ready, numbers; yes or no, whatever host they name, and nothing a stranger could use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from xuecheng.city.jobs import workers
from xuecheng.city.jobs.models import Worker
from xuecheng.city.operations import probes

TOKEN = "a-token-of-many-signs"
ALL_QUEUES = tuple(workers.QUEUES)


def a_worker(*queues: str) -> workers.Sign:
    sign = workers.sign_of_this_process(queues or ALL_QUEUES)
    workers.beat(sign)
    return sign


def test_alive_needs_no_database_and_takes_any_host_name(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8001"})
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.django_db
def test_ready_when_database_schema_and_workers_are(client: Client) -> None:
    assert client.get("/readyz").content == b"workers\n"
    a_worker()
    answer = client.get("/readyz", headers={"host": "whatever"})
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_a_worker_without_a_sign_for_half_a_minute_is_missed_but_takes_no_page_away(client: Client) -> None:
    a_worker("jobs", "routines")
    errands = a_worker("now", "normal")
    with connection.cursor() as cursor:
        cursor.execute(
            "update jobs_worker set beat_at = clock_timestamp() - interval '31 seconds' where name = %s", [errands.name]
        )
    assert workers.queues_without_worker() == ["now", "normal"]
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz/web").status_code == 200


@pytest.mark.django_db
def test_a_worker_that_ends_in_good_order_is_gone_and_with_it_who_died_long_ago() -> None:
    sign = a_worker()
    workers.beat(sign)
    dead = Worker.objects.get()
    dead.name = "elsewhere:1:jobs"
    dead.save(force_insert=True)
    Worker.objects.filter(name=dead.name).update(beat_at="2026-01-01T00:00Z")
    workers.forget(sign)
    assert not Worker.objects.exists()


@pytest.mark.django_db
def test_migrations_are_looked_for_once(client: Client, monkeypatch: Any, django_assert_num_queries: Any) -> None:
    a_worker()
    monkeypatch.setattr(probes._Once, "applied", False)
    client.get("/readyz")
    with django_assert_num_queries(2):
        client.get("/readyz")


@pytest.mark.django_db
def test_a_schema_that_lacks_a_migration_is_not_ready(client: Client, monkeypatch: Any, as_owner: None) -> None:
    monkeypatch.setattr(probes._Once, "applied", False)
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'operations'")
    answer = client.get("/readyz/web")
    assert (answer.status_code, answer.content) == (503, b"migrations\n")


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_in_one_word(client: Client) -> None:
    def broken(*_: object) -> object:
        raise DatabaseError("connection to server at 10.1.2.3 failed")

    with connection.execute_wrapper(broken):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database\n")


def test_told_to_stop_it_is_not_ready_before_anything_else(client: Client, monkeypatch: Any, tmp_path: Path) -> None:
    place = tmp_path / "stopping"
    monkeypatch.setenv(probes.STOPPING, str(place))
    assert not probes.is_stopping()
    place.touch()
    answer = client.get("/readyz/web")
    assert (answer.status_code, answer.content) == (503, b"stopping\n")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}])
def test_without_the_token_there_are_no_numbers(client: Client, settings: Any, given: dict[str, str]) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers=given)
    assert (answer.status_code, answer.content) == (404, b"not found\n")


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer "}, {"authorization": f"Bearer {TOKEN}"}])
def test_where_no_token_is_set_nothing_opens_the_numbers(client: Client, given: dict[str, str]) -> None:
    assert client.get("/metrics", headers=given).status_code == 404


def test_a_token_that_could_be_guessed_is_refused_at_the_start(monkeypatch: Any) -> None:
    from xuecheng.config import environment

    monkeypatch.setenv("XUECHENG_METRICS_TOKEN", "short")
    with pytest.raises(environment.SettingInvalid, match="at least 16"):
        environment.secret_text("XUECHENG_METRICS_TOKEN", "x", least=16)
