"""Verbs of roll-out and accreditation."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from faults.each_statement.town import WHY, Town, Verb, row
from learning.recognition.situations import a_record
from learning.rollout.live import a_phase, accredited, officers, proposed, whole
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.territories.models import Territory
from xuecheng.learning.rollout import services


def _officers() -> tuple[Standing, Standing]:
    return officers(Territory.objects.get(parent__isnull=True))


@row("learning.rollout.propose_accreditation")
def _(town: Town) -> Verb:
    (one, _other), number, today = _officers(), uuid4(), clock.today()
    scope = services.Scope(kinds=("formal",), begins_on=today, ends_on=today + timedelta(days=300))
    return lambda: services.propose_accreditation(
        actor=one, public_id=number, organisation=town.city.college, scope=scope, why=WHY, at=clock.now()
    )


@row("learning.rollout.grant_accreditation")
def _(town: Town) -> Verb:
    one, other = _officers()
    waits = proposed(town.city.college, one)
    return lambda: services.grant_accreditation(actor=other, accreditation=waits, at=clock.now())


@row("learning.rollout.refuse_accreditation")
def _(town: Town) -> Verb:
    one, other = _officers()
    waits = proposed(town.city.college, one)
    return lambda: services.refuse_accreditation(actor=other, accreditation=waits, reason=WHY, at=clock.now())


@row("learning.rollout.suspend_accreditation")
def _(town: Town) -> Verb:
    one, other = _officers()
    stands = whole(accredited(town.city.college, one, other))
    return lambda: services.suspend_accreditation(
        actor=one, accreditation=stands, on=clock.today(), reason=WHY, at=clock.now()
    )


@row("learning.rollout.lift_suspension")
def _(town: Town) -> Verb:
    one, other = _officers()
    stands = whole(accredited(town.city.college, one, other))
    services.suspend_accreditation(actor=one, accreditation=stands, on=clock.today(), reason=WHY, at=clock.now())
    return lambda: services.lift_suspension(actor=other, accreditation=stands, reason=WHY, at=clock.now())


@row("learning.rollout.end_accreditation")
def _(town: Town) -> Verb:
    one, other = _officers()
    stands = whole(accredited(town.city.college, one, other))
    on = clock.today() + timedelta(days=10)
    return lambda: services.end_accreditation(actor=one, accreditation=stands, on=on, reason=WHY, at=clock.now())


@row("learning.rollout.plan_phase")
def _(town: Town) -> Verb:
    (one, _other), number = _officers(), uuid4()
    plan = services.Plan(code="F1", place=9, name_zh="阶段", about_zh="先认证书。")
    return lambda: services.plan_phase(
        actor=one, public_id=number, plan=plan, organisations=[town.city.college], at=clock.now()
    )


@row("learning.rollout.open_phase")
def _(town: Town) -> Verb:
    del town
    one, other = _officers()
    phase = a_phase(one, "F1")
    return lambda: services.open_phase(actor=other, phase=phase, decision=WHY, at=clock.now())


@row("learning.rollout.close_phase")
def _(town: Town) -> Verb:
    del town
    one, other = _officers()
    phase = services.open_phase(actor=other, phase=a_phase(one, "F1"), decision=WHY, at=clock.now())
    return lambda: services.close_phase(actor=other, phase=phase, why=WHY, at=clock.now())


@row("learning.rollout.set_threshold")
def _(town: Town) -> Verb:
    del town
    one, _other = _officers()
    return lambda: services.set_threshold(
        actor=one, measure="volume", least=31, most=None, why=WHY, at=clock.now()
    )  # fmt: skip


@row("learning.rollout.count_readiness")
def _(town: Town) -> Verb:
    a_record(town.resident(), town.city.college)
    at = clock.now()
    return lambda: services.count_readiness(at=at)
