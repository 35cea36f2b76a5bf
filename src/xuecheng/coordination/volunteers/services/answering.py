"""Verbs of applying and answering: apply, assign, refuse, withdraw, release, and what the clock ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.volunteers import news, queries
from xuecheng.coordination.volunteers.models import Activity, Assignment, Shift, Volunteer
from xuecheng.coordination.volunteers.queries import KEEP, PEOPLE, SERVE, Pair

from .calling import ActivityOver, WhyMissing
from .locking import ROBOT, locked_assignment, locked_person, locked_shift

_A_SLICE = 200


class NotRegistered(Refusal):
    message = _("Only registered volunteers apply (V-01).")
    remedy = _("Register first; it takes a minute.")


class ShiftBegun(Refusal):
    message = _("This shift has begun.")


class ShiftCancelled(Refusal):
    message = _("This shift is cancelled.")


class ShiftFull(Refusal):
    message = _("All places of this shift are taken.")
    remedy = _("Choose another shift.")


class AppliedBefore(Refusal):
    message = _("You are on the list of this shift already.")


class AnsweredBefore(Refusal):
    message = _("This application was answered or taken back already.")


class OwnApplication(Refusal):
    message = _("Nobody answers their own application.")
    remedy = _("Ask a colleague.")


class TooLateToWithdraw(Refusal):
    message = _("This can't be taken back any more.")


def apply(
    *, actor: Standing, public_id: UUID, shift: Shift, volunteer: Volunteer, is_able: bool, at: datetime
) -> Assignment:
    """Apply for a shift, oneself, or through the organisation by which one came. Who does not fit is told why (V-03).

    Asked again with the same id, the same application. The organiser answers by `due_at` (V-02). Right:
    volunteers.serve, one's own; for others volunteers.keep_volunteer where they came from. Raises `Denied`,
    `NotRegistered`, `ActivityOver`, `ShiftCancelled`, `ShiftBegun`, `ShiftFull`, `AppliedBefore`, and what stands
    against it.
    """
    if volunteer.person_id in actor.person_keys:
        require(actor, SERVE, on=volunteer)
    else:
        require(actor, PEOPLE, on=volunteer)
    with (
        trace.change(by=actor.person, why=gettext_noop("Applied for a shift")),
        refusing(volunteer_assignment_one_lives=AppliedBefore, volunteer_assignment_public_id_once=FormUsedBefore),
    ):
        keys = locked_person(volunteer.person_id)
        row = locked_shift(shift.pk)
        known = Assignment.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.shift_id, known.volunteer_id) != (row.pk, volunteer.pk):
                raise FormUsedBefore
            return known
        volunteer = Volunteer.objects.select_related("person").get(pk=volunteer.pk)
        if volunteer.state != Volunteer.State.REGISTERED:
            raise NotRegistered
        activity = check_open(row, at=at)
        if row.assignments.filter(person__in=keys, state__in=Assignment.LIVE).exists():
            raise AppliedBefore
        if _is_full(row):
            raise ShiftFull
        numbers = queries.numbers_at(activity.organisation.territory.path, on=clock.date_of(at))
        (against,) = queries.why_not([Pair(volunteer, row, is_able)], numbers=numbers)
        if against:
            raise against[0]
        made = Assignment.objects.create(
            public_id=public_id, shift=row, volunteer=volunteer, person_id=volunteer.person_id, applied_at=at,
            due_at=min(at + timedelta(days=numbers.answer_days), row.during.lower), is_able=is_able,
        )  # fmt: skip
        news.tell_applied(made, at=at)
    return made


def assign(*, actor: Standing, assignment: Assignment, at: datetime) -> Assignment:
    """Say yes. It must still fit age, skills, trainings and times (V-03, V-04); said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `OwnApplication`, `AnsweredBefore`,
    `ActivityOver`, `ShiftCancelled`, `ShiftBegun`, `ShiftFull`, and what stands against it.
    """
    require(actor, KEEP, on=assignment.shift.activity)
    _check_other(actor, assignment)
    with (
        trace.change(by=actor.person, why=gettext_noop("Assigned to a shift")),
        refusing(volunteer_assignment_places_left=ShiftFull),
    ):
        row = locked_assignment(assignment)
        if row.state == Assignment.State.ASSIGNED:
            return row
        if row.state != Assignment.State.APPLIED:
            raise AnsweredBefore
        activity = check_open(row.shift, at=at)
        numbers = queries.numbers_at(activity.organisation.territory.path, on=clock.date_of(at))
        (against,) = queries.why_not([Pair(row.volunteer, row.shift, row.is_able, row.pk)], numbers=numbers)
        if against:
            raise against[0]
        if _is_full(row.shift):
            raise ShiftFull
        row.state, row.decided_by, row.decided_at = Assignment.State.ASSIGNED, actor.person, at
        row.save(update_fields=["state", "decided_by", "decided_at"])
        news.tell_answered(row, at=at)
    return row


def refuse_application(*, actor: Standing, assignment: Assignment, words: str, at: datetime) -> Assignment:
    """Say no, and why; the volunteer reads it. Said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `OwnApplication`, `WhyMissing`,
    `AnsweredBefore`.
    """
    require(actor, KEEP, on=assignment.shift.activity)
    _check_other(actor, assignment)
    if not words.strip():
        raise WhyMissing(at_field="words")
    with trace.change(by=actor.person, why=gettext_noop("Application not taken")):
        row = locked_assignment(assignment)
        if row.state == Assignment.State.REFUSED:
            return row
        if row.state != Assignment.State.APPLIED:
            raise AnsweredBefore
        row.state, row.words = Assignment.State.REFUSED, words.strip()[:200]
        row.decided_by, row.decided_at = actor.person, at
        row.save(update_fields=["state", "words", "decided_by", "decided_at"])
        news.tell_answered(row, at=at)
    return row


def withdraw(*, actor: Standing, assignment: Assignment, at: datetime) -> Assignment:
    """Take an application or a place back, without a reason, until the shift begins. Said twice, once.

    Right: volunteers.serve, one's own. Raises `Denied`, `TooLateToWithdraw`.
    """
    require(actor, SERVE, on=assignment.person)
    with trace.change(by=actor.person, why=gettext_noop("Taken back by the volunteer")):
        row = locked_assignment(assignment)
        if row.state == Assignment.State.WITHDRAWN:
            return row
        is_live = row.state in (Assignment.State.APPLIED, Assignment.State.ASSIGNED)
        if not is_live or at >= row.shift.during.lower:
            raise TooLateToWithdraw
        had_place = row.state == Assignment.State.ASSIGNED
        row.state = Assignment.State.WITHDRAWN
        row.save(update_fields=["state"])
        if had_place:
            news.tell_gave_back(row, at=at)
    return row


def release(*, actor: Standing, assignment: Assignment, words: str, at: datetime) -> Assignment:
    """Take a place on a shift back from somebody, and say why. Said twice, once.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `OwnApplication`, `WhyMissing`,
    `AnsweredBefore`.
    """
    require(actor, KEEP, on=assignment.shift.activity)
    _check_other(actor, assignment)
    if not words.strip():
        raise WhyMissing(at_field="words")
    with trace.change(by=actor.person, why=gettext_noop("Place on a shift called off")):
        row = locked_assignment(assignment)
        if row.state == Assignment.State.RELEASED:
            return row
        if row.state != Assignment.State.ASSIGNED:
            raise AnsweredBefore
        row.state, row.words = Assignment.State.RELEASED, words.strip()[:200]
        row.save(update_fields=["state", "words"])
        news.tell_called_off([row], at=at)
    return row


def tend(*, at: datetime) -> int:
    """What the clock does: organisers hear once of applications that are overdue (V-02); what was not answered before
    its shift began ends, and the volunteer is told. Safe at any time, and twice. Answers how many ended.
    """
    overdue = queries.overdue(at=at).select_related("shift__activity__organisation__territory")
    ended = 0
    for one in _oldest(overdue):
        with trace.change(by=ROBOT, why=gettext_noop("Not answered in time")):
            row = locked_assignment(one)
            if row.state != Assignment.State.APPLIED:
                continue
            if at < row.shift.during.lower:
                news.tell_overdue(row, at=at)
                continue
            row.state = Assignment.State.RELEASED
            row.words = str(gettext_noop("It was not answered before the shift began."))
            row.save(update_fields=["state", "words"])
            news.tell_called_off([row], at=at)
            ended += 1
    return ended


def _oldest(rows: QuerySet[Assignment]) -> list[Assignment]:
    return list(rows.order_by("due_at", "pk")[:_A_SLICE])


def check_open(shift: Shift, *, at: datetime) -> Activity:
    """The activity of a shift, locked, if it still takes people. Raises what it is instead."""
    rows = Activity.objects.select_related("organisation__territory").select_for_update(no_key=True, of=("self",))
    activity = rows.get(pk=shift.activity_id)
    shift.activity = activity
    if activity.state != Activity.State.PUBLISHED:
        raise ActivityOver(state=activity.get_state_display())
    if shift.state != Shift.State.PLANNED:
        raise ShiftCancelled
    if at >= shift.during.lower:
        raise ShiftBegun
    return activity


def _is_full(shift: Shift) -> bool:
    return shift.assignments.filter(state__in=Assignment.SEATED).count() >= shift.needed


def _check_other(actor: Standing, assignment: Assignment) -> None:
    if assignment.person_id in actor.person_keys:
        raise OwnApplication
