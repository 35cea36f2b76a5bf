"""What becomes of recognition when a learner is erased: results and postings stay, under the pseudonym."""

from __future__ import annotations

from typing import Any

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, when_erased

from .models import Result


def _leave(leaver: Leaver) -> None:
    """Why a credit was taken back is an officer's own words, in the answer too."""
    for row in Result.objects.filter(learner__in=leaver.keys, state=Result.State.REVERSED):
        kept = [_without_words(reason, leaver) for reason in row.reasons]
        if kept != row.reasons:
            Result.objects.filter(record_id=row.record_id, book=row.book).update(reasons=kept)


def _without_words(reason: dict[str, Any], leaver: Leaver) -> dict[str, Any]:
    values = reason.get("values", {})
    kept = {name: leaver.without_words(value) if isinstance(value, str) else value for name, value in values.items()}
    return {**reason, "values": kept} if values else reason


def declare() -> None:
    """Called from `apps.py`. Of postings, the owner's function takes what identifies the learner out of reasons."""
    when_erased(_leave)
    fate("recognition.Posting", "learner", becomes=BLANKED)
    fate("recognition.Result", "learner", becomes=BLANKED)
    fate("recognition.SetAside", "learner", becomes=STAYS)
    fate("recognition.Withholding", "learner", becomes=STAYS)
    fate("recognition.RuleVersion", "drafted_by", "decided_by", becomes=STAYS)
    fate("recognition.DryRun", "asked_by", becomes=STAYS)
    fate("recognition.Run", "started_by", becomes=STAYS)
