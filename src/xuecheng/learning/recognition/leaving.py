"""What becomes of recognition when a learner is erased: results and postings stay, under the pseudonym."""

from __future__ import annotations

import json

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, when_erased

from .models import Result


def _leave(leaver: Leaver) -> None:
    """Why a credit was taken back is an officer's own words, in the answer too."""
    for row in Result.objects.filter(learner__in=leaver.keys, state=Result.State.REVERSED):
        said = json.dumps(row.reasons, ensure_ascii=False)
        kept = leaver.without_words(said)
        if kept != said:
            Result.objects.filter(record_id=row.record_id, book=row.book).update(reasons=json.loads(kept))


def declare() -> None:
    """Called from `apps.py`. Of postings, the owner's function takes what identifies the learner out of reasons."""
    when_erased(_leave)
    fate("recognition.Posting", "learner", becomes=BLANKED)
    fate("recognition.Result", "learner", becomes=BLANKED)
    fate("recognition.SetAside", "learner", becomes=STAYS)
    fate("recognition.RuleVersion", "drafted_by", "decided_by", becomes=STAYS)
    fate("recognition.DryRun", "asked_by", becomes=STAYS)
    fate("recognition.Run", "started_by", becomes=STAYS)
