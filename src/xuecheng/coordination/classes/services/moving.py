"""Verbs that move a class: opened, started, finished, settled, cancelled. Apps above listen in `classes.hooks`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import refusing
from xuecheng.coordination.classes import hooks, rules
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.classes.queries import PLAN, level_of_unit
from xuecheng.coordination.courses.models import NetworkLevel
from xuecheng.coordination.facilities.models import Booking
from xuecheng.coordination.staff.models import TeachingSession

from .locks import lock_places_and_people, locked_class, sessions_of
from .sessions import give_back

State = CourseClass.State


def open_class(*, actor: Standing, course_class: CourseClass, at: datetime) -> CourseClass:
    """Make a class public, so that people may enrol; an open one stays as it is.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`, `LevelNotAllowed` (N-03), and of what is
    missing: `EnrolmentMissing`, `SessionsMissing`, `RoomMissing`, `TeacherMissing`, `RoomTooSmall`, `OpensTooLate`.
    """

    def check(row: CourseClass, sessions: Sequence[ClassSession]) -> None:
        level = level_of_unit(row.host)
        rules.check_level(level, row.version.levels, word=NetworkLevel(level).label)
        rules.check_open(
            meetings_of(sessions),
            needs=row.version.sessions,
            seats=row.seats_most,
            has_enrolment=row.enrolment_opens_at is not None,
            at=at,
        )

    with refusing(course_class_open_is_whole=rules.RoomMissing):
        return _moved(
            actor, course_class, at, State.OPEN, follows=(State.DRAFT,), check=check,
            hook=hooks.when_opened, why=gettext_noop("Class opened"),
        )  # fmt: skip


def start_class(*, actor: Standing, course_class: CourseClass, at: datetime) -> CourseClass:
    """Let a class run, from the day of its first session on; a running one stays as it is.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`, `NotBegunYet`.
    """

    def check(_row: CourseClass, sessions: Sequence[ClassSession]) -> None:
        kept = [one for one in sessions if one.state != ClassSession.State.CANCELLED]
        rules.check_start(meetings_of(kept), today=clock.date_of(at))

    return _moved(
        actor, course_class, at, State.RUNNING, follows=(State.OPEN,), check=check,
        hook=hooks.when_started, why=gettext_noop("Class started"),
    )  # fmt: skip


def finish_class(*, actor: Standing, course_class: CourseClass, at: datetime) -> CourseClass:
    """A class is over: every session was held or cancelled. A finished one stays as it is.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`, `SessionsOpen`.
    """

    def check(_row: CourseClass, sessions: Sequence[ClassSession]) -> None:
        rules.check_finish(meetings_of(sessions))

    return _moved(
        actor, course_class, at, State.FINISHED, follows=(State.RUNNING,), check=check,
        hook=hooks.when_finished, why=gettext_noop("Class finished"),
    )  # fmt: skip


def settle_class(*, actor: Standing, course_class: CourseClass, at: datetime) -> CourseClass:
    """Hours, learners and credits of a class are accounted; a settled one stays as it is.

    Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`.
    """
    return _moved(
        actor, course_class, at, State.SETTLED, follows=(State.FINISHED,), check=None,
        hook=hooks.when_settled, why=gettext_noop("Class settled"),
    )  # fmt: skip


def cancel_class(*, actor: Standing, course_class: CourseClass, at: datetime, why: str) -> CourseClass:
    """Let a class not be held (any more): rooms and teachers of what was still planned are free again.

    Sessions that were held stay. A cancelled class stays as it is. Right: classes.plan_class at the host. Raises
    `Denied`, `NotInThatState`, `ReasonMissing`.
    """
    require(actor, PLAN, on=course_class)
    with trace.change(by=actor.person, why=why):
        lock_places_and_people(course_class)
        row = locked_class(course_class)
        if row.state == State.CANCELLED:
            return row
        if row.state not in (State.DRAFT, State.OPEN, State.RUNNING):
            raise rules.NotInThatState(state=row.get_state_display())
        words = why.strip()[:200]
        sessions = sessions_of(row)
        for session in sessions:
            if session.state != ClassSession.State.PLANNED:
                continue
            give_back(actor, session, at=at, why=words, room=True, teacher=True)
            session.state, session.cancelled_because = ClassSession.State.CANCELLED, words
            session.save(update_fields=["booking", "teaching", "state", "cancelled_because"])
        row.state, row.cancelled_because = State.CANCELLED, words
        row.save(update_fields=["state", "cancelled_because"])
        row.given_back = [one.given_back for one in sessions if one.given_back is not None]
        hooks.when_cancelled.tell(row, at)
    return row


def meetings_of(sessions: Sequence[ClassSession]) -> list[rules.Meeting]:
    """Sessions as the rules of moving take them; a room counts while it is booked, a teacher while assigned."""
    return [
        rules.Meeting(
            day=clock.date_of(one.during.lower),
            begins=one.during.lower,
            ends=one.during.upper,
            is_planned=one.state == ClassSession.State.PLANNED,
            has_room=one.booking is not None and one.booking.state == Booking.State.CONFIRMED,
            has_teacher=one.teaching is not None and one.teaching.state != TeachingSession.State.RELEASED,
            capacity=one.space.capacity if one.space else None,
        )
        for one in sessions
    ]


def _moved(
    actor: Standing,
    course_class: CourseClass,
    at: datetime,
    to: str,
    *,
    follows: tuple[str, ...],
    check: Callable[[CourseClass, Sequence[ClassSession]], None] | None,
    hook: hooks.Hook,
    why: str,
) -> CourseClass:
    require(actor, PLAN, on=course_class)
    with trace.change(by=actor.person, why=why):
        row = locked_class(course_class)
        if row.state == to:
            return row
        if row.state not in follows:
            raise rules.NotInThatState(state=row.get_state_display())
        if check is not None:
            check(row, sessions_of(row))
        row.state = to
        row.save(update_fields=["state"])
        hook.tell(row, at)
    return row
