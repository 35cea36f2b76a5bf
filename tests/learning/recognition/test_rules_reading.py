"""Rules are read from the shape of §6, and what is wrong is named by its field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from learning.recognition.law import rule, rule_json
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.recognition.rules import Band, CapPeriod, Per, Policy, Rule, Source
from xuecheng.learning.recognition.rules import reading as read
from xuecheng.learning.recognition.rules import rule as law
from xuecheng.learning.records.rules import PeriodKind

AS_IN_THE_GUIDE = {
    "id": "R-0412",
    "version": 3,
    "effect": ["2026-09-01", None],
    "priority": 50,
    "phase": "P1",
    "match": {"origin": "nonformal", "activity_code": ["SQ-*"], "role": ["learner"], "min_minutes": 480},
    "quantity": {
        "from": "minutes",
        "bands": [{"to": 1200, "percent": 100}, {"to": 3600, "percent": 50}],
        "accumulate": "quarter",
    },
    "give": [{"framework": "GD-LEQ", "kind": "learning", "level": 2, "field": "0922", "unit": None}],
    "caps": [{"period": "year", "max": 200, "policy": "cut"}],
    "validity_months": None,
    "retroactive": False,
    "drafted_by": "u17",
    "approved_by": "u23",
    "dry_run": "sha256:…",
}


def test_the_guides_own_rule_is_read() -> None:
    read_rule = Rule.from_json(AS_IN_THE_GUIDE)
    assert read_rule.name == "R-0412 v3"
    assert (read_rule.begins_on, read_rule.ends_on) == (date(2026, 9, 1), date.max)
    assert (read_rule.priority, read_rule.phase, read_rule.retroactive) == (50, "P1", False)
    assert [name for name, _patterns in read_rule.match.who] == ["origin", "role", "code"]
    assert read_rule.match.specificity == 4
    assert read_rule.quantity.bands == (Band(1200, 100), Band(3600, 50))
    assert read_rule.quantity.accumulate is PeriodKind.QUARTER
    (give,) = read_rule.gives
    assert (give.of, give.field, give.unit) == (CreditClass("GD-LEQ", "learning", "2"), "0922", None)
    (cap,) = read_rule.caps
    assert (cap.period, cap.most, cap.items, cap.policy, cap.per) == (CapPeriod.YEAR, 200, False, Policy.CUT, Per.RULE)
    assert (read_rule.drafted_by, read_rule.approved_by) == ("u17", "u23")


def test_what_is_left_out_has_a_plain_meaning() -> None:
    plain = rule(match={"origin": "formal"}, quantity={}, caps=[])
    assert plain.quantity.source is Source.MINUTES
    assert (plain.priority, plain.validity_months, plain.retroactive, plain.caps) == (0, None, False, ())


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"id": ""}, read.RuleFieldMissing, "id"),
        ({"id": 7}, read.RuleFieldNotText, "id"),
        ({"version": None}, read.RuleFieldMissing, "version"),
        ({"version": 0}, read.RuleFieldNotWhole, "version"),
        ({"version": 1.0}, read.RuleFieldNotWhole, "version"),
        ({"version": True}, read.RuleFieldNotWhole, "version"),
        ({"effect": "2026-09-01"}, read.RuleFieldNotPeriod, "effect"),
        ({"effect": ["2026-09-01"]}, read.RuleFieldNotPeriod, "effect"),
        ({"effect": ["2026-09-01", "2026-09-01"]}, read.RuleFieldNotPeriod, "effect"),
        ({"effect": ["1 Sept", None]}, read.RuleFieldNotDay, "effect"),
        ({"retroactive": "yes"}, read.RuleFieldNotYesNo, "retroactive"),
        ({"prioritity": 1}, read.RuleFieldUnknown, "prioritity"),
        ({"match": []}, read.RuleFieldNotParts, "match"),
        ({"match": {}}, law.MatchesEverything, "match"),
        ({"match": {"origin": "*"}}, law.MatchesEverything, "match"),
        ({"match": {"min_minutes": 60}}, law.MatchesEverything, "match"),
        ({"match": {"orgin": "formal"}}, read.RuleFieldUnknown, "match.orgin"),
        ({"match": {"origin": []}}, read.RuleFieldNotPatterns, "match.origin"),
        ({"match": {"origin": [""]}}, read.RuleFieldNotPatterns, "match.origin"),
        ({"match": {"origin": "formal", "min_minutes": -1}}, read.RuleFieldNotWhole, "match.min_minutes"),
        ({"match": {"code": "A", "course_code": "B"}}, law.CodeNamedTwice, "match.course_code"),
        ({"quantity": {"from": "hours"}}, read.RuleFieldNotChoice, "quantity.from"),
        ({"quantity": {"bands": [{"to": 60, "percent": 101}]}}, read.RuleFieldNotWhole, "quantity.bands.0.percent"),
        (
            {"quantity": {"bands": [{"to": 60, "percent": 100}, {"to": 60, "percent": 50}]}},
            law.BandsOutOfOrder,
            "quantity.bands",
        ),
        (
            {"quantity": {"bands": [{"percent": 100}, {"to": 60, "percent": 50}]}},
            law.BandsOutOfOrder,
            "quantity.bands",
        ),
        ({"quantity": {"from": "fixed"}}, law.CreditsNotStated, "give"),
        ({"quantity": {"from": "credits", "num": 1}}, read.RuleFieldMissing, "quantity.den"),
        ({"quantity": {"from": "credits", "accumulate": "quarter"}}, law.OnlyForMinutes, "quantity"),
        ({"quantity": {"from": "credits", "bands": [{"percent": 50}]}}, law.OnlyForMinutes, "quantity"),
        ({"give": []}, read.RuleFieldMissing, "give"),
        ({"give": {"framework": "GD-LEQ"}}, read.RuleFieldNotParts, "give"),
        ({"give": [{"kind": "learning"}]}, read.RuleFieldMissing, "give.0.framework"),
        ({"give": [{"framework": "GD-LEQ", "level": 4.5}]}, read.RuleFieldNotText, "give.0.level"),
        ({"give": [{"framework": "GD-LEQ"}, {"framework": "ECTS"}]}, law.SplitNotStated, "give"),
        (
            {"give": [{"framework": "GD-LEQ", "percent": 60}, {"framework": "ECTS", "percent": 41}]},
            law.SplitAboveWhole,
            "give",
        ),
        ({"caps": [{"period": "year"}]}, law.CapWithoutLimit, "caps.0.max"),
        ({"caps": [{"period": "year", "max": 1, "max_items": 1}]}, law.CapWithoutLimit, "caps.0.max"),
        ({"caps": [{"period": "rolling", "max": 1}]}, law.RollingWithoutMonths, "caps.0.months"),
        ({"caps": [{"period": "year", "months": 3, "max": 1}]}, law.RollingWithoutMonths, "caps.0.months"),
        ({"caps": [{"period": "decade", "max": 1}]}, read.RuleFieldNotChoice, "caps.0.period"),
        (
            {"caps": [{"period": "year", "max": 1, "select": {"orign": "x"}}]},
            read.RuleFieldUnknown,
            "caps.0.select.orign",
        ),
        ({"validity_months": 0}, read.RuleFieldNotWhole, "validity_months"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(change: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    with pytest.raises(refusal) as refused:
        rule(**change)
    assert refused.value.field == field
    with override("en"):
        assert refused.value.sentence()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"give": [{"framework": "GD-LEQ", "unit": "YL-101@1"}]}, law.AccumulationIntoUnit),
        ({"retroactive": True}, law.RetroactiveAccumulation),
        (
            {"give": [{"framework": "GD-LEQ", "percent": 50}, {"framework": "ECTS", "percent": 50}]},
            law.AccumulationSplit,
        ),
    ],
)
def test_c20_what_cannot_go_with_accumulated_hours(change: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rule(quantity={"accumulate": "quarter"}, **change)


def test_a_rule_must_be_an_object() -> None:
    with pytest.raises(read.RuleFieldNotParts):
        Rule.from_json([rule_json()])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("SQ-*", "SQ-1", True),
        ("SQ-*", "SQ-", True),
        ("SQ-*", "sq-1", False),
        ("SQ-*", "XSQ-1", False),
        ("*-1", "SQ-1", True),
        ("S*1", "SQ-1", True),
        ("S.*", "SQ", False),
        ("A+B", "A+B", True),
        ("A+B", "AAB", False),
        ("*", "", True),
    ],
)
def test_a_star_stands_for_anything_and_nothing_else_is_special(pattern: str, value: str, fits: bool) -> None:
    assert read.Patterns.of(pattern).match(value) is fits
