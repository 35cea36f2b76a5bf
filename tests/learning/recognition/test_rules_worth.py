"""What a record is worth alone: hours, bands, other frameworks, validity, splits (C-19, C-21, C-22, C-26, C-27)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.recognition.law import VECTORS, codes, credits_of, lines, only, record, rule, run, total, unit
from xuecheng.learning.creditbank.rules import CreditClass, is_valid_on, last_valid_day
from xuecheng.learning.recognition.rules import Reason, RuleSet, State, posting_key, shipped_rule_sets

BANDS = {"from": "minutes", "bands": [{"to": 1200, "percent": 100}, {"to": 3600, "percent": 50}]}
GD, ECTS = {"framework": "GD-LEQ", "level": 2}, {"framework": "ECTS"}


@pytest.mark.parametrize(
    ("minutes", "wanted"), [(2880, 300), (2879, 290), (2700, 280), (600, 60), (96, 10), (95, None), (0, None)]
)
def test_c19_hours_become_credit_by_a_rule(minutes: int, wanted: int | None) -> None:
    outcome = only(run([record("a", minutes=minutes)], rule()))
    if wanted is None:
        assert outcome.reasons == (Reason("too_little", {"minutes": minutes, "least": 96}),)
    else:
        (line,) = outcome.lines
        assert (line.credits, line.worth, line.minutes_used, line.of) == (
            wanted,
            wanted,
            minutes,
            CreditClass("GD-LEQ", "learning", "2"),
        )


@pytest.mark.parametrize(
    ("hours", "minutes", "wanted"),
    [(10, 600, 60), (20, 1200, 120), (21, 1230, 120), (60, 2400, 250), (90, 2400, 250), (0, 0, 0)],
)
def test_c27_hours_count_by_bands(hours: int, minutes: int, wanted: int) -> None:
    banded = rule(quantity=BANDS)
    assert banded.quantity.counted(hours * 60) == minutes
    assert total(run([record("a", minutes=hours * 60)], banded)) == wanted


def test_c27_a_last_band_without_end_takes_all_the_rest() -> None:
    open_ended = rule(quantity={"bands": [{"to": 1200, "percent": 100}, {"to": None, "percent": 25}]})
    assert open_ended.quantity.counted(5200) == 2200


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_c27_more_hours_never_count_less_and_never_more_than_they_are(one: int, other: int) -> None:
    counted = rule(quantity=BANDS).quantity.counted
    low, high = sorted((one, other))
    assert counted(low) <= counted(high) <= high


@pytest.mark.parametrize(
    ("quantity", "give", "amount", "wanted"),
    [
        ({"from": "credits", "framework": "HK-QF"}, ECTS, 300, 120),
        ({"from": "credits", "framework": "UK", "num": 1, "den": 2}, ECTS, 1500, 750),
        ({"from": "credits", "framework": "UK", "num": 1, "den": 2}, ECTS, 700, 350),
        ({"from": "credits", "framework": "GD-LEQ"}, ECTS, 100, 60),
        ({"from": "credits"}, GD, 305, 300),
    ],
)
def test_c21_credits_cross_frameworks_only_by_a_rule(
    quantity: dict[str, Any], give: dict[str, Any], amount: int, wanted: int
) -> None:
    outcomes = run([record("a", credits=amount)], rule(quantity=quantity, give=[give]))
    assert total(outcomes) == wanted


def test_c21_credits_too_few_for_the_smallest_step_are_told() -> None:
    outcome = only(run([record("a", credits=9)], rule(quantity={"from": "credits"}, give=[GD])))
    assert outcome.reasons == (Reason("too_few_credits", {"credits": "0.09", "framework": "GD-LEQ", "least": "0.10"}),)


@pytest.mark.parametrize(
    "case", [case for case in VECTORS if case["name"] == "credit"], ids=lambda case: str(case["given"])
)
def test_hong_kong_gives_whole_credits_for_verified_outcomes(case: dict[str, Any]) -> None:
    asked = record("a", **case["given"])
    outcomes = run([asked], rule(give=[{"framework": "HK-QF", "level": 3}]), rule_set=shipped_rule_sets()["hk-qf"])
    assert total(outcomes) == case["want"]
    if not case["want"]:
        assert codes(only(outcomes)) == ["outcomes_not_verified"]


def test_hong_kong_credit_does_not_depend_on_the_grade() -> None:
    hong_kong = rule(give=[{"framework": "HK-QF", "level": 3}])
    records = [record("a", minutes=1200, outcomes_verified=True, grade=grade) for grade in "ABC"]
    assert {total(run([one], hong_kong)) for one in records} == {200}


# C-22


@pytest.mark.parametrize(
    "case", [case for case in VECTORS if case["name"] == "validity"], ids=lambda case: f"{case['given']}"
)
def test_india_credit_is_valid_for_the_least_of_all_limits(case: dict[str, Any]) -> None:
    """The accepter's limit is the rule's; the issuer's comes with the record, as its own last day."""
    asked, wanted = case["given"], case["want"]
    issuers_day = last_valid_day(date.fromisoformat(asked["end"]), asked["issuer_months"])
    (line,) = lines(
        run(
            [record("a", asked["end"], minutes=3600, valid_until=issuers_day)],
            rule(
                effect=["2010-01-01", None],
                give=[{"framework": "IN-NCRF", "level": "4.5"}],
                validity_months=asked["accepter_months"],
            ),
            rule_set=shipped_rule_sets()["in-abc"],
        )
    )
    assert line.valid_until == date.fromisoformat(wanted["last_day"])
    assert is_valid_on(date.fromisoformat(asked["on"]), last_day=line.valid_until) is wanted["valid"]


def test_c22_without_limits_credit_does_not_expire() -> None:
    (line,) = lines(run([record("a", minutes=960)], rule()))
    assert line.valid_until is None


def test_c22_a_certificates_own_last_day_counts() -> None:
    own = date(2027, 3, 31)
    for months, wanted in ((None, own), (120, own), (6, date(2026, 10, 31))):
        (line,) = lines(run([record("a", minutes=960, valid_until=own)], rule(validity_months=months)))
        assert line.valid_until == wanted


# C-26


def split(*gives: dict[str, Any], **quantity: Any) -> Any:
    return rule(quantity=quantity, give=list(gives))


def test_c26_minutes_are_split_by_percent_and_never_exceed_the_record() -> None:
    divided = split(GD | {"percent": 60}, {"framework": "GD-LEQ", "level": 3, "percent": 40})
    outcome = only(run([record("a", minutes=2780)], divided))
    found = [(line.level, line.credits, line.minutes_used) for line in outcome.lines]
    assert found == [("2", 170, 1668), ("3", 110, 1112)]


@pytest.mark.parametrize(("minutes", "wanted"), [(5760, {"YL-101@1": 300, "YL-102@1": 300}), (5759, {})])
def test_c26_several_units_need_the_hours_of_all(minutes: int, wanted: dict[str, int]) -> None:
    units = [unit("YL-101"), unit("YL-102")]
    both = split(*({"framework": "GD-LEQ", "unit": one.key} for one in units), **{"from": "fixed"})
    outcome = only(run([record("a", minutes=minutes)], both, units=units))
    assert {line.unit: line.credits for line in outcome.lines} == wanted
    if not wanted:
        assert outcome.reasons == (Reason("exceeds_hours", {"rule": "R-1 v1", "needed": 5760, "minutes": 5759}),)


def test_c26_a_certificate_without_hours_may_be_given_those_of_its_rule() -> None:
    units = [unit("YL-101"), unit("YL-102")]
    gives = [{"framework": "GD-LEQ", "unit": one.key} for one in units]
    assert total(run([record("a")], split(*gives, **{"from": "fixed", "minutes": 5760}), units=units)) == 600
    assert codes(only(run([record("a")], split(*gives, **{"from": "fixed"}), units=units))) == ["exceeds_hours"]


@given(
    st.integers(0, 20_000),
    st.lists(st.integers(1, 50), min_size=2, max_size=5).filter(lambda parts: sum(parts) <= 100),
)
def test_c26_the_parts_of_a_record_are_never_worth_more_than_the_whole(minutes: int, parts: list[int]) -> None:
    divided = split(*({"framework": "GD-LEQ", "level": 1 + at, "percent": part} for at, part in enumerate(parts)))
    assert total(run([record("a", minutes=minutes)], divided)) <= total(run([record("a", minutes=minutes)], rule()))


# Units


def test_a_unit_brings_its_level_field_and_credits() -> None:
    elder_care = unit(field="0922")
    fixed = rule(quantity={"from": "fixed"}, give=[{"framework": "GD-LEQ", "unit": "YL-101@1"}])
    (line,) = lines(run([record("a")], fixed, units=[elder_care]))
    assert (line.unit, line.of, line.field, line.credits) == (
        "YL-101@1",
        CreditClass("GD-LEQ", "learning", "3"),
        "0922",
        300,
    )


@pytest.mark.parametrize(("minutes", "wanted"), [(960, 100), (2880, 300), (9600, 300)])
def test_hours_never_make_a_unit_worth_more_than_its_credits(minutes: int, wanted: int) -> None:
    by_hours = rule(give=[{"framework": "GD-LEQ", "unit": "YL-101@1"}])
    assert total(run([record("a", minutes=minutes)], by_hours, units=[unit()])) == wanted


@pytest.mark.parametrize(("ended_on", "counts"), [("2026-05-01", True), ("2026-04-30", False), ("2026-06-01", False)])
def test_c07_a_unit_counts_for_learning_that_ended_in_its_period(ended_on: str, counts: bool) -> None:
    dated = unit(begins_on=date(2026, 5, 1), ends_on=date(2026, 6, 1))
    fixed = rule(quantity={"from": "fixed"}, give=[{"framework": "GD-LEQ", "unit": "YL-101@1"}])
    assert bool(lines(run([record("a", ended_on)], fixed, units=[dated]))) is counts


# C-29


def test_c29_the_same_recognition_has_the_same_key_and_any_other_another() -> None:
    (line,) = lines(run([record("a", minutes=960)], rule()))
    assert posting_key(line) == posting_key(line._replace(credits=1, worth=1, carried_minutes=3))
    others = [
        line._replace(record_key="b"),
        line._replace(record_version=2),
        line._replace(rule_id="R-2"),
        line._replace(rule_version=2),
        line._replace(unit="YL-101@1"),
        line._replace(level="3"),
        line._replace(part=1),
    ]
    assert len({posting_key(one) for one in (line, *others)}) == 8
    assert posting_key(line).version == 8


def test_pitfall_2_no_credit_is_ever_a_float() -> None:
    (line,) = lines(run([record("a", minutes=2879)], rule(quantity=BANDS)))
    assert all(not isinstance(value, float) for value in line)


def test_the_default_rule_set_has_no_limits() -> None:
    assert RuleSet().caps == ()
    outcome = only(run([record("a", minutes=10**6)], rule()))
    assert (outcome.state, credits_of([outcome])) == (State.CREDITED, {"a": 104_160})
