"""Verbs of redemption."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from coordination.enrolment.situations import a_class_now, charge_of, enrolled_now
from faults.each_statement.town import WHY, Town, Verb, row
from learning.redemption.live import SINCE, a_draft, a_fee_offer, a_handed, an_offer, an_order
from learning.redemption.situations import give_points, wish
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.coordination.enrolment import services as enrolment
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.redemption import services


def _desk(town: Town) -> Standing:
    return town.city.registrar


@row("learning.redemption.draft_offer")
def _(town: Town) -> Verb:
    desk, number = _desk(town), uuid4()
    a_draft(desk, town.city.college)
    return lambda: services.draft_offer(
        actor=desk, public_id=number, organisation=town.city.college, wish=wish(opens_on=SINCE), at=clock.now()
    )


@row("learning.redemption.change_offer")
def _(town: Town) -> Verb:
    draft = a_draft(_desk(town), town.city.college)
    return lambda: services.change_offer(
        actor=_desk(town), offer=draft, wish=wish(opens_on=SINCE, points=700), at=clock.now()
    )


@row("learning.redemption.publish_offer")
def _(town: Town) -> Verb:
    draft, now = a_draft(_desk(town), town.city.college), clock.now()
    services.receive_stock(actor=_desk(town), public_id=uuid4(), offer=draft, amount=3, why="", at=now)
    return lambda: services.publish_offer(actor=_desk(town), offer=draft, at=now)


@row("learning.redemption.close_offer")
def _(town: Town) -> Verb:
    offer = an_offer(_desk(town), town.city.college)
    return lambda: services.close_offer(actor=_desk(town), offer=offer, why=WHY, at=clock.now())


@row("learning.redemption.receive_stock")
def _(town: Town) -> Verb:
    offer, number = an_offer(_desk(town), town.city.college), uuid4()
    return lambda: services.receive_stock(
        actor=_desk(town), public_id=number, offer=offer, amount=2, why=WHY, at=clock.now()
    )


@row("learning.redemption.write_off_stock")
def _(town: Town) -> Verb:
    offer, number = an_offer(_desk(town), town.city.college), uuid4()
    return lambda: services.write_off_stock(
        actor=_desk(town), public_id=number, offer=offer, amount=2, why=WHY, at=clock.now()
    )


@row("learning.redemption.reserve", "learning.redemption.hold")
def _(town: Town) -> Verb:
    offer, learner, number, now = an_offer(_desk(town), town.city.college), town.resident(), uuid4(), clock.now()
    give_points(learner, 900)
    actor = standing_of(learner, today=clock.today())
    return lambda: services.reserve(actor=actor, public_id=number, offer=offer, items=1, at=now)


@row(
    "learning.redemption.release", "learning.redemption.end", "learning.redemption.free",
    "learning.redemption.free_units",
)  # fmt: skip
def _(town: Town) -> Verb:
    order = an_order(an_offer(_desk(town), town.city.college), town.resident())
    return lambda: services.release(actor=_desk(town), redemption=order, words=WHY, at=clock.now())


@row("learning.redemption.tend")
def _(town: Town) -> Verb:
    order = an_order(an_offer(_desk(town), town.city.college), town.resident())
    at = order.until + timedelta(minutes=1)
    return lambda: services.tend(at=at)


@row("learning.redemption.read_holder")
def _(town: Town) -> Verb:
    card, number = open_learning_account(person=town.resident(), at=clock.now()).card_number, uuid4()
    return lambda: services.read_holder(
        actor=town.city.registrar, public_id=number, text=card, confirmed="name", at=clock.now()
    )


@row("learning.redemption.hand_out", "learning.redemption.take")
def _(town: Town) -> Verb:
    order, number = an_order(an_offer(_desk(town), town.city.college), town.resident(), items=2), uuid4()
    return lambda: services.hand_out(
        actor=_desk(town), public_id=number, redemption=order, items=1, keeps_rest=True, at=clock.now()
    )


@row("learning.redemption.take_back", "learning.redemption.give_back")
def _(town: Town) -> Verb:
    order, number = a_handed(_desk(town), an_offer(_desk(town), town.city.college), town.resident()), uuid4()
    return lambda: services.take_back(
        actor=_desk(town), public_id=number, redemption=order, items=1, why=WHY, at=clock.now()
    )


@row("coordination.enrolment.pay_by_voucher", "learning.redemption.pay_with_voucher")
def _(town: Town) -> Verb:
    desk, learner, number = _desk(town), town.resident(), uuid4()
    charge = charge_of(enrolled_now(a_class_now(town.city.college, desk, fee_fen=3_000), learner))
    order = an_order(a_fee_offer(desk, town.city.college), learner)
    return lambda: enrolment.pay_by_voucher(
        actor=desk, public_id=number, charge=charge, code=order.code, at=clock.now()
    )
