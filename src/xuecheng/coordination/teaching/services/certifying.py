"""Certificates of completion: made with the decision that says it, and printed from what was certified then; and those
of decisions that were made before there were certificates.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.territories.models import Installation
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.services.locking import locked_class
from xuecheng.coordination.teaching import queries
from xuecheng.coordination.teaching.models import Certificate, Decision
from xuecheng.learning.credentials.rules import transcript_code

ROBOT = trace.robot("teaching")
"""Acts where the clock does: certificates that are missing."""
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


def issue_missing(*, after: int, most: int, at: datetime) -> tuple[int, int]:
    """Give whoever completed a class before there were certificates the certificate of that decision (I2).

    Looks at `most` decisions with a key above `after`; answers the key of the last, 0 when none is left, and how many
    were issued. Each in a transaction of its own under the lock of its class, as decisions are: whoever is decided anew
    meanwhile gets the newer one's, and run again, or by two at once, nothing is doubled. Nobody is told: they were when
    it was decided. Whoever left gets none. It asks for no right: it adds nothing to what was decided.
    """
    rows = queries.uncertified(after=after)[:most]
    shared: dict[int, Shared] = {}
    issued = 0
    for found in rows:
        with trace.change(by=ROBOT, why=gettext_noop("Certificate of an earlier decision")):
            row = locked_class(found.enrolment.course_class_id)
            one = queries.uncertified(after=found.pk - 1).filter(pk=found.pk).first()
            if one is None:
                continue
            if row.pk not in shared:
                shared[row.pk] = shared_by(row)
            issue_within(one, holder=one.enrolment.person.name, shared=shared[row.pk], at=at)
            issued += 1
    return (rows[len(rows) - 1].pk if rows else 0), issued
