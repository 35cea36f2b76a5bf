"""What becomes of roll-out when somebody is erased: who decided in office stays, under the pseudonym."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import STAYS, fate


def declare() -> None:
    """Called from `apps.py`."""
    for model, field in IN_OFFICE_FIELDS:
        fate(f"rollout.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (
    ("Accreditation", "proposed_by"),
    ("Accreditation", "decided_by"),
    ("Accreditation", "ended_by"),
    ("Suspension", "suspended_by"),
    ("Suspension", "lifted_by"),
    ("Phase", "planned_by"),
    ("Phase", "opened_by"),
    ("Phase", "closed_by"),
)
"""Who did something for the certification body."""
