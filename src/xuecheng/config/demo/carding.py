"""Learning cards in the demonstration: phones, where a card was read, and cards in every state.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.cards import queries, rules, services
from xuecheng.learning.cards.models import Card, Device

from .place import NAMESPACE

_DAYS, _HOURS = timedelta(days=1), timedelta(hours=1)
_SCHOOL = "LW-SQXX01"
_HOLDERS = ("chen.huifen", "he.jialin")


def cards(staff: dict[str, Person], *, now: datetime) -> None:
    """Her phones and visits; of four residents one card frozen, one found, one replaced, one handed back."""
    with transaction.atomic():
        if Device.objects.exists():
            return
        school = Organisation.objects.select_related("territory").get(code=_SCHOOL)
        clerk = standing_of(staff["mai.yuqing"], today=clock.date_of(now))
        _her_phones(staff["chen.huifen"], clerk, school, now=now)
        others = Card.objects.filter(state=Card.State.ACTIVE).exclude(account__person__sign_in_name__in=_HOLDERS)
        lost, found, replaced, returned = others.select_related("account__person__territory").order_by("account")[:4]
        services.freeze_card(actor=clerk, card=lost, reason="lost", at=now - 2 * _DAYS)
        services.freeze_card(actor=clerk, card=found, reason="found", kept_at=school, at=now - _DAYS)
        services.replace_card(
            actor=clerk, public_id=_key("replaced"), card=replaced, reason="stolen", at=now - 20 * _DAYS
        )
        services.hand_back_card(actor=clerk, card=returned, at=now - 40 * _DAYS)


def _her_phones(person: Person, clerk: Standing, school: Organisation, *, now: datetime) -> None:
    """An old phone that she gave away, the one of today, and three visits: by phone, by digits, by paper."""
    holder = standing_of(person, today=clock.date_of(now))
    card = queries.card_of(holder.person_keys)
    assert card is not None, "she has an account"
    old = services.enrol_device(
        actor=holder, public_id=_key("old"), card=card, name="旧手机", at=now - 90 * _DAYS
    ).device
    old.card = card
    services.revoke_device(actor=holder, device=old, at=now - 30 * _DAYS)
    made = services.enrol_device(actor=holder, public_id=_key("new"), card=card, name="我的手机", at=now - 30 * _DAYS)
    for days, how in ((25, "picture"), (11, "spoken"), (4, "number")):
        at = now - days * _DAYS - 2 * _HOURS
        step = rules.step_of(at)
        text = {
            "picture": rules.qr_text(
                made.secret, card=card.number, key_version=made.device.key_version, step=step
            ),
            "spoken": card.number + rules.spoken_code(made.secret, step),
        }.get(how, card.number)  # fmt: skip
        services.read_card(
            actor=clerk, public_id=_key(f"use:{how}"), organisation=school, text=text, at=at,
            confirmed="document" if how == "number" else "",
        )  # fmt: skip


def _key(name: str) -> UUID:
    return uuid5(NAMESPACE, f"card:{name}")
