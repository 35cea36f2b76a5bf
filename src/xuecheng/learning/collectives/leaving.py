"""What becomes of collective accounts when a member is erased: they leave; what the collective earned stays."""

from __future__ import annotations

from django.db.models import Q

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, when_erased

from .models import Collective, Membership
from .services import end

IN_OFFICE_FIELDS = (
    ("Collective", "decided_by"),
    ("Collective", "closed_by"),
    ("Membership", "changed_by"),
    ("Deposit", "deposited_by"),
    ("Deposit", "taken_back_by"),
)
"""Who did something for an institution, or kept an account."""


def _leave(leaver: Leaver) -> None:
    mine = Q(applied_by__in=leaver.keys) | Q(memberships__person__in=leaver.keys)
    for row in Collective.objects.filter(mine).distinct().order_by("pk"):
        about, words = leaver.without_words(row.about)[:500], leaver.without_words(row.words)[:300]
        Collective.objects.filter(pk=row.pk).update(about=about, words=words)
        if row.state == Collective.State.APPLIED and row.applied_by_id in leaver.keys:
            Collective.objects.filter(pk=row.pk).update(state=Collective.State.WITHDRAWN)
    live = Membership.objects.filter(person__in=leaver.keys, state__in=["asked", "standing"])
    for one in live.select_related("collective").order_by("collective_id", "pk"):
        end(one, by=None, at=leaver.at, is_last=True)


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("collectives.Collective", "applied_by", becomes=BLANKED)
    fate("collectives.Membership", "person", becomes=STAYS)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"collectives.{model}", field, becomes=STAYS)
