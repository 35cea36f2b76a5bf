"""What becomes of records when their learner is erased: they stay; words about the learner go from what lies beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, WORDS_GONE, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Dispute, DoubleReport


class ObjectionOpen(Refusal):
    message = _("An objection to one of the records is not answered yet.")
    remedy = _("Wait for the answer, or take the objection back first.")


def _has_objection(keys: Sequence[int], at: datetime) -> None:
    del at
    if Dispute.objects.filter(learner__in=keys, state=Dispute.State.OPEN).exists():
        raise ObjectionOpen


def _leave(leaver: Leaver) -> None:
    """What was said in objections goes. The records themselves are append-only: the owner's function takes what
    identifies the learner out of their notes."""
    Dispute.objects.filter(learner__in=leaver.keys).update(complaint=WORDS_GONE)
    Dispute.objects.filter(learner__in=leaver.keys).exclude(answer="").update(answer=WORDS_GONE)
    for row in DoubleReport.objects.filter(learner__in=leaver.keys).exclude(reason=""):
        reason = leaver.without_words(row.reason)[:300]
        if reason != row.reason:
            DoubleReport.objects.filter(pk=row.pk).update(reason=reason)


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_has_objection)
    when_erased(_leave)
    fate("records.LearningRecord", "learner", becomes=BLANKED)
    fate("records.Dispute", "learner", becomes=BLANKED)
    fate("records.DoubleReport", "learner", becomes=BLANKED)
    fate("records.SourceKey", "learner", becomes=STAYS)
    fate("records.Dispute", "answered_by", becomes=STAYS)
    fate("records.DoubleReport", "decided_by", becomes=STAYS)
