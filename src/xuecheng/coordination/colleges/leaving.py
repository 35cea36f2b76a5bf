"""What becomes of evidence and declarations when whoever gave them is erased: they stay, by the pseudonym."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import STAYS, fate


def declare() -> None:
    """Called from `apps.py`."""
    fate("colleges.ShareOffer", "declared_by", becomes=STAYS)
    fate("colleges.StandardEvidence", "given_by", becomes=STAYS)
    fate("colleges.StandardEvidence", "reviewed_by", becomes=STAYS)
