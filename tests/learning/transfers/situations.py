"""Two officers who make rules, a mother and a child whose relation was recorded, points to give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from psycopg.types.range import Range

from city.situations import TODAY, a_person
from learning.recognition.situations import NOW, a_city
from learning.recognition.situations import City as Bank
from learning.redemption.situations import give_points, points_of
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.care.models import Guardianship
from xuecheng.city.people.models import Person
from xuecheng.learning.transfers import services
from xuecheng.learning.transfers.models import Gift, GivingRules

__all__ = ["NOW", "TODAY", "give_points", "points_of"]
DAYS = timedelta(days=1)


@dataclass
class World:
    bank: Bank
    drafter: Standing
    approver: Standing
    mother: Person
    child: Person
    tie: Guardianship


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def a_world() -> World:
    bank = a_city()
    mother, child = a_person("麦母亲"), a_person("麦女儿")
    give_points(mother, 9000)
    give_points(child, 3000)
    return World(bank, bank.author, bank.approver, mother, child, related(mother, child))


def related(guardian: Person, child: Person, relation: str = "mother", **more: Any) -> Guardianship:
    plain: dict[str, Any] = {
        "public_id": uuid4(), "child": child, "guardian": guardian, "relation": relation, "proof": "户口簿",
        "child_born_on": date(2016, 5, 1), "during": Range(NOW - 30 * DAYS, NOW + 400 * DAYS), "recorded_by": a_person("窗口员"),
        "consented_at": NOW - 29 * DAYS,
    }  # fmt: skip
    return Guardianship.objects.create(**plain | more)


def law(**more: Any) -> services.Law:
    plain: dict[str, Any] = {
        "relations": ["parent_to_child", "child_to_parent"], "most_a_year": 5000, "answer_days": 14,
        "source": "市教育局〔2026〕12号", "begins_on": date(2026, 1, 1),
    }  # fmt: skip
    return services.Law(**plain | more)


def drafted(world: World, a_law: services.Law | None = None) -> GivingRules:
    return services.draft_rules(actor=world.drafter, public_id=uuid4(), law=a_law or law(), at=NOW)


def in_force(world: World, **more: Any) -> GivingRules:
    return services.approve_rules(actor=world.approver, rules=drafted(world, law(**more)), at=NOW)


def offered(world: World, points: int = 1000, *, at: datetime = NOW, by: Person | None = None, tie: Any = None) -> Gift:
    row = services.offer(
        actor=of(by or world.mother), public_id=uuid4(), along=(tie or world.tie).public_id, points=points, at=at
    )
    return whole(row)


def whole(row: Gift) -> Gift:
    return Gift.objects.select_related("giver", "receiver", "rules").get(pk=row.pk)


def agreed_with_ledger() -> None:
    """What triggers compare at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
