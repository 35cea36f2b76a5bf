"""What becomes of redemption when a learner is erased: amounts stay under the pseudonym; words and numbers go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Part, Redemption


class ReservationRuns(Refusal):
    message = _("Something is still kept for you.")
    remedy = _("Fetch it or give it up first.")


def _runs(keys: Sequence[int], at: datetime) -> None:
    del at
    is_theirs = Q(learner__in=keys) | Q(pk__in=Part.objects.filter(learner__in=keys).values("redemption"))
    if Redemption.objects.filter(is_theirs, state=Redemption.State.RESERVED).exists():
        raise ReservationRuns


def _leave(leaver: Leaver) -> None:
    for key, words in Redemption.objects.filter(learner__in=leaver.keys).exclude(words="").values_list("pk", "words"):
        Redemption.objects.filter(pk=key).update(words=leaver.without_words(words)[:300])


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_runs)
    when_erased(_leave)
    fate("redemption.Redemption", "learner", becomes=BLANKED)
    fate("redemption.Allocation", "learner", becomes=STAYS)
    fate("redemption.Part", "learner", becomes=STAYS)
    fate("redemption.Handing", "person", becomes=STAYS)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"redemption.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (
    ("Offer", "drafted_by"),
    ("Offer", "published_by"),
    ("Offer", "closed_by"),
    ("StockMovement", "by"),
    ("Redemption", "reserved_by"),
    ("Handing", "by"),
)
"""Who did something for an institution."""
