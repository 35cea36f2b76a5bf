"""A college that keeps accounts of circles, its registrars, people who learn together, two rules in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from city.situations import TODAY, a_person, a_registrar, an_organisation
from learning.recognition.situations import NOW, a_city, in_force
from learning.recognition.situations import City as Bank
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.collectives import services
from xuecheng.learning.collectives.models import Collective, Deposit, Membership
from xuecheng.learning.creditbank import ledger

__all__ = ["NOW", "TODAY"]
KEPT_UNTIL = date(2027, 11, 23)
TOGETHER = {
    "priority": 60,
    "match": {"origin": "nonformal", "activity_code": ["TD-*"]},
    "quantity": {"from": "minutes", "accumulate": "year"},
    "give": [{"framework": "GD-LEQ", "kind": "community", "level": "1"}],
    "caps": [{"id": "year", "period": "year", "per": "rule", "max": 300, "policy": "cut"}],
}
"""Sixteen hours are one credit; hours of a year are added up; three credits a year at most."""
AWARDED = {
    "priority": 60,
    "match": {"origin": "certificate", "type_code": ["YX-*"]},
    "quantity": {"from": "fixed"},
    "give": [{"framework": "GD-LEQ", "kind": "community", "level": "2", "credits": 200}],
}


@dataclass
class World:
    bank: Bank
    college: Organisation
    desk: Standing
    """A registrar of the college."""
    colleague: Standing
    stranger: Standing
    """A registrar of another college."""
    library: Organisation
    officer: Standing
    """Of the library."""
    convenor: Person
    member: Person


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def a_world() -> World:
    bank = a_city()
    place = bank.places["天河区"]
    college = an_organisation(place, name_zh="天河社区学院")
    other = an_organisation(place, name_zh="隔壁社区学院")
    library = an_organisation(place, kind=Kind.LIBRARY, name_zh="天河图书馆")
    in_force(bank, TOGETHER, code="R-0600")
    in_force(bank, AWARDED, code="R-0601")
    return World(
        bank, college, a_registrar(college, "登记何"), a_registrar(college, "登记冯"), a_registrar(other, "邻校曾"),
        library, a_registrar(library, "馆员麦"), a_person("召集人欧"), a_person("成员梁"),
    )  # fmt: skip


def whole(row: Collective) -> Collective:
    return Collective.objects.select_related("institution__territory", "organisation__territory", "applied_by").get(
        pk=row.pk
    )


def applied(world: World, by: Person | None = None, *, name: str = "荔湾湖晨读会", **more: Any) -> Collective:
    row = services.apply(
        actor=of(by or world.convenor), public_id=uuid4(), institution=world.college,
        wish=services.Wish(name_zh=name, **more), at=NOW,
    )  # fmt: skip
    return whole(row)


def opened(world: World, **more: Any) -> Collective:
    row = services.open_account(actor=world.desk, collective=applied(world, **more), keeps_until=KEPT_UNTIL, at=NOW)
    return whole(row)


def of_library(world: World) -> Collective:
    """The library's own account at the college, open."""
    row = services.apply(
        actor=world.officer, public_id=uuid4(), institution=world.college,
        wish=services.Wish(name_zh="天河图书馆学习组", organisation=world.library), at=NOW,
    )  # fmt: skip
    return whole(services.open_account(actor=world.desk, collective=whole(row), keeps_until=KEPT_UNTIL, at=NOW))


def joined(world: World, row: Collective, person: Person | None = None) -> Membership:
    asked = services.ask_to_join(actor=of(person or world.member), public_id=uuid4(), collective=row, at=NOW)
    return services.admit(actor=of(world.convenor), membership=asked, at=NOW)


def activity(minutes: int = 960, *, code: str = "TD-01", ended_on: date = date(2026, 11, 20), **more: Any) -> Any:
    plain = {"source": "activity", "title": "粤剧欣赏沙龙", "began_on": date(2026, 9, 1), "proof": "签到表，柜 12"}
    return services.Given(**plain | {"code": code, "ended_on": ended_on, "minutes": minutes} | more)


def award(*, code: str = "YX-01", ended_on: date = date(2026, 11, 18), **more: Any) -> Any:
    plain = {"source": "award", "title": "市级优秀学习团队", "proof": "奖状，柜 12"}
    return services.Given(**plain | {"code": code, "ended_on": ended_on} | more)


def deposited(world: World, row: Collective, given: Any = None, *, at: datetime = NOW) -> Deposit:
    made = services.deposit(actor=world.desk, public_id=uuid4(), collective=row, given=given or activity(), at=at)
    return Deposit.objects.select_related("collective__institution__territory").get(pk=made.pk)


def lies_on(row: Collective) -> int:
    """Hundredths of all classes on the account: for tests, which add up what people never may."""
    return sum(one.balance for one in held(row))


def held(row: Collective) -> list[ledger.Holding]:
    return ledger.balances_of_owner(owner_kind=ledger.OwnerKind.COLLECTIVE, owner_id=row.pk)


def agreed_with_ledger() -> None:
    """What triggers compare at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
