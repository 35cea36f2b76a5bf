"""What becomes of gifts when somebody is erased: amounts stay under the pseudonym; what waits must end first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Gift, Kinship

IN_OFFICE_FIELDS = (
    ("GivingRules", "drafted_by"),
    ("GivingRules", "decided_by"),
    ("GivingRules", "ended_by"),
    ("Kinship", "recorded_by"),
)
"""Who decided something for the city."""


class GiftWaits(Refusal):
    message = _("Points within your family still wait for an answer.")
    remedy = _("Answer them, or take them back first.")


def _waits(keys: Sequence[int], at: datetime) -> None:
    del at
    mine = Q(giver__in=keys) | Q(receiver__in=keys)
    if Gift.objects.filter(mine, state=Gift.State.OFFERED).exists():
        raise GiftWaits


def _end(leaver: Leaver) -> None:
    """Whoever left is related to nobody here any more."""
    mine = Q(one__in=leaver.keys) | Q(other__in=leaver.keys)
    for row in Kinship.objects.filter(mine, ended_at=None):
        row.ended_at, row.ended_by_id = leaver.at, leaver.keys[0]
        row.save(update_fields=["ended_at", "ended_by"])


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_waits)
    fate("transfers.Gift", "giver", "receiver", becomes=STAYS)
    fate("transfers.Kinship", "one", "other", "ended_by", becomes=STAYS)
    when_erased(_end)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"transfers.{model}", field, becomes=STAYS)
