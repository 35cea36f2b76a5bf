"""Valid numbers of nobody, and documents of people."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from city.situations import TODAY, a_person, holding
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.people.models import Person
from xuecheng.city.realname import rules, services
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.territories.models import Territory

NOW = clock.now()


def a_number(count: int = 1, *, area: str = "440106", born: date = date(1958, 3, 15)) -> str:
    body = f"{area}{born:%Y%m%d}{count:03}"
    return body + rules.check_sign(body)


def a_counter_clerk(territory: Territory, name: str = "窗口甲") -> Standing:
    person = a_person(name)
    holding(person, "counter_clerk", territory=territory)
    return standing_of(person, today=TODAY)


def claimed(
    actor: Standing, person: Person, number: str, *, kind: str = rules.RESIDENT, **more: Any
) -> IdentityDocument:
    claim = services.Claim(public_id=more.pop("public_id", uuid4()), kind=kind, number=number, **more)
    return services.claim_document(actor=actor, person=person, claim=claim, at=NOW)


def verified(actor: Standing, document: IdentityDocument, **more: Any) -> IdentityDocument:
    wished: dict[str, Any] = {"seen": "original", "at": NOW, "reason": "本人到场"} | more
    return services.verify_at_counter(actor=actor, document=document, **wished)
