"""Verbs of the learning card."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from faults.each_statement.town import Town, Verb, row
from learning.cards.situations import a_phone, of, with_card
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.learning.cards import queries, services
from xuecheng.learning.cards.models import Card, Device, Use


def _holder(town: Town) -> tuple[Standing, Card]:
    holder = of(with_card(town.neighbour(), at=clock.now()))
    card = queries.card_of(holder.person_keys)
    assert card is not None
    return holder, card


@row("learning.cards.freeze_card")
def _(town: Town) -> Verb:
    _who, card = _holder(town)
    return lambda: services.freeze_card(actor=town.clerk, card=card, reason="lost", at=clock.now())


@row("learning.cards.thaw_card")
def _(town: Town) -> Verb:
    holder, card = _holder(town)
    services.freeze_card(actor=holder, card=card, reason="lost", at=clock.now())
    return lambda: services.thaw_card(actor=town.clerk, card=card, at=clock.now())


@row("learning.cards.replace_card")
def _(town: Town) -> Verb:
    holder, card = _holder(town)
    a_phone(holder)
    number = uuid4()
    return lambda: services.replace_card(actor=town.clerk, public_id=number, card=card, reason="lost", at=clock.now())


@row("learning.cards.hand_back_card")
def _(town: Town) -> Verb:
    holder, card = _holder(town)
    a_phone(holder)
    return lambda: services.hand_back_card(actor=town.clerk, card=card, at=clock.now())


@row("learning.cards.enrol_device")
def _(town: Town) -> Verb:
    holder, card = _holder(town)
    a_phone(holder)  # the key of the vault is there from the first on
    number = uuid4()
    return lambda: services.enrol_device(actor=holder, public_id=number, card=card, name="手机", at=clock.now())


@row("learning.cards.revoke_device")
def _(town: Town) -> Verb:
    holder, _card = _holder(town)
    a_phone(holder)
    device = Device.objects.select_related("card__account__person__territory").get()
    return lambda: services.revoke_device(actor=holder, device=device, at=clock.now())


@row("learning.cards.read_card", "learning.cards.read_within")
def _(town: Town) -> Verb:
    _who, card = _holder(town)
    number = uuid4()
    return lambda: services.read_card(
        actor=town.city.registrar, public_id=number, organisation=town.city.college, text=card.number, confirmed="name",
        at=clock.now(),
    )  # fmt: skip


@row("learning.cards.report_found")
def _(town: Town) -> Verb:
    _who, card = _holder(town)
    number = uuid4()
    return lambda: services.report_found(public_id=number, number=card.number, lies_at=None, at=clock.now())


@row("learning.cards.pass_on_findings")
def _(town: Town) -> Verb:
    _who, card = _holder(town)
    services.report_found(public_id=uuid4(), number=card.number, lies_at=None, at=clock.now())
    return lambda: services.pass_on_findings(at=clock.now())


@row("learning.cards.tidy_cards")
def _(town: Town) -> Verb:
    _who, card = _holder(town)
    long_ago = clock.now() - timedelta(days=400)
    services.report_found(public_id=uuid4(), number=card.number, lies_at=None, at=long_ago)
    Use.objects.create(
        public_id=uuid4(), card=card, place="org:x", place_name="x", how="number", confirmed="name", at=long_ago,
        by=town.clerk.person,
    )  # fmt: skip
    return lambda: services.tidy_cards(at=clock.now())
