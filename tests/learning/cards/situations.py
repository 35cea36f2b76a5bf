"""People with cards, phones that show them, a counter that reads them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from city.situations import TODAY, a_person, a_registrar, an_organisation, holding, small_city, standing_of
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.cards import queries, rules, services
from xuecheng.learning.cards.models import Card
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import card_number

NOW = datetime.fromisoformat("2026-11-24T10:00:07+08:00")
_numbers = count(550_000_000_001)
VECTOR_SECRET = hashlib.sha256(b"demo card secret 1").digest()


@dataclass
class Counter:
    """A holder with a card, the clerk of their street, a registrar of a college there."""

    college: Organisation
    clerk: Standing
    registrar: Standing
    holder: Standing

    @property
    def card(self) -> Card:
        found = queries.card_of(self.holder.person_keys)
        assert found is not None
        return found


def of(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def with_card(person: Person, *, at: datetime = NOW) -> Person:
    LearningAccount.objects.create(person=person, card_number=card_number(f"{next(_numbers):012}"), opened_at=at)
    return person


def a_clerk(territory: object, name: str = "麦柜台") -> Standing:
    person = a_person(name)
    holding(person, "counter_clerk", territory=territory)  # type: ignore[arg-type]  # a territory
    return of(person)


def a_counter() -> Counter:
    street = small_city()["五山街道"]
    college = an_organisation(street, name_zh="五山社区学校")
    holder = with_card(a_person("陈嘉敏", territory=street))
    return Counter(college, a_clerk(street), a_registrar(college), of(holder))


@dataclass
class Phone:
    """What a phone knows: the card, its key version and the secret."""

    card: str
    key_version: int
    secret: bytes
    off: timedelta = timedelta()

    def picture(self, at: datetime) -> str:
        return rules.qr_text(
            self.secret, card=self.card, key_version=self.key_version, step=rules.step_of(at + self.off)
        )

    def spoken(self, at: datetime) -> str:
        return f"{self.card} {rules.spoken_code(self.secret, rules.step_of(at + self.off))}"


def a_phone(holder: Standing, *, at: datetime | None = None, name: str = "我的手机") -> Phone:
    card = queries.card_of(holder.person_keys)
    assert card is not None
    made = services.enrol_device(actor=holder, public_id=uuid4(), card=card, name=name, at=at or clock.now())
    return Phone(card.number, made.device.key_version, made.secret)


def read(counter: Counter, text: str, *, at: datetime = NOW, **more: object) -> services.ReadCard:
    return services.read_card(
        **{  # type: ignore[arg-type]  # as a test wishes
            "actor": counter.registrar, "public_id": uuid4(), "organisation": counter.college, "text": text, "at": at,
        }
        | more
    )  # fmt: skip
