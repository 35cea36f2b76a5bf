"""After a file is written, learning told twice is looked for in the background (C-12)."""

from __future__ import annotations

from learning.records.situations import NOW, Desk, a_desk, a_learner
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.learning.records import jobs, services
from xuecheng.learning.records.models import DoubleReport, Source


def a_written_file(desk: Desk, *, rows: int = 0, **columns: object) -> ImportFile:
    """A file of which two rows for each of `rows` learners were written."""
    defaults: dict[str, object] = {"state": "written", "choice": "good", "written_count": 2 * rows}
    file = ImportFile.objects.create(
        public_id=uuid7(),
        kind="records.formal",
        organisation=desk.college,
        brought_by=desk.registrar.person,
        brought_at=NOW,
        file_name="春季结业.csv",
        byte_count=1,
        sha256="0" * 64,
        **defaults | columns,
    )
    entries = [desk.row(learner) for learner in [a_learner() for _ in range(rows)] for _ in range(2)]
    services.enter_records(actor=desk.registrar, entries=entries, source=Source.IMPORT, at=NOW, import_file_id=file.pk)
    return file


def test_each_written_file_is_searched_once(db: None, time_machine: object) -> None:
    time_machine.move_to(NOW)  # type: ignore[attr-defined]
    desk = a_desk()
    file = a_written_file(desk, rows=3)
    a_written_file(desk, state="checked", choice="")
    a_written_file(desk)

    jobs.look_for_files()
    jobs.look_for_files()

    job = Job.objects.get(kind=jobs.FIND_DOUBLES)
    assert (job.arguments["file"], job.organisation) == (file.pk, desk.college)


def test_the_search_notes_the_pairs_of_that_file_only(db: None, time_machine: object) -> None:
    time_machine.move_to(NOW)  # type: ignore[attr-defined]
    desk = a_desk()
    a_written_file(desk, rows=3)
    jobs.look_for_files()
    a_written_file(desk, rows=2)
    job = Job.objects.get(kind=jobs.FIND_DOUBLES)

    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"found": 3})
    assert DoubleReport.objects.count() == 3


def test_a_search_run_again_finds_nothing_new(db: None, time_machine: object) -> None:
    time_machine.move_to(NOW)  # type: ignore[attr-defined]
    file = a_written_file(a_desk(), rows=2)
    jobs.look_for_files()
    job = Job.objects.get(kind=jobs.FIND_DOUBLES)
    running.run(job.pk)
    Job.objects.filter(pk=job.pk).update(state="waiting", ended_at=None, attempts=0, cursor={}, done_count=0)

    running.run(job.pk)

    job.refresh_from_db()
    assert (job.result, DoubleReport.objects.count()) == ({"found": 0}, 2)
    assert job.arguments["file"] == file.pk
