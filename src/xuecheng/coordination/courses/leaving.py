"""What becomes of courses when whoever wrote or reviewed them is erased: they stay, under the pseudonym."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import STAYS, fate


def declare() -> None:
    """Called from `apps.py`."""
    fate("courses.CourseVersion", "drafted_by", becomes=STAYS)
    fate("courses.CourseVersion", "decided_by", becomes=STAYS)
