"""What courses keep of a person: who wrote and who decided, in office."""

from __future__ import annotations

from xuecheng.city.mydata.parts import IN_OFFICE, leave_out


def declare() -> None:
    """Called from `apps.py`."""
    leave_out("courses.CourseVersion", "drafted_by", why=IN_OFFICE)
    leave_out("courses.CourseVersion", "decided_by", why=IN_OFFICE)
