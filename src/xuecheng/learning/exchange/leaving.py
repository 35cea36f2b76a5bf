"""What becomes of exchange when a learner is erased: amounts and verdicts stay under the pseudonym; words go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Appeal, Case


class ExchangeRuns(Refusal):
    message = _("An exchange of credits, or an appeal about one, is not decided yet.")
    remedy = _("Take the request back first, or wait until it is decided.")


def _runs(keys: Sequence[int], at: datetime) -> None:
    del at
    cases = Case.objects.filter(learner__in=keys, state__in=Case.OPEN)
    appeals = Appeal.objects.filter(case__learner__in=keys, state=Appeal.State.OPEN)
    if cases.values("pk").union(appeals.values("pk"), all=True).exists():
        raise ExchangeRuns


def _leave(leaver: Leaver) -> None:
    for key, words in Case.objects.filter(learner__in=leaver.keys).exclude(words="").values_list("pk", "words"):
        Case.objects.filter(pk=key).update(words=leaver.without_words(words)[:500])
    for row in Appeal.objects.filter(case__learner__in=leaver.keys):
        row.words = leaver.without_words(row.words)[:500]
        row.answer = leaver.without_words(row.answer)[:500]
        row.save(update_fields=["words", "answer"])


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_runs)
    when_erased(_leave)
    fate("exchange.Case", "learner", becomes=BLANKED)
    fate("exchange.Lot", "learner", becomes=STAYS)
    fate("exchange.BatchRow", "learner", becomes=STAYS)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"exchange.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (
    ("Agreement", "drafted_by"),
    ("Agreement", "decided_by"),
    ("Party", "signed_by"),
    ("Batch", "asked_by"),
    ("Case", "asked_by"),
    ("Case", "decided_by"),
    ("Appeal", "decided_by"),
    ("ClearingPeriod", "drawn_by"),
    ("ClearingPeriod", "closed_by"),
    ("Statement", "one_seen_by"),
    ("Statement", "other_seen_by"),
    ("Doubt", "raised_by"),
    ("Doubt", "answered_by"),
)
"""Who did something for an institution."""
