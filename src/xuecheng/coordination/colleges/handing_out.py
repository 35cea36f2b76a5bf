"""What the network keeps of a person: evidence and declarations given in office."""

from __future__ import annotations

from xuecheng.city.mydata.parts import IN_OFFICE, leave_out


def declare() -> None:
    """Called from `apps.py`."""
    leave_out("colleges.ShareOffer", "declared_by", why=IN_OFFICE)
    leave_out("colleges.StandardEvidence", "given_by", why=IN_OFFICE)
    leave_out("colleges.StandardEvidence", "reviewed_by", why=IN_OFFICE)
