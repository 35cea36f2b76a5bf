"""Conversion rules from draft to end: two officers, a dry run, and nothing unsaid afterwards (C-17, C-18, C-31)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from city.situations import a_registrar, a_stranger
from learning.recognition import situations as so
from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services import rule_versions as services

pytestmark = pytest.mark.django_db

TOMORROW = date(2026, 11, 24)


def test_one_officer_drafts_and_another_approves_c_17(city: so.City) -> None:
    draft = so.a_draft(city)
    services.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    dry_run = so.a_dry_run(draft, city.author.person)

    version = services.approve_rule(actor=city.approver, rule=draft, reason="As the panel asked", at=so.NOW)

    assert (version.state, version.code, version.version) == ("approved", "R-0001", 1)
    assert (version.drafted_by, version.decided_by) == (city.author.person, city.approver.person)
    assert version.dry_run_digest == dry_run.digest
    assert [entry.by_name for entry in trace.history_of(version)] == ["林国栋", "何敏仪", "何敏仪"]


def test_rules_are_numbered_one_after_the_other(city: so.City) -> None:
    assert [so.a_draft(city).code for _ in range(3)] == ["R-0001", "R-0002", "R-0003"]
    so.a_draft(city, code="R-10000")
    assert so.a_draft(city).code == "R-10001"


def test_a_number_is_given_once(city: so.City) -> None:
    so.a_draft(city, code="R-0412")
    with pytest.raises(services.RuleCodeTaken), transaction.atomic():
        so.a_draft(city, code="R-0412")


def test_asked_twice_with_the_same_id_there_is_one_draft(city: so.City) -> None:
    wish = {"actor": city.author, "public_id": uuid4(), "keeper": city.centre, "at": so.NOW}

    first, second = (services.draft_rule(**wish, text=so.text()) for _ in range(2))

    assert first == second
    with pytest.raises(FormUsedBefore):
        services.draft_rule(**wish, text=so.text(so.body(priority=51)))


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"match": {"origin": "nonformal", "min_minutes": -1}}, Refusal, "match.min_minutes"),
        ({"match": {"orign": "nonformal"}}, Refusal, "match.orign"),
        ({"give": []}, Refusal, "give"),
        ({"give": [{"framework": "GD-LEQ", "kind": "money", "level": "1"}]}, services.CreditKindUnknown, "give.0.kind"),
        (
            {"give": [{"framework": "XX", "kind": "formal", "level": "1"}]},
            services.FrameworkNotHere,
            "give.0.framework",
        ),
        ({"give": [{"framework": "GD-LEQ", "kind": "formal", "level": "9"}]}, services.LevelNotHere, "give.0.level"),
        ({"give": [{"framework": "GD-LEQ", "kind": "formal"}]}, services.LevelMissing, "give.0.level"),
        (
            {"give": [{"framework": "GD-LEQ", "kind": "formal", "unit": "HL101@1"}]},
            services.UnitNotHere,
            "give.0.unit",
        ),
    ],
)
def test_a_body_that_says_something_wrong_is_refused_at_its_field(
    city: so.City, changes: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as caught:
        so.a_draft(city, so.body(**changes))
    assert caught.value.field == field
    assert not RuleVersion.objects.exists()


def test_a_rule_ends_after_it_begins(city: so.City) -> None:
    with pytest.raises(services.EffectPeriodEmpty):
        so.a_draft(city, since=TOMORROW, until=TOMORROW)
    assert so.a_draft(city, since=TOMORROW, until=TOMORROW + timedelta(days=1)).pk


@pytest.mark.parametrize("who", ["registrar", "stranger"])
def test_only_certification_officers_draft_try_and_decide(city: so.City, who: str) -> None:
    actor = a_registrar(city.college) if who == "registrar" else a_stranger()
    draft = so.a_draft(city)
    for act in (
        lambda: services.draft_rule(actor=actor, public_id=uuid4(), keeper=city.centre, text=so.text(), at=so.NOW),
        lambda: services.new_version(actor=actor, public_id=uuid4(), of=draft, text=so.text(), at=so.NOW),
        lambda: services.edit_draft(actor=actor, rule=draft, text=so.text(), at=so.NOW),
        lambda: services.propose_rule(actor=actor, rule=draft, at=so.NOW),
        lambda: services.approve_rule(actor=actor, rule=draft, reason="", at=so.NOW),
        lambda: services.reject_rule(actor=actor, rule=draft, reason="No", at=so.NOW),
        lambda: services.end_rule(actor=actor, rule=draft, on=TOMORROW, reason="No", at=so.NOW),
    ):
        with pytest.raises(Denied):
            act()
    assert list(RuleVersion.objects.values_list("state", flat=True)) == ["draft"]


def test_nobody_approves_or_rejects_their_own_draft_c_17(city: so.City) -> None:
    draft = so.a_draft(city)
    services.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    so.a_dry_run(draft, city.author.person)

    with pytest.raises(rules.ApproverIsAuthor):
        services.approve_rule(actor=city.author, rule=draft, reason="", at=so.NOW)
    with pytest.raises(rules.ApproverIsAuthor):
        services.reject_rule(actor=city.author, rule=draft, reason="No", at=so.NOW)


def test_not_even_the_database_lets_one_person_do_both(city: so.City) -> None:
    draft = so.a_draft(city)
    with pytest.raises(IntegrityError, match="rule_decided_by_another"), transaction.atomic():
        RuleVersion.objects.filter(pk=draft.pk).update(
            state="approved", decided_by=city.author.person, dry_run_digest="sha256:1"
        )


def test_a_colleague_neither_edits_nor_proposes_a_draft(city: so.City) -> None:
    draft = so.a_draft(city)
    with pytest.raises(services.RuleDraftIsAnothers) as caught:
        services.edit_draft(actor=city.approver, rule=draft, text=so.text(), at=so.NOW)
    assert "何敏仪" in str(caught.value)
    with pytest.raises(services.RuleDraftIsAnothers):
        services.propose_rule(actor=city.approver, rule=draft, at=so.NOW)


def test_without_a_dry_run_of_this_wording_nothing_is_approved_c_31(city: so.City) -> None:
    draft = so.a_draft(city)
    services.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    with pytest.raises(rules.DryRunMissing):
        services.approve_rule(actor=city.approver, rule=draft, reason="", at=so.NOW)

    so.a_dry_run(draft, city.author.person)
    services.reject_rule(actor=city.approver, rule=draft, reason="Sixty minutes are too few", at=so.NOW)
    changed = services.edit_draft(
        actor=city.author,
        rule=draft,
        text=so.text(so.body(match={"origin": "nonformal", "min_minutes": 120})),
        at=so.NOW,
    )
    services.propose_rule(actor=city.author, rule=changed, at=so.NOW)

    with pytest.raises(rules.DryRunMissing):
        services.approve_rule(actor=city.approver, rule=changed, reason="", at=so.NOW)


@pytest.mark.parametrize(("later", "is_stale"), [(1, False), (2, True)])
def test_a_dry_run_is_stale_once_records_grew_by_more_than_a_hundredth_c_31(
    city: so.City, later: int, is_stale: bool
) -> None:
    so.spread([so.a_learner()], city.college, each=100)
    draft = so.a_draft(city)
    services.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    so.a_dry_run(draft, city.author.person)
    so.spread([so.a_learner()], city.college, each=later)

    if is_stale:
        with pytest.raises(rules.DryRunStale) as caught:
            services.approve_rule(actor=city.approver, rule=draft, reason="", at=so.NOW)
        assert caught.value.values == {"records_then": 100, "records_now": 102}
    else:
        assert services.approve_rule(actor=city.approver, rule=draft, reason="", at=so.NOW).state == "approved"


def test_sending_back_needs_a_reason(city: so.City) -> None:
    draft = so.a_draft(city)
    services.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    with pytest.raises(services.RejectionNeedsReason):
        services.reject_rule(actor=city.approver, rule=draft, reason=" ", at=so.NOW)


def test_what_was_sent_back_is_edited_and_proposed_again(city: so.City) -> None:
    draft = so.a_draft(city)
    services.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    services.reject_rule(actor=city.approver, rule=draft, reason="Say which codes", at=so.NOW)

    again = services.edit_draft(actor=city.author, rule=draft, text=so.text(), at=so.NOW)

    assert (again.state, again.decided_by, again.decision_reason) == ("draft", None, "")
    assert services.propose_rule(actor=city.author, rule=again, at=so.NOW).state == "proposed"


def test_an_approved_version_is_never_edited(city: so.City) -> None:
    version = so.in_force(city)
    with pytest.raises(services.RuleNotEditable):
        services.edit_draft(actor=city.author, rule=version, text=so.text(), at=so.NOW)
    for change in ({"body": {}}, {"name_zh": "别名"}, {"effect_from": TOMORROW}, {"state": "draft"}, {"why": "else"}):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            RuleVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from recognition_ruleversion where id = %s", [version.pk])


def test_a_rule_has_one_version_in_the_making(city: so.City) -> None:
    version = so.in_force(city)
    wish = {"actor": city.approver, "of": version, "text": so.text(since=TOMORROW), "at": so.NOW}
    second = services.new_version(public_id=uuid4(), **wish)

    assert (second.code, second.version, second.state) == (version.code, 2, "draft")
    with pytest.raises(services.RuleVersionWaits):
        services.new_version(public_id=uuid4(), **wish)


def test_only_what_is_in_force_gets_a_new_version(city: so.City) -> None:
    draft = so.a_draft(city)
    with pytest.raises(services.RuleVersionWaits):
        services.new_version(actor=city.author, public_id=uuid4(), of=draft, text=so.text(), at=so.NOW)


@pytest.mark.parametrize(("since", "is_late"), [(so.TODAY, True), (TOMORROW, False)])
def test_a_later_version_begins_on_a_day_to_come_c_18(city: so.City, since: date, is_late: bool) -> None:
    version = so.in_force(city)
    second = services.new_version(
        actor=city.author, public_id=uuid4(), of=version, text=so.text(since=since), at=so.NOW
    )
    if is_late:
        with pytest.raises(services.EffectInThePast):
            services.propose_rule(actor=city.author, rule=second, at=so.NOW)
    else:
        assert services.propose_rule(actor=city.author, rule=second, at=so.NOW).state == "proposed"


def test_a_version_that_waited_too_long_begins_no_more_in_the_past(city: so.City) -> None:
    version = so.in_force(city)
    second = services.new_version(
        actor=city.author, public_id=uuid4(), of=version, text=so.text(since=TOMORROW), at=so.NOW
    )
    services.propose_rule(actor=city.author, rule=second, at=so.NOW)
    so.a_dry_run(second, city.author.person)

    with pytest.raises(services.EffectInThePast):
        services.approve_rule(actor=city.approver, rule=second, reason="", at=so.NOW + timedelta(days=1))


def test_a_rule_ends_today_or_later(city: so.City) -> None:
    version = so.in_force(city)
    with pytest.raises(services.EndInThePast):
        services.end_rule(actor=city.author, rule=version, on=so.TODAY - timedelta(days=1), reason="Over", at=so.NOW)
    with pytest.raises(trace.ReasonMissing):
        services.end_rule(actor=city.author, rule=version, on=so.TODAY, reason=" ", at=so.NOW)

    ended = services.end_rule(actor=city.author, rule=version, on=so.TODAY, reason="Replaced", at=so.NOW)

    assert (ended.state, ended.effect_to) == ("ended", so.TODAY)
    with pytest.raises(services.RuleNotInForce):
        services.end_rule(actor=city.author, rule=ended, on=TOMORROW, reason="Again", at=so.NOW)


def test_an_ended_rule_still_counts_for_learning_that_ended_before(city: so.City) -> None:
    version = so.in_force(city)
    services.end_rule(actor=city.author, rule=version, on=so.TODAY, reason="Replaced", at=so.NOW)
    learner = so.a_learner()
    before = so.a_record(learner, city.college, ended_on=so.TODAY - timedelta(days=1))
    after = so.a_record(learner, city.college, ended_on=so.TODAY)

    so.recognised(before, after)

    assert [so.answer(record).state for record in (before, after)] == ["credited", "refused"]


# What may follow what: (state, verb, who) → state after; anything else is refused and changes nothing.
AUTHOR, OTHER = "author", "other"
MOVES = {
    ("draft", "edit", AUTHOR): "draft",
    ("draft", "propose", AUTHOR): "proposed",
    ("proposed", "propose", AUTHOR): "proposed",
    ("proposed", "approve", OTHER): "approved",
    ("proposed", "reject", OTHER): "rejected",
    ("rejected", "edit", AUTHOR): "draft",
    ("rejected", "propose", AUTHOR): "proposed",
    ("approved", "end", AUTHOR): "ended",
    ("approved", "end", OTHER): "ended",
}


class Life(RuleBasedStateMachine):
    """Any order of verbs by either officer leads where the table says, and nowhere else."""

    city: so.City

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.version = so.a_draft(self.city, code=f"R-8{so.number():04}")
        self.state = "draft"
        self.at = so.NOW

    @precondition(lambda self: hasattr(self, "version"))
    @rule(
        verb=st.sampled_from(["edit", "propose", "approve", "reject", "end", "try"]),
        who=st.sampled_from([AUTHOR, OTHER]),
    )
    def go(self, verb: str, who: str) -> None:
        actor = self.city.author if who == AUTHOR else self.city.approver
        if verb == "try":
            so.a_dry_run(self.version, actor.person)
            return
        expected = MOVES.get((self.state, verb, who))
        if verb == "approve" and not self.version.dry_runs.exists():
            expected = None
        try:
            getattr(self, verb)(actor)
        except Refusal:
            assert expected is None
        else:
            assert expected is not None
            self.state = expected

    def edit(self, actor: Standing) -> None:
        services.edit_draft(actor=actor, rule=self.version, text=so.text(), at=self.at)

    def propose(self, actor: Standing) -> None:
        services.propose_rule(actor=actor, rule=self.version, at=self.at)

    def approve(self, actor: Standing) -> None:
        services.approve_rule(actor=actor, rule=self.version, reason="", at=self.at)

    def reject(self, actor: Standing) -> None:
        services.reject_rule(actor=actor, rule=self.version, reason="Not yet", at=self.at)

    def end(self, actor: Standing) -> None:
        services.end_rule(actor=actor, rule=self.version, on=TOMORROW, reason="Over", at=self.at)

    @invariant()
    def the_row_says_so(self) -> None:
        if hasattr(self, "version"):
            self.version.refresh_from_db()
            assert self.version.state == self.state
            if self.state in ("approved", "ended"):
                assert self.version.decided_by_id not in (None, self.version.drafted_by_id)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)


@pytest.fixture
def lives(city: so.City) -> type[Life]:
    return type("LifeInThisCity", (Life,), {"city": city})


def test_states_follow_one_another_as_the_table_says(lives: type[Life]) -> None:
    run_state_machine_as_test(lives, settings=settings(max_examples=20, stateful_step_count=12, deadline=None))
