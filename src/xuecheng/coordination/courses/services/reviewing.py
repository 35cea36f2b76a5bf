"""Verbs of review: somebody who had no hand in a version approves it or sends it back; the owner retires one."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.coordination.courses import news, rules
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.courses.queries import REVIEW, WRITE, hands_in

from .writing import check_unit, locked, locked_version

State = CourseVersion.State


def approve_version(*, actor: Standing, version: CourseVersion, at: datetime, reason: str = "") -> CourseVersion:
    """Let classes be planned from it, for ever as it is; the version approved before retires.

    Right: courses.review_course at the owner, and no hand in it (four eyes). Approved twice by the same, the second
    changes nothing. Raises `Denied`, `NotInReview`, `OwnVersion`, `UnitNotOpen`.
    """
    require(actor, REVIEW, on=version)
    with trace.change(by=actor.person, why=reason.strip() or gettext_noop("Approved")):
        locked(version.course)
        row = locked_version(version)
        if row.state == State.APPROVED and row.decided_by_id in actor.person_keys:
            return row
        rules.check_move(row.state, State.APPROVED)
        rules.check_reviewer(actor.person_keys, hands_in(row))
        check_unit(row.unit, on=clock.date_of(at))
        for before in CourseVersion.objects.filter(course=row.course, state=State.APPROVED):
            before.state = State.RETIRED
            before.save(update_fields=["state"])
        row.state, row.decided_by, row.decided_at, row.decision_reason = (
            State.APPROVED,
            actor.person,
            at,
            reason.strip(),
        )
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        news.tell_decided(row, at=at)
    return row


def return_version(*, actor: Standing, version: CourseVersion, at: datetime, reason: str) -> CourseVersion:
    """Send it back with what is to be changed; its unit may change it and send it again.

    Right: courses.review_course at the owner, and no hand in it (four eyes). Sent back twice by the same, the second
    changes nothing. Raises `Denied`, `NotInReview`, `OwnVersion`, `DecisionReasonMissing`.
    """
    require(actor, REVIEW, on=version)
    if not reason.strip():
        raise rules.DecisionReasonMissing
    with trace.change(by=actor.person, why=reason):
        locked(version.course)
        row = locked_version(version)
        if row.state == State.RETURNED and row.decided_by_id in actor.person_keys:
            return row
        rules.check_move(row.state, State.RETURNED)
        rules.check_reviewer(actor.person_keys, hands_in(row))
        row.state, row.decided_by, row.decided_at, row.decision_reason = (
            State.RETURNED,
            actor.person,
            at,
            reason.strip(),
        )
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        news.tell_decided(row, at=at)
    return row


def retire_version(*, actor: Standing, version: CourseVersion, why: str) -> CourseVersion:
    """Plan no new class from it; classes that have it keep it. Retired twice, the second changes nothing.

    Right: courses.write_course at the owner. Raises `Denied`, `ReasonMissing`, `NotApproved`.
    """
    require(actor, WRITE, on=version)
    with trace.change(by=actor.person, why=why):
        locked(version.course)
        row = locked_version(version)
        if row.state == State.RETIRED:
            return row
        rules.check_move(row.state, State.RETIRED)
        row.state = State.RETIRED
        row.save(update_fields=["state"])
    return row
