"""Certificates of completion: made with the decision that says it, and printed from what was certified then."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xuecheng.city.territories.models import Installation
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.teaching import queries
from xuecheng.coordination.teaching.models import Certificate, Decision
from xuecheng.learning.credentials.rules import transcript_code

_RANDOM_BYTES = 8
"""Of which a code takes 60 bits, as a transcript's does (C-88)."""


@dataclass(frozen=True)
class Shared:
    """What all decisions of a class share: asked once, however many are decided."""

    days: tuple[date, date] | None
    """The first and the last day on which it was held; None if it never was."""
    printed: dict[str, Any]


def shared_by(row: CourseClass) -> Shared:
    """Two queries."""
    days = queries.days_held(row)
    installation = Installation.objects.select_related("city").first()
    course, host = row.version.course, row.host
    return Shared(
        days,
        {
            "form": 1,
            "course_zh": course.title_zh,
            "course_en": course.title_en or course.title_zh,
            "college_zh": host.name_zh,
            "college_en": host.name_en or host.name_zh,
            "class": row.code,
            "began_on": days[0].isoformat() if days else "",
            "ended_on": days[1].isoformat() if days else "",
            "is_demonstration": bool(installation and installation.is_demonstration),
        },
    )


def issue_within(decision: Decision, *, holder: str, shared: Shared, at: datetime) -> Certificate:
    """The certificate of a decision that somebody completed, in the decision's own change."""
    printed = {"holder": holder, "attended": decision.attended, "held": decision.held, "minutes": decision.minutes}
    return Certificate.objects.create(
        code=transcript_code(secrets.token_bytes(_RANDOM_BYTES)), book=decision.book, learner_id=decision.learner_id,
        decision=decision, issued_at=at, snapshot=shared.printed | printed,
    )  # fmt: skip
