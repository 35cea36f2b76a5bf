"""What was taught in the sessions of a class, its homework, and who handed it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from xuecheng.city import clock
from xuecheng.city.rights import Standing
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import rules
from xuecheng.coordination.teaching.models import HandedIn, Lesson, Mark

from .acts import CHECK_IN
from .completion import OwnLine, certificates_by_decision, latest_decision
from .sessions import _ON_THE_LIST, sessions_of_class


@dataclass(frozen=True)
class OwnSession:
    """A session of one's class: whether one was there, what was taught, the homework and what one handed in."""

    session: ClassSession
    mark: Mark | None
    lesson: Lesson | None
    handed_in: HandedIn | None


@dataclass(frozen=True)
class Homework:
    """Somebody on the list, and what they handed in."""

    enrolment: Enrolment
    handed_in: HandedIn | None
    is_late: bool


def has_a_place(one: Enrolment) -> bool:
    return one.state in _ON_THE_LIST


def own_place(viewer: Standing, public_id: UUID) -> Enrolment | None:
    """A place in a class of whoever asks. One query."""
    rows = Enrolment.objects.filter(
        public_id=public_id, person__in=viewer.own_keys(CHECK_IN), state__in=_ON_THE_LIST
    ).select_related("course_class__version__course", "course_class__host__territory", "course_class__territory")
    return rows.first()


def own_sessions(one: Enrolment) -> list[OwnSession]:
    """Every session of a class but cancelled ones, as somebody with a place sees it. Four queries."""
    sessions = sessions_of_class(one.course_class)
    lessons = {each.session_id: each for each in Lesson.objects.filter(session__in=sessions)}
    handed = {each.lesson_id: each for each in HandedIn.objects.filter(enrolment=one.pk)}
    marks = rules.counting_by(
        Mark.objects.filter(enrolment=one.pk, session__in=[each.pk for each in sessions]), lambda mark: mark.session_id
    )
    found = []
    for session in sessions:
        lesson = lessons.get(session.pk)
        found.append(
            OwnSession(session, marks.get(session.pk), lesson, handed.get(lesson.pk) if lesson is not None else None)
        )
    return found


def lesson_of(session: ClassSession) -> Lesson | None:
    """One query."""
    return Lesson.objects.filter(session=session).select_related("by").first()


def homework_of(lesson: Lesson) -> list[Homework]:
    """Everybody on the list by name, with what they handed in. Two queries; the caller has asked for the right."""
    rows = Enrolment.objects.filter(course_class=lesson.session.course_class_id, state__in=_ON_THE_LIST)
    return _handed_in(lesson, list(rows.select_related("person").order_by("person__sort_key", "number")))


def handed_in_of(session: ClassSession, people: Sequence[Enrolment]) -> list[Homework]:
    """The same for a part of the list, in its order. Two queries; the caller has asked for the right."""
    lesson = lesson_of(session)
    return _handed_in(lesson, people) if lesson is not None else [Homework(one, None, is_late=False) for one in people]


def _handed_in(lesson: Lesson, people: Sequence[Enrolment]) -> list[Homework]:
    keys = [one.pk for one in people]
    handed = {one.enrolment_id: one for one in HandedIn.objects.filter(lesson=lesson.pk, enrolment__in=keys)}
    found = []
    for one in people:
        there = handed.get(one.pk)
        is_late = there is not None and lesson.due_on is not None and clock.date_of(there.at) > lesson.due_on
        found.append(Homework(one, there, is_late))
    return found


def teachers_of(row: CourseClass) -> list[int]:
    """Keys of everybody who teaches a session of a class. One query."""
    rows = ClassSession.objects.filter(course_class=row, teaching__isnull=False)
    return list(rows.values_list("teaching__person", flat=True).distinct())


def attends(viewer: Standing, public_id: UUID) -> bool:
    """Whether somebody has a place in a class. One query."""
    keys = viewer.own_keys(CHECK_IN)
    return Enrolment.objects.filter(course_class__public_id=public_id, person__in=keys, state__in=_ON_THE_LIST).exists()


def own_line_of(one: Enrolment, sessions: Sequence[OwnSession]) -> OwnLine:
    """The same as a line of one's classes, from sessions that are at hand. Two queries."""
    held = [each for each in sessions if each.session.state == ClassSession.State.HELD]
    marks = [(each.mark.state, each.mark.minutes) for each in held if each.mark is not None]
    decision = latest_decision(one)
    made = certificates_by_decision([decision] if decision is not None else [])
    certificate = made.get(decision.pk) if decision is not None else None
    return OwnLine(one, rules.attended_of(marks, held=len(held)), decision, certificate)


def class_with_materials(public_id: UUID) -> CourseClass | None:
    """A class that is no draft any more; for whom its files are its shelf says. One query."""
    rows = CourseClass.objects.select_related("version__course", "host__territory", "territory")
    return rows.filter(public_id=public_id).exclude(state=CourseClass.State.DRAFT).first()
