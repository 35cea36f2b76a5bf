"""Supervision at any institution by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django.db.models import Q

from city.situations import an_organisation
from learning.exchange.live import at_unit
from learning.exchange.situations import World, of
from learning.recognition.situations import a_record
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.recognition.models import Posting, Result, RuleVersion
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Appeal, Audit, AuditItem, Question, Suspicion, Withdrawal


def a_center(world: World) -> Organisation:
    """The certification body of the place."""
    place = world.vocational.territory
    return Organisation.objects.filter(kind=Kind.CERTIFICATION_BODY, territory=place).first() or an_organisation(
        place, kind=Kind.CERTIFICATION_BODY, name_zh="学分认证中心"
    )


def credited(learner: Person, institution: Organisation, *, title: str = "信息技术基础") -> Posting:
    """Three credits of formal learning, as if a rule had given them yesterday; with the answer beside them."""
    at = clock.now() - timedelta(days=1)
    days = {"started_on": date(2026, 3, 1), "ended_on": date(2026, 4, 30)}
    record = a_record(learner, institution, minutes=2880, origin="formal", code="OU-CS101", title=title, **days)
    # A rule in force where there is one: whoever recognises anew looks it up.
    known = RuleVersion.objects.filter(Q(code="R-LIVE") | Q(state="approved")).order_by("state", "id").first()
    rule = known or RuleVersion.objects.create(
        code="R-LIVE", version=1, name_zh="试", name_en="Trial", body={}, effect_from=date(2020, 1, 1),
        keeper=institution, drafted_by=learner, drafted_at=at, why="试",
    )  # fmt: skip
    of = credit_class(framework="GD-LEQ", kind="formal", level=2)
    issuing = ledger.open_account(
        book=record.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=institution.pk, role=ledger.Role.ISSUING,
        unit=of.pk,
    )  # fmt: skip
    account = ledger.learner_account(learner_id=learner.pk, unit=of.pk)
    key = uuid4()
    ledger.post(transfer=ledger.Transfer(key, issuing, account, 300, record.pk, at), kind=10, actor=0)
    Result.objects.create(
        record_id=record.pk, book=record.book, learner=learner, institution=institution, state="credited",
        credits=300, decided_at=at,
    )  # fmt: skip
    return Posting.objects.create(
        key=key, book=record.book, learner=learner, institution=institution, record_id=record.pk, rule=rule,
        credit_class=of, credits=300, worth=300, effective_on=record.ended_on, posted_at=at,
    )  # fmt: skip


def a_suspicion(world: World, learner: Person, *, title: str = "信息技术基础") -> Suspicion:
    """The same course from two sources; an officer looks into it."""
    posting = credited(learner, world.vocational, title=title)
    credited(learner, world.vocational, title=title)
    services.scan(at=clock.now())
    row = Suspicion.objects.select_related("institution__territory").get(record_ids__contains=[posting.record_id])
    return services.take_suspicion(actor=world.officer, suspicion=row, at=clock.now())


def a_question(world: World, row: Suspicion) -> Question:
    return services.ask_institution(
        actor=world.officer, suspicion=row, public_id=uuid4(), institution=world.vocational, words="是同一个班吗？",
        at=clock.now(),
    )  # fmt: skip


def a_case(world: World, learner: Person, *, title: str = "信息技术基础", days_ago: int = 0) -> Withdrawal:
    """Opened by one officer, learner and issuer know."""
    posting = credited(learner, world.vocational, title=title)
    record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=posting.record_id)
    now = clock.now() - timedelta(days=days_ago)
    made = services.open_withdrawal(
        actor=world.officer, public_id=uuid4(), record=record, ground="double", reason="同一门课入账两次", at=now
    )
    services.give_notice(actor=world.officer, case=_whole(made), at=now)
    return _whole(made)


def an_appeal(world: World, learner: Person, *, title: str = "程序设计") -> Appeal:
    """Withdrawn by the other officer after both were heard and their days are over; the learner does not agree."""
    row, now = a_case(world, learner, title=title, days_ago=40), clock.now()
    services.hold_hearing(actor=world.officer, case=row, held_at=now, words="双方到场", at=now)
    services.decide_withdrawal(actor=world.bank.author, case=row, withdraws=True, words="同一次学习", at=now)
    made = services.lodge_appeal(actor=of(learner), case=_whole(row), words="是两次", at=now)
    return Appeal.objects.select_related("withdrawal__learner", "withdrawal__institution__territory").get(pk=made.pk)


def an_audit(world: World, learner: Person) -> Audit:
    """Planned, and drawn as if tomorrow's seal were known."""
    credited(learner, world.vocational, title="被抽查的课")
    now = clock.now()
    yesterday = clock.today() - timedelta(days=1)
    row = services.plan_audit(
        actor=world.officer, public_id=uuid4(), keeper=a_center(world),
        plan=services.Plan("discover", yesterday - timedelta(days=30), yesterday, institution=world.vocational), at=now,
    )  # fmt: skip
    row.seed, row.seed_head, row.drawn_at, row.state = "ab" * 32, 1, now, "drawn"
    row.save()
    for number in services.list_of(row).split()[:3]:
        AuditItem.objects.create(
            audit=row, number=number.partition(",")[0], stratum="all", posting=uuid4(), learner=learner,
            record_id=LearningRecord.objects.filter(learner=learner).latest("pk").pk, credits=300,
        )  # fmt: skip
    return row


@dataclass
class Everything:
    world: World
    suspicion: Suspicion
    question: Question
    case: Withdrawal
    appeal: Appeal
    audit: Audit
    item: AuditItem


def everything(keeper: Standing, unit: Organisation, learner: Person) -> Everything:
    """One of each, at an institution."""
    world = at_unit(keeper, unit)
    suspicion = a_suspicion(world, learner)
    audit = an_audit(world, learner)
    item = audit.items.select_related("audit__keeper__territory").order_by("number").first()
    assert item is not None
    return Everything(
        world, suspicion, a_question(world, suspicion), a_case(world, learner, title="插花艺术"),
        an_appeal(world, learner), audit, item,
    )  # fmt: skip


def _whole(row: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.select_related("learner", "institution__territory").get(pk=row.pk)
