"""Grade scales, pass marks, and grades between institutions (C-13, C-28)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.rules import (
    GradeCount,
    GradeNotInScale,
    GradeScale,
    GradeScaleWrong,
    TooFewGrades,
    convert_grade,
    mark,
)

FIVE = GradeScale("五级制", grades=("优", "良", "中", "及格", "不及格"), lowest_pass="及格")
HUNDRED = GradeScale("百分制", lowest=0, highest=10_000, pass_mark=6_000)
A = [GradeCount("优", 10), GradeCount("良", 40), GradeCount("中", 30), GradeCount("及格", 20)]
B = [GradeCount("A", 10), GradeCount("B", 25), GradeCount("C", 30), GradeCount("D", 25), GradeCount("E", 10)]


@pytest.mark.parametrize(
    ("scale", "grade", "passes"),
    [
        (FIVE, "优", True),
        (FIVE, "及格", True),
        (FIVE, "不及格", False),
        (HUNDRED, "60", True),
        (HUNDRED, "59.99", False),
        (HUNDRED, "60.0", True),
        (HUNDRED, "100", True),
        (HUNDRED, "0", False),
        (HUNDRED, " ８５ ", True),
    ],
)
def test_c28_each_scale_has_its_pass_mark(scale: GradeScale, grade: str, passes: bool) -> None:
    assert scale.passes(grade) is passes


@pytest.mark.parametrize(
    ("scale", "grade"),
    [(FIVE, "A"), (FIVE, ""), (HUNDRED, "100.01"), (HUNDRED, "优"), (HUNDRED, "-1"), (HUNDRED, "8.555")],
)
def test_c13_a_grade_outside_the_scale_is_refused(scale: GradeScale, grade: str) -> None:
    assert not scale.holds(grade)
    with pytest.raises(GradeNotInScale):
        scale.passes(grade)


def test_better_grades_rank_higher() -> None:
    assert sorted(FIVE.grades, key=FIVE.rank, reverse=True) == list(FIVE.grades)
    assert HUNDRED.rank("85.5") == 8_550 == mark("85.50")


@pytest.mark.parametrize(
    "wrong",
    [
        {"grades": ("优", "良"), "lowest_pass": "中"},
        {"grades": ("优", "优"), "lowest_pass": "优"},
        {"lowest": 0, "highest": 0},
        {"lowest": 0, "highest": 100, "pass_mark": 101},
    ],
)
def test_a_scale_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(GradeScaleWrong):
        GradeScale("x", **wrong)


@pytest.mark.parametrize(("grade", "wanted"), [("优", "A"), ("良", "B"), ("中", "C"), ("及格", "D")])
def test_c28_a_grade_goes_where_the_middle_of_its_share_falls(grade: str, wanted: str) -> None:
    assert convert_grade(grade, of=A, to=B) == wanted


def test_c28_a_bound_belongs_to_the_better_grade() -> None:
    """中 has its middle at 65 %, where C ends; a hair later it would be D."""
    assert convert_grade("中", of=A, to=B) == "C"
    later = [GradeCount("优", 10), GradeCount("良", 41), GradeCount("中", 30), GradeCount("及格", 19)]
    assert convert_grade("中", of=later, to=B) == "D"


def test_c28_small_groups_are_not_converted() -> None:
    small = [GradeCount("A", 60), GradeCount("B", 39)]
    with pytest.raises(TooFewGrades) as refused:
        convert_grade("优", of=A, to=small)
    assert refused.value.values == {"count": 99, "least": 100}
    assert convert_grade("优", of=A, to=[GradeCount("A", 60), GradeCount("B", 40)]) == "A"
    with pytest.raises(GradeNotInScale):
        convert_grade("不及格", of=A, to=B)


distributions = st.lists(st.integers(0, 500), min_size=1, max_size=7).filter(lambda counts: sum(counts) >= 100)


@given(distributions, distributions)
def test_c28_conversion_keeps_the_order_of_grades(one: list[int], other: list[int]) -> None:
    of = [GradeCount(f"a{place}", people) for place, people in enumerate(one)]
    to = [GradeCount(f"b{place}", people) for place, people in enumerate(other)]
    converted = [convert_grade(entry.grade, of=of, to=to) for entry in of]
    assert converted == sorted(converted)
    # A grade that somebody got becomes one that somebody got.
    assert all(dict(to)[grade] for entry, grade in zip(of, converted, strict=True) if entry.people)
