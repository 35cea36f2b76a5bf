"""Verbs of supervision of issued credit."""

from __future__ import annotations

import gzip
from datetime import timedelta
from uuid import uuid4

from city.situations import a_person, holding
from faults.each_statement.town import WHY, Town, Verb, row
from learning.exchange.live import at_unit
from learning.exchange.situations import World, agreed, asked, earned, of
from learning.recognition.situations import body, in_force
from learning.supervision.live import (
    a_case,
    a_center,
    a_question,
    a_suspicion,
    an_audit,
    credited,
)
from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import rules, services
from xuecheng.learning.supervision.models import AuditItem, AuditList, Dependent, Shortfall, Withdrawal
from xuecheng.learning.supervision.queries.claims import claims_of


def _world(town: Town) -> World:
    return at_unit(town.city.registrar, town.city.college)


@row("learning.supervision.note_findings")
def _(town: Town) -> Verb:
    world, learner = _world(town), town.resident()
    for _time in range(2):
        credited(learner, world.vocational)
    found = rules.suspicions_of(claims_of([learner.pk]))
    return lambda: services.note_findings(found, at=clock.now())


@row("learning.supervision.take_suspicion", "learning.supervision.hand_back")
def _(town: Town) -> Verb:
    world = _world(town)
    one = a_suspicion(world, town.resident())
    services.hand_back(actor=world.officer, suspicion=one)
    return lambda: services.take_suspicion(actor=world.officer, suspicion=one, at=clock.now())


@row("learning.supervision.add_note")
def _(town: Town) -> Verb:
    world = _world(town)
    one = a_suspicion(world, town.resident())
    return lambda: services.add_note(actor=world.officer, suspicion=one, words=WHY, at=clock.now())


@row("learning.supervision.ask_institution")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    one = a_suspicion(world, town.resident())
    return lambda: services.ask_institution(
        actor=world.officer, suspicion=one, public_id=number, institution=world.vocational, words=WHY, at=clock.now()
    )


@row("learning.supervision.answer_question")
def _(town: Town) -> Verb:
    world = _world(town)
    one = a_question(world, a_suspicion(world, town.resident()))
    return lambda: services.answer_question(actor=world.vc, question=one, answer=WHY, at=clock.now())


@row("learning.supervision.dismiss_suspicion")
def _(town: Town) -> Verb:
    world = _world(town)
    one = a_suspicion(world, town.resident())
    return lambda: services.dismiss_suspicion(actor=world.officer, suspicion=one, words=WHY, at=clock.now())


@row("learning.supervision.open_withdrawal")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    posting = credited(town.resident(), world.vocational)
    record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=posting.record_id)
    return lambda: services.open_withdrawal(
        actor=world.officer, public_id=number, record=record, ground="double", reason=WHY, at=clock.now()
    )


@row("learning.supervision.give_notice")
def _(town: Town) -> Verb:
    world = _world(town)
    posting = credited(town.resident(), world.vocational)
    record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=posting.record_id)
    one = services.open_withdrawal(
        actor=world.officer, public_id=uuid4(), record=record, ground="double", reason=WHY, at=clock.now()
    )
    return lambda: services.give_notice(actor=world.officer, case=_whole(one), at=clock.now())


@row("learning.supervision.make_statement")
def _(town: Town) -> Verb:
    one = a_case(_world(town), town.resident())
    return lambda: services.make_statement(actor=of(one.learner), case=one, words=WHY, at=clock.now())


@row("learning.supervision.hold_hearing")
def _(town: Town) -> Verb:
    world = _world(town)
    one = a_case(world, town.resident())
    return lambda: services.hold_hearing(actor=world.officer, case=one, held_at=clock.now(), words=WHY, at=clock.now())


@row("learning.supervision.decide_withdrawal")
def _(town: Town) -> Verb:
    world = _world(town)
    one = a_case(world, town.resident())
    later = clock.now() + timedelta(days=40)
    return lambda: services.decide_withdrawal(actor=world.bank.author, case=one, withdraws=True, words=WHY, at=later)


@row("learning.supervision.lodge_appeal")
def _(town: Town) -> Verb:
    one = _withdrawn(_world(town), town.resident())
    return lambda: services.lodge_appeal(actor=of(one.learner), case=one, words=WHY, at=clock.now())


@row("learning.supervision.decide_appeal")
def _(town: Town) -> Verb:
    """Granted: the record is recognised anew, so it needs a rule that is in force."""
    city, learner = town.city, town.resident()
    in_force(city, body(match={"origin": "formal"}, give=[{"framework": "GD-LEQ", "kind": "formal", "level": "2"}]))
    posting = earned(learner, city.college)
    record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=posting.record_id)
    third = a_person("第三员")
    holding(third, "certification_officer", territory=city.centre.territory)
    begun = clock.now() - timedelta(days=40)
    one = services.open_withdrawal(
        actor=city.author, public_id=uuid4(), record=record, ground="double", reason=WHY, at=begun
    )
    services.give_notice(actor=city.author, case=_whole(one), at=begun)
    services.hold_hearing(actor=city.author, case=_whole(one), held_at=clock.now(), words=WHY, at=clock.now())
    services.decide_withdrawal(actor=of(third), case=_whole(one), withdraws=True, words=WHY, at=clock.now())
    made = services.lodge_appeal(actor=of(learner), case=_whole(one), words=WHY, at=clock.now())
    made.withdrawal = _whole(one)
    return lambda: services.decide_appeal(actor=city.approver, appeal=made, grants=True, answer=WHY, at=clock.now())


def _withdrawn(world: World, learner: Person, *, exchanged: bool = False) -> Withdrawal:
    if exchanged:
        agreed(world, at=clock.now())
        posting = credited(learner, world.open_university)
        case = asked(world, learner, posting, at=clock.now())
        exchange.accept_case(actor=world.vc, case=case, at=clock.now())
        record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=posting.record_id)
        begun = clock.now() - timedelta(days=40)
        one = services.open_withdrawal(
            actor=world.officer, public_id=uuid4(), record=record, ground="double", reason=WHY, at=begun
        )
        services.give_notice(actor=world.officer, case=_whole(one), at=begun)
    else:
        one = a_case(world, learner, days_ago=40)
    services.hold_hearing(actor=world.officer, case=_whole(one), held_at=clock.now(), words=WHY, at=clock.now())
    services.decide_withdrawal(actor=world.bank.author, case=_whole(one), withdraws=True, words=WHY, at=clock.now())
    return _whole(one)


def _whole(row_: Withdrawal) -> Withdrawal:
    return Withdrawal.objects.select_related("learner", "institution__territory").get(pk=row_.pk)


def _resting(row_: Withdrawal) -> Dependent:
    return Dependent.objects.select_related("withdrawal__institution__territory", "exchange").get(withdrawal=row_)


@row("learning.supervision.replace_dependent")
def _(town: Town) -> Verb:
    world, learner = _world(town), town.resident()
    other = credited(learner, world.open_university, title="会计")
    one = _resting(_withdrawn(world, learner, exchanged=True))
    return lambda: services.replace_dependent(
        actor=world.bank.author, dependent=one, postings=[other.key], at=clock.now()
    )


@row("learning.supervision.let_stand")
def _(town: Town) -> Verb:
    world = _world(town)
    one = _resting(_withdrawn(world, town.resident(), exchanged=True))
    return lambda: services.let_stand(actor=world.bank.author, dependent=one, words=WHY, at=clock.now())


@row("learning.supervision.write_off")
def _(town: Town) -> Verb:
    world = _world(town)
    _withdrawn(world, town.resident(), exchanged=True)
    one = Shortfall.objects.select_related("item__withdrawal__institution__territory").get()
    return lambda: services.write_off(actor=world.bank.author, shortfall=one, words=WHY, at=clock.now())


@row("learning.supervision.fill_shortfalls")
def _(town: Town) -> Verb:
    world, learner = _world(town), town.resident()
    _withdrawn(world, learner, exchanged=True)
    later = credited(learner, world.open_university, title="后来的课")
    Shortfall.objects.update(since=later.posted_at)
    return lambda: services.fill_shortfalls(at=clock.now())


@row("learning.supervision.plan_audit", "learning.supervision.fix_population")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    credited(town.resident(), world.vocational)
    yesterday = clock.today() - timedelta(days=1)
    keeper, plan = a_center(world), services.Plan("discover", yesterday, yesterday)
    return lambda: services.plan_audit(actor=world.officer, public_id=number, keeper=keeper, plan=plan, at=clock.now())


@row("learning.supervision.draw_sample")
def _(town: Town) -> Verb:
    """Cut by the seal that is published just now, as if it were tomorrow's."""
    world = _world(town)
    credited(town.resident(), world.vocational)
    yesterday = clock.today() - timedelta(days=1)
    one = services.plan_audit(
        actor=world.officer, public_id=uuid4(), keeper=a_center(world),
        plan=services.Plan("discover", yesterday, yesterday), at=clock.now(),
    )  # fmt: skip
    # What is planned stays: another plan, whose day of the seed is today.
    one.pk, one.public_id, one.code, one.seed_day = None, uuid4(), "CC-TODAY", clock.today()
    one.population, one.strata = 0, []
    one.save()
    AuditList.objects.create(audit=one, packed=gzip.compress(b""))
    ledger.publish_city_head()
    return lambda: services.draw_sample(audit=one, at=clock.now())


@row("learning.supervision.record_finding")
def _(town: Town) -> Verb:
    world = _world(town)
    an_audit(world, town.resident())
    one = AuditItem.objects.select_related("audit__keeper__territory").order_by("number").first()
    assert one is not None
    return lambda: services.record_finding(
        actor=world.officer, item=one, own_credits=300, is_proven=True, words=WHY, at=clock.now()
    )


@row("learning.supervision.publish_audit")
def _(town: Town) -> Verb:
    world = _world(town)
    audit = an_audit(world, town.resident())
    for one in AuditItem.objects.select_related("audit__keeper__territory").filter(audit=audit):
        services.record_finding(
            actor=world.officer, item=one, own_credits=300, is_proven=True, words=WHY, at=clock.now()
        )
    return lambda: services.publish_audit(actor=world.officer, audit=audit, at=clock.now())
