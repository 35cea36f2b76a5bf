"""What a certification unit must say, and when two are the same (C-07, C-08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import (
    LearningOutcome,
    OutcomeNotAssessable,
    SecondOfficerNeeded,
    Unit,
    UnitCreditsWrong,
    UnitLevelUnknown,
    UnitPeriodEmpty,
    UnitRelationContradicts,
    UnitWithoutKeeper,
    UnitWithoutOutcome,
    are_equivalent,
    are_same_unit,
    check_publishers,
    check_unit,
    exclude_each_other,
    shipped_frameworks,
)

UNIT = Unit(
    code="YL-101",
    version=1,
    framework="GD-LEQ",
    level="3",
    credits=300,
    zh="养老护理基础",
    en="Basic elder care",
    outcomes=(LearningOutcome("能协助老人进食", "Helps an elder to eat", ("实操",)),),
    keeper="4401-OU",
    begins_on=date(2026, 9, 1),
)


def test_c07_a_unit_that_says_everything_may_be_published() -> None:
    check_unit(unit=UNIT, frameworks=shipped_frameworks())
    assert UNIT.key == "YL-101@1"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"outcomes": ()}, UnitWithoutOutcome),
        ({"outcomes": (LearningOutcome("会", "Can", ()),)}, OutcomeNotAssessable),
        ({"level": "8"}, UnitLevelUnknown),
        ({"framework": "XX"}, UnitLevelUnknown),
        ({"credits": 0}, UnitCreditsWrong),
        ({"credits": 305}, UnitCreditsWrong),
        ({"keeper": ""}, UnitWithoutKeeper),
        ({"ends_on": date(2026, 9, 1)}, UnitPeriodEmpty),
        ({"equivalents": frozenset({"A"}), "exclusions": frozenset({"A"})}, UnitRelationContradicts),
        ({"exclusions": frozenset({"YL-101"})}, UnitRelationContradicts),
    ],
)
def test_c07_what_a_unit_lacks_is_named(change: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_unit(unit=replace(UNIT, **change), frameworks=shipped_frameworks())


def test_c07_publishing_takes_two_officers() -> None:
    check_publishers(drafted_by="u17", approved_by="u23")
    with pytest.raises(SecondOfficerNeeded):
        check_publishers(drafted_by="u17", approved_by="u17")


def test_c08_versions_are_one_unit_until_a_substantial_change() -> None:
    second = replace(UNIT, version=2)
    third = replace(UNIT, version=3, generation=1)
    assert are_same_unit(UNIT, second)
    assert UNIT.identity == second.identity
    assert not are_same_unit(second, third)
    assert third.identity != second.identity


def test_c08_equivalence_and_exclusion_are_symmetric_and_equivalence_is_not_transitive() -> None:
    a = replace(UNIT, code="A", equivalents=frozenset({"B"}), exclusions=frozenset({"D"}))
    b = replace(UNIT, code="B")
    c = replace(UNIT, code="C", equivalents=frozenset({"B"}))
    d = replace(UNIT, code="D")
    assert are_equivalent(a, b)
    assert are_equivalent(b, a)
    assert are_equivalent(b, c)
    assert not are_equivalent(a, c)
    assert exclude_each_other(d, a)
    assert exclude_each_other(a, d)
    assert not exclude_each_other(a, b)
