"""What teachers are told of their sessions: given to them, moved, given to somebody else, not held.

Called by the hooks of classes, within the change: once for each change, however many sessions it touches, but for a
session that moves, of which each is told with its new time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import About, Telling, tell_many
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.staff.models import TeachingSession

ASSIGNED, MOVED = "teaching.session_assigned", "teaching.session_moved"
RELEASED, CANCELLED = "teaching.session_released", "teaching.session_cancelled"
_SAMPLE = {"title": "书法入门（街道社区学校）", "when": "2026-11-23 19:00"}
_TIMETABLE: About = ("classes:show_own",)


def register() -> None:
    """Called from `apps.py`."""
    for name, label, title, body, sms in (
        (
            ASSIGNED,
            _("You are to teach a session"),
            _("You teach “%(title)s” from %(when)s."),
            _("Your timetable shows every session. If you cannot come, tell the unit soon, so that somebody else can."),
            _("You are to teach a class from %(when)s. Sign in to see your timetable."),
        ),
        (
            MOVED,
            _("A session you teach was moved"),
            _("“%(title)s” has moved: it is on %(when)s now."),
            _("Open it to see the room. If you cannot come then, tell the unit soon."),
            _("A session you teach has moved to %(when)s. Sign in to see the room."),
        ),
        (
            RELEASED,
            _("Somebody else teaches a session of yours"),
            _("You no longer teach “%(title)s” from %(when)s."),
            _("Somebody else teaches it, or will. Your timetable shows what is left."),
            _("You no longer teach a class from %(when)s. Sign in to see your timetable."),
        ),
        (
            CANCELLED,
            _("A session you teach is not held"),
            _("“%(title)s” on %(when)s is not held."),
            _("Your timetable shows what is left."),
            _("The session you teach on %(when)s is not held. Sign in to see your timetable."),
        ),
    ):
        kinds.register(
            name, label, kinds.Words(title=title, body=body, sms=sms), sample=_SAMPLE, channels=("email", "sms"),
            icon="calendar",
        )  # fmt: skip


def class_opened(row: CourseClass, at: datetime) -> None:
    """Everybody who teaches in it, once each, with the first session."""
    rows = ClassSession.objects.filter(course_class=row, state=ClassSession.State.PLANNED)
    _tell_assigned(row, rows.select_related("teaching").order_by("during"), at)


def sessions_added(sessions: Sequence[ClassSession], at: datetime) -> None:
    """Whoever teaches the sessions that came to a class that is open or runs already."""
    if sessions:
        _tell_assigned(sessions[0].course_class, sorted(sessions, key=lambda one: one.during.lower), at)


def _tell_assigned(row: CourseClass, sessions: Iterable[ClassSession], at: datetime) -> None:
    first: dict[int, Telling] = {}
    for one in sessions:
        if one.teaching is not None and one.teaching.person_id not in first:
            key, values = f"{row.public_id}/{at.isoformat()}", _values(row, one.during.lower)
            first[one.teaching.person_id] = Telling(one.teaching.person_id, key, values, _TIMETABLE)
    tell_many(ASSIGNED, list(first.values()), at=at)


def session_moved(one: ClassSession, at: datetime) -> None:
    """The same teacher: when it is now. Another one: both, once for all sessions that changed hands together."""
    row = one.course_class
    now, was = one.teaching, one.given_back
    if now is not None and was is not None and now.person_id == was.person_id:
        key = f"{one.public_id}/{at.isoformat()}"
        _tell(MOVED, now, row, one.during.lower, key=key, at=at, about=("teaching:take", str(one.public_id)))
        return
    key = f"{row.public_id}/{at.isoformat()}"
    if now is not None:
        _tell(ASSIGNED, now, row, one.during.lower, key=key, at=at)
    if was is not None:
        _tell(RELEASED, was, row, was.during.lower, key=key, at=at)


def session_cancelled(one: ClassSession, at: datetime) -> None:
    """Whoever was to teach it."""
    if one.given_back is not None:
        key = f"{one.public_id}/{at.isoformat()}"
        _tell(CANCELLED, one.given_back, one.course_class, one.during.lower, key=key, at=at)


def class_cancelled(row: CourseClass, at: datetime) -> None:
    """Everybody who was to teach a session of it, once each, with the first of them."""
    for was in sorted(row.given_back, key=lambda each: each.during.lower):
        # The same key for all of them: only the first is told.
        _tell(CANCELLED, was, row, was.during.lower, key=f"{row.public_id}/{at.isoformat()}", at=at)


def _tell(
    kind: str,
    who: TeachingSession,
    row: CourseClass,
    when: datetime,
    *,
    key: str,
    at: datetime,
    about: About = _TIMETABLE,
) -> None:
    tell_many(kind, [Telling(who.person_id, key, _values(row, when), about)], at=at)


def _values(row: CourseClass, when: datetime) -> dict[str, Any]:
    course = row.version.course
    return {
        "title": {"zh": course.title_zh, "en": course.title_en or course.title_zh},
        "when": f"{when.astimezone(clock.zone()):%Y-%m-%d %H:%M}",
    }
