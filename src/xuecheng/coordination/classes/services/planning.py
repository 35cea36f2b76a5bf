"""Verbs of planning: a class from an approved course, and what may still be changed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.classes import rules
from xuecheng.coordination.classes.models import CourseClass, Season
from xuecheng.coordination.classes.queries import PLAN, level_of_unit
from xuecheng.coordination.courses.models import CourseVersion, NetworkLevel

from .locks import locked_class


class CourseNotApproved(Refusal):
    message = _("This version of the course is not approved.")
    remedy = _("Choose the approved version.")
    field = "version"


class CourseNotShared(Refusal):
    message = _("%(owner)s has not shared this course (N-04).")
    remedy = _("Ask its owner to share it, or choose another course.")
    field = "version"


class CodeTaken(Refusal):
    message = _("Another class of this unit has this code in this season.")
    remedy = _("Choose another code.")
    field = "code"


class SeasonOfAnother(Refusal):
    message = _("This season belongs to other units.")
    remedy = _("Choose a season of the unit or of its division.")
    field = "season"


class ClassFixed(Refusal):
    message = _("People have enrolled or may enrol: seats, fee and how places are given stay as they were told.")
    remedy = _("Cancel the class and plan another one, if it must be so.")


@dataclass(frozen=True, kw_only=True)
class ClassWish:
    """What a class is to be, beside its course and unit."""

    code: str
    seats_least: int
    seats_most: int
    fee_fen: int = 0
    allocation: str = CourseClass.Allocation.FIRST_COME
    enrolment_opens_at: datetime | None = None
    enrolment_closes_at: datetime | None = None
    priority: Iterable[str] = ()
    eligibility: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    def values(self) -> dict[str, Any]:
        """As the columns take them.

        Raises `SeatsUnsound`, `EnrolmentUnsound`, `PriorityUnknown`, `EligibilityUnsound`.
        """
        rules.check_seats(self.seats_least, self.seats_most)
        rules.check_enrolment(self.enrolment_opens_at, self.enrolment_closes_at)
        return {
            "code": self.code.strip(),
            "seats_least": self.seats_least,
            "seats_most": self.seats_most,
            "fee_fen": self.fee_fen,
            "allocation": self.allocation,
            "enrolment_opens_at": self.enrolment_opens_at,
            "enrolment_closes_at": self.enrolment_closes_at,
            "priority": rules.priority(list(self.priority)),
            "eligibility": rules.eligibility(self.eligibility).as_data(),
            "note": self.note.strip(),
        }


FREE_LATER = ("code", "note", "enrolment_closes_at")
"""What may change after a class has opened: nothing that somebody enrolled for."""


def plan_class(
    *, actor: Standing, public_id: UUID, version: CourseVersion, host: Organisation, season: Season, wish: ClassWish
) -> CourseClass:
    """Plan a class as a draft, of an approved version; asked again with the same id, the same one.

    The course's owner supplies it, the host holds it (N-04). Right: classes.plan_class at the host. Raises `Denied`,
    `LevelNotAllowed` (N-03), `CourseNotShared` (N-04), `CourseNotApproved`, `SeasonOfAnother`, `CodeTaken`,
    `FormUsedBefore`, and what `ClassWish.values` raises.
    """
    require(actor, PLAN, on=host)
    values = wish.values()
    level = level_of_unit(host)
    rules.check_level(level, version.levels, word=NetworkLevel(level).label)
    if version.course.owner_id != host.pk and not version.course.is_shared:
        raise CourseNotShared(owner=version.course.owner.name)
    if season.organisation_id not in (None, host.pk) or not host.territory.path.startswith(season.territory.path):
        raise SeasonOfAnother
    with (
        trace.change(by=actor.person, why=gettext_noop("Class planned")),
        refusing(
            course_class_public_id_once=FormUsedBefore,
            course_class_code_once_in_season=CodeTaken,
            course_class_of_approved=CourseNotApproved,
        ),
    ):
        known = CourseClass.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.version_id, known.host_id, known.season_id, known.code) != (
                version.pk, host.pk, season.pk, values["code"],
            ):  # fmt: skip
                raise FormUsedBefore
            return known
        return CourseClass.objects.create(
            public_id=public_id,
            version=version,
            host=host,
            supplier_id=version.course.owner_id,
            territory=host.territory,
            season=season,
            **values,
        )


def change_class(*, actor: Standing, course_class: CourseClass, wish: ClassWish, why: str) -> CourseClass:
    """Change what a class is. Once it is open, only its code, its note and when enrolment closes.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`, `ClassFixed`, `CodeTaken`, and what
    `ClassWish.values` raises.
    """
    require(actor, PLAN, on=course_class)
    values = wish.values()
    states = CourseClass.State
    with trace.change(by=actor.person, why=why), refusing(course_class_code_once_in_season=CodeTaken):
        row = locked_class(course_class)
        if row.state not in (states.DRAFT, states.OPEN, states.RUNNING):
            raise rules.NotInThatState(state=row.get_state_display())
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if row.state != states.DRAFT:
            fixed = [name for name in changed if name not in FREE_LATER]
            if fixed:
                raise ClassFixed(at_field=fixed[0])
            if values["enrolment_closes_at"] is None:
                raise rules.EnrolmentMissing
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save(update_fields=changed)
    return row
