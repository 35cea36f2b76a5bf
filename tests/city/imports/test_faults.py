"""A worker killed in the middle, and two at once: work resumes, and every row is there exactly once."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from city.imports.toy import HEADING, Toy, brought, chosen, job_of, lines, worked, written_codes
from xuecheng.city.imports.models import ImportFile, ImportProblem
from xuecheng.city.jobs import running
from xuecheng.city.organisations.models import Organisation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def toy(transactional_db: None, toy: Toy) -> Toy:
    return toy


def killed_at(toy: Toy, file: ImportFile, code: str) -> None:
    """Work on the file in a process of its own, which is killed (SIGKILL) with the row `code` before it."""
    file.refresh_from_db()
    connections.close_all()
    child = os.fork()
    if child == 0:
        toy.before_write = lambda rows: (
            os.kill(os.getpid(), signal.SIGKILL) if any(row.values["code"] == code for row in rows) else None
        )
        try:
            running.run(file.job_id)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, job_of(file).error or "the child ended by itself"


def test_a_worker_killed_while_it_writes_good_rows_leaves_whole_slices_and_the_next_goes_on(toy):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 5_000) + "T-x,,\r\n")), "good")
    killed_at(toy, file, "T-2001")
    assert len(written_codes()) == 2_000
    assert job_of(file).cursor["row_no"] == 2_001
    worked(file)
    assert (file.state, file.written_count, file.bad_count, file.row_count) == ("written", 5_000, 1, 5_001)
    assert len(written_codes()) == 5_000
    assert ImportProblem.objects.filter(file=file).count() == 1


def test_a_worker_killed_in_all_or_none_leaves_nothing_and_the_next_writes_all(toy):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 5_000))), "all")
    killed_at(toy, file, "T-4001")
    assert written_codes() == set()
    worked(file)
    assert (file.state, file.written_count) == ("written", 5_000)
    assert len(written_codes()) == 5_000


def test_progress_of_all_or_none_is_seen_before_it_ends_and_stopping_it_keeps_nothing(toy):
    """After ten slices it is told on a connection of its own; asked to stop by then, the transaction is rolled back."""
    from city.imports import toy as toys
    from xuecheng.city.jobs import services as jobs

    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 21_000))), "all")

    def stop_elsewhere(rows):
        if rows[0].values["code"] == "T-18001":
            with ThreadPoolExecutor(1) as aside:
                aside.submit(stop).result()

    def stop():
        try:
            jobs.ask_to_cancel(actor=toy.registrar, job=job_of(file), at=toys.NOW)
        finally:
            connection.close()

    toy.before_write = stop_elsewhere
    worked(file)
    assert job_of(file).state == "cancelled"
    assert file.state == "writing"
    assert written_codes() == set()


def test_two_identical_files_written_at_once_are_written_once(toy):
    files = [chosen(toy, worked(brought(toy, HEADING + lines(1, 4_000))), "good") for _ in range(2)]

    def write(file: ImportFile) -> str:
        try:
            running.run(file.job_id)
            return ImportFile.objects.get(pk=file.pk).state
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(write, files)) == ["written", "written"]
    assert Organisation.objects.filter(code__startswith="T-").count() == 4_000
