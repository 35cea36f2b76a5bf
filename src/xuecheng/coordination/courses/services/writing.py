"""Verbs of whoever writes courses for a unit: the course with its first draft, further versions, sending to review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.courses import rules
from xuecheng.coordination.courses.models import Course, CourseVersion
from xuecheng.coordination.courses.queries import WRITE, is_given
from xuecheng.learning.creditbank.models import UnitVersion

State = CourseVersion.State


class OwnerNotActive(Refusal):
    message = _("This organisation does not work now.")
    field = "owner"


class TitleTaken(Refusal):
    message = _("This college has a course of that title already.")
    remedy = _("Write a new version of that one, or choose another title.")
    field = "title_zh"


class VersionInWork(Refusal):
    message = _("A version of this course is being written already.")
    remedy = _("Go on with that one.")


class CourseKept(Refusal):
    """What learners know a course by stays, once a version was approved."""

    message = _("This course was approved under its title, so title, subject, audience and languages stay.")
    remedy = _("Write a new course instead.")
    field = "title_zh"


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """What a course is called and what it is about: the same for all its versions."""

    title_zh: str
    title_en: str = ""
    subject: str
    audience: str
    languages: Sequence[str]

    def values(self) -> dict[str, Any]:
        """As the columns take them. Raises `TitleMissing`, `LanguageMissing`."""
        rules.check_facts(title_zh=self.title_zh, languages=self.languages)
        return {
            "title_zh": self.title_zh.strip(),
            "title_en": self.title_en.strip(),
            "subject": self.subject,
            "audience": self.audience,
            "languages": sorted(set(self.languages)),
        }


@dataclass(frozen=True, kw_only=True)
class VersionText:
    """Everything a version says; the fee in fen, for the whole course."""

    outcome: str = ""
    outcome_en: str = ""
    level: int
    sessions: int
    minutes: int
    unit: UnitVersion | None = None
    least_attendance_percent: int = 0
    is_assessed: bool = False
    entry_requirement: str = ""
    entry_reason: str = ""
    fee_fen: int = 0
    waivers: Sequence[str] = ()
    materials: str = ""
    levels: Sequence[str]
    seats_least: int
    seats_most: int

    def values(self) -> dict[str, Any]:
        """As the columns take them. Raises what `rules.check_text` raises."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        found |= {"waivers": sorted(set(self.waivers)), "levels": sorted(set(self.levels))}
        for name in ("outcome", "outcome_en", "entry_requirement", "entry_reason", "materials"):
            found[name] = found[name].strip()
        check_values(found)
        return found


def check_values(found: dict[str, Any]) -> None:
    """The rules of a version's columns by themselves. Raises what `rules.check_text` raises."""
    not_judged = ("outcome", "outcome_en", "level", "unit", "materials")
    plain = {name: value for name, value in found.items() if name not in not_judged}
    rules.check_text(has_unit=found["unit"] is not None, **plain)


def write_course(
    *,
    actor: Standing,
    public_id: UUID,
    version_id: UUID,
    owner: Organisation,
    facts: CourseFacts,
    text: VersionText,
    at: datetime,
) -> CourseVersion:
    """Begin a course of a unit, with the first draft of what it holds. Asked again with the same ids, the same draft.

    Right: courses.write_course at the owner. Raises `Denied`, `OwnerNotActive`, `TitleTaken`, `FormUsedBefore`,
    `UnitNotOpen`, and what `check_facts` and `check_text` raise.
    """
    require(actor, WRITE, on=owner)
    named, said = facts.values(), text.values()
    check_unit(text.unit, on=clock.date_of(at))
    with trace.change(by=actor.person, why=gettext_noop("A course is written")), course_refusals():
        known = CourseVersion.objects.select_related("course").filter(public_id=version_id).first()
        if known is not None:
            if known.course.public_id != public_id or known.course.owner_id != owner.pk:
                raise FormUsedBefore
            return known
        if not owner.is_active:
            raise OwnerNotActive
        made, is_new = Course.objects.get_or_create(
            public_id=public_id, defaults={"owner": owner, "territory": owner.territory, **named}
        )
        if not is_new:
            raise FormUsedBefore
        return CourseVersion.objects.create(
            public_id=version_id, course=made, number=1, drafted_by=actor.person, **said
        )


def draft_version(
    *, actor: Standing, public_id: UUID, course: Course, text: VersionText, at: datetime
) -> CourseVersion:
    """Begin the next version of a course. Asked again with the same id, the same draft.

    Right: courses.write_course at the owner. Raises `Denied`, `VersionInWork`, `FormUsedBefore`, `UnitNotOpen`, and
    what `check_text` raises.
    """
    require(actor, WRITE, on=course)
    said = text.values()
    check_unit(text.unit, on=clock.date_of(at))
    with trace.change(by=actor.person, why=gettext_noop("A new version is written")), course_refusals():
        locked(course)
        known = CourseVersion.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.course_id != course.pk:
                raise FormUsedBefore
            return known
        numbers = CourseVersion.objects.filter(course=course).order_by("-number").values_list("number", flat=True)
        return CourseVersion.objects.create(
            public_id=public_id, course=course, number=(numbers.first() or 0) + 1, drafted_by=actor.person, **said
        )


def edit_version(
    *, actor: Standing, version: CourseVersion, text: VersionText, facts: CourseFacts | None = None, at: datetime
) -> CourseVersion:
    """Change a draft, or one that was sent back; with `facts` also what the course is called.

    Whoever does counts as its author and may not review it. Right: courses.write_course at the owner. Raises `Denied`,
    `NotInWork`, `CourseKept`, `TitleTaken`, `UnitNotOpen`, and what `check_facts` and `check_text` raise.
    """
    require(actor, WRITE, on=version)
    said, named = text.values(), facts.values() if facts else {}
    check_unit(text.unit, on=clock.date_of(at))
    with trace.change(by=actor.person, why=gettext_noop("The draft is changed")), course_refusals():
        course = locked(version.course)
        row = locked_version(version)
        rules.check_move(row.state, State.IN_REVIEW)
        changed = put(course, named)
        if changed and CourseVersion.objects.filter(course=course, state__in=rules.PUBLIC).exists():
            raise CourseKept
        if changed:
            course.save(update_fields=changed)
        if put(row, {**said, "drafted_by": actor.person}):
            row.save()
    return row


def send_to_review(*, actor: Standing, version: CourseVersion, at: datetime) -> CourseVersion:
    """Have somebody else look at it; until they have, nobody changes it. Sent twice, the second changes nothing.

    Who sends it answers for it, and may not review it. Right: courses.write_course at the owner. Raises `Denied`,
    `NotInWork`, `OutcomeMissing`, `UnitNotOpen`.
    """
    require(actor, WRITE, on=version)
    with trace.change(by=actor.person, why=gettext_noop("Sent to review")):
        locked(version.course)
        row = locked_version(version)
        if row.state == State.IN_REVIEW:
            return row
        rules.check_move(row.state, State.IN_REVIEW)
        if not row.outcome.strip():
            raise rules.OutcomeMissing
        check_unit(row.unit, on=clock.date_of(at))
        row.state, row.drafted_by, row.sent_at = State.IN_REVIEW, actor.person, at
        # What was decided of an earlier wording stays in the history.
        row.decided_by, row.decided_at, row.decision_reason = None, None, ""
        row.save()
    return row


def check_unit(unit: UnitVersion | None, *, on: date) -> None:
    """A unit must be given on the day. Raises `UnitNotOpen`."""
    if unit is not None and not is_given(unit, on=on):
        raise rules.UnitNotOpen


@contextmanager
def course_refusals() -> Iterator[None]:
    """Violated constraints of courses as refusals."""
    with refusing(course_title_once_in_unit=TitleTaken, course_version_one_in_work=VersionInWork):
        yield


def locked(course: Course) -> Course:
    """The course's row, locked: whoever changes one of its versions queues for it."""
    rows = Course.objects.select_for_update(no_key=True, of=("self",)).select_related("owner", "territory")
    return rows.get(pk=course.pk)


def locked_version(version: CourseVersion) -> CourseVersion:
    """The version's row as it is now, after its course was locked."""
    rows = CourseVersion.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("course__owner__territory", "course__territory", "unit").get(pk=version.pk)


def put(row: Any, values: dict[str, Any]) -> list[str]:
    """Set what differs; answers the names."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
