"""What becomes of learning from outside when somebody is erased: credit and verdicts stay, the file and words go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Delivery, ForeignRecord


class OutsideWaits(Refusal):
    message = _("Something that was learnt elsewhere is not decided yet.")
    remedy = _("Take it back first, or wait until it is decided.")


def _waits(keys: Sequence[int], at: datetime) -> None:
    del at
    waiting = ForeignRecord.objects.filter(learner__in=keys, state=ForeignRecord.State.WAITING)
    at_work = (Delivery.State.OPENED, Delivery.State.RECEIVED)
    if waiting.exists() or Delivery.objects.filter(learner__in=keys, state__in=at_work).exists():
        raise OutsideWaits


def _leave(leaver: Leaver) -> None:
    """The file goes, and what in it names the learner; what was recognised, from whom and by which rule, stays."""
    files = Delivery.objects.filter(learner__in=leaver.keys)
    files.filter(state=Delivery.State.SHOWN).update(state=Delivery.State.DROPPED, sealed=b"", preview=[])
    files.update(sealed=b"", preview=[], file_name="—", problems=[])
    rows = ForeignRecord.objects.filter(learner__in=leaver.keys)
    rows.update(identifier="", place="", signed_by="", findings=[])
    rows.exclude(words="").update(words="—")
    rows.exclude(asked_words="").update(asked_words="—")


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_waits)
    when_erased(_leave)
    fate("foreign.Delivery", "learner", becomes=BLANKED)
    fate("foreign.ForeignRecord", "learner", becomes=BLANKED)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"foreign.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (
    ("ForeignIssuer", "drafted_by"),
    ("ForeignIssuer", "decided_by"),
    ("ForeignRule", "drafted_by"),
    ("ForeignRule", "decided_by"),
    ("ForeignTrial", "asked_by"),
    ("ForeignRecord", "decided_by"),
    ("ForeignRecord", "first_decided_by"),
)
"""Who did something for the certification body."""
