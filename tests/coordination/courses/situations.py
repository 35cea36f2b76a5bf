"""Courses as they stand in the database, without the steps that made them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from city.situations import TODAY, a_person
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.coordination.courses.models import Course, CourseVersion

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=clock.zone())
_numbers = count(1)


def a_course(owner: Organisation, **more: Any) -> Course:
    facts: dict[str, Any] = {
        "public_id": uuid7(), "owner": owner, "territory": owner.territory, "title_zh": f"书法入门{next(_numbers)}",
        "subject": "calligraphy", "languages": ["yue", "cmn"],
    } | more  # fmt: skip
    return Course.objects.create(**facts)


def a_version(course: Course, **more: Any) -> CourseVersion:
    """Version 1, approved, for district colleges and street schools."""
    facts: dict[str, Any] = {
        "public_id": uuid7(), "course": course, "number": 1, "state": "approved", "outcome": "能写好二十个常用字",
        "level": 1, "sessions": 4, "minutes": 90, "levels": ["district", "street"], "seats_least": 5, "seats_most": 20,
    } | more  # fmt: skip
    if "drafted_by" not in facts:
        facts["drafted_by"] = a_person("谢编写", territory=course.territory)
    if facts["state"] not in {"draft", "in_review"} and "decided_by" not in facts:
        facts |= {"decided_by": a_person("罗审核", territory=course.territory), "decided_at": NOW}
        facts.setdefault("decision_reason", "合适")
    return CourseVersion.objects.create(**facts)
