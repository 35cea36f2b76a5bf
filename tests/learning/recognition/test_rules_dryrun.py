"""Dry runs of a draft, and the approval that rests on one (C-17, C-31)."""

from __future__ import annotations

from typing import Any

import pytest

from learning.recognition.law import FRAMEWORKS, TODAY, credits_of, record, rule, rule_json, run
from xuecheng.learning.creditbank.rules import CreditClass
from xuecheng.learning.recognition.rules import (
    ApproverIsAuthor,
    DryRun,
    DryRunMissing,
    DryRunResult,
    DryRunStale,
    RuleIndex,
    check_approver,
    check_dry_run,
    recognise,
    wording_digest,
)

GD2 = CreditClass("GD-LEQ", "learning", "2")
IN_FORCE = rule(match={"code": "SQ-1"})
DRAFT: dict[str, Any] = rule_json(id="R-2", match={"code": "SQ-2"}, caps=[{"period": "year", "max": 150}])


def people() -> list[list[Any]]:
    """Two learners: one hits the draft's cap, the other has nothing that the draft is for."""
    first = record("a", minutes=960)
    second = first._replace(key="b", code="SQ-2")
    return [[first, second, second._replace(key="c", institution="4402-XX")], [first._replace(key="d", learner=8)]]


def dry_run(draft: dict[str, Any], learners: list[list[Any]]) -> DryRunResult:
    dry = DryRun(rule=draft)
    for records in learners:
        before = run(records, IN_FORCE)
        dry.add(records=records, before=before, after=run(records, IN_FORCE, rule(**draft)))
    return dry.result()


def test_c31_a_dry_run_says_what_a_draft_would_do_where() -> None:
    found = dry_run(DRAFT, people())
    assert found.institutions == (("4401-OU", 1, {GD2: 100}, 0), ("4402-XX", 1, {GD2: 50}, 1))
    assert (found.records, found.records_hit, found.credits, found.learners_over_cap) == (4, 2, {GD2: 150}, 1)
    assert found.conflicts == ()


def test_c31_a_draft_that_is_tried_applies_to_all_there_is_whatever_its_days() -> None:
    draft = rule(id="R-2", match={"code": "SQ-2"}, effect=["2031-01-01", None])
    records = [record("a", minutes=960), record("b", minutes=960, code="SQ-2")]

    def given_under(index: RuleIndex) -> dict[str, int]:
        return credits_of(recognise(records=records, rules=index, units={}, frameworks=FRAMEWORKS))

    assert given_under(RuleIndex([IN_FORCE, draft], on=TODAY)) == {"a": 100, "b": 0}
    assert given_under(RuleIndex([IN_FORCE, draft], on=TODAY, tried=draft)) == {"a": 100, "b": 100}


def test_c31_conflicts_with_other_rules_are_counted_by_pair() -> None:
    found = dry_run(rule_json(id="R-2", match={"origin": "nonformal"}), people())
    assert found.conflicts == (("R-1 v1", "R-2 v1", 2),)
    assert found.credits == {}
    totals = {one.institution: dict(one.credits) for one in found.institutions}
    assert totals == {"4401-OU": {GD2: -100}, "4402-XX": {GD2: 100}}


def test_c31_the_digest_is_of_the_answer_and_of_the_wording() -> None:
    found = dry_run(DRAFT, people())
    assert found.digest.startswith("sha256:")
    assert dry_run(DRAFT, people()[::-1]).digest == found.digest
    assert dry_run(DRAFT | {"drafted_by": "u1", "approved_by": "u2", "dry_run": "x"}, people()).digest == found.digest
    assert dry_run(DRAFT | {"priority": -1}, people()).digest != found.digest
    assert dry_run(DRAFT, people()[:1]).digest != found.digest


def test_c31_who_drafts_and_approves_is_no_part_of_the_wording() -> None:
    assert wording_digest(DRAFT) == wording_digest(DRAFT | {"approved_by": "u23", "dry_run": "sha256:…"})
    assert wording_digest(DRAFT) == wording_digest(dict(reversed(DRAFT.items())))
    assert wording_digest(DRAFT) != wording_digest(DRAFT | {"priority": 1})


def test_c17_author_and_approver_are_two() -> None:
    check_approver(drafted_by="u17", approved_by="u23")
    with pytest.raises(ApproverIsAuthor):
        check_approver(drafted_by="u17", approved_by="u17")


@pytest.mark.parametrize(("now", "stale"), [(1000, False), (1010, False), (1011, True), (900, False)])
def test_c31_a_dry_run_is_stale_when_the_data_grew_by_more_than_one_percent(now: int, stale: bool) -> None:
    def check() -> None:
        check_dry_run(seen="sha256:1", current="sha256:1", records_then=1000, records_now=now)

    if stale:
        with pytest.raises(DryRunStale):
            check()
    else:
        check()


@pytest.mark.parametrize("seen", [None, "sha256:2"])
def test_c31_approval_needs_a_dry_run_of_the_present_wording(seen: str | None) -> None:
    with pytest.raises(DryRunMissing):
        check_dry_run(seen=seen, current="sha256:1", records_then=1, records_now=1)
