"""Verbs of exchange of credits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from faults.each_statement.town import WHY, Town, Verb, row
from learning.exchange.live import a_batch, a_case, an_appeal, at_unit, credited
from learning.exchange.situations import World, agreed, asked, days_after, drafted, of, pair, signed, wish
from xuecheng.city import clock
from xuecheng.learning.exchange import services
from xuecheng.learning.exchange.models import Case, ClearingPeriod, Doubt, Statement, StatementLine


def _world(town: Town) -> World:
    return at_unit(town.city.registrar, town.city.college)


def _case(town: Town) -> tuple[World, Case]:
    world = _world(town)
    agreed(world, at=clock.now())
    return world, a_case(world, town.resident())


@row("learning.exchange.draft_agreement")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    return lambda: services.draft_agreement(
        actor=world.ou, public_id=number, organisation=world.open_university, others=[world.vocational], wish=wish(),
        at=clock.now(),
    )  # fmt: skip


@row("learning.exchange.add_term")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = drafted(world, at=clock.now())
    return lambda: services.add_term(actor=world.ou, agreement=agreement, wish=pair(world))


@row("learning.exchange.remove_term")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = drafted(world, at=clock.now())
    return lambda: services.remove_term(actor=world.ou, agreement=agreement, number=1)


@row("learning.exchange.offer_agreement")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = drafted(world, at=clock.now())
    return lambda: services.offer_agreement(actor=world.ou, agreement=agreement, at=clock.now())


@row("learning.exchange.sign_agreement")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = drafted(world, at=clock.now())
    services.offer_agreement(actor=world.ou, agreement=agreement, at=clock.now())
    return lambda: services.sign_agreement(
        actor=world.vc, agreement=agreement, organisation=world.vocational, at=clock.now()
    )


@row("learning.exchange.approve_agreement")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = signed(world, drafted(world, at=clock.now()), at=clock.now())
    return lambda: services.approve_agreement(actor=world.officer, agreement=agreement, at=clock.now())


@row("learning.exchange.reject_agreement")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = signed(world, drafted(world, at=clock.now()), at=clock.now())
    return lambda: services.reject_agreement(actor=world.officer, agreement=agreement, why=WHY, at=clock.now())


@row("learning.exchange.end_agreement")
def _(town: Town) -> Verb:
    world = _world(town)
    agreement = agreed(world, at=clock.now())
    on = clock.today() + timedelta(days=100)
    return lambda: services.end_agreement(
        actor=world.vc, agreement=agreement, organisation=world.vocational, on=on, why=WHY, at=clock.now()
    )


@row("learning.exchange.ask_exchange", "learning.exchange.ask_for", "learning.exchange.hold")
def _(town: Town) -> Verb:
    world, learner, number = _world(town), town.resident(), uuid4()
    agreed(world, at=clock.now(), is_automatic=True)
    posting = credited(learner, world.open_university)
    return lambda: services.ask_exchange(
        actor=of(learner), public_id=number, posting=posting.key, target=world.vocational, at=clock.now()
    )


@row("learning.exchange.accept_case", "learning.exchange.take_and_give")
def _(town: Town) -> Verb:
    world, case = _case(town)
    return lambda: services.accept_case(actor=world.vc, case=case, at=clock.now())


@row("learning.exchange.refuse_case")
def _(town: Town) -> Verb:
    world, case = _case(town)
    return lambda: services.refuse_case(actor=world.vc, case=case, difference="level", words=WHY, at=clock.now())


@row("learning.exchange.withdraw_case", "learning.exchange.give_back")
def _(town: Town) -> Verb:
    case = _case(town)[1]
    return lambda: services.withdraw_case(actor=of(case.learner), case=case, at=clock.now())


@row("learning.exchange.appeal")
def _(town: Town) -> Verb:
    world, case = _case(town)
    services.refuse_case(actor=world.vc, case=case, difference="level", words=WHY, at=clock.now())
    return lambda: services.appeal(actor=of(case.learner), case=case, words=WHY, at=clock.now())


@row("learning.exchange.decide_appeal")
def _(town: Town) -> Verb:
    world = _world(town)
    agreed(world, at=clock.now())
    row_ = an_appeal(world, town.resident())
    return lambda: services.decide_appeal(actor=world.officer, appeal=row_, grants=True, answer=WHY, at=clock.now())


@row("learning.exchange.tend")
def _(town: Town) -> Verb:
    _case(town)
    return lambda: services.tend(at=days_after(40, clock.now()))


def _drawn(town: Town) -> tuple[World, ClearingPeriod]:
    """The officers of `at_unit` hold their role over a district; clearing is the city's."""
    world = _world(town)
    agreed(world, at=clock.now() - timedelta(days=9), is_automatic=True)
    learner = town.resident()
    asked(world, learner, credited(learner, world.open_university), at=clock.now() - timedelta(days=5))
    return world, services.draw_period(actor=town.city.approver, at=clock.now(), **_days())


def _days() -> dict[str, Any]:
    today = clock.today()
    return {"public_id": uuid4(), "begins_on": today - timedelta(days=9), "ends_on": today}


def _statement() -> Statement:
    return Statement.objects.select_related("one__territory", "other__territory", "period").get()


def _doubted(town: Town) -> tuple[World, Doubt]:
    world, _period = _drawn(town)
    line = StatementLine.objects.select_related("statement").get()
    services.raise_doubt(actor=world.vc, line=line, organisation=world.vocational, words=WHY, at=clock.now())
    doubts = Doubt.objects.select_related(
        "organisation__territory", "line__statement__one__territory", "line__statement__other__territory"
    )
    return world, doubts.get()


@row("learning.exchange.lodge_batch")
def _(town: Town) -> Verb:
    world, number = _world(town), uuid4()
    agreed(world, at=clock.now())
    return lambda: services.lodge_batch(
        actor=world.ou, public_id=number, source=world.open_university, target=world.vocational, code="OU-CS101",
        ended_from=clock.today() - timedelta(days=90), ended_to=clock.today(), consents=WHY, at=clock.now(),
    )  # fmt: skip


@row("learning.exchange.accept_batch")
def _(town: Town) -> Verb:
    world = _world(town)
    agreed(world, at=clock.now())
    made = a_batch(world, town.resident())
    return lambda: services.accept_batch(actor=world.vc, batch=made, at=clock.now())


@row("learning.exchange.draw_period")
def _(town: Town) -> Verb:
    days = _days()
    return lambda: services.draw_period(actor=town.city.approver, at=clock.now(), **days)


@row("learning.exchange.draw_ended")
def _(town: Town) -> Verb:
    world = _world(town)
    agreed(world, at=clock.now() - timedelta(days=9), is_automatic=True)
    learner = town.resident()
    asked(world, learner, credited(learner, world.open_university), at=clock.now() - timedelta(days=5))
    return lambda: services.draw_ended(at=days_after(40, clock.now()))


@row("learning.exchange.acknowledge")
def _(town: Town) -> Verb:
    world, _period = _drawn(town)
    statement = _statement()
    return lambda: services.acknowledge(
        actor=world.vc, statement=statement, organisation=world.vocational, at=clock.now()
    )


@row("learning.exchange.raise_doubt")
def _(town: Town) -> Verb:
    world, _period = _drawn(town)
    line = StatementLine.objects.select_related("statement").get()
    return lambda: services.raise_doubt(
        actor=world.vc, line=line, organisation=world.vocational, words=WHY, at=clock.now()
    )


@row("learning.exchange.explain_line")
def _(town: Town) -> Verb:
    world, doubt = _doubted(town)
    return lambda: services.explain_line(actor=world.ou, doubt=doubt, answer=WHY, at=clock.now())


@row("learning.exchange.close_period")
def _(town: Town) -> Verb:
    world, period = _drawn(town)
    for actor, side in ((world.vc, world.vocational), (world.ou, world.open_university)):
        services.acknowledge(actor=actor, statement=_statement(), organisation=side, at=clock.now())
    return lambda: services.close_period(actor=town.city.approver, period=period, at=clock.now())
