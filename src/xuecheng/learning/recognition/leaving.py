"""What becomes of recognition when a learner is erased: results and postings stay, under the pseudonym."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import BLANKED, STAYS, fate


def declare() -> None:
    """Called from `apps.py`. Of postings, the owner's function takes what identifies the learner out of reasons."""
    fate("recognition.Posting", "learner", becomes=BLANKED)
    fate("recognition.Result", "learner", becomes=STAYS)
    fate("recognition.SetAside", "learner", becomes=STAYS)
    fate("recognition.RuleVersion", "drafted_by", "decided_by", becomes=STAYS)
    fate("recognition.DryRun", "asked_by", becomes=STAYS)
    fate("recognition.Run", "started_by", becomes=STAYS)
