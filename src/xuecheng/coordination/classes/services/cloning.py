"""A season planned from another one: every class of a unit anew, its dates moved by whole weeks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.workdays.rules import OFF, Calendar
from xuecheng.coordination.classes import rules
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.classes.queries import PLAN, calendar
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.facilities.models import Space
from xuecheng.coordination.staff.models import Teacher

from .locks import lock_places_and_people, locked_class
from .planning import ClassWish, CourseNotApproved, plan_class
from .sessions import Slot, arranged, write_sessions


class SameSeason(Refusal):
    message = gettext_lazy("A season is not planned from itself.")
    field = "season"


@dataclass
class Cloned:
    """What became of one class: the new draft, whether it was there before, and each date that is not held with why."""

    old: CourseClass
    new: CourseClass | None = None
    was_there: bool = False
    sessions: int = 0
    refused: str = ""
    """Why there is no new class at all."""
    left_out: list[tuple[date, str]] = field(default_factory=list)


def clone_season(*, actor: Standing, host: Organisation, old: Season, new: Season, at: datetime) -> list[Cloned]:
    """Plan every class of a unit in `old` anew in `new`, each wholly or not at all; answers what became of each.

    A session falls on the same weekday and time, with the same room and teacher. One that cannot be held then, by a
    holiday or by what rooms and teachers refuse, is left out with its reason: the draft lacks it, and says so. Asked
    again, what is there is left alone. Right: classes.plan_class at the unit. Raises `Denied`, `SameSeason`.
    """
    require(actor, PLAN, on=host)
    if old.pk == new.pk:
        raise SameSeason
    known = calendar()
    weeks = rules.weeks_between(old.first_day, new.first_day)
    classes = (
        CourseClass.objects.filter(host=host, season=old)
        .exclude(state=CourseClass.State.CANCELLED)
        .select_related("version__course__owner", "host__territory", "territory", "season")
        .order_by("pk")
    )
    return [_cloned(actor, one, new, weeks, known, at=at) for one in classes]


def _cloned(actor: Standing, old: CourseClass, season: Season, weeks: int, known: Calendar, *, at: datetime) -> Cloned:
    found = Cloned(old)
    public_id = uuid5(season.public_id, str(old.public_id))
    there = CourseClass.objects.filter(public_id=public_id).first()
    if there is not None:
        found.new, found.was_there = there, True
        return found
    try:
        with trace.change(by=actor.person, why=gettext_noop("Planned from an earlier season")):
            version = _version_of(old)
            before = list(
                old.sessions.exclude(state=ClassSession.State.CANCELLED)
                .select_related("space__venue__owner", "space__venue__territory", "teaching__teacher__person")
                .order_by("during")
            )
            spaces = [one.space for one in before]
            teachers = [one.teaching.teacher if one.teaching else None for one in before]
            lock_places_and_people(old, spaces=spaces, teachers=teachers)
            made = plan_class(
                actor=actor, public_id=public_id, version=version, host=old.host, season=season,
                wish=_wish(old, season, version),
            )  # fmt: skip
            row = locked_class(made)
            for session, space, teacher in zip(before, spaces, teachers, strict=True):
                slot = _moved(session, row, weeks)
                on = slot.begins_at.date()
                special = known.special(on)
                if special is not None and special.kind == OFF:
                    found.left_out.append((on, _("It is a holiday (B-05).")))
                elif why := _repeat(actor, row, slot, space=space, teacher=teacher, at=at):
                    found.left_out.append((on, why))
                else:
                    found.sessions += 1
            found.new = row
    except Refusal as refusal:
        return Cloned(old, refused=str(refusal))
    return found


def _moved(session: ClassSession, row: CourseClass, weeks: int) -> Slot:
    """The same time of the same weekday, so many weeks later."""
    begins, ends = (
        one.astimezone(clock.zone()) + timedelta(weeks=weeks) for one in (session.during.lower, session.during.upper)
    )
    return Slot(uuid5(row.public_id, str(session.public_id)), begins, ends, session.topic)


def _repeat(
    actor: Standing, row: CourseClass, slot: Slot, *, space: Space | None, teacher: Teacher | None, at: datetime
) -> str:
    """Plan one session of the new class; answers why it cannot be held, and leaves nothing of it then."""
    with transaction.atomic():
        (outcome,) = arranged(actor, row, [slot], space=space, teacher=teacher, at=at)
        if outcome.problems:
            transaction.set_rollback(True)
    if not outcome.problems:
        write_sessions(row, [outcome], space=space, known={})
    return " ".join(outcome.problems)


def _version_of(old: CourseClass) -> CourseVersion:
    """The version of its course that is approved now."""
    found = (
        CourseVersion.objects.select_related("course__owner")
        .filter(course=old.version.course_id, state=CourseVersion.State.APPROVED)
        .first()
    )
    if found is None:
        raise CourseNotApproved
    return found


def _wish(old: CourseClass, season: Season, version: CourseVersion) -> ClassWish:
    """The same class, with the fee of the version that holds now and the new season's days of enrolment."""
    opens = datetime.combine(season.enrolment.lower, time(9), clock.zone())
    closes = datetime.combine(season.enrolment.upper, time(0), clock.zone())
    return ClassWish(
        code=old.code,
        seats_least=old.seats_least,
        seats_most=old.seats_most,
        fee_fen=old.fee_fen if version.pk == old.version_id else version.fee_fen,
        allocation=old.allocation,
        enrolment_opens_at=opens,
        enrolment_closes_at=closes,
        priority=old.priority,
        eligibility=old.eligibility,
        note=old.note,
    )
