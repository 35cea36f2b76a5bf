"""Roll-out keeps nothing of learners: only who decided what in office."""

from __future__ import annotations

from xuecheng.city.mydata.parts import IN_OFFICE, leave_out

from .leaving import IN_OFFICE_FIELDS


def declare() -> None:
    """Called from `apps.py`."""
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"rollout.{model}", field, why=IN_OFFICE)
