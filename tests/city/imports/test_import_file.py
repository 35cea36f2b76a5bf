"""From a brought file to written rows: counts, choices, crashes, and everything that is refused."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from city.imports.toy import HEADING, NOW, Toy, brought, chosen, job_of, lines, worked, written_codes
from city.situations import a_registrar, a_stranger, an_organisation
from xuecheng.city.access.services import Denied
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import queries, services, work
from xuecheng.city.imports.models import ImportFile, ImportProblem
from xuecheng.city.imports.storage import path_of
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore

State, Choice = ImportFile.State, ImportFile.Choice

MIXED = HEADING + lines(1, 3) + "T-4,,2026-02-30\r\nT-2,图书馆2,2026-03-01\r\nT-9,别的名字,2026-03-01\r\n"


def counts(file: ImportFile) -> tuple[int, int, int, int, int]:
    return file.row_count, file.good_count, file.known_count, file.bad_count, file.written_count


@pytest.fixture
def known_library(toy: Toy) -> Organisation:
    return Organisation.objects.create(code="T-9", name_zh="图书馆9", kind="library", territory=toy.territory)


def test_the_dry_run_tells_every_problem_by_row_and_column_and_writes_nothing(toy, known_library):
    file = worked(brought(toy, MIXED.encode("gb18030")))
    assert file.state == State.CHECKED
    assert (file.format, file.encoding) == ("csv", "gb18030")
    assert counts(file) == (6, 3, 0, 3, 0)
    found = list(ImportProblem.objects.order_by("row_no", "id").values_list("row_no", "column", "value", "code"))
    assert found == [
        (5, "name", "", "value_missing"),
        (5, "since", "2026-02-30", "date_does_not_exist"),
        (6, "code", "T-2", "code_twice"),
        (7, "name", "别的名字", "name_differs"),
    ]
    assert written_codes() == {"T-9"}
    assert job_of(file).result == {"good": 3, "known": 0, "bad": 3}


def test_rejected_rows_are_given_back_as_they_came_with_all_their_reasons(toy, known_library):
    file = worked(brought(toy, MIXED))
    rejected = list(queries.rejected_rows(file))
    assert [(row.row_no, row.cells, [one.code for one in row.problems]) for row in rejected] == [
        (5, ["T-4", "", "2026-02-30"], ["value_missing", "date_does_not_exist"]),
        (6, ["T-2", "图书馆2", "2026-03-01"], ["code_twice"]),
        (7, ["T-9", "别的名字", "2026-03-01"], ["name_differs"]),
    ]
    with override("en"):
        assert rejected[2].problems[0].message == "There it is called 图书馆9."
    assert [(one.codes, one.count) for one in queries.kinds_of_problems(file)] == [
        (("code_twice",), 1),
        (("date_does_not_exist",), 1),
        (("name_differs",), 1),
        (("value_missing",), 1),
    ]


def test_codes_with_one_name_are_one_kind_of_problem(toy):
    file = worked(brought(toy, HEADING + "T-1,甲,x\r\nT-2,乙,2026-02-30\r\nT-3,,2026-02-30\r\n"))
    with override("en"):
        dates, empty = queries.kinds_of_problems(file)
    assert (dates.label, dates.count, dates.key) == ("Date", 3, "date_does_not_exist,not_a_date")
    assert [one.row_no for one in queries.problems_of(file, codes=dates.codes).order_by("row_no")] == [2, 3, 4]
    assert empty.codes == ("value_missing",)


def test_the_good_rows_are_written_and_the_others_stay(toy, known_library):
    file = worked(chosen(toy, worked(brought(toy, MIXED)), Choice.GOOD))
    assert file.state == State.WRITTEN
    assert counts(file) == (6, 3, 0, 3, 3)
    assert written_codes() == {"T-1", "T-2", "T-3", "T-9"}
    assert len(list(queries.rejected_rows(file))) == 3


def test_all_or_none_writes_all(toy):
    file = worked(chosen(toy, worked(brought(toy, HEADING + lines(1, 4_500))), Choice.ALL))
    assert file.state == State.WRITTEN
    assert counts(file) == (4_500, 4_500, 0, 0, 4_500)
    assert toy.slices == [2_000, 2_000, 500]
    assert (job_of(file).state, job_of(file).done_count) == (Job.State.DONE, 4_500)


def test_all_or_none_is_refused_while_a_row_is_wrong(toy):
    file = worked(brought(toy, MIXED))
    with pytest.raises(services.RowsStillWrong) as caught:
        chosen(toy, file, Choice.ALL)
    assert caught.value.values == {"count": 2}
    assert written_codes() == set()


def test_the_same_file_again_finds_every_row_there(toy):
    worked(chosen(toy, worked(brought(toy, HEADING + lines(1, 5))), Choice.ALL))
    again = worked(brought(toy, HEADING + lines(1, 5)))
    assert counts(again) == (5, 0, 5, 0, 0)
    with pytest.raises(services.NothingToWrite):
        chosen(toy, again, Choice.ALL)


def test_of_two_identical_files_chosen_at_once_the_second_writes_nothing(toy):
    """Both were checked before either was written."""
    first, second = (worked(brought(toy, HEADING + lines(1, 5))) for _ in range(2))
    chosen(toy, first, Choice.GOOD), chosen(toy, second, Choice.GOOD)
    assert counts(worked(first)) == (5, 5, 0, 0, 5)
    assert counts(worked(second)) == (5, 0, 5, 0, 0)


class Crash(Exception):
    """The process is gone."""


def crash_at(toy: Toy, code: str) -> None:
    def crash(rows):
        if any(row.values["code"] == code for row in rows):
            raise Crash

    toy.before_write = crash


def test_writing_good_rows_goes_on_behind_the_last_slice_after_a_crash(toy):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 4_500) + "T-x\r\n")), Choice.GOOD)
    crash_at(toy, "T-2500")
    worked(file)
    assert file.state == State.WRITING
    assert len(written_codes()) == 2_000
    assert job_of(file).cursor["row_no"] == 2_001
    toy.before_write = lambda rows: None
    assert worked(file).state == State.WRITTEN
    assert counts(file) == (4_501, 4_500, 0, 1, 4_500)
    assert toy.slices == [2_000, 2_000, 500]
    assert len(written_codes()) == 4_500


def test_all_or_none_keeps_nothing_of_a_crash_and_begins_anew(toy):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 4_500))), Choice.ALL)
    crash_at(toy, "T-4400")
    worked(file)
    assert written_codes() == set()
    toy.before_write = lambda rows: None
    assert counts(worked(file)) == (4_500, 4_500, 0, 0, 4_500)


def test_a_crash_in_the_dry_run_leaves_no_problem_twice(toy, monkeypatch):
    file = brought(toy, HEADING + lines(1, 2_500) + "T-x,\r\n" + "T-y,\r\n")
    check = toy.check

    def crash(context, rows):
        if any(row.values["code"] == "T-2500" for row in rows):
            raise Crash
        return check(context, rows)

    from xuecheng.city.imports import kinds

    object.__setattr__(kinds.kind_named("test.organisations"), "check", crash)
    worked(file)
    object.__setattr__(kinds.kind_named("test.organisations"), "check", check)
    assert counts(worked(file)) == (2_502, 2_500, 0, 2, 0)
    assert ImportProblem.objects.count() == 2


def test_a_row_that_turned_wrong_since_the_dry_run_stops_all_and_is_shown(toy):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 5))), Choice.ALL)
    Organisation.objects.create(code="T-3", name_zh="别的", kind="library", territory=toy.territory)
    worked(file)
    assert (file.state, file.choice) == (State.CHECKED, "")
    assert counts(file) == (5, 4, 0, 1, 0)
    assert written_codes() == {"T-3"}
    assert [row.row_no for row in queries.rejected_rows(file)] == [4]


def test_a_file_that_is_no_table_is_refused_in_both_languages(toy):
    file = worked(brought(toy, b"%PDF-1.7"))
    assert file.state == State.REFUSED
    assert file.refusal_en == (
        "This is a PDF document, not a table. Open it in your spreadsheet program and save it as .xlsx or CSV."
    )
    assert file.refusal_zh
    assert job_of(file).state == Job.State.DONE


@pytest.mark.parametrize("content", [HEADING, "编号\r\nT-1\r\n", "a,b\r\n1,2\r\n", HEADING + 'T-1,"x'])
def test_a_file_without_what_it_needs_is_refused(toy, content):
    assert worked(brought(toy, content)).state == State.REFUSED


def test_an_empty_file_is_not_even_kept(toy):
    with pytest.raises(services.FileEmpty):
        brought(toy, b"")
    assert not ImportFile.objects.exists()


def test_the_same_id_again_is_the_same_import_and_another_file_is_refused(toy):
    public_id = uuid7()
    first = brought(toy, HEADING + lines(1, 1), public_id=public_id)
    assert brought(toy, HEADING + lines(1, 1), public_id=public_id) == first
    assert Job.objects.count() == 1
    with pytest.raises(FormUsedBefore):
        brought(toy, HEADING + lines(1, 2), public_id=public_id)


def test_equal_content_is_stored_once(toy):
    first, second = brought(toy, HEADING + lines(1, 1)), brought(toy, HEADING + lines(1, 1))
    assert path_of(first.sha256) == path_of(second.sha256)
    assert path_of(first.sha256).read_bytes() == (HEADING + lines(1, 1)).encode()


def test_choosing_twice_starts_one_job(toy):
    file = worked(brought(toy, HEADING + lines(1, 2)))
    first = chosen(toy, file, Choice.GOOD)
    assert chosen(toy, file, Choice.GOOD).job_id == first.job_id
    with pytest.raises(services.FileNotChecked):
        chosen(toy, file, Choice.ALL)


def test_a_file_is_not_written_before_it_is_checked(toy):
    with pytest.raises(services.FileNotChecked):
        chosen(toy, brought(toy, HEADING + lines(1, 2)), Choice.GOOD)


def test_an_abandoned_file_is_neither_checked_nor_written(toy):
    file = brought(toy, HEADING + lines(1, 2))
    services.abandon(actor=toy.registrar, file=file)
    assert worked(file).state == State.ABANDONED
    assert job_of(file).state == Job.State.CANCELLED
    with pytest.raises(services.FileNotChecked):
        chosen(toy, file, Choice.GOOD)


def test_what_is_written_cannot_be_abandoned(toy):
    file = worked(chosen(toy, worked(brought(toy, HEADING + lines(1, 2))), Choice.GOOD))
    with pytest.raises(services.FileCannotBeAbandoned):
        services.abandon(actor=toy.registrar, file=file)


def test_a_stopped_file_goes_on_where_it_stopped(toy):
    file = chosen(toy, worked(brought(toy, HEADING + lines(1, 4_500))), Choice.GOOD)

    def stop(rows):
        if len(toy.slices) == 1:
            jobs.ask_to_cancel(actor=toy.registrar, job=job_of(file), at=NOW)

    toy.before_write = stop
    worked(file)
    assert job_of(file).state == Job.State.CANCELLED
    assert file.state == State.WRITING
    assert len(written_codes()) == 4_000
    stopped = file.job_id
    toy.before_write = lambda rows: None
    services.carry_on(actor=toy.registrar, file=file, at=NOW)
    assert worked(file).state == State.WRITTEN
    assert counts(file) == (4_500, 4_500, 0, 0, 4_500)
    assert toy.slices == [2_000, 2_000, 500]
    # The stopped job, tried again by an operator, has nothing to do any more.
    assert file.job_id != stopped


def test_only_stopped_work_is_carried_on(toy):
    file = brought(toy, HEADING + lines(1, 2))
    with pytest.raises(services.FileIsWorkedOn):
        services.carry_on(actor=toy.registrar, file=file, at=NOW)
    with pytest.raises(services.FileIsWorkedOn):
        services.carry_on(actor=toy.registrar, file=worked(file), at=NOW)


def test_of_very_many_wrong_rows_the_first_are_kept_and_all_are_counted(toy, monkeypatch):
    monkeypatch.setattr(work, "PROBLEMS_KEPT", 2)
    file = worked(brought(toy, HEADING + "T-1,,\r\n" * 5))
    assert file.bad_count == 5
    assert [row.row_no for row in queries.rejected_rows(file)] == [2, 3]


class TestRights:
    def test_a_stranger_brings_nothing(self, toy):
        toy.registrar = a_stranger()
        with pytest.raises(Denied):
            brought(toy, HEADING + lines(1, 1))
        assert not ImportFile.objects.exists()

    @pytest.fixture
    def rival(self, toy):
        return a_registrar(an_organisation(toy.territory))

    def test_another_institutions_registrar_neither_sees_nor_writes(self, toy, rival):
        file = worked(brought(toy, HEADING + lines(1, 1)))
        assert list(queries.visible_imports(toy.registrar)) == [file]
        assert not queries.visible_imports(rival).exists()
        for act in (
            lambda: services.start_writing(actor=rival, file=file, choice=Choice.GOOD, at=NOW),
            lambda: services.abandon(actor=rival, file=file),
            lambda: services.carry_on(actor=rival, file=file, at=NOW),
        ):
            with pytest.raises(Denied):
                act()
        file.refresh_from_db()
        assert file.state == State.CHECKED
