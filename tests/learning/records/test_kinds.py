"""Files of records (credit-bank.md §6): what their columns become, and what is said of bad rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from learning.records.situations import NOW, TODAY, Desk, a_desk, a_learner, at_once, card_of
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.files import Kind, RowParser
from xuecheng.city.imports.kinds import ImportContext, ImportKind, Row, RowVerdict, Verdict, kind_named
from xuecheng.city.people.models import Person
from xuecheng.learning.records.models import LearningRecord

GOLDEN = {
    "records.formal": [
        "institution_code", "record_key", "person_ref", "name", "course_code", "course_title", "term", "start_date",
        "end_date", "hours_contact", "hours_total", "credits_local", "level", "grade", "grade_scale", "status", "mode",
        "evidence_url", "replaces", "reason",
    ],
    "records.certificate": [
        "issuer_code", "certificate_no", "person_ref", "name", "type_code", "title", "grade_or_level", "issued_on",
        "valid_to", "evidence_file", "replaces", "reason",
    ],
    "records.nonformal": [
        "organiser_code", "record_key", "person_ref", "name", "activity_code", "activity_title", "role", "start", "end",
        "minutes", "attended_sessions", "held_sessions", "territory_code", "outcome_note", "replaces", "reason",
    ],
}  # fmt: skip


def context(desk: Desk, *, is_writing: bool = False, file_id: int = 7) -> ImportContext:
    return ImportContext(
        file_id=file_id,
        public_id=uuid7(),
        organisation=desk.college,
        brought_by=desk.registrar.person,
        at=NOW,
        today=TODAY,
        is_writing=is_writing,
    )


def rows_of(kind: ImportKind, *lines: dict[str, str]) -> list[Row]:
    """Rows as a file would give them: cells by column name."""
    parser = RowParser(kind.columns)
    rows = []
    for row_no, cells in enumerate(lines, start=2):
        parsed = parser.parse(row_no, tuple(cells.get(column.name, "") for column in kind.columns))
        assert parsed.problems == ()
        rows.append(Row(row_no, dict(zip([column.name for column in kind.columns], parsed.values, strict=True))))
    return rows


def a_line(desk: Desk, kind: ImportKind, learner: Person, **cells: str) -> dict[str, str]:
    """The template's example row, made true for this desk and learner."""
    line = {column.name: column.example for column in kind.columns}
    code = next(name for name in ("institution_code", "issuer_code", "organiser_code") if name in line)
    line |= {code: desk.college.code, "person_ref": card_of(learner), "name": learner.name}
    if line.get("territory_code"):
        line["territory_code"] = "440106001000"
    return line | cells


def checked(kind: ImportKind, where: ImportContext, rows: list[Row]) -> list[RowVerdict]:
    return list(kind.check(where, rows))


def written(kind: ImportKind, where: ImportContext, rows: list[Row]) -> int:
    good = [row for row, verdict in zip(rows, kind.check(where, rows), strict=True) if verdict.verdict is Verdict.GOOD]
    return kind.write(where, good).written if good else 0


@pytest.mark.parametrize("name", GOLDEN)
def test_the_columns_are_those_of_the_guide_and_those_of_a_correction(name: str) -> None:
    assert [column.name for column in kind_named(name).columns] == GOLDEN[name]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_example_row_of_the_template_is_a_row_that_can_be_imported(db: None, name: str) -> None:
    desk, kind = a_desk(), kind_named(name)
    rows = rows_of(kind, a_line(desk, kind, a_learner()))

    assert written(kind, context(desk), rows) == 1

    record = LearningRecord.objects.get()
    assert (record.origin, record.source, record.import_file_id) == (name.removeprefix("records."), "import", 7)


def test_what_a_course_row_becomes(db: None) -> None:
    desk, kind = a_desk(), kind_named("records.formal")
    line = a_line(
        desk, kind, a_learner(), hours_contact="24", hours_total="32.5", credits_local="1.5", level="4.5",
        grade="良", grade_scale="五级制", status="结业", mode="线上",
    )  # fmt: skip

    written(kind, context(desk), rows_of(kind, line))

    record = LearningRecord.objects.get()
    assert (record.minutes, record.contact_minutes, record.credits_local, record.level) == (1950, 1440, 150, "4.5")
    assert (record.grade, record.grade_scale, record.status, record.mode) == ("良", "five", "passed", "online")
    assert (record.started_on, record.ended_on) == (date(2026, 3, 2), date(2026, 6, 28))


def test_a_school_that_counts_class_hours_only_has_those_as_its_total(db: None) -> None:
    desk, kind = a_desk(), kind_named("records.formal")

    written(kind, context(desk), rows_of(kind, a_line(desk, kind, a_learner(), hours_contact="24", hours_total="")))

    record = LearningRecord.objects.get()
    assert (record.minutes, record.contact_minutes) == (1440, 1440)


@pytest.mark.parametrize(("cell", "level", "grade"), [("3", "3", ""), ("4.5", "4.5", ""), ("优秀", "", "优秀")])
def test_a_certificate_has_a_level_or_a_grade(db: None, cell: str, level: str, grade: str) -> None:
    desk, kind = a_desk(), kind_named("records.certificate")

    written(kind, context(desk), rows_of(kind, a_line(desk, kind, a_learner(), grade_or_level=cell)))

    record = LearningRecord.objects.get()
    assert (record.level, record.grade, record.record_key) == (level, grade, "YL20260001234")


@pytest.mark.parametrize(
    ("name", "cells", "column", "code"),
    [
        ("records.formal", {"institution_code": "XX"}, "institution_code", "other_institution"),
        ("records.formal", {"hours_total": "9999"}, "hours_total", "more_than_a_day_holds"),
        ("records.formal", {"hours_contact": "33"}, "hours_contact", "contact_exceeds_total"),
        ("records.formal", {"grade": "101"}, "grade", "grade_not_in_scale"),
        ("records.formal", {"end_date": "2026-12-01"}, "end_date", "ends_in_future"),
        ("records.certificate", {"issuer_code": "XX"}, "issuer_code", "other_institution"),
        ("records.certificate", {"issued_on": "2026-12-01"}, "issued_on", "ends_in_future"),
        ("records.certificate", {"valid_to": "2026-05-17"}, "valid_to", "expires_before_issue"),
        ("records.nonformal", {"organiser_code": "XX"}, "organiser_code", "other_institution"),
        ("records.nonformal", {"end": "2026-12-01"}, "end", "ends_in_future"),
        ("records.nonformal", {"attended_sessions": "11"}, "attended_sessions", "attended_more_than_was_held"),
        ("records.nonformal", {"territory_code": "1"}, "territory_code", "territory_unknown"),
    ],
)
def test_a_problem_stands_under_its_column_and_reads_in_both_languages(
    db: None, name: str, cells: dict[str, str], column: str, code: str
) -> None:
    desk, kind = a_desk(), kind_named(name)

    (verdict,) = checked(kind, context(desk), rows_of(kind, a_line(desk, kind, a_learner(), **cells)))

    (problem,) = verdict.problems
    assert (problem.column, problem.code) == (column, code)
    assert column in {one.name for one in kind.columns}
    sentences = kind.problem_texts[code]
    for language in ("zh-hans", "en"):
        with override(language):
            assert "%(" not in str(sentences.message) % problem.values
            assert "%(" not in str(sentences.remedy) % problem.values
            assert str(sentences.label)


def test_every_refusal_of_a_row_has_its_sentences() -> None:
    from xuecheng.learning.records import kinds, rules, services
    from xuecheng.learning.records.services import arrivals, gates

    found = {
        thing().code
        for module in (arrivals, gates, rules.gates)
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module.__name__ and issubclass(thing, Exception)
        if thing is not services.EntryRefused
    }
    assert found <= set(kinds.PROBLEM_TEXTS)


def test_the_same_file_again_is_already_there(db: None) -> None:
    desk, kind = a_desk(), kind_named("records.formal")
    rows = rows_of(kind, *[a_line(desk, kind, a_learner(), record_key=f"K-{number}") for number in range(5)])

    assert written(kind, context(desk), rows) == 5
    assert [one.verdict for one in checked(kind, context(desk), rows)] == [Verdict.KNOWN] * 5


def test_a_dry_run_writes_nothing_and_sees_a_key_across_slices(db: None) -> None:
    desk, kind, learner = a_desk(), kind_named("records.formal"), a_learner()
    where = context(desk)
    row = a_line(desk, kind, learner)

    first = checked(kind, where, rows_of(kind, row))
    second = checked(kind, where, rows_of(kind, row, row | {"grade": "60"}))

    assert [one.verdict for one in first + second] == [Verdict.GOOD, Verdict.KNOWN, Verdict.BAD]
    assert second[1].problems[0].code == "key_twice_in_file"
    assert not LearningRecord.objects.exists()


def test_a_file_corrects_what_an_earlier_one_said(db: None) -> None:
    desk, kind, learner = a_desk(), kind_named("records.formal"), a_learner()
    line = a_line(desk, kind, learner)
    written(kind, context(desk), rows_of(kind, line))

    corrected = line | {"grade": "68", "replaces": "1", "reason": "登分错误"}

    assert written(kind, context(desk, file_id=8), rows_of(kind, corrected)) == 1
    assert [(one.version, one.grade, one.is_latest) for one in LearningRecord.objects.order_by("version")] == [
        (1, "86", False),
        (2, "68", True),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_keys_in_opposite_order_neither_deadlock_nor_post_twice() -> None:
    """Each is one transaction over several slices, as all-or-nothing files are."""
    from django.db import transaction

    desk, kind = a_desk(), kind_named("records.formal")
    lines = [a_line(desk, kind, a_learner(), record_key=f"K-{number:03}") for number in range(60)]

    def bring(ordered: list[dict[str, str]]) -> Any:
        where, count = context(desk), 0
        with transaction.atomic():
            for start in range(0, len(ordered), 10):
                count += written(kind, where, rows_of(kind, *ordered[start : start + 10]))
        return count

    answers = at_once(lambda: bring(lines), lambda: bring(lines[::-1]))

    assert sorted(answers) == [0, 60]
    assert LearningRecord.objects.count() == 60


def test_card_numbers_may_be_any_kind_of_text_in_a_file() -> None:
    assert {column.kind for name in GOLDEN for column in kind_named(name).columns if column.name == "person_ref"} == {
        Kind.CODE
    }
