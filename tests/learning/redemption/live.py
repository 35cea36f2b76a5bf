"""Redemption at any college by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from city.situations import TODAY, a_registrar
from learning.redemption.situations import fee_wish, give_points, wish
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Offer, Redemption, Stock

SINCE = date(2020, 1, 1)


def a_draft(keeper: Standing, college: Organisation, *, title: str = "环保袋", **more: Any) -> Offer:
    load_frameworks()
    made = services.draft_offer(
        actor=keeper, public_id=uuid4(), organisation=college, wish=wish(title_zh=title, opens_on=SINCE, **more),
        at=clock.now(),
    )  # fmt: skip
    return whole(made)


def an_offer(keeper: Standing, college: Organisation, *, stock: int = 10, **more: Any) -> Offer:
    """On the shelf, with so many in stock."""
    row = a_draft(keeper, college, **more)
    if Stock.objects.filter(offer=row).exists():
        services.receive_stock(actor=keeper, public_id=uuid4(), offer=row, amount=stock, why="", at=clock.now())
    services.publish_offer(actor=keeper, offer=row, at=clock.now())
    return whole(row)


def a_fee_offer(keeper: Standing, college: Organisation, **more: Any) -> Offer:
    load_frameworks()
    made = services.draft_offer(
        actor=keeper, public_id=uuid4(), organisation=college, wish=fee_wish(opens_on=SINCE, **more), at=clock.now()
    )
    services.publish_offer(actor=keeper, offer=whole(made), at=clock.now())
    return whole(made)


def whole(row: Offer) -> Offer:
    return Offer.objects.select_related("organisation__territory", "stock").get(pk=row.pk)


def an_order(offer: Offer, learner: Person, *, items: int = 1) -> Redemption:
    """Reserved by somebody who has just enough points for it."""
    give_points(learner, offer.points * items)
    made = services.reserve(
        actor=standing_of(learner, today=TODAY), public_id=uuid4(), offer=offer, items=items, at=clock.now()
    )
    return Redemption.objects.select_related("learner", "offer__stock", "organisation__territory").get(pk=made.pk)


def a_handed(keeper: Standing, offer: Offer, learner: Person, *, items: int = 1) -> Redemption:
    row = an_order(offer, learner, items=items)
    services.hand_out(actor=keeper, public_id=uuid4(), redemption=row, items=items, keeps_rest=True, at=clock.now())
    return Redemption.objects.select_related("learner", "offer__stock", "organisation__territory").get(pk=row.pk)


@dataclass
class Everything:
    offer: Offer
    draft: Offer
    order: Redemption
    handed: Redemption


def everything(keeper: Standing, college: Organisation, learner: Person, *, title: str = "书法套装") -> Everything:
    """Something on the shelf, a draft, an order that waits and one that was handed out."""
    offer = an_offer(keeper, college, title=title)
    other = a_registrar(college, "发放员") if learner.pk in keeper.person_keys else keeper
    return Everything(
        offer, a_draft(keeper, college), an_order(offer, learner, items=2), a_handed(other, offer, learner)
    )
