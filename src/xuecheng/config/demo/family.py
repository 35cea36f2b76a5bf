"""Points within families in the demonstration: rules in force, relations recorded, gifts that wait, went and came back.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.people.models import Person
from xuecheng.learning.redemption.queries import points_of
from xuecheng.learning.transfers import services
from xuecheng.learning.transfers.models import Gift, GivingRules, Kinship, Relation

from .place import NAMESPACE

_DAYS = timedelta(days=1)


def give(staff: dict[str, Person], drafts: Standing, decides: Standing, *, now: datetime) -> None:
    """何家霖 is the son of 陈惠芬: she gave him some, offers more, and he once declined. A sister waits for her yes."""
    with transaction.atomic():
        if GivingRules.objects.exists():
            return
        _rules(drafts, decides, at=now - 120 * _DAYS)
        mother, son, clerk = staff["chen.huifen"], staff["he.jialin"], staff["mai.yuqing"]
        began = now - 40 * _DAYS
        tie = _related("son", (mother, son), "parent", clerk=clerk, proof="户口簿，一号柜", at=began)
        for person in (mother, son):
            services.agree_kinship(actor=_as(person, began), kinship=tie, at=began + _DAYS)
        _related(
            "sister",
            (mother, _another(mother, son)),
            "sibling",
            clerk=clerk,
            proof="派出所亲属关系证明",
            at=now - _DAYS,
        )
        if points_of([mother.pk]).free < 600:
            return
        for key, points, days in (("declined", 200, 9), ("given", 300, 8), ("waits", 100, 1)):
            at = now - days * _DAYS
            gift = services.offer(actor=_as(mother, at), public_id=_id(key), along=tie.public_id, points=points, at=at)
            gift = Gift.objects.select_related("giver", "receiver", "rules").get(pk=gift.pk)
            answer = {"declined": services.decline, "given": services.accept}.get(key)
            if answer is not None:
                answer(actor=_as(son, at), gift=gift, at=at + timedelta(hours=3))


def _rules(drafts: Standing, decides: Standing, *, at: datetime) -> None:
    law = services.Law(
        relations=[one for one in Relation.values if not one.endswith("guardian")], most_a_year=5000, answer_days=14,
        source="穗学分〔2026〕6号", begins_on=date(2026, 1, 1),
    )  # fmt: skip
    row = services.draft_rules(actor=drafts, public_id=_id("rules"), law=law, at=at)
    services.approve_rules(actor=decides, rules=row, at=at + _DAYS)


def _related(key: str, pair: tuple[Person, Person], kind: str, *, clerk: Person, proof: str, at: datetime) -> Kinship:
    """`kind` is what the first of the pair is to the second."""
    one, other = pair
    return services.record_kinship(
        actor=_as(clerk, at), public_id=_id(f"kin:{key}"), one=one, other=other, kind=kind, proof=proof, at=at
    )


def _another(*known: Person) -> Person:
    """A resident who is neither of them, the same one at every load."""
    rows = Person.objects.filter(is_fictional=True, is_active=True, merged_into=None, sign_in_name__startswith="r0")
    return rows.exclude(pk__in=[one.pk for one in known]).order_by("sign_in_name")[3]


def _as(person: Person, at: datetime) -> Standing:
    return standing_of(person, today=clock.date_of(at))


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"family:{key}")
