"""Frameworks, levels and their alignment (C-01 … C-03), with the level floors of the Hong Kong rule set."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from xuecheng.learning.creditbank.rules import (
    Alignment,
    Framework,
    FrameworkAmountsWrong,
    FrameworkInUse,
    FrameworkWrong,
    Level,
    LevelRef,
    LevelsNotComparable,
    LevelsNotDistinct,
    LevelUnknown,
    NewVersionDateMissing,
    PredecessorMissing,
    check_editable,
    check_new_version,
    compare_levels,
    shipped_frameworks,
)

TODAY = date(2026, 9, 1)
SHIPPED = shipped_frameworks()
VECTORS = [
    json.loads(line)
    for line in files("xuecheng.learning.recognition")
    .joinpath("data/rulesets/vectors.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def compared(one: LevelRef, other: LevelRef, *alignments: Alignment, on: date = TODAY) -> int:
    return compare_levels(one=one, other=other, frameworks=SHIPPED, alignments=alignments, on=on)


def test_c02_six_frameworks_of_learning_are_shipped_the_default_first_and_one_of_points() -> None:
    numbers = {code: (one.minutes_per_credit, one.step, one.all_or_nothing) for code, one in SHIPPED.items()}
    assert numbers == {
        "GD-LEQ": (960, 10, False),
        "HK-QF": (600, 100, True),
        "IN-NCRF": (1800, 100, False),
        "KR-ACBS": (900, 100, False),
        "ECTS": (1500, 10, False),
        "UK": (600, 100, False),
        # Reward points: no learning, hence no levels (C-39).
        "JF": (60, 100, False),
    }
    assert next(iter(SHIPPED)) == "GD-LEQ"
    assert len(SHIPPED["GD-LEQ"].levels) == 7


def test_c02_every_level_has_both_names_and_every_number_says_where_it_comes_from() -> None:
    for framework in SHIPPED.values():
        assert framework.zh
        assert framework.en
        assert all(level.zh and level.en for level in framework.levels)
        of_levels = {"levels"} if framework.levels else set()
        assert of_levels | {"minutes_per_credit", "step", "validity_months"} <= set(framework.facts)
        assert all(fact.source for fact in framework.facts.values())


def test_c02_a_parameter_is_not_passed_off_as_law() -> None:
    default = SHIPPED["GD-LEQ"]
    assert not any(fact.verified for fact in default.facts.values())
    assert SHIPPED["HK-QF"].facts["minutes_per_credit"].verified
    assert SHIPPED["IN-NCRF"].facts["validity_months"].verified


def test_c01_half_levels_are_labels_in_their_own_order() -> None:
    india = SHIPPED["IN-NCRF"]
    assert [level.label for level in india.levels][3:7] == ["4", "4.5", "5", "5.5"]
    assert india.ordinal("4.5") == 5
    assert compared(LevelRef("IN-NCRF", "4.5"), LevelRef("IN-NCRF", "5")) == -1
    with pytest.raises(FrameworkWrong):
        Framework.from_json(
            {"code": "X", "minutes_per_credit": 600, "step": 10, "levels": [{"label": 4.5, "zh": "", "en": ""}]}
        )


@pytest.mark.parametrize(
    ("unit", "required", "wanted"),
    [
        (case["given"]["unit"], case["given"]["required"], case["want"])
        for case in VECTORS
        if case["name"] == "level floor"
    ],
)
def test_hong_kong_a_unit_counts_at_or_above_the_floor(unit: int, required: int, wanted: bool) -> None:
    reached = compared(LevelRef("HK-QF", str(unit)), LevelRef("HK-QF", str(required))) >= 0
    assert reached is wanted


def test_c01_equal_numbers_of_two_frameworks_say_nothing() -> None:
    with pytest.raises(LevelsNotComparable) as refused:
        compared(LevelRef("GD-LEQ", "5"), LevelRef("HK-QF", "5"))
    assert refused.value.code == "levels_not_comparable"
    assert "HK-QF" in refused.value.sentence()


def test_c01_levels_compare_through_the_table_in_its_direction_and_from_its_day() -> None:
    both = Alignment(LevelRef("GD-LEQ", "5"), LevelRef("HK-QF", "5"), both_ways=True, source="-", begins_on=TODAY)
    one_way = replace(both, both_ways=False)
    guangdong, hong_kong = LevelRef("GD-LEQ", "5"), LevelRef("HK-QF", "4")
    assert compared(guangdong, hong_kong, both) == 1
    assert compared(LevelRef("HK-QF", "5"), LevelRef("GD-LEQ", "6"), both) == -1
    assert compared(guangdong, hong_kong, one_way) == 1
    with pytest.raises(LevelsNotComparable):
        compared(LevelRef("HK-QF", "5"), LevelRef("GD-LEQ", "6"), one_way)
    with pytest.raises(LevelsNotComparable):
        compared(guangdong, hong_kong, both, on=date(2026, 8, 31))


def test_c01_level_one_of_guangdong_has_no_counterpart() -> None:
    table = [
        Alignment(LevelRef("GD-LEQ", str(n)), LevelRef("HK-QF", str(n)), both_ways=True, source="-", begins_on=TODAY)
        for n in range(2, 8)
    ]
    assert compared(LevelRef("GD-LEQ", "2"), LevelRef("HK-QF", "2"), *table) == 0
    with pytest.raises(LevelsNotComparable):
        compared(LevelRef("GD-LEQ", "1"), LevelRef("HK-QF", "1"), *table)


def test_c01_of_two_entries_the_newer_one_counts() -> None:
    old = Alignment(LevelRef("GD-LEQ", "5"), LevelRef("HK-QF", "5"), True, "-", date(2020, 1, 1))
    new = replace(old, to=LevelRef("HK-QF", "4"), begins_on=date(2025, 1, 1))
    for table in ([old, new], [new, old]):
        assert compared(LevelRef("GD-LEQ", "5"), LevelRef("HK-QF", "5"), *table) == -1


def test_c01_alignment_is_not_chained() -> None:
    table = [
        Alignment(LevelRef("GD-LEQ", "5"), LevelRef("HK-QF", "5"), True, "-", TODAY),
        Alignment(LevelRef("HK-QF", "5"), LevelRef("UK", "6"), True, "-", TODAY),
    ]
    with pytest.raises(LevelsNotComparable):
        compared(LevelRef("GD-LEQ", "5"), LevelRef("UK", "6"), *table)


def test_a_level_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(LevelUnknown, match="1, 2, 3"):
        SHIPPED["GD-LEQ"].ordinal("8")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"minutes_per_credit": 0}, FrameworkAmountsWrong),
        ({"step": 0}, FrameworkAmountsWrong),
        ({"levels": (Level(1, "a"), Level(2, "a"))}, LevelsNotDistinct),
        ({"levels": (Level(1, "a"), Level(1, "b"))}, LevelsNotDistinct),
        ({"levels": (Level(1, ""),)}, LevelsNotDistinct),
    ],
)
def test_a_framework_that_contradicts_itself_is_refused(
    change: dict[str, object], refusal: type[FrameworkWrong]
) -> None:
    with pytest.raises(refusal):
        replace(SHIPPED["GD-LEQ"], **change)


def test_c03_a_version_in_use_is_not_edited() -> None:
    check_editable(framework=SHIPPED["UK"], in_use=False)
    with pytest.raises(FrameworkInUse):
        check_editable(framework=SHIPPED["UK"], in_use=True)


def test_c03_a_new_version_begins_later_and_continues_each_level() -> None:
    old = Framework("X", 1, 960, 10, (Level(1, "1"), Level(2, "2")), begins_on=date(2026, 1, 1))
    levels = (Level(1, "A", predecessor="1"), Level(2, "B", predecessor="2"), Level(3, "C", predecessor=""))
    new = replace(old, version=2, levels=levels, begins_on=date(2026, 1, 2))
    check_new_version(old=old, new=new)
    with pytest.raises(NewVersionDateMissing):
        check_new_version(old=old, new=replace(new, begins_on=date(2026, 1, 1)))
    with pytest.raises(NewVersionDateMissing):
        check_new_version(old=old, new=replace(new, begins_on=None))
    with pytest.raises(PredecessorMissing):
        check_new_version(old=old, new=replace(new, levels=(Level(1, "A"),)))
    with pytest.raises(LevelUnknown):
        check_new_version(old=old, new=replace(new, levels=(Level(1, "A", predecessor="9"),)))
