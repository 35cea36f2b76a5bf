"""Verbs of sessions: planned with room and teacher, tried before, moved, substituted, held, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import hooks, rules
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.classes.queries import PLAN
from xuecheng.coordination.facilities import services as facilities
from xuecheng.coordination.facilities.models import Booking, Space
from xuecheng.coordination.staff import services as staff
from xuecheng.coordination.staff.models import Teacher, TeachingSession
from xuecheng.coordination.staff.services.sessions import Wish

from .locks import lock_places_and_people, locked_class

ORIGIN = "class_session"
"""What bookings of rooms say that they come from."""
LIVE = (CourseClass.State.OPEN, CourseClass.State.RUNNING)
PLANNABLE = (CourseClass.State.DRAFT, *LIVE)


class SessionsConflict(Refusal):
    """Nothing is written while a date cannot be held; `outcomes` says of each date why."""

    message = _("Of %(of)d dates %(count)d cannot be held. The first: %(day)s. %(why)s")
    remedy = _("Leave these dates out, or choose another time, room or teacher.")

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = tuple(outcomes)
        wrong = [one for one in outcomes if one.problems]
        super().__init__(
            count=len(wrong), of=len(outcomes), day=clock.date_of(wrong[0].slot.begins_at), why=wrong[0].problems[0]
        )


class SessionOverlaps(Refusal):
    message = _("Two sessions of this class would meet at the same time.")
    remedy = _("Choose another time.")
    field = "begins_at"


class SessionFixed(Refusal):
    message = _("This session is %(state)s; what was, stays.")


class SessionInPast(Refusal):
    message = _("This time has passed.")
    remedy = _("Choose a time to come.")
    field = "begins_at"


class RoomOnlyProposed(Refusal):
    message = _("The room could only be proposed, not booked: %(why)s")
    remedy = _("Ask whoever keeps the place, or choose another room.")
    field = "space"


class RoomOfOthers(Refusal):
    message = _("You may not book this room.")
    remedy = _("Ask whoever keeps the place, or choose a room of your own unit.")
    field = "space"


class TeacherOfOthers(Refusal):
    message = _("You may not assign teachers for this unit.")
    field = "teacher"


class SessionNotToday(Refusal):
    message = _("This session is on %(day)s.")
    remedy = _("Say on that day that it is held.")


@dataclass(frozen=True)
class Slot:
    """A session to plan: its id, chosen by the caller, and its time `[begins, ends)`."""

    public_id: UUID
    begins_at: datetime
    ends_at: datetime
    topic: str = ""

    @property
    def day(self) -> date:
        """In the city's time."""
        return clock.date_of(self.begins_at)


@dataclass
class Outcome:
    """What would become of one date: held, or why not; room's and teacher's reasons stand side by side."""

    slot: Slot
    problems: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    booking: Booking | None = None
    teaching: TeachingSession | None = None


def slots_of(base: UUID, days: Sequence[date], begins: time, minutes: int) -> list[Slot]:
    """Slots at the same time of each day. Their ids are made of `base` and the day: a form sent twice is one plan."""
    found = []
    for day in days:
        starts = datetime.combine(day, begins, clock.zone())
        found.append(Slot(uuid5(base, day.isoformat()), starts, starts + timedelta(minutes=minutes)))
    return found


def try_sessions(
    *,
    actor: Standing,
    course_class: CourseClass,
    slots: Sequence[Slot],
    space: Space | None,
    teacher: Teacher | None,
    at: datetime,
) -> list[Outcome]:
    """What `add_sessions` would say of each date (B-04, T-02…T-07): it is done, and taken back.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`.
    """
    require(actor, PLAN, on=course_class)
    outcomes: list[Outcome] = []
    with transaction.atomic(), trace.change(by=actor.person, why=gettext_noop("Sessions tried")):
        lock_places_and_people(course_class, spaces=[space], teachers=[teacher])
        row = _plannable(course_class)
        outcomes = arranged(actor, row, slots, space=space, teacher=teacher, at=at)
        transaction.set_rollback(True)
    return outcomes


def add_sessions(
    *,
    actor: Standing,
    course_class: CourseClass,
    slots: Sequence[Slot],
    space: Space | None,
    teacher: Teacher | None,
    at: datetime,
) -> list[ClassSession]:
    """Plan sessions, each with its room and teacher where they are named; all of them or none.

    Asked again with the same ids, the same sessions. Right: classes.plan_class at the host. Raises `Denied`,
    `NotInThatState`, `SessionsConflict` with what stands against each date, `SessionOverlaps`, `FormUsedBefore`.
    """
    require(actor, PLAN, on=course_class)
    with trace.change(by=actor.person, why=gettext_noop("Sessions planned")), _whole():
        lock_places_and_people(course_class, spaces=[space], teachers=[teacher])
        row = _plannable(course_class)
        known = {one.public_id: one for one in ClassSession.objects.filter(course_class=row)}
        for slot in slots:
            there = known.get(slot.public_id)
            if there is not None and there.during != TimestamptzRange(slot.begins_at, slot.ends_at):
                raise FormUsedBefore
        new = [slot for slot in slots if slot.public_id not in known]
        outcomes = arranged(actor, row, new, space=space, teacher=teacher, at=at)
        if any(one.problems for one in outcomes):
            raise SessionsConflict(outcomes)
        made = write_sessions(row, outcomes, space=space, known=known)
        if row.state in LIVE and new:
            ids = {slot.public_id for slot in new}
            hooks.when_sessions_added.tell([one for one in made if one.public_id in ids], at)
        return made


def write_sessions(
    row: CourseClass, outcomes: Sequence[Outcome], *, space: Space | None, known: dict[UUID, ClassSession]
) -> list[ClassSession]:
    """Write what was arranged; answers all sessions of the outcomes. Within a change that holds the class."""
    last = ClassSession.objects.filter(course_class=row).aggregate(last=Max("number"))["last"] or 0
    made = [
        ClassSession(
            public_id=one.slot.public_id,
            course_class=row,
            number=last + number,
            during=TimestamptzRange(one.slot.begins_at, one.slot.ends_at),
            space=space,
            booking=one.booking,
            teaching=one.teaching,
            topic=one.slot.topic,
        )
        for number, one in enumerate(sorted(outcomes, key=lambda each: each.slot.begins_at), start=1)
    ]
    ClassSession.objects.bulk_create(made)
    return [*known.values(), *made]


def move_session(
    *,
    actor: Standing,
    session: ClassSession,
    begins_at: datetime,
    ends_at: datetime,
    space: Space | None,
    at: datetime,
    why: str,
) -> ClassSession:
    """Hold a session at another time or in another room, with the same teacher; as it is, nothing happens.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`, `SessionFixed`, `SessionOverlaps`,
    `SessionInPast`, and whatever the room or the teacher refuses.
    """
    require(actor, PLAN, on=session)
    with trace.change(by=actor.person, why=why), _whole():
        row, teacher = locked_session(session, spaces=[space])
        during = TimestamptzRange(begins_at, ends_at)
        if row.during == during and row.space_id == (space.pk if space else None) and _stands(row):
            return row
        old, row.moved_from = row.booking, row.during.lower
        give_back(actor, row, at=at, why=why, room=True, teacher=True, offers=False)
        _arrange(actor, row, Slot(row.public_id, begins_at, ends_at), space=space, teacher=teacher, at=at)
        if old is not None:
            # What the class itself takes anew is no room that came free.
            facilities.offer_room(booking=old, at=at)
        _tell(row, at)
    return row


def substitute_teacher(
    *,
    actor: Standing,
    session: ClassSession,
    teacher: Teacher | None,
    at: datetime,
    why: str,
    onward: bool = False,
    until: date | None = None,
) -> list[ClassSession]:
    """Let somebody else teach a session, and with `onward` each later one that is planned too: in one step.

    `until` is the last day of that, for who is away for some weeks; without one it is for good.

    Without a teacher nobody teaches it for now. Answers the sessions that changed. Right: classes.plan_class at the
    host. Raises `Denied`, `NotInThatState`, `SessionFixed`, `SessionsConflict` with each date on which they cannot.
    """
    require(actor, PLAN, on=session)
    with trace.change(by=actor.person, why=why):
        first, _now = locked_session(session, teachers=[teacher])
        rows = [first]
        if onward:
            later = ClassSession.objects.filter(
                course_class=first.course_class,
                state=ClassSession.State.PLANNED,
                during__startswith__gt=first.during.lower,
            ).select_related("space__venue__territory", "teaching__organisation__territory")
            if until is not None:
                later = later.filter(
                    during__startswith__lt=datetime.combine(until + timedelta(days=1), time(), clock.zone())
                )
            rows += list(later.order_by("during"))
        wanted = teacher.pk if teacher else None
        rows = [one for one in rows if (one.teaching.teacher_id if one.teaching else None) != wanted]
        outcomes = []
        for one in rows:
            one.course_class = first.course_class
            give_back(actor, one, at=at, why=why, room=False, teacher=True)
            outcome = Outcome(Slot(one.public_id, one.during.lower, one.during.upper))
            if teacher is not None:
                _try(outcome, lambda one=one: _assign(actor, one, teacher))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            one.teaching = outcome.teaching
            outcomes.append(outcome)
        if any(one.problems for one in outcomes):
            raise SessionsConflict(outcomes)
        for one in rows:
            one.save(update_fields=["teaching"])
            _tell(one, at)
    return rows


def cancel_session(*, actor: Standing, session: ClassSession, at: datetime, why: str) -> ClassSession:
    """Let a session not be held: room and teacher are free again. Asked again, nothing more happens.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`, `SessionFixed`.
    """
    require(actor, PLAN, on=session)
    with trace.change(by=actor.person, why=why):
        if ClassSession.objects.get(pk=session.pk).state == ClassSession.State.CANCELLED:
            return session
        row, _teacher = locked_session(session)
        give_back(actor, row, at=at, why=why, room=True, teacher=True)
        row.state, row.cancelled_because = ClassSession.State.CANCELLED, why.strip()[:200]
        row.save(update_fields=["state", "cancelled_because"])
        if row.course_class.state in LIVE:
            hooks.when_session_cancelled.tell(row, at)
    return row


def remove_session(*, actor: Standing, session: ClassSession, at: datetime) -> None:
    """Take a session out of a draft, as if it had never been planned. Right: classes.plan_class at the host.

    Raises `Denied`, `NotInThatState`, `SessionFixed`.
    """
    require(actor, PLAN, on=session)
    why = gettext_noop("Session taken out of the plan")
    with trace.change(by=actor.person, why=why):
        row, _teacher = locked_session(session)
        if row.course_class.state != CourseClass.State.DRAFT:
            raise rules.NotInThatState(state=row.course_class.get_state_display())
        give_back(actor, row, at=at, why=why, room=True, teacher=True)
        row.delete()


# Within a change that holds the class


def _whole() -> Any:
    return refusing(class_session_one_at_a_time=SessionOverlaps, class_session_public_id_once=FormUsedBefore)


def _plannable(course_class: CourseClass) -> CourseClass:
    row = locked_class(course_class)
    if row.state not in PLANNABLE:
        raise rules.NotInThatState(state=row.get_state_display())
    return row


def locked_session(
    session: ClassSession, *, spaces: Sequence[Space | None] = (), teachers: Sequence[Teacher | None] = ()
) -> tuple[ClassSession, Teacher | None]:
    """A planned session of a class that may still change, with everything of it locked, and who teaches it."""
    lock_places_and_people(session.course_class, spaces=spaces, teachers=teachers)
    course_class = _plannable(session.course_class)
    rows = ClassSession.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "space__venue__owner", "space__venue__territory", "booking__venue__owner", "booking__venue__territory",
        "teaching__organisation__territory", "teaching__teacher__person",
    )  # fmt: skip
    row = rows.get(pk=session.pk)
    row.course_class = course_class
    if row.state != ClassSession.State.PLANNED:
        raise SessionFixed(state=row.get_state_display())
    return row, row.teaching.teacher if row.teaching else None


def _stands(row: ClassSession) -> bool:
    """Whether what it has is still given: a room that was taken back is booked anew."""
    return row.booking is None or row.booking.state == Booking.State.CONFIRMED


def _tell(row: ClassSession, at: datetime) -> None:
    if row.course_class.state in LIVE:
        hooks.when_session_moved.tell(row, at)


def give_back(
    actor: Standing, row: ClassSession, *, at: datetime, why: str, room: bool, teacher: bool, offers: bool = True
) -> None:
    """Cancel the room's booking and release the teacher, as far as they are still to come.

    Without `offers` whoever waits for the room is not asked yet.
    """
    if room and row.booking is not None:
        held = (Booking.State.CONFIRMED, Booking.State.PROPOSED)
        if row.booking.state in held and row.booking.during.upper > at:
            facilities.cancel_booking(actor=actor, booking=row.booking, at=at, why=why, offers=offers)
        row.booking = None
    if teacher and row.teaching is not None:
        if row.teaching.state == TeachingSession.State.PLANNED:
            staff.release_teacher(actor=actor, session=row.teaching, words=why)
            row.given_back = row.teaching
        row.teaching = None


def _arrange(
    actor: Standing, row: ClassSession, slot: Slot, *, space: Space | None, teacher: Teacher | None, at: datetime
) -> None:
    """Book and assign for a session that is there already, or let the refusal through."""
    if slot.ends_at <= at:
        raise SessionInPast
    row.during, row.space = TimestamptzRange(slot.begins_at, slot.ends_at), space
    row.booking = _book(actor, row, at=at) if space is not None else None
    row.teaching = _assign(actor, row, teacher) if teacher is not None else None
    row.save(update_fields=["during", "space", "booking", "teaching"])


def arranged(
    actor: Standing,
    course_class: CourseClass,
    slots: Sequence[Slot],
    *,
    space: Space | None,
    teacher: Teacher | None,
    at: datetime,
) -> list[Outcome]:
    """Book and assign for each new date, one after the other, so that each counts for those after it."""
    outcomes = []
    taken = [
        (one.lower, one.upper)
        for one in ClassSession.objects.filter(course_class=course_class)
        .exclude(state=ClassSession.State.CANCELLED)
        .values_list("during", flat=True)
    ]
    for slot in slots:
        outcome = Outcome(slot)
        outcomes.append(outcome)
        draft = ClassSession(
            public_id=slot.public_id,
            course_class=course_class,
            during=TimestamptzRange(slot.begins_at, slot.ends_at),
            space=space,
        )
        if any(begins < slot.ends_at and slot.begins_at < ends for begins, ends in taken):
            _note(outcome, SessionOverlaps())
        taken.append((slot.begins_at, slot.ends_at))
        if slot.begins_at <= at:
            _note(outcome, SessionInPast())
            continue
        if space is not None:
            _try(outcome, lambda draft=draft: _book(actor, draft, at=at))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        if teacher is not None:
            _try(outcome, lambda draft=draft: _assign(actor, draft, teacher))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    return outcomes


def _try(outcome: Outcome, act: Callable[[], Booking | TeachingSession]) -> None:
    """Do one thing for a date; what refuses it is kept with the date, and nothing of it stays."""
    try:
        with transaction.atomic():
            made = act()
    except Refusal as refusal:
        _note(outcome, refusal)
    else:
        if isinstance(made, Booking):
            outcome.booking = made
        else:
            outcome.teaching = made


def _note(outcome: Outcome, refusal: Refusal) -> None:
    outcome.refusals.append(refusal)
    outcome.problems.append(str(refusal))


def _book(actor: Standing, row: ClassSession, *, at: datetime) -> Booking:
    """The room for a session, held for the season (B-04, B-08)."""
    space, course_class = row.space, row.course_class
    assert space is not None  # whoever calls has asked
    if space.capacity < course_class.seats_most:
        raise rules.RoomTooSmall(
            day=clock.date_of(row.during.lower), capacity=space.capacity, seats=course_class.seats_most
        )
    try:
        made = facilities.book_space(
            actor=actor,
            public_id=uuid7(),
            space=space,
            begins_at=row.during.lower,
            ends_at=row.during.upper,
            wanted=facilities.Wanted(
                heads=course_class.seats_most,
                purpose=course_class.version.course.title_zh,
                group_organisation=course_class.host,
                is_seasonal=True,
                origin_kind=ORIGIN,
                origin_id=row.public_id,
            ),
            at=at,
        )
    except Denied:
        raise RoomOfOthers from None
    if made.state != Booking.State.CONFIRMED:
        raise RoomOnlyProposed(why=" ".join(made.warnings()))
    return made


def _assign(actor: Standing, row: ClassSession, teacher: Teacher) -> TeachingSession:
    """The teacher for a session (T-02…T-07)."""
    course_class, space = row.course_class, row.space
    place = f"{space.venue.name_zh} {space.name_zh}" if space else course_class.host.name_zh
    try:
        return staff.assign_teacher(
            actor=actor,
            public_id=uuid7(),
            teacher=teacher,
            wish=Wish(
                organisation=course_class.host,
                territory=space.venue.territory if space else course_class.territory,
                place=place[:120],
                subject=course_class.version.course.subject,
                level=course_class.version.level,
                begins_at=row.during.lower,
                ends_at=row.during.upper,
                series=course_class.public_id,
                origin=str(row.public_id),
            ),
        )
    except Denied:
        raise TeacherOfOthers from None
