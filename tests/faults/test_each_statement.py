"""Every verb of the house, cut at each of its statements, leaves nothing half-written. A verb without a row here fails."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache

import xuecheng
from city.imports.toy import HEADING, a_toy, brought, lines, worked
from city.situations import TODAY, a_job, a_person, an_operator, an_organisation, holding
from faults.statements import fails_whole_at_each_statement
from learning.account import makers
from learning.recognition import situations as so
from learning.records.situations import Desk, a_desk, a_learner, standing
from xuecheng.city.access import services as access
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import kinds
from xuecheng.city.imports import services as imports
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations import services as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.territories import services as territories
from xuecheng.city.territories.models import Territory
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.creditbank import services as bank
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.creditbank.services import UnitDraft
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services import corrections, dry_runs, rule_versions, runs, under_rule
from xuecheng.learning.records import services as records
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord

pytestmark = pytest.mark.django_db

Verb = Callable[[], object]
WHY = "查明后决定"


class Town:
    """A city with a college and its registrar, two officers, an operator, a resident."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.city = so.a_city()
        self.places = self.city.places
        self.operator = an_operator(self.places["广州市"])
        self.other_operator = an_operator(self.places["广州市"], "区运维")
        self.monkeypatch = monkeypatch
        self.desk: Desk = a_desk(city=self.places)

    def resident(self) -> Person:
        return a_learner()

    def toy_file(self, *, is_checked: bool = True) -> tuple[Any, ImportFile]:
        toy = a_toy_in(self)
        file = brought(toy, HEADING + lines(1, 3))
        return toy, worked(file) if is_checked else file

    def credited(self) -> LearningRecord:
        so.in_force(self.city)
        record = so.a_record(so.a_learner(), self.city.college)
        so.recognised(record)
        return record

    def unit_draft(self) -> UnitDraft:
        return UnitDraft(
            title_zh="家庭养老护理",
            title_en="Caring for elders at home",
            level=FrameworkLevel.objects.select_related("framework").get(framework__code="GD-LEQ", label="2"),
            field="0922",
            kind="community",
            credits=200,
            outcomes=[{"zh": "能安全协助老人起卧", "en": "Helps an elder up safely", "assessed_by": ["practical"]}],
            keeper=self.city.centre,
            valid_from=date(2026, 12, 1),
        )

    def drafted_unit(self) -> UnitVersion:
        return bank.draft_unit(
            actor=self.city.author, public_id=uuid4(), code="YL-101", draft=self.unit_draft(), why="Needed"
        )


def a_toy_in(town: Town) -> Any:
    toy = a_toy()
    town.monkeypatch.setitem(kinds._KINDS, toy.kind.name, toy.kind)
    kinds.register(toy.kind)
    return toy


ROWS: dict[str, Callable[[Town], Verb]] = {}


def row(*names: str) -> Callable[[Callable[[Town], Verb]], Callable[[Town], Verb]]:
    def add(situation: Callable[[Town], Verb]) -> Callable[[Town], Verb]:
        for name in names:
            ROWS[name] = situation
        return situation

    return add


# The ground


@row("city.access.grant_role")
def _(town: Town) -> Verb:
    person, public_id = a_person(), uuid7()
    return lambda: access.grant_role(
        actor=town.operator, public_id=public_id, person=person, role="registrar", organisation=town.city.college,
        begins_on=TODAY, reason=WHY,
    )  # fmt: skip


@row("city.access.end_role")
def _(town: Town) -> Verb:
    held = holding(a_person(), "registrar", organisation=town.city.college)
    return lambda: access.end_role(
        actor=town.operator, holding=RoleHolding.objects.get(pk=held.pk), on=TODAY, reason=WHY
    )


@row("city.jobs.ask_to_cancel")
def _(town: Town) -> Verb:
    job = a_job(organisation=town.city.college, started_by=town.city.registrar.person, state="running")
    return lambda: jobs.ask_to_cancel(actor=town.city.registrar, job=Job.objects.get(pk=job.pk), at=so.NOW)


@row("city.jobs.retry")
def _(town: Town) -> Verb:
    job = a_job(organisation=town.city.college, state="failed")
    return lambda: jobs.retry(actor=town.operator, job=Job.objects.get(pk=job.pk))


@row("city.imports.receive_file")
def _(town: Town) -> Verb:
    toy, public_id = a_toy_in(town), uuid7()
    return lambda: brought(toy, HEADING + lines(1, 3), public_id=public_id)


@row("city.imports.start_writing")
def _(town: Town) -> Verb:
    toy, file = town.toy_file()
    return lambda: imports.start_writing(
        actor=toy.registrar, file=ImportFile.objects.get(pk=file.pk), choice="all", at=so.NOW
    )


@row("city.imports.carry_on")
def _(town: Town) -> Verb:
    toy, file = town.toy_file()
    file = imports.start_writing(actor=toy.registrar, file=file, choice="good", at=so.NOW)
    Job.objects.filter(pk=file.job_id).update(state="cancelled", ended_at=so.NOW)
    return lambda: imports.carry_on(actor=toy.registrar, file=ImportFile.objects.get(pk=file.pk), at=so.NOW)


@row("city.imports.abandon")
def _(town: Town) -> Verb:
    toy, file = town.toy_file()
    return lambda: imports.abandon(actor=toy.registrar, file=ImportFile.objects.get(pk=file.pk))


def _facts(town: Town) -> organisations.Facts:
    return organisations.Facts(
        code="TH-SQXY9",
        kind="community_college",
        tier="district",
        name_zh="天河区第九社区学院",
        name_en="Tianhe Community College 9",
        territory=town.places["天河区"],
    )


@row("city.organisations.create_organisation")
def _(town: Town) -> Verb:
    public_id = uuid7()
    return lambda: organisations.create_organisation(
        actor=town.operator, public_id=public_id, facts=_facts(town), on=TODAY, today=TODAY, reason=WHY
    )


@row("city.organisations.change_organisation")
def _(town: Town) -> Verb:
    made = an_organisation(town.places["天河区"])
    wished = replace(_facts(town), code=made.code)
    return lambda: organisations.change_organisation(
        actor=town.operator, organisation=Organisation.objects.get(pk=made.pk), facts=wished, reason=WHY
    )


def _status(town: Town, verb: Any) -> Verb:
    made = an_organisation(town.places["天河区"])
    return lambda: verb(
        actor=town.operator, organisation=Organisation.objects.get(pk=made.pk), on=TODAY, today=TODAY, reason=WHY
    )


@row("city.organisations.suspend_organisation")
def _(town: Town) -> Verb:
    return _status(town, organisations.suspend_organisation)


@row("city.organisations.close_organisation")
def _(town: Town) -> Verb:
    return _status(town, organisations.close_organisation)


@row("city.organisations.reopen_organisation")
def _(town: Town) -> Verb:
    made = an_organisation(town.places["天河区"])
    common = {"actor": town.operator, "today": TODAY, "reason": WHY}
    organisations.suspend_organisation(organisation=made, on=date(2026, 1, 1), **common)
    return lambda: organisations.reopen_organisation(
        organisation=Organisation.objects.get(pk=made.pk), on=TODAY, **common
    )


@row("city.people.create_person")
def _(town: Town) -> Verb:
    public_id = uuid7()
    return lambda: people.create_person(
        actor=town.operator,
        person=people.NewPerson(public_id=public_id, sign_in_name="zhou.xin", name="周新"),
        today=TODAY,
        reason=WHY,
    )


@row("city.people.create_people")
def _(town: Town) -> Verb:
    wished = [people.NewPerson(public_id=uuid7(), sign_in_name=f"zhou.xin{n}", name="周新") for n in range(3)]
    return lambda: people.create_people(actor=town.operator, people=wished, today=TODAY, reason=WHY)


@row("city.people.change_name")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.change_name(
        actor=town.operator, person=Person.objects.get(pk=person.pk), name="陈嘉慧", reason=WHY
    )


@row("city.people.change_person")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.change_person(
        actor=town.operator, person=Person.objects.get(pk=person.pk), birth_year=1958,
        territory=town.places["五山街道"], today=TODAY, reason=WHY,
    )  # fmt: skip


@row("city.people.close_sign_in")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.close_sign_in(actor=town.operator, person=Person.objects.get(pk=person.pk), reason=WHY)


@row("city.people.open_sign_in")
def _(town: Town) -> Verb:
    person = a_person()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    return lambda: people.open_sign_in(actor=town.operator, person=Person.objects.get(pk=person.pk), reason=WHY)


@row("city.people.set_password")
def _(town: Town) -> Verb:
    person = a_person()
    return lambda: people.set_password(
        actor=town.operator, person=Person.objects.get(pk=person.pk), password="learn-for-life-2026", reason=WHY
    )


def _division(town: Town, name: str = "五山街道") -> Territory:
    return Territory.objects.get(pk=town.places[name].pk)


@row("city.territories.rename")
def _(town: Town) -> Verb:
    return lambda: territories.rename(
        actor=town.operator, territory=_division(town), name_zh="石牌街道", on=TODAY, today=TODAY, reason=WHY
    )


@row("city.territories.move")
def _(town: Town) -> Verb:
    return lambda: territories.move(
        actor=town.operator, territory=_division(town), parent=_division(town, "从化区"), on=TODAY, today=TODAY,
        reason=WHY,
    )  # fmt: skip


@row("city.territories.merge")
def _(town: Town) -> Verb:
    return lambda: territories.merge(
        actor=town.operator, merged=[_division(town, "员村街道")], into=_division(town), on=TODAY, today=TODAY,
        reason=WHY,
    )  # fmt: skip


@row("city.territories.split")
def _(town: Town) -> Verb:
    return lambda: territories.split(
        actor=town.operator, territory=_division(town), on=TODAY, today=TODAY, reason=WHY,
        parts=[
            territories.Part(
                division=territories.NewDivision(code="440106091000", name_zh="华农街道", name_en="Huanong"),
                takes=[town.places["华农社区居民委员会"].code],
            )
        ],
        remains=True,
    )  # fmt: skip


@row("city.territories.load_territories")
def _(town: Town) -> Verb:
    from city.situations import KNOWN_SINCE, rows

    more = rows(
        ("440106001000", "五山街道", "street", "440106000000"), ("440106001009", "新社区", "community", "440106001000")
    )
    return lambda: territories.load_territories(
        more, actor=town.operator, valid_from=KNOWN_SINCE, today=TODAY, reason=WHY
    )


# Learning


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
    public_id, draft = uuid4(), town.unit_draft()
    return lambda: bank.draft_unit(actor=town.city.author, public_id=public_id, code="YL-101", draft=draft, why=WHY)


@row("learning.creditbank.edit_draft")
def _(town: Town) -> Verb:
    unit, draft = town.drafted_unit(), replace(town.unit_draft(), credits=300)
    return lambda: bank.edit_draft(
        actor=town.city.author, unit=UnitVersion.objects.get(pk=unit.pk), draft=draft, why=WHY
    )


@row("learning.creditbank.publish_unit")
def _(town: Town) -> Verb:
    unit = town.drafted_unit()
    return lambda: bank.publish_unit(
        actor=town.city.approver, unit=UnitVersion.objects.get(pk=unit.pk), at=so.NOW, reason=WHY
    )


@row("learning.creditbank.reject_unit")
def _(town: Town) -> Verb:
    unit = town.drafted_unit()
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
    record = town.credited()
    return lambda: corrections.reverse_postings(actor=town.city.approver, record=_record(record), why=WHY, at=so.NOW)


@row("learning.recognition.rerecognise_record")
def _(town: Town) -> Verb:
    record = town.credited()
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


NOT_FOR_THE_DATABASE = {"learning.records.judge"}
"""Take an actor and write nothing."""


def verbs() -> set[str]:
    """Every public function of a `services` module that somebody does: it takes an `actor`."""
    found = set()
    for module in pkgutil.walk_packages(xuecheng.__path__, "xuecheng."):
        parts = module.name.split(".")
        if len(parts) < 4 or parts[3] != "services":
            continue
        for name, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            own = thing.__module__.startswith(".".join(parts[:4]))
            if own and not name.startswith("_") and "actor" in inspect.signature(thing).parameters:
                found.add(f"{parts[1]}.{parts[2]}.{name}")
    return found


def test_every_verb_has_a_row() -> None:
    assert verbs() - set(ROWS) == set(), "say in this file in which situation these are cut"
    assert set(ROWS) - verbs() == set()


@pytest.mark.parametrize("name", sorted(ROWS))
def test_cut_at_any_statement_it_leaves_everything_as_it_was(
    name: str, db: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILES_ROOT = tmp_path
    cache.clear()
    verb = ROWS[name](Town(monkeypatch))
    assert fails_whole_at_each_statement(verb) > 0
