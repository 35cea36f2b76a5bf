"""Exchange with any institution by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.db.models import Q
from psycopg.types.range import TimestamptzRange

from city.situations import TODAY, a_person, a_registrar, an_organisation, holding
from learning.exchange.situations import World, agreed, asked, drafted, signed, whole_case
from learning.recognition.situations import City, Hand, a_record, a_unit
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.exchange import services
from xuecheng.learning.exchange.models import Agreement, Appeal, Batch, Case, ClearingPeriod, Statement
from xuecheng.learning.exchange.services import batches
from xuecheng.learning.recognition.models import Posting, RuleVersion


def at_unit(keeper: Standing, unit: Organisation) -> World:
    """`unit` receives; an open university beside it gives; two officers of the place decide."""
    load_frameworks()
    other = an_organisation(unit.territory, kind=Kind.UNIVERSITY, name_zh="开放大学")
    officers = []
    for name in ("核准员", "复核员"):
        person = a_person(name, territory=unit.territory)
        holding(person, "certification_officer", territory=unit.territory)
        officers.append(standing_of(person, today=TODAY))
    bank = City(unit, unit, officers[0], officers[1], keeper)
    elders = UnitVersion.objects.filter(code="VC-EL001").first() or a_unit(bank, code="VC-EL001")
    return World(bank, other, unit, a_registrar(other, "对方登记"), keeper, elders)


def credited(learner: Person, institution: Organisation, *, title: str = "信息技术基础") -> Posting:
    """Three credits of formal learning at level 2, as if a rule had given them just now."""
    now = clock.now()
    facts = {"origin": "formal", "code": "OU-CS101", "title": title, "grade": "80", "grade_scale": "percent"}
    record = a_record(learner, institution, minutes=2880, **facts)
    # A rule in force where there is one: whoever recognises anew looks it up.
    known = RuleVersion.objects.filter(Q(code="R-LIVE") | Q(state="approved")).order_by("state", "id").first()
    rule = known or RuleVersion.objects.create(
        code="R-LIVE", version=1, name_zh="试", name_en="Trial", body={}, effect_from=date(2020, 1, 1),
        keeper=institution, drafted_by=learner, drafted_at=now, why="试",
    )  # fmt: skip
    of = credit_class(framework="GD-LEQ", kind="formal", level=2)
    issuing = ledger.open_account(
        book=record.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=institution.pk, role=ledger.Role.ISSUING,
        unit=of.pk,
    )  # fmt: skip
    account = ledger.learner_account(learner_id=learner.pk, unit=of.pk)
    key = uuid4()
    ledger.post(transfer=ledger.Transfer(key, issuing, account, 300, record.pk, now), kind=10, actor=0)
    return Posting.objects.create(
        key=key, book=record.book, learner=learner, institution=institution, record_id=record.pk, rule=rule,
        credit_class=of, credits=300, worth=300, effective_on=record.ended_on, posted_at=now,
    )  # fmt: skip


def a_case(world: World, learner: Person, *, title: str = "信息技术基础") -> Case:
    """The learner asks; the credits are held."""
    return asked(world, learner, credited(learner, world.open_university, title=title), at=clock.now())


def a_batch(world: World, learner: Person, *, is_asked: bool = True) -> Batch:
    """The giving side asks for its graduates, of whom the learner is one; their requests were made, or wait for the job."""
    credited(learner, world.open_university)
    today = clock.today()
    row = services.lodge_batch(
        actor=world.ou, public_id=uuid4(), source=world.open_university, target=world.vocational, code="OU-CS101",
        ended_from=today - timedelta(days=3650), ended_to=today + timedelta(days=1), consents="教务处档案柜",
        at=clock.now(),
    )  # fmt: skip
    if is_asked:
        batches.ask_for_batch(row, Hand(), now=clock.now)
    return Batch.objects.select_related("source__territory", "target__territory").get(pk=row.pk)


def turned(world: World) -> World:
    """The same with the sides changed: the unit gives, the open university receives."""
    return World(world.bank, world.vocational, world.open_university, world.vc, world.ou, world.elders)


def an_appeal(world: World, learner: Person, *, title: str = "信息技术基础") -> Appeal:
    """The learner does not agree with a refusal."""
    now = clock.now()
    case = a_case(world, learner, title=title)
    services.refuse_case(actor=world.vc, case=case, difference="outcomes", words="没有实操考核", at=now)
    made = services.appeal(actor=standing_of(learner, today=TODAY), case=whole_case(case), words="实操有考", at=now)
    return Appeal.objects.select_related("case__learner", "case__target__territory").get(pk=made.pk)


def a_statement(world: World) -> Statement:
    """What was settled between the two sides on the day before yesterday, as if it had been drawn."""
    one, other = sorted((world.open_university.pk, world.vocational.pk))
    day = date(2020, 1, 1) + timedelta(days=ClearingPeriod.objects.count())
    period = ClearingPeriod.objects.create(
        public_id=uuid4(), begins_on=day, ends_on=day + timedelta(days=1), drawn_at=clock.now(),
        during=TimestamptzRange(_midnight(day), _midnight(day + timedelta(days=1)), "[)"), drawn_by=world.officer.person,
    )  # fmt: skip
    return Statement.objects.create(
        public_id=uuid4(), period=period, framework_code="GD-LEQ", one_id=one, other_id=other
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.zone())


@dataclass
class Everything:
    world: World
    agreement: Agreement
    draft: Agreement
    signed: Agreement
    case: Case
    appeal: Appeal


def everything(keeper: Standing, unit: Organisation, learner: Person) -> Everything:
    """An agreement in force, one that is written by the unit, one that waits, a case and an appeal."""
    world = at_unit(keeper, unit)
    now = clock.now()
    agreement = agreed(world, at=now)
    appeal = an_appeal(world, learner)
    # The unit's own draft: the sides change places.
    return Everything(
        world, agreement, drafted(turned(world), at=now), signed(world, drafted(world, at=now), at=now),
        a_case(world, learner, title="程序设计"), appeal,
    )  # fmt: skip
