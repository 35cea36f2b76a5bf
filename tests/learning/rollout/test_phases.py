"""Phases open by decision; a rule outside them is drafted and tried, not approved; closing undoes nothing (C-67)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from city.situations import a_stranger
from learning.recognition.situations import a_draft, approved, body, in_force
from learning.rollout.situations import NOW, Town, only, opened, plan, planned
from xuecheng.city.access.services import Denied
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services.rule_versions import approve_rule
from xuecheng.learning.rollout import rules, services
from xuecheng.learning.rollout.models import Phase

HOURS = body()
FORMAL = body(match={"origin": "formal", "institution": ["ORG-X"]})


def test_one_plans_and_another_opens_by_decision(town: Town) -> None:
    row = planned(town, kinds=("formal",))
    with pytest.raises(services.OpenerIsPlanner):
        services.open_phase(actor=town.proposer, phase=row, decision="一号决定", at=NOW)
    with pytest.raises(services.DecisionMissing):
        services.open_phase(actor=town.officer, phase=row, decision=" ", at=NOW)
    made = services.open_phase(actor=town.officer, phase=row, decision="一号决定", at=NOW)
    assert services.open_phase(actor=town.officer, phase=row, decision="一号决定", at=NOW) == made
    assert (made.state, made.opened_by, made.decision) == (Phase.State.OPEN, town.officer.person, "一号决定")


def test_a_plan_may_change_until_it_is_opened(town: Town) -> None:
    row = planned(town)
    again = services.plan_phase(
        actor=town.proposer, public_id=row.public_id, plan=plan(kinds=("certificate",)), organisations=[town.college],
        at=NOW,
    )  # fmt: skip
    assert (again.pk, again.kinds, list(again.organisations.all())) == (row.pk, ["certificate"], [town.college])
    services.open_phase(actor=town.officer, phase=again, decision="一号决定", at=NOW)
    with pytest.raises(services.PhaseNotPlanned):
        services.plan_phase(actor=town.proposer, public_id=row.public_id, plan=plan(), at=NOW)
    with pytest.raises(services.PhaseCodeTaken):
        planned(town)
    with pytest.raises(services.PhaseDaysEmpty):
        planned(town, code="P2", covers_from=date(2026, 1, 1), covers_to=date(2026, 1, 1))


def test_who_has_no_right_is_denied(town: Town) -> None:
    row, open_one = planned(town), opened(town, code="P2")
    for actor in (a_stranger(), town.bank.registrar):
        with pytest.raises(Denied):
            services.plan_phase(actor=actor, public_id=uuid4(), plan=plan(code="P3"), at=NOW)
        with pytest.raises(Denied):
            services.open_phase(actor=actor, phase=row, decision="一号决定", at=NOW)
        with pytest.raises(Denied):
            services.close_phase(actor=actor, phase=open_one, why="到期", at=NOW)
        with pytest.raises(Denied):
            services.set_threshold(actor=actor, measure="volume", least=1, most=None, why="试", at=NOW)


class TestRules:
    def test_what_came_with_the_system_covers_every_rule(self, town: Town) -> None:
        assert in_force(town.bank).state == RuleVersion.State.APPROVED

    def test_a_rule_outside_is_drafted_tried_and_not_approved(self, town: Town) -> None:
        only(town, kinds=("certificate",))
        draft = a_draft(town.bank)
        with pytest.raises(rules.OutsideOpenPhases) as refused:
            approved(town.bank, draft)
        draft.refresh_from_db()
        assert draft.state == RuleVersion.State.PROPOSED
        assert "活动和学时" in str(refused.value)
        opened(town, code="P2", kinds=("nonformal",))
        assert approve_rule(actor=town.officer, rule=draft, reason="", at=NOW).state == RuleVersion.State.APPROVED

    def test_a_rule_for_whoever_reports_needs_a_phase_for_everywhere(self, town: Town) -> None:
        only(town, organisations=[town.college])
        with pytest.raises(rules.OutsideOpenPhases):
            in_force(town.bank)
        with pytest.raises(rules.OutsideOpenPhases):
            in_force(town.bank, body(match={"origin": "formal", "institution": ["ORG-*"]}))
        named = body(match={"origin": "formal", "institution": [town.college.code]})
        assert in_force(town.bank, named).state == RuleVersion.State.APPROVED

    def test_the_institutions_of_a_division_are_within(self, town: Town) -> None:
        only(town, territories=[town.bank.places["天河区"]])
        named = body(match={"origin": "formal", "institution": [town.college.code]})
        assert in_force(town.bank, named).state == RuleVersion.State.APPROVED
        with pytest.raises(rules.OutsideOpenPhases):
            in_force(town.bank, body(match={"origin": "formal", "institution": [town.bank.centre.code]}))

    def test_a_family_and_days_bound_it_too(self, town: Town) -> None:
        only(town, families=("fixed",), covers_from=date(2019, 1, 1))
        with pytest.raises(rules.OutsideOpenPhases):
            in_force(town.bank)
        fixed = body(
            quantity={"from": "fixed"},
            give=[{"framework": "GD-LEQ", "kind": "community", "level": "1", "credits": 100}],
        )
        assert in_force(town.bank, fixed).state == RuleVersion.State.APPROVED
        with pytest.raises(rules.OutsideOpenPhases):
            in_force(town.bank, fixed, since=date(2018, 1, 1))

    def test_closing_takes_nothing_back(self, town: Town) -> None:
        phase = only(town)
        standing = in_force(town.bank)
        services.close_phase(actor=town.officer, phase=phase, why="进入下一阶段", at=NOW)
        services.close_phase(actor=town.officer, phase=phase, why="进入下一阶段", at=NOW)
        standing.refresh_from_db()
        assert standing.state == RuleVersion.State.APPROVED
        with pytest.raises(rules.OutsideOpenPhases):
            in_force(town.bank)


@pytest.mark.parametrize(
    "statement",
    [
        "update rollout_phase set kinds = array['rpl'] where state = 'open'",
        "update rollout_phase set state = 'planned', opened_at = null where code = 'P1'",
        "delete from rollout_phase_organisations",
        "delete from rollout_phase",
    ],
)
def test_whoever_writes_what_was_opened_stays(town: Town, statement: str) -> None:
    only(town, organisations=[town.college])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
