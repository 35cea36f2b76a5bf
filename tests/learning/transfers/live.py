"""Points within a family by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from psycopg.types.range import Range

from city.situations import TODAY, a_person, holding
from learning.redemption.situations import give_points
from learning.transfers.situations import law, whole
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.care.models import Guardianship
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.transfers import services
from xuecheng.learning.transfers.models import Gift, GivingRules, Kinship


def an_officer(name: str) -> Standing:
    person = a_person(name)
    holding(person, "certification_officer", territory=Territory.objects.get(level="city", is_current=True))
    return standing_of(person, today=TODAY)


def drafted(officer: Standing | None = None, **more: Any) -> GivingRules:
    load_frameworks()
    said = law(begins_on=date(2020, 1, 1), **more)
    return services.draft_rules(actor=officer or an_officer("起草欧"), public_id=uuid4(), law=said, at=clock.now())


def in_force(**more: Any) -> GivingRules:
    known = GivingRules.objects.filter(state="approved").first()
    return known or services.approve_rules(actor=an_officer("批准梁"), rules=drafted(**more), at=clock.now())


def a_tie(guardian: Person, child: Person) -> Guardianship:
    now = clock.now()
    return Guardianship.objects.create(
        public_id=uuid4(), child=child, guardian=guardian, relation="mother", proof="户口簿",
        child_born_on=date(2016, 5, 1), during=Range(now - timedelta(days=30), now + timedelta(days=300)),
        recorded_by=a_person("窗口员"), consented_at=now - timedelta(days=29),
    )  # fmt: skip


def offered(giver: Person, child: Person, *, points: int = 500) -> Gift:
    in_force()
    give_points(giver, points)
    made = services.offer(
        actor=standing_of(giver, today=TODAY), public_id=uuid4(), along=a_tie(giver, child).public_id,
        points=points, at=clock.now(),
    )  # fmt: skip
    return whole(made)


def a_kinship(one: Person, other: Person, *, clerk: Standing, is_agreed: bool = False) -> Kinship:
    """Recorded by a clerk of where the one lives."""
    row = services.record_kinship(
        actor=clerk, public_id=uuid4(), one=one, other=other, kind="sibling", proof="户口簿", at=clock.now()
    )
    for person in (one, other) if is_agreed else ():
        row = services.agree_kinship(actor=standing_of(person, today=TODAY), kinship=row, at=clock.now())
    return row
