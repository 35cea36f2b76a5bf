"""Verbs of learning: records, the credit bank, rules and their runs, transcripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

from faults.each_statement.town import WHY, Town, Verb, row
from learning.account import makers
from learning.recognition import situations as so
from learning.records.situations import standing
from xuecheng.city.people.models import Person
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.creditbank import services as bank
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.creditbank.services import UnitDraft
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services import corrections, dry_runs, rule_versions, runs, under_rule
from xuecheng.learning.records import services as records
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord


def credited(town: Town) -> LearningRecord:
    so.in_force(town.city)
    record = so.a_record(so.a_learner(), town.city.college)
    so.recognised(record)
    return record


def unit_draft(town: Town) -> UnitDraft:
    return UnitDraft(
        title_zh="家庭养老护理",
        title_en="Caring for elders at home",
        level=FrameworkLevel.objects.select_related("framework").get(framework__code="GD-LEQ", label="2"),
        field="0922",
        kind="community",
        credits=200,
        outcomes=[{"zh": "能安全协助老人起卧", "en": "Helps an elder up safely", "assessed_by": ["practical"]}],
        keeper=town.city.centre,
        valid_from=date(2026, 12, 1),
    )


def drafted_unit(town: Town) -> UnitVersion:
    return bank.draft_unit(
        actor=town.city.author, public_id=uuid4(), code="YL-101", draft=unit_draft(town), why="Needed"
    )


@row("learning.records.enter_record")
def _(town: Town) -> Verb:
    entry = town.desk.row(town.resident())
    return lambda: records.enter_record(actor=town.desk.registrar, entry=entry, at=so.NOW)


@row("learning.records.enter_records", "learning.records.write_arrivals", "learning.records.judge")
def _(town: Town) -> Verb:
    entries = [town.desk.row(town.resident()) for _ in range(3)]
    return lambda: town.desk.enter(*entries)


@row("learning.records.correct_record")
def _(town: Town) -> Verb:
    record = town.desk.record()
    return lambda: records.correct_record(
        actor=town.desk.registrar, record=LearningRecord.objects.get(pk=record.pk), changes={"grade": "61"}, reason=WHY,
        at=so.NOW,
    )  # fmt: skip


@row("learning.records.withdraw_record")
def _(town: Town) -> Verb:
    record = town.desk.record()
    return lambda: records.withdraw_record(
        actor=town.desk.registrar, record=LearningRecord.objects.get(pk=record.pk), reason=WHY, at=so.NOW
    )


@row("learning.records.withdraw_own_record")
def _(town: Town) -> Verb:
    learner = town.resident()
    record = so.a_record(learner, town.desk.college, source="entered", entered_by_id=learner.pk)
    return lambda: records.withdraw_own_record(
        actor=standing(learner), record=LearningRecord.objects.get(pk=record.pk), reason=WHY, at=so.NOW
    )


def _disputed(town: Town) -> Dispute:
    record = town.desk.record()
    return records.dispute_record(actor=standing(record.learner), record=record, complaint="分数不对", at=so.NOW)


@row("learning.records.dispute_record")
def _(town: Town) -> Verb:
    record = town.desk.record()
    return lambda: records.dispute_record(
        actor=standing(record.learner), record=LearningRecord.objects.get(pk=record.pk), complaint="分数不对", at=so.NOW
    )


@row("learning.records.answer_dispute")
def _(town: Town) -> Verb:
    dispute = _disputed(town)
    return lambda: records.answer_dispute(
        actor=town.desk.registrar,
        dispute=Dispute.objects.get(pk=dispute.pk),
        state="rejected",
        answer="查过原始成绩单",
        at=so.NOW,
    )


@row("learning.records.drop_dispute")
def _(town: Town) -> Verb:
    dispute = _disputed(town)
    learner = Person.objects.get(pk=dispute.learner_id)
    return lambda: records.drop_dispute(actor=standing(learner), dispute=Dispute.objects.get(pk=dispute.pk), at=so.NOW)


@row("learning.records.decide_double")
def _(town: Town) -> Verb:
    learner = town.resident()
    town.desk.record(learner)
    town.desk.record(learner)
    report = DoubleReport.objects.get()
    return lambda: records.decide_double(
        actor=town.desk.registrar,
        report=DoubleReport.objects.get(pk=report.pk),
        state="different",
        reason=WHY,
        at=so.NOW,
    )


@row("learning.creditbank.draft_unit")
def _(town: Town) -> Verb:
    public_id, draft = uuid4(), unit_draft(town)
    return lambda: bank.draft_unit(actor=town.city.author, public_id=public_id, code="YL-101", draft=draft, why=WHY)


@row("learning.creditbank.edit_draft")
def _(town: Town) -> Verb:
    unit, draft = drafted_unit(town), replace(unit_draft(town), credits=300)
    return lambda: bank.edit_draft(
        actor=town.city.author, unit=UnitVersion.objects.get(pk=unit.pk), draft=draft, why=WHY
    )


@row("learning.creditbank.publish_unit")
def _(town: Town) -> Verb:
    unit = drafted_unit(town)
    return lambda: bank.publish_unit(
        actor=town.city.approver, unit=UnitVersion.objects.get(pk=unit.pk), at=so.NOW, reason=WHY
    )


@row("learning.creditbank.reject_unit")
def _(town: Town) -> Verb:
    unit = drafted_unit(town)
    return lambda: bank.reject_unit(
        actor=town.city.approver, unit=UnitVersion.objects.get(pk=unit.pk), at=so.NOW, reason=WHY
    )


@row("learning.creditbank.end_unit")
def _(town: Town) -> Verb:
    unit = so.a_unit(town.city)
    return lambda: bank.end_unit(
        actor=town.city.approver, unit=UnitVersion.objects.get(pk=unit.pk), on=date(2027, 1, 1), reason=WHY
    )


@row("learning.creditbank.ask_for_check")
def _(town: Town) -> Verb:
    public_id = uuid4()
    return lambda: bank.ask_for_check(
        actor=town.operator, city=town.places["广州市"], public_id=public_id, at=so.NOW, is_full=True
    )


@row("learning.recognition.draft_rule")
def _(town: Town) -> Verb:
    public_id = uuid4()
    return lambda: rule_versions.draft_rule(
        actor=town.city.author, public_id=public_id, keeper=town.city.centre, text=so.text(), at=so.NOW
    )


def _rule(rule: RuleVersion) -> RuleVersion:
    return RuleVersion.objects.get(pk=rule.pk)


@row("learning.recognition.new_version")
def _(town: Town) -> Verb:
    rule, public_id = so.in_force(town.city), uuid4()
    text = so.text(so.body(priority=60), since=date(2026, 12, 1))
    return lambda: rule_versions.new_version(
        actor=town.city.author, public_id=public_id, of=_rule(rule), text=text, at=so.NOW
    )


@row("learning.recognition.edit_draft")
def _(town: Town) -> Verb:
    rule = so.a_draft(town.city)
    return lambda: rule_versions.edit_draft(
        actor=town.city.author, rule=_rule(rule), text=so.text(so.body(priority=60)), at=so.NOW
    )


def _proposed(town: Town) -> RuleVersion:
    rule = so.a_draft(town.city)
    rule_versions.propose_rule(actor=town.city.author, rule=rule, at=so.NOW)
    so.a_dry_run(rule, town.city.author.person)
    return rule


@row("learning.recognition.propose_rule")
def _(town: Town) -> Verb:
    rule = so.a_draft(town.city)
    return lambda: rule_versions.propose_rule(actor=town.city.author, rule=_rule(rule), at=so.NOW)


@row("learning.recognition.approve_rule")
def _(town: Town) -> Verb:
    rule = _proposed(town)
    return lambda: rule_versions.approve_rule(actor=town.city.approver, rule=_rule(rule), reason="", at=so.NOW)


@row("learning.recognition.reject_rule")
def _(town: Town) -> Verb:
    rule = _proposed(town)
    return lambda: rule_versions.reject_rule(actor=town.city.approver, rule=_rule(rule), reason=WHY, at=so.NOW)


@row("learning.recognition.end_rule")
def _(town: Town) -> Verb:
    rule = so.in_force(town.city)
    return lambda: rule_versions.end_rule(
        actor=town.city.approver, rule=_rule(rule), on=date(2026, 12, 31), reason=WHY, at=so.NOW
    )


@row("learning.recognition.try_rule")
def _(town: Town) -> Verb:
    rule, public_id = so.a_draft(town.city), uuid4()
    return lambda: dry_runs.try_rule(actor=town.city.author, public_id=public_id, rule=_rule(rule), at=so.NOW)


@row("learning.recognition.start_recognition")
def _(town: Town) -> Verb:
    public_id = uuid4()
    return lambda: runs.start_recognition(
        actor=town.city.registrar, public_id=public_id, at=so.NOW, organisation=town.city.college
    )


@row("learning.recognition.rerecognise_under_rule")
def _(town: Town) -> Verb:
    first = so.in_force(town.city)
    record = so.a_record(so.a_learner(), town.city.college, ended_on=date(2026, 12, 1))
    so.recognised(record)
    newer = so.followed(town.city, first, so.body(priority=60), since=date(2026, 12, 1))
    public_id = uuid4()
    return lambda: under_rule.rerecognise_under_rule(
        actor=town.city.approver, public_id=public_id, rule=_rule(newer), why=WHY, at=so.NOW
    )


def _record(record: LearningRecord) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory").get(pk=record.pk)


@row("learning.recognition.reverse_postings")
def _(town: Town) -> Verb:
    record = credited(town)
    return lambda: corrections.reverse_postings(actor=town.city.approver, record=_record(record), why=WHY, at=so.NOW)


@row("learning.recognition.rerecognise_record")
def _(town: Town) -> Verb:
    record = credited(town)
    corrected = so.corrected(record, minutes=1920)
    return lambda: corrections.rerecognise_record(
        actor=town.city.approver, record=_record(corrected), why=WHY, at=so.NOW
    )


@row("learning.credentials.issue_transcript")
def _(town: Town) -> Verb:
    learner = makers.learner("买买提·吐尔逊")
    makers.credit(learner, 150, title="太极拳初级")
    return lambda: credentials.issue_transcript(
        actor=makers.standing(learner), learner=learner, at=makers.NOW, language="zh-hans"
    )


@row("learning.credentials.note_print")
def _(town: Town) -> Verb:
    learner = makers.learner("买买提·吐尔逊")
    makers.credit(learner, 150, title="太极拳初级")
    made = credentials.issue_transcript(
        actor=makers.standing(learner), learner=learner, at=makers.NOW, language="zh-hans"
    )
    return lambda: credentials.note_print(actor=makers.standing(learner), transcript=made, at=makers.NOW)


@row("learning.credentials.revoke_transcript")
def _(town: Town) -> Verb:
    learner = makers.learner("买买提·吐尔逊")
    makers.credit(learner, 150, title="太极拳初级")
    made = credentials.issue_transcript(
        actor=makers.standing(learner), learner=learner, at=makers.NOW, language="zh-hans"
    )
    return lambda: credentials.revoke_transcript(
        actor=makers.standing(learner), transcript=Transcript.objects.get(pk=made.pk), at=makers.NOW, why=WHY
    )
