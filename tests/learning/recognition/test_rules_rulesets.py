"""Three countries' rules as data, proven by all 37 vectors of the guide through one engine (C-92)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.recognition.law import VECTORS, record, rule, run, total
from xuecheng.learning.creditbank.rules import is_valid_on
from xuecheng.learning.recognition.rules import RuleSet, shipped_rule_sets
from xuecheng.learning.recognition.rules.awards import Awards, InsufficientCredit
from xuecheng.learning.recognition.rules.requirements import Basis, Holding, Limit, Node, NodeNamedTwice, judge
from xuecheng.learning.records.rules import title_key

Case = dict[str, Any]


def _credits_of(amount: int, **facts: Any) -> list[Holding]:
    """So many hundredths in pieces of at most 5.00, as learners hold them."""
    whole, rest = divmod(amount, 500)
    sizes = [500] * whole + ([rest] if rest else [])
    return [Holding(f"{facts}{number}", size, **facts) for number, size in enumerate(sizes)]


def _framework(rules: RuleSet) -> Any:
    assert rules.framework is not None
    return rules.framework


def _validity(rules: RuleSet, given: Case) -> Case:
    last = rules.last_valid_day(
        date.fromisoformat(given["end"]),
        issuer_months=given["issuer_months"], accepter_months=given["accepter_months"],
    )  # fmt: skip
    assert last is not None
    return {"valid": is_valid_on(date.fromisoformat(given["on"]), last_day=last), "last_day": last.isoformat()}


def _own_share(rules: RuleSet, given: Case) -> bool:
    rest = given["required"] - given["own"]
    holdings = _credits_of(given["own"], issuer="A") + _credits_of(rest, issuer="B")
    return rules.awards.judge(holdings=holdings, required=given["required"], names={"awarding": "A"}).is_complete


def _consume(rules: RuleSet, given: Case) -> Case:
    after = rules.awards.balance_after(given["balance"], award=given["award"])
    with pytest.raises(InsufficientCredit) as refused:
        rules.awards.balance_after(after, award=given["second_award"])
    return {"balance_after": after, "second": type(refused.value).__name__}


def _caps(rules: RuleSet, given: list[Case]) -> list[list[Any]]:
    records = [
        record(
            one["key"], one["end"], credits=one["credits"], origin=one["origin"], institution=one["issuer"],
            facts={"area": one["area"]} if "area" in one else {},
        )
        for one in given
    ]  # fmt: skip
    own = rule(
        match={"origin": ["class", "certificate"]}, quantity={"from": "credits"},
        give=[{"framework": _framework(rules).code}],
    )  # fmt: skip
    return [
        [one.record_key, total([one]), one.reasons[0].values["cap"] if one.reasons else None]
        for one in run(records, own, rule_set=rules)
    ]


def _qualification(rules: RuleSet, given: list[list[Any]]) -> Case:
    holdings = [
        one for area, origin, amount in given for one in _credits_of(amount, origin=origin, tags=frozenset({area}))
    ]
    verdict = rules.awards.judge_qualification(holdings)
    assert verdict.is_proven
    return dict(verdict.missing)


def _title(rules: RuleSet, given: str) -> list[str]:
    return [title_key(given), title_key(given, first_ordinal_equals_none=rules.first_ordinal_equals_none)]


def _credit(rules: RuleSet, given: Case) -> int:
    framework = _framework(rules)
    outcomes = run(
        [record("a", **given)],
        rule(give=[{"framework": framework.code, "level": framework.levels[0].label}]),
        rule_set=rules, frameworks={framework.code: framework},
    )  # fmt: skip
    return int(total(outcomes))


def _level_floor(rules: RuleSet, given: Case) -> bool:
    return rules.awards.level_counts(
        framework=_framework(rules), unit_level=str(given["unit"]), required_level=str(given["required"])
    )


def _exit_level(rules: RuleSet, given: Case) -> bool:
    holdings = _credits_of(given["at_level"], level="5") + _credits_of(given["total"] - given["at_level"], level="4")
    return rules.awards.judge(holdings=holdings, required=given["total"], names={"exit_level": "5"}).is_complete


def _scs_label(rules: RuleSet, given: Case) -> bool:
    of_the_standard = _credits_of(given["scs"], tags=frozenset({"scs"}))
    return rules.awards.has_label("scs", holdings=of_the_standard + _credits_of(given["total"] - given["scs"]))


ASKED: dict[str, Callable[[RuleSet, Any], object]] = {
    "validity": _validity, "own share": _own_share, "consume": _consume, "caps": _caps, "one institution": _caps,
    "certificates": _caps, "bachelor": _qualification, "title key": _title, "credit": _credit,
    "level floor": _level_floor, "exit level share": _exit_level, "scs label": _scs_label,
}  # fmt: skip
"""What each kind of vector asks. None names a country: the set is data."""


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['ruleset']} {case['name']} {case['given']}"[:60])
def test_c92_every_vector_of_the_guide(case: Case) -> None:
    assert ASKED[case["name"]](shipped_rule_sets()[case["ruleset"]], case["given"]) == case["want"]


def test_c92_there_are_37_vectors_and_three_sets() -> None:
    assert len(VECTORS) == 37
    assert {case["ruleset"] for case in VECTORS} == set(shipped_rule_sets()) == {"hk-qf", "in-abc", "kr-acbs"}


def test_c92_a_set_that_uses_nothing_up_leaves_the_credit_free() -> None:
    assert Awards().balance_after(400, award=400) == 400
    with pytest.raises(InsufficientCredit):
        Awards().balance_after(399, award=400)


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.integers(0, 100))
def test_c55_a_share_is_compared_and_never_divided(own: int, required: int, percent: int) -> None:
    lacks = Limit("own", (), min_percent=percent).lacks(own, total=required)
    assert (lacks == 0) is (own * 100 >= percent * required)
    assert (own + lacks) * 100 >= percent * required


def test_c55_the_least_of_a_third_of_120_50_is_39_77() -> None:
    third = Limit("own", (), min_percent=33)
    assert [third.lacks(amount, total=12050) for amount in (3976, 3977)] == [1, 0]


def test_c55_a_limit_may_be_of_what_is_used_and_may_be_a_most() -> None:
    holdings = [Holding("a", 300, origin="rpl"), Holding("b", 300, origin="formal")]
    half = Limit("rpl", (("origin", ("rpl",)),), of=Basis.USED, min_percent=50, most=200)
    verdict = judge(tree=None, limits=[half], holdings=holdings)
    assert (dict(verdict.missing), dict(verdict.above), verdict.is_complete) == ({}, {"rpl": 100}, False)


TREE: Case = {
    "id": "r", "op": "some", "need": 2, "of": [
        {"id": "r.1", "op": "take", "unit": "credits", "match": ["CS*"], "except": ["CS1"], "need": 600, "name": "核心"},
        {"id": "r.2", "op": "some", "need": 1, "pass_up": 1, "name": "选修", "of": [
            {"id": "r.2.1", "op": "take", "unit": "items", "match": ["AR*"], "need": 2, "pass_up": 1},
            {"id": "r.2.2", "op": "take", "unit": "items", "match": [], "tags": ["music"], "need": 1},
        ]},
        {"id": "r.3", "op": "attest", "name": "实习"},
    ],
}  # fmt: skip


def test_c53_a_tree_tells_what_is_missing_and_when_it_is_complete() -> None:
    tree = Node.from_json(TREE)
    few = [Holding("1", 300, "CS2"), Holding("2", 300, "CS1")]
    assert judge(tree=tree, holdings=few).missing == {"核心": 300, "r.2.1": 2, "r.2.2": 1, "实习": 1}
    enough = [*few, Holding("3", 300, "CS3"), Holding("4", 100, "MU1", tags=frozenset({"music"}))]
    verdict = judge(tree=tree, holdings=enough)
    assert verdict.missing == {"实习": 1}
    assert judge(tree=tree, holdings=enough[:3], attested=frozenset({"r.3", "r.2"})).is_complete


def test_c64_what_another_placing_might_better_is_not_called_proven() -> None:
    two = {"id": "r", "op": "some", "need": 2, "of": [
        {"id": "r.1", "op": "take", "unit": "items", "match": ["A", "B"], "need": 1, "pass_up": 1},
        {"id": "r.2", "op": "take", "unit": "items", "match": ["A"], "need": 1, "pass_up": 1},
    ]}  # fmt: skip
    first_fit = [Holding("1", 100, "A"), Holding("2", 100, "B")]
    verdict = judge(tree=Node.from_json(two), holdings=first_fit)
    assert (verdict.is_complete, verdict.is_proven) == (False, False)
    assert judge(tree=Node.from_json(two), holdings=first_fit[1:]).is_proven


def test_c53_a_tree_names_each_part_once() -> None:
    twice = {"id": "r", "op": "some", "need": 0, "of": [{"id": "r", "op": "attest"}]}
    with pytest.raises(NodeNamedTwice):
        Node.from_json(twice)
