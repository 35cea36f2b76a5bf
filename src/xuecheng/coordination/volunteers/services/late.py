"""Verbs of hours registered afterwards (V-08): the organiser says it with stamped list and proof, a second person
confirms it. What is confirmed counts by the same arithmetic, looks for overlaps and learning record as any other.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.volunteers import news, queries, rules
from xuecheng.coordination.volunteers.models import Activity, Assignment, LateEntry, Shift, Volunteer
from xuecheng.coordination.volunteers.queries import KEEP, REVIEW, Pair

from .answering import ShiftCancelled
from .calling import ActivityOver, WhyMissing
from .locking import locked_person, locked_shift
from .registering import NotOurs, OwnVolunteer
from .reviewing import DecidedBefore
from .serving import NotInsured, enter_service


class EvidenceMissing(Refusal):
    message = _("Hours are registered afterwards from a stamped list and proof, such as photographs (V-08).")
    remedy = _("Add the list and the proof to the shift first.")


class ServedBefore(Refusal):
    message = _("This person was checked in to the shift, or is registered for it already.")
    field = "volunteer"


class SecondNeeded(Refusal):
    message = _("Whoever registered hours does not confirm them, nor whoever served them (V-08).")
    remedy = _("Ask a colleague.")


def register_late(
    *,
    actor: Standing,
    public_id: UUID,
    shift: Shift,
    volunteer: Volunteer,
    came_at: datetime,
    went_at: datetime,
    pause_minutes: int,
    why: str,
    at: datetime,
) -> LateEntry:
    """Say that somebody served a shift without being checked in, and why nobody did it. It counts for nothing yet.

    Asked again with the same id, the same entry. It must fit as any assignment (V-03 to V-05). Right:
    volunteers.keep_activity at the organisation. Raises `Denied`, `OwnVolunteer`, `NotOurs`, `WhyMissing`,
    `ActivityOver`, `ShiftCancelled`, `ShiftNotOver`, `TooLateToRegister`, `EvidenceMissing`, `NotInsured`,
    `ServedBefore`, `InTheFuture`, `OutBeforeIn`, `NothingOfTheShift`, `PauseTooLong`, `FormUsedBefore`, and what stands
    against it.
    """
    require(actor, KEEP, on=shift.activity)
    if volunteer.person_id in actor.person_keys:
        raise OwnVolunteer
    if not queries.is_ours(volunteer, shift.activity.organisation_id):
        raise NotOurs(at_field="volunteer")
    if not why.strip():
        raise WhyMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Hours registered afterwards")),
        refusing(volunteer_late_public_id_once=FormUsedBefore, volunteer_late_one_lives=ServedBefore),
    ):
        keys = locked_person(volunteer.person_id)
        row = locked_shift(shift.pk)
        if known := LateEntry.objects.filter(public_id=public_id).first():
            if (known.shift_id, known.volunteer_id) != (row.pk, volunteer.pk):
                raise FormUsedBefore
            return known
        numbers = queries.numbers_at(row.activity.organisation.territory.path, on=clock.date_of(at))
        rules.check_late(ends=row.during.upper, at=at, numbers=numbers)
        begins, ends = rules.late_period(
            begins=row.during.lower, ends=row.during.upper, came=came_at, went=went_at, at=at, numbers=numbers
        )
        rules.minutes_of(begins, ends, pause_minutes)
        _check_place(row, keys)
        volunteer = Volunteer.objects.select_related("person").get(pk=volunteer.pk)
        _check_fits(row, volunteer, numbers=numbers)
        return LateEntry.objects.create(
            public_id=public_id, shift=row, volunteer=volunteer, person_id=volunteer.person_id, came_at=came_at,
            went_at=went_at, pause_minutes=pause_minutes, why=why.strip()[:200], registered_by=actor.person,
            registered_at=at,
        )  # fmt: skip


def decide_late(*, actor: Standing, entry: LateEntry, is_so: bool, words: str, at: datetime) -> LateEntry:
    """The second person says whether list and proof show it (V-08); the volunteer is told why.

    Confirmed, the place on the shift and the hours are written, marked as registered afterwards; what overlaps goes to
    review (V-07). The same said twice is said once. Right: volunteers.review_service at the organisation. Raises
    `Denied`, `SecondNeeded`, `WhyMissing`, `DecidedBefore`, `ShiftCancelled`, `EvidenceMissing`, `NotInsured`,
    `ServedBefore`, and what stands against it.
    """
    require(actor, REVIEW, on=entry.shift.activity)
    if not words.strip():
        raise WhyMissing(at_field="words")
    with (
        trace.change(by=actor.person, why=words),
        refusing(volunteer_assignment_insured_before=NotInsured, volunteer_late_by_two_others=SecondNeeded),
    ):
        keys = locked_person(entry.person_id)
        shift = locked_shift(entry.shift_id)
        row = LateEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        if row.person_id in actor.person_keys or row.registered_by_id in actor.person_keys:
            raise SecondNeeded
        verdict = LateEntry.State.CONFIRMED if is_so else LateEntry.State.REFUSED
        if row.state != LateEntry.State.WAITING:
            if row.state == verdict:
                return row
            raise DecidedBefore
        row.shift, row.state, row.words = shift, verdict, words.strip()[:200]
        row.decided_by, row.decided_at = actor.person, at
        if is_so:
            _count(row, keys, actor=actor, at=at)
        else:
            row.save(update_fields=["state", "words", "decided_by", "decided_at"])
        news.tell_late(row, at=at)
    return row


def _count(row: LateEntry, keys: tuple[int, ...], *, actor: Standing, at: datetime) -> None:
    """The place on the shift, the entry confirmed, the hours: each as the database wants it before the next."""
    shift = row.shift
    # The numbers of the day on which it was registered: a second person who takes a month harms nobody.
    numbers = queries.numbers_at(shift.activity.organisation.territory.path, on=clock.date_of(row.registered_at))
    volunteer = Volunteer.objects.select_related("person").get(pk=row.volunteer_id)
    one = _check_place(shift, keys, but=row.pk)
    _check_fits(shift, volunteer, numbers=numbers)
    begins, ends = rules.late_period(
        begins=shift.during.lower, ends=shift.during.upper, came=row.came_at, went=row.went_at, at=at, numbers=numbers
    )
    if one is None:
        one = Assignment.objects.create(
            public_id=uuid5(row.public_id, "assignment"), shift=shift, volunteer=volunteer,
            person_id=volunteer.person_id, applied_at=row.registered_at, due_at=row.registered_at,
        )  # fmt: skip
    one.shift = shift
    if one.state != Assignment.State.ASSIGNED:
        one.state, one.decided_by, one.decided_at = Assignment.State.ASSIGNED, actor.person, at
        one.save(update_fields=["state", "decided_by", "decided_at"])
    one.state, one.checked_in_at, one.checked_in_by_id = Assignment.State.SERVING, row.came_at, row.registered_by_id
    one.save(update_fields=["state", "checked_in_at", "checked_in_by"])
    one.state, one.checked_out_at, one.checked_out_by_id = Assignment.State.SERVED, row.went_at, row.registered_by_id
    one.save(update_fields=["state", "checked_out_at", "checked_out_by"])
    row.assignment = one
    row.save(update_fields=["state", "words", "decided_by", "decided_at", "assignment"])
    enter_service(
        one, TimestamptzRange(begins, ends, "[)"), pause_minutes=row.pause_minutes,
        minutes=rules.minutes_of(begins, ends, row.pause_minutes), is_late=True, by=actor.person, at=at,
    )  # fmt: skip


def _check_place(shift: Shift, keys: tuple[int, ...], *, but: int | None = None) -> Assignment | None:
    """The person's place on a shift that took place, with its evidence, if there is one that nobody checked in."""
    if shift.activity.state not in (Activity.State.PUBLISHED, Activity.State.CLOSED):
        raise ActivityOver(state=shift.activity.get_state_display())
    if shift.state != Shift.State.PLANNED:
        raise ShiftCancelled
    if shift.activity.lacks_insurance(shift.during.lower):
        raise NotInsured
    if not queries.has_late_evidence(shift):
        raise EvidenceMissing
    others = shift.late_entries.filter(person__in=keys).exclude(state=LateEntry.State.REFUSED)
    if any(one.pk != but for one in others):
        raise ServedBefore
    found = shift.assignments.filter(person__in=keys, state__in=Assignment.LIVE).order_by("pk").first()
    if found is not None and found.state in (Assignment.State.SERVING, Assignment.State.SERVED):
        raise ServedBefore
    return found


def _check_fits(shift: Shift, volunteer: Volunteer, *, numbers: rules.Numbers) -> None:
    """Who did not fit did not serve truthfully (V-03, V-04); another shift meanwhile is looked at as an overlap."""
    (against,) = queries.why_not([Pair(volunteer, shift, is_able=True)], numbers=numbers)
    if found := [one for one in against if not isinstance(one, rules.ServesThen)]:
        raise found[0]
