"""A college that offers rewards, its registrars, learners with points; all by services of the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from city.situations import TODAY, a_person, a_registrar, an_organisation, holding
from learning.recognition.situations import NOW, a_city, a_unit
from learning.recognition.situations import City as Bank
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people import merging
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Handing, Offer, Redemption, Stock

__all__ = ["NOW", "TODAY"]
SINCE = date(2026, 1, 1)


@dataclass
class World:
    bank: Bank
    college: Organisation
    desk: Standing
    """A registrar of the college."""
    colleague: Standing
    stranger: Standing
    """A registrar of another college."""
    unit: UnitVersion


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def a_world() -> World:
    bank = a_city()
    place = bank.places["天河区"]
    college = an_organisation(place, name_zh="天河社区学院")
    other = an_organisation(place, name_zh="隔壁社区学院")
    return World(
        bank, college, a_registrar(college, "柜台何"), a_registrar(college, "柜台冯"), a_registrar(other, "邻校曾"),
        a_unit(bank, code="IT101"),
    )  # fmt: skip


def points_class() -> int:
    return credit_class(framework="JF", kind="reward", level=0).pk


def with_points(points: int, name: str = "陈嘉敏") -> Person:
    """A learner who has earned points (hundredths), posted as recognition posts them."""
    person = a_person(name)
    give_points(person, points)
    return person


def merged(world: World, *points: int) -> list[Person]:
    """A learner whose accounts, with so many points each, were merged into the first at a counter."""
    there = world.bank.places["天河区"]
    clerk = a_person("窗口甲")
    holding(clerk, "counter_clerk", territory=there)
    accounts = [a_person("陈嘉敏", territory=there) for _points in points]
    for account, amount in zip(accounts, points, strict=True):
        give_points(account, amount)
    for account in accounts[1:]:
        merging.merge_people(
            actor=of(clerk), public_id=uuid4(), kept=accounts[0], merged=account, at=NOW, reason="同一人"
        )
    return list(Person.objects.filter(pk__in=[one.pk for one in accounts]).order_by("pk"))


def give_points(person: Person, points: int) -> None:
    unit = points_class()
    account = ledger.learner_account(learner_id=person.pk, unit=unit)
    issuing = ledger.open_account(
        book=ledger.book_of(person.pk), owner_kind=ledger.OwnerKind.PLATFORM, owner_id=1, role=ledger.Role.ISSUING,
        unit=unit,
    )  # fmt: skip
    ledger.post(transfer=ledger.Transfer(uuid4(), issuing, account, points, 1, NOW), kind=10, actor=0)


def wish(**more: Any) -> services.Wish:
    plain: dict[str, Any] = {
        "kind": "goods", "title_zh": "书法入门套装", "title_en": "Calligraphy set", "opens_on": SINCE, "points": 500,
        "place": "一楼服务台，周二至周六", "most_per_order": 5,
    }  # fmt: skip
    return services.Wish(**plain | more)


def fee_wish(**more: Any) -> services.Wish:
    return wish(
        **{"kind": "fee", "title_zh": "学费抵用券10元", "face_fen": 1000, "points": 300, "is_counted": False} | more
    )


def unit_wish(world: World, **more: Any) -> services.Wish:
    plain = {
        "kind": "exemption",
        "title_zh": "免修：信息技术基础",
        "units": [world.unit],
        "points": 0,
        "hold_hours": 360,
    }
    return wish(**plain | more)


def drafted(world: World, a_wish: services.Wish | None = None, *, at: datetime = NOW, **more: Any) -> Offer:
    row = services.draft_offer(
        actor=world.desk, public_id=uuid4(), organisation=world.college, wish=a_wish or wish(), at=at, **more
    )
    return whole(row)


def on_shelf(
    world: World, a_wish: services.Wish | None = None, *, stock: int = 10, at: datetime = NOW, **more: Any
) -> Offer:
    row = drafted(world, a_wish, at=at, **more)
    if Stock.objects.filter(offer=row).exists():
        services.receive_stock(actor=world.desk, public_id=uuid4(), offer=row, amount=stock, why="", at=at)
    services.publish_offer(actor=world.colleague, offer=row, at=at)
    return whole(row)


def whole(row: Offer) -> Offer:
    return Offer.objects.select_related("organisation__territory", "stock", "credit_class").get(pk=row.pk)


def reserved(who: Person, offer: Offer, items: int = 1, *, at: datetime = NOW, **more: Any) -> Redemption:
    plain: dict[str, Any] = {"actor": of(who), "public_id": uuid4()}
    return whole_order(services.reserve(**plain | more, offer=offer, items=items, at=at))


def handed(
    world: World, row: Redemption, items: int = 1, *, keeps_rest: bool = True, at: datetime = NOW, **more: Any
) -> Handing:
    plain: dict[str, Any] = {"actor": world.desk, "public_id": uuid4()}
    return services.hand_out(**plain | more, redemption=row, items=items, keeps_rest=keeps_rest, at=at)


def whole_order(row: Redemption) -> Redemption:
    return Redemption.objects.select_related("offer__stock", "learner", "organisation__territory").get(pk=row.pk)


def stock_of(offer: Offer) -> tuple[int, int]:
    """What there is, and what of it is kept."""
    row = Stock.objects.get(offer=offer)
    return row.on_hand, row.reserved


def points_of(learner: Person) -> tuple[int, int]:
    """Points free and held, hundredths."""
    unit = points_class()
    held = {one.role: one.balance for one in ledger.balances_of(learner_id=learner.pk) if one.unit == unit}
    return held.get(ledger.Role.MAIN, 0), held.get(ledger.Role.HOLD, 0)


def points_at(place: Organisation, learner: Person) -> int:
    """Points that lie with an organisation, in the learner's book."""
    return sum(
        one.balance
        for one in ledger.balances_of_owner(owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=place.pk)
        if one.unit == points_class() and ledger.book_of_account(one.account) == ledger.book_of(learner.pk)
    )
