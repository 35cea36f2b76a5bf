"""What enrolment tells people: where they stand, that a place is offered, what ended and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.coordination.classes.models import ClassSession, CourseClass

from .models import Charge, Enrolment

ENROLLED, LISTED, APPLIED = "enrolment.enrolled", "enrolment.waiting", "enrolment.applied"
DRAWN, OFFERED, LAPSED = "enrolment.drawn", "enrolment.offered", "enrolment.lapsed"
ENDED, CANCELLED, REFUND = "enrolment.ended", "enrolment.cancelled", "enrolment.refund"
MOVED, OFF = "enrolment.session_moved", "enrolment.session_off"
_SAMPLE = {"title": "书法入门（街道社区学校）"}
_SHOW = "enrolment:show_enrolment"


def register() -> None:
    """Called from `apps.py`."""
    _register(
        ENROLLED,
        _("You have a place in a class"),
        title=_("You have a place: “%(title)s”."),
        body=_("Open it to see when it begins, and whether something is to be paid."),
        sms=_("You have a place in the class you chose. Sign in to see when it begins."),
        channels=("email", "sms"),
    )
    _register(
        LISTED,
        _("You are on a waiting list"),
        title=_("You are on the waiting list: “%(title)s”."),
        body=_("When a place comes free, it is offered in order. Open it to see how many come before you."),
        sms=_("You are on the waiting list of the class you chose. Sign in to see how many come before you."),
    )
    _register(
        APPLIED,
        _("You take part in a lottery for places"),
        title=_("You take part in the lottery: “%(title)s”."),
        body=_("Your public number is %(number)s. The result is public, and anybody can work it out again."),
        sms=_("You take part in the lottery of a class with the public number %(number)s."),
        sample={**_SAMPLE, "number": "K7QM-3XWD"},
    )
    _register(
        DRAWN,
        _("A lottery you took part in was drawn"),
        title=_("The lottery was drawn: “%(title)s”. You are number %(place)s."),
        body=_("Open it to see whether you have a place or wait. The whole result is public."),
        sms=_("The lottery you took part in was drawn. Sign in to see the result."),
        sample={**_SAMPLE, "place": 12},
        channels=("email", "sms"),
    )
    _register(
        OFFERED,
        _("A place is offered to you"),
        title=_("A place is offered to you: “%(title)s”."),
        body=_("Say yes until %(until)s, else it goes to the next."),
        sms=_("A place in the class you wait for is offered to you until %(until)s. Sign in to take it."),
        sample={**_SAMPLE, "until": "2026-11-23 18:00"},
        channels=("email", "sms"),
        urgency="now",
    )
    _register(
        LAPSED,
        _("An offer or the time to pay ran out"),
        title=_("The place went to the next: “%(title)s”."),
        body=_("The offer was not taken or the fee not paid in time. You can enrol again."),
        sms=_("The offer was not taken or the fee not paid in time. You can enrol again."),
        channels=("email",),
    )
    _register(
        ENDED,
        _("You were taken off the roll of a class"),
        title=_("You are no longer on the roll: “%(title)s”."),
        body=_("Open it to read why."),
        sms=_("You are no longer on the roll of a class. Sign in to read why."),
        channels=("email",),
    )
    _register(
        CANCELLED,
        _("A class is not held"),
        title=_("The class is not held: “%(title)s”."),
        body=_("What you paid is given back. Look for another class of the same course."),
        sms=_("The class you are enrolled in is not held. What you paid is given back."),
        channels=("email", "sms"),
    )
    _register(
        REFUND,
        _("Money is to be given back to you"),
        title=_("Money is to be given back to you: “%(title)s”."),
        body=_("Come to the cash desk of the unit, or wait for it the way you paid. Open it to see how much."),
        sms=_("Money is to be given back to you for a class. Sign in to see how much."),
        channels=("email",),
    )
    times = {**_SAMPLE, "was": "2026-11-24 19:00", "when": "2026-11-26 19:00", "place": "市民学习中心，教室1"}
    _register(
        MOVED,
        _("A session of your class has another time or room"),
        title=_("A session of “%(title)s” is now on %(when)s."),
        body=_("It was to begin on %(was)s. It is held here: %(place)s."),
        sms=_("The session of your class on %(was)s is now on %(when)s. Sign in to see where."),
        sample=times,
        channels=("email", "sms"),
    )
    _register(
        OFF,
        _("A session of your class is not held"),
        title=_("A session of “%(title)s” is not held: %(was)s."),
        body=_("The other sessions stay as they are. Open it to see them."),
        sms=_("The session of your class on %(was)s is not held. The others stay as they are."),
        sample=times,
        channels=("email", "sms"),
    )


def _register(name: str, label: Any, *, title: Any, body: Any, sms: Any = "", sample: Any = None, **more: Any) -> None:
    kinds.register(
        name, label, kinds.Words(title=title, body=body, sms=sms), sample=sample or _SAMPLE, icon="school", **more
    )


def tell_entered(one: Enrolment, *, at: datetime) -> None:
    """Tell somebody where they stand now: in the lottery, on the list, or with a place."""
    kind = {"applied": APPLIED, "waiting": LISTED}.get(one.state, ENROLLED)
    more = {"number": one.lottery_number} if kind == APPLIED else {}
    _tell(kind, one.course_class, [one], at=at, **more)


def tell_offered(course_class: CourseClass, found: Sequence[Enrolment], *, at: datetime) -> None:
    """Tell those to whom a place is offered, until when."""
    for one in found:
        if one.offered_until is not None:
            _tell(OFFERED, course_class, [one], at=at, until=_clock(one.offered_until))


def tell_lapsed(course_class: CourseClass, found: Sequence[Enrolment], *, at: datetime) -> None:
    _tell(LAPSED, course_class, found, at=at)


def tell_ended(course_class: CourseClass, found: Sequence[Enrolment], *, at: datetime) -> None:
    _tell(ENDED, course_class, found, at=at)


def tell_cancelled(course_class: CourseClass, found: Sequence[Enrolment], *, at: datetime) -> None:
    _tell(CANCELLED, course_class, found, at=at)


def session_moved(session: ClassSession, at: datetime) -> None:
    """Tell everybody with a place when and where a session is now. Another teacher alone is no news to them."""
    if session.moved_from is None:
        return
    room = session.space
    place = f"{room.venue.name}，{room.name}" if room is not None else "—"
    _tell_of_session(
        MOVED, session, at=at, was=_clock(session.moved_from), when=_clock(session.during.lower), place=place
    )


def session_off(session: ClassSession, at: datetime) -> None:
    """Tell everybody with a place that a session is not held."""
    _tell_of_session(OFF, session, at=at, was=_clock(session.during.lower))


def _tell_of_session(kind: str, session: ClassSession, *, at: datetime, **values: str) -> None:
    found = Enrolment.objects.filter(
        course_class=session.course_class, state__in=(Enrolment.State.ENROLLED, Enrolment.State.OFFERED)
    ).only("public_id", "person_id")
    known, key = _values(session.course_class) | values, f"{session.public_id}/{at.isoformat()}"
    tell_many(kind, [Telling(one.person_id, key, known, (_SHOW, str(one.public_id))) for one in found], at=at)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}"


def tell_drawn(course_class: CourseClass, found: Sequence[Enrolment], *, at: datetime) -> None:
    """Tell those who took part which number they are in the order of the draw. A fixed number of statements."""
    values = _values(course_class)
    tell_many(
        DRAWN,
        [
            Telling(one.person_id, str(one.public_id), {**values, "place": one.queue_no}, (_SHOW, str(one.public_id)))
            for one in found
        ],
        at=at,
    )


def tell_refund(charge: Charge, *, at: datetime) -> None:
    """Tell somebody that more is held than their place costs."""
    one = charge.enrolment
    key = f"{charge.public_id}/{charge.owed_fen}/{at.isoformat()}"
    values = _values(one.course_class)
    tell_many(REFUND, [Telling(charge.person_id, key, values, (_SHOW, str(one.public_id)))], at=at)


def _values(course_class: CourseClass) -> dict[str, Any]:
    course = course_class.version.course
    return {"title": {"zh": course.title_zh, "en": course.title_en or course.title_zh}}


def _tell(kind: str, course_class: CourseClass, found: Sequence[Enrolment], *, at: datetime, **more: Any) -> None:
    values = _values(course_class) | more
    tell_many(
        kind,
        [
            Telling(one.person_id, f"{one.public_id}/{one.moved_at.isoformat()}", values, (_SHOW, str(one.public_id)))
            for one in found
        ],
        at=at,
    )
