"""A session is held: by whoever plans it, or because an app above takes its attendance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes import rules
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.classes.queries import PLAN
from xuecheng.coordination.facilities import services as facilities
from xuecheng.coordination.facilities.models import Booking
from xuecheng.coordination.staff import services as staff

from .sessions import LIVE, SessionNotToday, locked_session


def hold_session(*, actor: Standing, session: ClassSession, at: datetime) -> ClassSession:
    """The class is there: the room is checked in (B-07), the teacher's hour counts (T-06), the session is held.

    Asked again, nothing more happens. Right: classes.plan_class at the host. Raises `Denied`, `NotInThatState`,
    `SessionNotToday`, `SessionFixed`, and what checking in refuses, such as `CheckInTooEarly`.
    """
    require(actor, PLAN, on=session)
    with trace.change(by=actor.person, why=gettext_noop("Session held")):
        if ClassSession.objects.get(pk=session.pk).state == ClassSession.State.HELD:
            return session
        row, _teacher = locked_session(session)
        if row.course_class.state not in LIVE:
            raise rules.NotInThatState(state=row.course_class.get_state_display())
        if clock.date_of(row.during.lower) != clock.date_of(at):
            raise SessionNotToday(day=clock.date_of(row.during.lower))
        if row.booking is not None and row.booking.state == Booking.State.CONFIRMED:
            facilities.check_in(actor=actor, booking=row.booking, at=at)
        if row.teaching is not None:
            staff.check_in(actor=actor, session=row.teaching, at=at)
        row.state = ClassSession.State.HELD
        row.save(update_fields=["state"])
    return row


def hold_within(session: ClassSession, *, at: datetime) -> ClassSession:
    """The session is held because an app above takes attendance, which has asked for its own right.

    Room and teacher are checked in where it is their time (B-07, T-06); a list that comes later holds the session all
    the same, but no hour of a teacher is counted afterwards. Raises `NotInThatState`, `SessionFixed`, `NotBegunYet`.
    """
    held: ClassSession = ClassSession.objects.get(pk=session.pk)
    if held.state == ClassSession.State.HELD:
        return held
    row, _teacher = locked_session(session)
    if row.course_class.state not in LIVE:
        raise rules.NotInThatState(state=row.course_class.get_state_display())
    if at < row.during.lower - staff.EARLY:
        raise rules.NotBegunYet(day=clock.date_of(row.during.lower))
    booking, teaching = row.booking, row.teaching
    if booking is not None and booking.state == Booking.State.CONFIRMED:
        _if_it_may(lambda: facilities.came_to_room(booking, at=at))
    if teaching is not None:
        _if_it_may(lambda: staff.came_to_teach(teaching, at=at))
    row.state = ClassSession.State.HELD
    row.save(update_fields=["state"])
    return row


def _if_it_may(act: Callable[[], object]) -> None:
    # What refuses a check-in has written nothing before: no savepoint is needed.
    with suppress(Refusal):
        act()
