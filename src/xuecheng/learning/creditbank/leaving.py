"""What becomes of the credit bank when a learner is erased: all of it stays, under the pseudonym."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import STAYS, fate


def declare() -> None:
    """Called from `apps.py`. The card's number is random and names nobody; files find no learner by it any more."""
    fate("creditbank.LearningAccount", "person", becomes=STAYS)
    fate("creditbank.UnitVersion", "drafted_by", "decided_by", becomes=STAYS)
    fate("creditbank.LedgerCheck", "asked_by", becomes=STAYS)
