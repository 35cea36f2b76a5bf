"""Every form of the learning floor, sent with more than it asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes, proved, with_password
from learning.account import makers
from learning.recognition import situations as so
from learning.records.situations import a_desk, a_learner, card_of
from xuecheng.city import clock
from xuecheng.city.jobs.models import Job
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord

WHY = {"reason": "核对过签到表"}


@passes(
    "records:enter_record", "records:correct_record", "records:withdraw_record", "records:dispute_record",
    "records:answer_dispute", "records:drop_dispute", "records:decide_double",
)  # fmt: skip
def test_records(walk: Walk) -> None:
    desk, learner = a_desk(), a_learner()
    registrar, own = at_browser(desk.registrar.person), at_browser(learner)
    entered = {
        "record_key": "HD-1", "person_ref": card_of(learner), "name": learner.name, "code": "SQ-TJQ", "title": "太极拳",
        "role": "learner", "started_on": "2026-09-05", "ended_on": "2026-11-14", "minutes": "1小时30分",
    }  # fmt: skip
    walk.post("records:enter_record", registrar, entered, page=reverse("records:enter_record") + "?kind=nonformal")
    record = LearningRecord.objects.get()
    walk.post("records:correct_record", registrar, {"title": "太极拳初级"} | WHY, number=record.pk)
    record = LearningRecord.objects.get(is_latest=True)
    for name, client, sent in (
        ("records:answer_dispute", registrar, {"state": "upheld", "answer": "签到表为十二次"}),
        ("records:drop_dispute", own, {}),
    ):
        walk.post("records:dispute_record", own, {"complaint": "我上满了十六次课"}, number=record.pk)
        dispute = Dispute.objects.order_by("-pk")[0]
        page = reverse("records:show_record", args=[record.pk]) if name.endswith("drop_dispute") else None
        walk.post(name, client, sent, number=dispute.pk, page=page)
    walk.post("records:withdraw_record", registrar, WHY, number=record.pk)
    desk.record(learner), desk.record(learner)
    report = DoubleReport.objects.order_by("-pk")[0]
    walk.post("records:decide_double", registrar, {"state": "same"} | WHY, number=report.pk)


RULE = {
    "name_zh": "社区课程换学分", "name_en": "Credit for community courses", "origin": "nonformal", "codes": "SQ-*",
    "min_hours": "1", "quantity": "minutes", "kind": "community", "level": "1", "priority": "50",
    "effect_from": "2024-01-01", "why": "Hours of community learning should count.",
}  # fmt: skip


@passes(
    "recognition:draft_rule", "recognition:edit_draft", "recognition:draft_version", "recognition:try_rule",
    "recognition:propose_rule", "recognition:decide_rule", "recognition:end_rule", "recognition:recognise_anew",
    "recognition:start_recognition", "recognition:correct_record",
)  # fmt: skip
def test_rules_and_recognition(walk: Walk) -> None:
    city = so.a_city()
    author, approver, registrar = (so.signed_in(who) for who in (city.author, city.approver, city.registrar))
    record = so.a_record(so.a_learner(), city.college, ended_on=date(2026, 4, 30))
    walk.post("recognition:draft_rule", author, RULE)
    rule = RuleVersion.objects.get()
    walk.post("recognition:edit_draft", author, RULE | {"min_hours": "2"}, public_id=rule.public_id)

    def decided(rule: RuleVersion) -> None:
        """Tried, proposed and approved; the forms stand on the rule's page."""
        there = reverse("recognition:show_rule", args=[rule.public_id])
        key: dict[str, Any] = {"public_id": rule.public_id, "page": there}
        walk.post("recognition:try_rule", author, **key)
        so.work(Job.objects.order_by("-pk")[0])
        walk.post("recognition:propose_rule", author, **key)
        answer = {"decision": "approve", "reason": "同意", "seen": "on"}
        walk.post("recognition:decide_rule", approver, answer, **key)

    decided(rule)
    walk.post("recognition:start_recognition", registrar)
    so.work(Job.objects.order_by("-pk")[0])
    walk.post("recognition:correct_record", author, {"act": "back", "why": "不是他的"}, number=record.pk)
    soon = clock.today() + timedelta(days=30)
    so.recognised(so.a_record(so.a_learner(), city.college, ended_on=soon))
    newer = RULE | {"priority": "60", "effect_from": soon.isoformat(), "why": "更高"}
    walk.post("recognition:draft_version", author, newer, public_id=rule.public_id)
    second = RuleVersion.objects.order_by("-pk")[0]
    decided(second)
    walk.post("recognition:recognise_anew", author, {"why": "The council wants it"}, public_id=second.public_id)
    walk.post("recognition:end_rule", author, {"on": "2030-01-01"} | WHY, public_id=second.public_id)


@passes(
    "creditbank:draft_unit", "creditbank:draft_next_version", "creditbank:edit_unit", "creditbank:decide_unit",
    "creditbank:end_unit", "creditbank:check_ledger",
)  # fmt: skip
def test_units_and_the_ledger(walk: Walk) -> None:
    city = so.a_city()
    author, approver = so.signed_in(city.author), so.signed_in(city.approver)
    level = FrameworkLevel.objects.get(framework__code="GD-LEQ", label="2")
    unit = {
        "code": "YL-101", "title_zh": "家庭养老护理", "title_en": "Caring for elders at home", "level": str(level.pk),
        "kind": "community", "credits": "1.50", "field": "0922", "keeper": str(city.centre.pk), "valid_from": "2026-12-01",
        "outcome_1_zh": "能协助老人起卧", "outcome_1_en": "Helps an elder up", "outcome_1_by": ["practical"], "why": "Needed",
    }  # fmt: skip
    walk.post("creditbank:draft_unit", author, unit)
    key = {"code": "YL-101", "version": 1}
    walk.post("creditbank:edit_unit", author, unit | {"credits": "2.00"}, **key)
    page = reverse("creditbank:see_unit", kwargs=key)
    walk.post("creditbank:decide_unit", approver, {"decision": "publish"} | WHY, page=page, **key)
    assert UnitVersion.objects.get().state == "published"
    walk.post("creditbank:draft_next_version", author, {"valid_from": "2027-12-01", "why": "New law"}, **key)
    walk.post("creditbank:end_unit", approver, {"end-on": "2027-06-01", "end-reason": "新法"}, page=page, **key)
    walk.post("creditbank:check_ledger", author, {"extent": "new"}, page=reverse("creditbank:see_ledger_health"))


@passes("credentials:issue_transcript", "credentials:revoke_transcript")
def test_transcripts(walk: Walk) -> None:
    learner = with_password(makers.learner("陈惠芬"))
    makers.credit(learner, 150, title="太极拳初级")
    own = proved(learner)
    walk.post("credentials:issue_transcript", own, {"language": "en", "kinds": ["community"]})
    walk.post("credentials:revoke_transcript", own, {"why": "换新的"}, code=Transcript.objects.get().code)
