"""The quality gates of an import, each with its own code (C-13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from xuecheng.learning.records.rules import Accreditation, GradeScale, Record, Surroundings, problems

TODAY = date(2026, 9, 1)
RECORD = Record(
    key="4401-OU/1",
    learner=1,
    institution="4401-OU",
    origin="formal",
    code="CS101",
    title="计算机基础",
    ended_on=TODAY,
    started_on=date(2026, 8, 31),
    grade="85",
    minutes=2880,
    attended=10,
    held=10,
)
AROUND = Surroundings(
    today=TODAY,
    person_ref="4401234567890131",
    name="陈美玲",
    known_name="陈美玲",
    scale=GradeScale("百分制", lowest=0, highest=10_000, pass_mark=6_000),
    held_minutes=2880,
    accreditations=(Accreditation(date(2026, 1, 1), date(2026, 9, 2), frozenset({"formal"}), ("CS*",)),),
)


def codes(record: Record, around: Surroundings) -> list[str]:
    return [problem.code for problem in problems(record, around)]


def test_c13_a_record_at_every_bound_comes_in() -> None:
    assert codes(RECORD, AROUND) == []


def test_c13_what_nobody_knows_holds_nobody_back() -> None:
    bare = Surroundings(today=TODAY, person_ref="x", name="陈美玲", known_name=" 陈美玲 ")
    assert codes(RECORD._replace(grade="?", attended=None, held=None), bare) == []


@pytest.mark.parametrize(
    ("record", "around", "code"),
    [
        ({}, {"known_name": None}, "unknown_learner"),
        ({}, {"known_name": None, "person_ref": "440106195803124321"}, "identity_number_given"),
        ({}, {"known_name": None, "person_ref": "44010619580312432X"}, "identity_number_given"),
        ({}, {"known_name": "陈美琳"}, "name_mismatch"),
        ({}, {"today": date(2026, 8, 31)}, "ends_in_future"),
        ({"started_on": date(2026, 9, 2), "minutes": 60}, {}, "ends_before_it_begins"),
        ({"minutes": -1}, {}, "minutes_negative"),
        ({"minutes": 2881}, {"held_minutes": None}, "more_than_a_day_holds"),
        ({"minutes": 1441, "started_on": None}, {}, "more_than_a_day_holds"),
        ({}, {"held_minutes": 2879}, "more_than_was_held"),
        ({"attended": 11}, {}, "attended_more_than_was_held"),
        ({"grade": "101"}, {}, "grade_not_in_scale"),
        ({}, {"certificate_claimed_by_other": True}, "certificate_already_claimed"),
        ({"code": "YY1"}, {}, "outside_accredited_scope"),
        ({"origin": "certificate"}, {}, "outside_accredited_scope"),
        ({}, {"accreditations": ()}, "outside_accredited_scope"),
        ({"ended_on": date(2025, 12, 31), "started_on": date(2025, 12, 1)}, {}, "outside_accredited_period"),
        ({"ended_on": date(2026, 9, 2)}, {"today": date(2026, 9, 2)}, "outside_accredited_period"),
    ],
)
def test_c13_each_gate_has_its_code(record: dict[str, object], around: dict[str, object], code: str) -> None:
    found = problems(RECORD._replace(**record), replace(AROUND, **around))
    assert [problem.code for problem in found] == [code]
    assert all(problem.field for problem in found)
    with override("en"):
        assert all(problem.sentence() and problem.advice() for problem in found)


def test_c13_all_problems_are_told_at_once() -> None:
    record = RECORD._replace(grade="x", minutes=4000)
    assert codes(record, replace(AROUND, known_name=None)) == [
        "unknown_learner",
        "more_than_a_day_holds",
        "more_than_was_held",
        "grade_not_in_scale",
    ]


def test_c13_a_mismatch_does_not_tell_the_name_on_the_account() -> None:
    (problem,) = problems(RECORD, replace(AROUND, known_name="陈美琳"))
    assert "陈美琳" not in str(problem)


def test_c13_two_accreditations_may_share_the_work() -> None:
    past = Accreditation(date(2020, 1, 1), date(2026, 1, 1), codes=("CS*",))
    assert codes(RECORD, replace(AROUND, accreditations=(past,))) == ["outside_accredited_period"]
    assert codes(RECORD, replace(AROUND, accreditations=(past, Accreditation()))) == []
