"""Verbs of the exchange of courses between colleges 配送 (N-04): sharing a course, and copying what another shares."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.coordination.courses import rules
from xuecheng.coordination.courses.models import Course, CourseVersion
from xuecheng.coordination.courses.queries import WRITE, is_given

from .writing import OwnerNotActive, course_refusals, locked

COPIED = (
    "outcome", "outcome_en", "level", "sessions", "minutes", "least_attendance_percent", "is_assessed",
    "entry_requirement", "entry_reason", "fee_fen", "waivers", "materials", "levels", "seats_least", "seats_most",
)  # fmt: skip


class CopyOfOwn(Refusal):
    message = _("This is the college's own course.")
    remedy = _("Write a new version of it.")
    field = "owner"


def share_course(*, actor: Standing, course: Course, is_shared: bool) -> Course:
    """Let other colleges hold and copy a course, or no longer. Classes that they hold already stay as they are.

    Right: courses.write_course at the owner. Raises `Denied`.
    """
    require(actor, WRITE, on=course)
    why = gettext_noop("Shared with other colleges") if is_shared else gettext_noop("Shared no longer")
    with trace.change(by=actor.person, why=why):
        row = locked(course)
        if row.is_shared != is_shared:
            row.is_shared = is_shared
            row.save(update_fields=["is_shared"])
    return row


def copy_course(
    *,
    actor: Standing,
    public_id: UUID,
    version_id: UUID,
    source: CourseVersion,
    owner: Organisation,
    title_zh: str = "",
    at: datetime,
) -> CourseVersion:
    """Begin a course of one's own from what another college shares: a draft, to be changed and reviewed as any other.

    A certification unit that is given no more is left out. Asked again with the same ids, the same draft. Right:
    courses.write_course at the new owner. Raises `Denied`, `CopyOfOwn`, `NotShared`, `NotApproved`, `OwnerNotActive`,
    `TitleTaken`, `FormUsedBefore`.
    """
    require(actor, WRITE, on=owner)
    with trace.change(by=actor.person, why=gettext_noop("Copied from a shared course")), course_refusals():
        known = CourseVersion.objects.select_related("course").filter(public_id=version_id).first()
        if known is not None:
            course = known.course
            if (course.public_id, course.owner_id, course.copied_from_id) != (public_id, owner.pk, source.pk):
                raise FormUsedBefore
            return known
        if not owner.is_active:
            raise OwnerNotActive
        origin = locked(source.course)
        if origin.owner_id == owner.pk:
            raise CopyOfOwn
        if not origin.is_shared:
            raise rules.NotShared(owner=origin.owner.name)
        row = CourseVersion.objects.select_related("unit").get(pk=source.pk)
        rules.check_move(row.state, CourseVersion.State.RETIRED)
        same = ("title_en", "subject", "audience", "languages")
        made, is_new = Course.objects.get_or_create(
            public_id=public_id,
            defaults={
                "owner": owner, "territory": owner.territory, "title_zh": title_zh.strip() or origin.title_zh,
                "copied_from": row, **{name: getattr(origin, name) for name in same},
            },
        )  # fmt: skip
        if not is_new:
            raise FormUsedBefore
        unit = row.unit if row.unit is not None and is_given(row.unit, on=clock.date_of(at)) else None
        return CourseVersion.objects.create(
            public_id=version_id, course=made, number=1, drafted_by=actor.person, unit=unit,
            **{name: getattr(row, name) for name in COPIED},
        )  # fmt: skip
