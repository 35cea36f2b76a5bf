"""Verbs of enrolment: places, the line, lotteries, money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from coordination.enrolment.situations import (
    a_class_now,
    a_lottery_now,
    charge_of,
    enrolled_now,
    offered_now,
)
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import rules, services
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery


def _class(town: Town, **more: Any) -> CourseClass:
    return a_class_now(town.city.college, town.city.registrar, **more)


def _of(one: Enrolment) -> Standing:
    return standing_of(one.person, today=clock.today())


def _in_class(town: Town, **more: Any) -> Enrolment:
    """One with a place, and somebody who waits for it."""
    course_class = _class(town, seats=1, **more)
    one = enrolled_now(course_class, town.neighbour())
    enrolled_now(course_class, town.neighbour("等位的人"))
    return one


def _charge(town: Town, *, is_paid: bool = False) -> Charge:
    one = _in_class(town, fee_fen=5_000, course={"fee_fen": 5_000, "waivers": ["elder"]})
    charge = charge_of(one)
    if is_paid:
        services.pay_charge(
            actor=town.city.registrar, public_id=uuid7(), charge=charge, provider="cash", at=clock.now()
        )
    return charge


def _lottery(town: Town, step: str) -> Lottery:
    return a_lottery_now(town.city.college, town.city.registrar, step=step)


@row("coordination.enrolment.enrol")
def _(town: Town) -> Verb:
    course_class, person = _class(town, fee_fen=5_000), town.neighbour()
    return lambda: services.enrol(
        actor=standing_of(person, today=clock.today()), public_id=uuid7(), course_class=course_class, person=person,
        at=clock.now(),
    )  # fmt: skip


@row("coordination.enrolment.accept_offer")
def _(town: Town) -> Verb:
    one = offered_now(_class(town, seats=1, fee_fen=5_000), town.neighbour())
    return lambda: services.accept_offer(actor=_of(one), enrolment=one, at=clock.now())


@row("coordination.enrolment.decline_offer")
def _(town: Town) -> Verb:
    one = offered_now(_class(town, seats=1), town.neighbour())
    enrolled_now(one.course_class, town.neighbour("下一位"))
    return lambda: services.decline_offer(actor=_of(one), enrolment=one, at=clock.now())


@row("coordination.enrolment.withdraw")
def _(town: Town) -> Verb:
    one = _in_class(town, fee_fen=5_000)
    return lambda: services.withdraw(actor=_of(one), enrolment=one, at=clock.now())


@row("coordination.enrolment.refuse")
def _(town: Town) -> Verb:
    one = _in_class(town, fee_fen=5_000)
    return lambda: services.refuse(actor=town.city.registrar, enrolment=one, why=WHY, at=clock.now())


@row("coordination.enrolment.pause")
def _(town: Town) -> Verb:
    one = _in_class(town)
    return lambda: services.pause(actor=_of(one), enrolment=one, at=clock.now())


@row("coordination.enrolment.resume")
def _(town: Town) -> Verb:
    one = _in_class(town)
    services.pause(actor=_of(one), enrolment=one, at=clock.now())
    return lambda: services.resume(actor=_of(one), enrolment=one, at=clock.now())


@row("coordination.enrolment.complete")
def _(town: Town) -> Verb:
    one = _in_class(town)
    return lambda: services.complete(actor=town.city.registrar, enrolment=one, at=clock.now())


@row("coordination.enrolment.transfer")
def _(town: Town) -> Verb:
    charge = _charge(town, is_paid=True)
    one = Enrolment.objects.select_related("course_class__host__territory", "person").get(pk=charge.enrolment_id)
    other = _class(town, version=one.course_class.version, fee_fen=6_000)
    return lambda: services.transfer(actor=_of(one), public_id=uuid7(), enrolment=one, to=other, at=clock.now())


@row("coordination.enrolment.tend")
def _(town: Town) -> Verb:
    _in_class(town, fee_fen=5_000)
    return lambda: services.tend(at=clock.now() + timedelta(days=3))


@row("coordination.enrolment.set_numbers")
def _(town: Town) -> Verb:
    course_class = _class(town)
    return lambda: services.set_numbers(
        actor=town.city.registrar, course_class=course_class, numbers=rules.Numbers(offer_hours=3), why=WHY
    )


@row("coordination.enrolment.announce_lottery")
def _(town: Town) -> Verb:
    course_class = _class(town)
    CourseClass.objects.filter(pk=course_class.pk).update(allocation="lottery")
    return lambda: services.announce_lottery(
        actor=town.city.registrar, public_id=uuid7(), course_class=course_class, beacon_source="双色球", at=clock.now()
    )


@row("coordination.enrolment.freeze_lottery")
def _(town: Town) -> Verb:
    lottery = _lottery(town, "closed")
    return lambda: services.freeze_lottery(actor=town.city.registrar, lottery=lottery, at=clock.now())


@row("coordination.enrolment.start_draw")
def _(town: Town) -> Verb:
    lottery = _lottery(town, "frozen")
    return lambda: services.start_draw(
        actor=town.city.registrar, lottery=lottery, beacon="03 09 17 22 28 31 + 07", at=clock.now()
    )


@row("coordination.enrolment.draw")
def _(town: Town) -> Verb:
    lottery = _lottery(town, "frozen")
    services.start_draw(actor=town.city.registrar, lottery=lottery, beacon="03 09 17 22 28 31 + 07", at=clock.now())
    return lambda: services.draw(key=lottery.pk, at=clock.now())


@row("coordination.enrolment.pay_charge")
def _(town: Town) -> Verb:
    charge = _charge(town)
    return lambda: services.pay_charge(
        actor=town.city.registrar, public_id=uuid7(), charge=charge, provider="cash", at=clock.now()
    )


@row("coordination.enrolment.give_back")
def _(town: Town) -> Verb:
    charge = _charge(town, is_paid=True)
    one = Enrolment.objects.select_related("course_class__host__territory", "person").get(pk=charge.enrolment_id)
    services.withdraw(actor=_of(one), enrolment=one, at=clock.now())
    return lambda: services.give_back(actor=town.city.registrar, public_id=uuid7(), charge=charge, at=clock.now())


@row("coordination.enrolment.waive_charge")
def _(town: Town) -> Verb:
    charge = _charge(town)
    return lambda: services.waive_charge(
        actor=town.city.registrar, public_id=uuid7(), charge=charge, waiver="elder", amount_fen=None, why=WHY,
        at=clock.now(),
    )  # fmt: skip


@row("coordination.enrolment.close_day")
def _(town: Town) -> Verb:
    _charge(town, is_paid=True)
    return lambda: services.close_day(
        actor=town.city.registrar, organisation=town.city.college, on=clock.today(), counted_fen=5_000, at=clock.now()
    )
