"""Officers of the certification body, a learner with credit that should not be, cases in every state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from city.situations import TODAY, a_person, holding
from learning.exchange.situations import NOW, World, a_learner, a_world, agreed, asked, earned, of
from learning.recognition.situations import a_record
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.models import Case as ExchangeCase
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services.recognising import Recogniser
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Appeal, Dependent, Suspicion, Withdrawal

LATER = NOW + timedelta(days=40)
__all__ = ["NOW", "World", "a_learner", "a_world", "agreed", "asked", "earned", "of"]


def opener(world: World) -> Standing:
    return world.bank.author


def decider(world: World) -> Standing:
    return world.bank.approver


def a_third(world: World) -> Standing:
    """An officer who neither opens nor decides."""
    person = a_person("第三员")
    holding(person, "certification_officer", territory=world.bank.centre.territory)
    return standing_of(person, today=TODAY)


def earned_at(
    learner: Person, where: Organisation, *, at: datetime, minutes: int, title: str, run_id: int | None = None
) -> Posting:
    """As `earned`, posted at a time, by a run if there was one."""
    facts = {"origin": "formal", "code": "OU-CS101", "grade": "80", "grade_scale": "percent"}
    record = a_record(learner, where, minutes=minutes, title=title, **facts)
    with transaction.atomic():
        Recogniser(law_on(TODAY), run_id=run_id).recognise([record.pk], books=[record.book], at=at)
    return Posting.objects.get(record_id=record.pk, book=record.book)


def record_of(posting: Posting) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory", "learner").get(pk=posting.record_id)


def opened(world: World, posting: Posting, *, at: datetime = NOW, **more: Any) -> Withdrawal:
    made = services.open_withdrawal(
        actor=opener(world), public_id=more.pop("public_id", None) or uuid4(), record=record_of(posting),
        ground=more.pop("ground", "double"), reason="同一门课入账两次", at=at, **more,
    )  # fmt: skip
    return whole(made)


def noticed(world: World, posting: Posting, *, at: datetime = NOW) -> Withdrawal:
    row = opened(world, posting, at=at)
    services.give_notice(actor=opener(world), case=row, at=at)
    return whole(row)


def decided(world: World, row: Withdrawal, *, withdraws: bool = True, at: datetime = LATER) -> Withdrawal:
    services.decide_withdrawal(actor=decider(world), case=row, withdraws=withdraws, words="两份记录是同一次学习", at=at)
    return whole(row)


def withdrawn(world: World, posting: Posting, *, at: datetime = NOW) -> Withdrawal:
    return decided(world, noticed(world, posting, at=at), at=at + timedelta(days=40))


def appealed(world: World, posting: Posting) -> Appeal:
    row = withdrawn(world, posting)
    made = services.lodge_appeal(actor=of(row.learner), case=row, words="是两次不同的学习", at=LATER)
    return Appeal.objects.select_related("withdrawal__institution__territory", "withdrawal__learner").get(pk=made.pk)


def whole(row: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.select_related("learner", "institution__territory").get(pk=row.pk)


def dependent(row: Withdrawal) -> Dependent:
    rows = Dependent.objects.select_related("withdrawal__institution__territory", "exchange")
    return rows.get(withdrawal=row)


def settled(world: World, learner: Person, posting: Posting, *, at: datetime = NOW) -> ExchangeCase:
    case = asked(world, learner, posting, at=at)
    return exchange.accept_case(actor=world.vc, case=case, at=at)


def held(learner: Person) -> tuple[int, int]:
    """Hundredths on the learner's accounts that are free, and that are set aside."""
    free = aside = 0
    for one in ledger.balances_of(learner_id=learner.pk):
        if one.role is ledger.Role.HOLD:
            aside += one.balance
        else:
            free += one.balance
    return free, aside


def a_double(world: World, learner: Person) -> tuple[Posting, Posting]:
    """One course, credited from two sources."""
    days = {"started_on": date(2026, 3, 1), "ended_on": date(2026, 4, 30)}
    first = earned(learner, world.open_university, title="计算机基础（一）", code="A1", **days)
    second = earned(learner, world.vocational, title="计算机基础 Ⅰ", code="B1", **days)
    return first, second


def found(**more: Any) -> Suspicion:
    services.scan(at=NOW)
    return Suspicion.objects.select_related("institution__territory").get(**more)
