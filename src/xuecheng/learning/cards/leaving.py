"""What becomes of cards when a learner is erased: numbers stay under the pseudonym and are read nowhere any more."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import STAYS, Leaver, fate, when_erased

from .models import Card, Device
from .services import withdraw_card

IN_OFFICE_FIELDS = (("Card", "issued_by"), ("Card", "changed_by"), ("Use", "by"))
"""Who did something at a counter."""


def _leave(leaver: Leaver) -> None:
    for card in Card.objects.filter(account__in=leaver.keys):
        withdraw_card(card, at=leaver.at)
    Device.objects.filter(card__account__in=leaver.keys).exclude(name="").update(name="")


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"cards.{model}", field, becomes=STAYS)
