"""Verbs of a shift: checking in and out, not coming. Hours come from nothing else (V-07)."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.coordination.volunteers import news, queries, rules
from xuecheng.coordination.volunteers.models import Assignment, Service
from xuecheng.coordination.volunteers.queries import KEEP

from .locking import locked_assignment
from .recording import take_record_back, write_record


class NotAssigned(Refusal):
    message = _("This person has no place on the shift: %(state)s.")


class NotCheckedIn(Refusal):
    message = _("This person has not checked in.")


class NotInsured(Refusal):
    message = _("There is a risk for the body, and no accident insurance was recorded before the shift began (V-05).")
    remedy = _("Nobody serves without it. Record it, and begin with the next shift.")


class OwnCheck(Refusal):
    message = _("Nobody checks themselves in or out.")
    remedy = _("Ask a colleague.")


class NotOverYet(Refusal):
    message = _("The shift goes on; they may still come.")


def check_in(*, actor: Standing, assignment: Assignment, when: datetime, at: datetime) -> Assignment:
    """Somebody is there. Checked in before, the first time stays.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `OwnCheck`, `NotAssigned`, `NotInsured`,
    `InTheFuture`, `CheckInTooEarly`, `ShiftOver`.
    """
    require(actor, KEEP, on=assignment.shift.activity)
    _check_other(actor, assignment)
    with (
        trace.change(by=actor.person, why=gettext_noop("Checked in to a shift")),
        refusing(volunteer_assignment_insured_before=NotInsured),
    ):
        row = locked_assignment(assignment)
        if row.state in (Assignment.State.SERVING, Assignment.State.SERVED):
            return row
        if row.state != Assignment.State.ASSIGNED:
            raise NotAssigned(state=row.get_state_display())
        shift, activity = row.shift, row.shift.activity
        rules.check_arrival(
            when, begins=shift.during.lower, ends=shift.during.upper, at=at, numbers=_numbers(row, at=at)
        )
        if activity.lacks_insurance(shift.during.lower):
            raise NotInsured
        row.state, row.checked_in_at, row.checked_in_by = Assignment.State.SERVING, when, actor.person
        row.save(update_fields=["state", "checked_in_at", "checked_in_by"])
    return row


def check_out(
    *, actor: Standing, assignment: Assignment, when: datetime, pause_minutes: int, at: datetime
) -> Service | None:
    """Somebody goes: whole minutes within the shift, without pauses and waiting, are their service (V-07).

    What overlaps with another service of the person goes to review with it, and neither counts until an officer looked.
    None if nothing counts, as for somebody who went before the shift began. Done before, the first time stays. Right:
    volunteers.keep_activity at the organisation. Raises `Denied`, `OwnCheck`, `NotCheckedIn`, `InTheFuture`,
    `OutBeforeIn`, `PauseTooLong`.
    """
    require(actor, KEEP, on=assignment.shift.activity)
    _check_other(actor, assignment)
    with trace.change(by=actor.person, why=gettext_noop("Checked out of a shift")):
        row = locked_assignment(assignment)
        if row.state == Assignment.State.SERVED:
            return Service.objects.filter(assignment=row).first()
        if row.state != Assignment.State.SERVING or row.checked_in_at is None:
            raise NotCheckedIn
        if when > at:
            raise rules.InTheFuture
        if when <= row.checked_in_at:
            raise rules.OutBeforeIn
        begins, ends = rules.counted_period(
            begins=row.shift.during.lower, ends=row.shift.during.upper, checked_in=row.checked_in_at, checked_out=when,
            numbers=_numbers(row, at=at),
        )  # fmt: skip
        minutes = rules.minutes_of(begins, ends, pause_minutes)
        row.state, row.checked_out_at, row.checked_out_by = Assignment.State.SERVED, when, actor.person
        row.save(update_fields=["state", "checked_out_at", "checked_out_by"])
        if begins == ends:
            return None
        return enter_service(
            row, TimestamptzRange(begins, ends, "[)"), pause_minutes=pause_minutes, minutes=minutes, is_late=False,
            by=actor.person, at=at,
        )  # fmt: skip


def enter_service(
    row: Assignment, during: TimestamptzRange, *, pause_minutes: int, minutes: int, is_late: bool, by: Person,
    at: datetime,
) -> Service:  # fmt: skip
    """The service with its learning record; in the caller's change, under the lock of the person.

    What overlaps with it goes to review together with it (V-07).
    """
    beside = list(
        queries.overlapping(keys_of(row.person_id), during).select_related("activity", "organisation", "person")
    )
    for one in beside:
        if one.state == Service.State.COUNTED:
            put_in_review(one, by=by, at=at)
    activity = row.shift.activity
    made = Service.objects.create(
        public_id=uuid5(row.public_id, "service"), assignment=row, activity=activity,
        organisation_id=activity.organisation_id, volunteer_id=row.volunteer_id, person_id=row.person_id, during=during,
        pause_minutes=pause_minutes, minutes=minutes,
        state=Service.State.REVIEW if beside else Service.State.COUNTED, is_late=is_late, entered_at=at,
    )  # fmt: skip
    if beside:
        news.tell_in_review([*beside, made], at=at)
    else:
        write_record(made, by=by, why="", at=at)
    return made


def put_in_review(row: Service, *, by: Person, at: datetime) -> None:
    """It overlaps with another one: it counts no more until an officer looked, and its record is withdrawn (V-07)."""
    take_record_back(row, by=by, why=str(gettext_noop("Overlaps with another service")), at=at)
    row.state = Service.State.REVIEW
    row.decided_by = row.decided_at = None
    row.why = ""
    row.save(update_fields=["state", "decided_by", "decided_at", "why", "record_key", "no_record"])


def mark_absent(*, actor: Standing, assignment: Assignment, at: datetime) -> Assignment:
    """Somebody who had a place did not come; said once the shift is over, or twice.

    Right: volunteers.keep_activity at the organisation. Raises `Denied`, `OwnCheck`, `NotAssigned`, `NotOverYet`.
    """
    require(actor, KEEP, on=assignment.shift.activity)
    _check_other(actor, assignment)
    with trace.change(by=actor.person, why=gettext_noop("Did not come to a shift")):
        row = locked_assignment(assignment)
        if row.state == Assignment.State.ABSENT:
            return row
        if row.state != Assignment.State.ASSIGNED:
            raise NotAssigned(state=row.get_state_display())
        if at < row.shift.during.upper:
            raise NotOverYet
        row.state = Assignment.State.ABSENT
        row.save(update_fields=["state"])
    return row


def _numbers(row: Assignment, *, at: datetime) -> rules.Numbers:
    return queries.numbers_at(row.shift.activity.organisation.territory.path, on=clock.date_of(at))


def _check_other(actor: Standing, assignment: Assignment) -> None:
    if assignment.person_id in actor.person_keys:
        raise OwnCheck
