"""Sessions whose attendance somebody takes, the people on their list, and their marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import rules
from xuecheng.coordination.teaching.models import Arrival, Mark

from .acts import DECIDE, TAKE

_ON_THE_LIST = (Enrolment.State.ENROLLED, Enrolment.State.PAUSED, Enrolment.State.COMPLETED)
"""Who has a place: these stand on the list of each session."""


@dataclass(frozen=True)
class Line:
    """Somebody on the list of a session: the mark that counts, and how many others were made."""

    enrolment: Enrolment
    mark: Mark | None
    others: tuple[Mark, ...]

    @property
    def is_disputed(self) -> bool:
        """Whether two marks say different things: both are kept, and shown."""
        return self.mark is not None and any(one.state != self.mark.state for one in self.others)


def _mine(viewer: Standing) -> Q:
    return visible(
        viewer, TAKE, organisation="course_class__host", territory="course_class__territory",
        person="teaching__person",
    )  # fmt: skip


def _whole(rows: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    return rows.select_related(
        "course_class__version__course", "course_class__host__territory", "course_class__territory", "space__venue",
        "teaching__person", "teaching__teacher__person", "booking__venue", "check_in_key",
    )  # fmt: skip


def sessions_on(viewer: Standing, day: date) -> QuerySet[ClassSession]:
    """Sessions of a day whose attendance `viewer` takes, for a list by (during, id); cancelled ones are none."""
    begins, ends = (datetime.combine(one, time(0), clock.zone()) for one in (day, day + timedelta(days=1)))
    rows = ClassSession.objects.filter(_mine(viewer), during__overlap=TimestamptzRange(begins, ends))
    return _whole(rows).exclude(state=ClassSession.State.CANCELLED).exclude(
        course_class__state__in=[CourseClass.State.DRAFT, CourseClass.State.CANCELLED]
    )  # fmt: skip


def session_by_id(viewer: Standing, public_id: UUID) -> ClassSession | None:
    """A session whose attendance `viewer` takes. One query."""
    rows = ClassSession.objects.filter(_mine(viewer), public_id=public_id)
    return _whole(rows).exclude(course_class__state=CourseClass.State.DRAFT).first()


def session_to_check_in(public_id: UUID) -> ClassSession | None:
    """A session as whoever has its code sees it: when and where it is. One query."""
    return _whole(ClassSession.objects.filter(public_id=public_id)).first()


def _classes(viewer: Standing) -> QuerySet[CourseClass]:
    decides = visible(viewer, DECIDE, organisation="host", territory="territory")
    teaches = ClassSession.objects.filter(teaching__person__in=viewer.own_keys(TAKE)).values("course_class")
    rows = CourseClass.objects.filter(decides | Q(pk__in=teaches)).exclude(state=CourseClass.State.DRAFT)
    return rows.select_related("version__course", "host__territory", "territory")


def class_by_id(viewer: Standing, public_id: UUID) -> CourseClass | None:
    """A class at whose unit `viewer` decides who completes, or whose sessions they teach. One query."""
    return _classes(viewer).filter(public_id=public_id).first()


def classes_seen(viewer: Standing) -> QuerySet[CourseClass]:
    """Those of them that run or are over, for a list by (-id)."""
    states = (CourseClass.State.RUNNING, CourseClass.State.FINISHED, CourseClass.State.SETTLED)
    return _classes(viewer).filter(state__in=states)


def sessions_of_class(row: CourseClass) -> list[ClassSession]:
    """All sessions of a class but cancelled ones, in the order of time. One query."""
    rows = _whole(ClassSession.objects.filter(course_class=row)).exclude(state=ClassSession.State.CANCELLED)
    return list(rows.order_by("during", "pk"))


def list_of(session: ClassSession) -> list[Line]:
    """Everybody on the list of a session by name, with their marks. Two queries; the caller has asked for the right."""
    return lines_of(session, list(on_the_list(session).order_by("person__sort_key", "number")))


def on_the_list(session: ClassSession) -> QuerySet[Enrolment]:
    """Everybody on the list of a session, for a list by (number, id); the caller has asked for the right."""
    rows = Enrolment.objects.filter(course_class=session.course_class_id, state__in=_ON_THE_LIST)
    return rows.select_related("person")


def lines_of(session: ClassSession, found: Sequence[Enrolment]) -> list[Line]:
    """Some of them with their marks. One query."""
    marks: dict[int, list[Mark]] = {}
    for mark in marks_of(session):
        marks.setdefault(mark.enrolment_id, []).append(mark)
    lines = []
    for one in found:
        own = marks.get(one.pk, [])
        counts = rules.counting(own)
        lines.append(Line(one, counts, tuple(other for other in own if other is not counts)))
    return lines


def marks_of(session: ClassSession) -> list[Mark]:
    """Every mark of a session, by learner and version, with who made it. One query."""
    rows = Mark.objects.filter(session=session.pk).select_related("by")
    return list(rows.order_by("learner", "version"))


def counting_marks(sessions: Sequence[ClassSession], enrolments: Sequence[Enrolment]) -> Mapping[int, list[Mark]]:
    """The mark that counts of each session, by enrolment. One query."""
    rows = Mark.objects.filter(enrolment__in=[one.pk for one in enrolments], session__in=[one.pk for one in sessions])
    of_pair: dict[tuple[int, int], list[Mark]] = {}
    for one in rows:
        of_pair.setdefault((one.enrolment_id, one.session_id), []).append(one)
    found: dict[int, list[Mark]] = {}
    for (enrolment, _session), marks in of_pair.items():
        counts = rules.counting(marks)
        if counts is not None:
            found.setdefault(enrolment, []).append(counts)
    return found


def arrivals_of(session: ClassSession) -> list[Arrival]:
    """Who checked in by the code, the newest first. One query."""
    return list(Arrival.objects.filter(session=session.pk).select_related("learner").order_by("-at", "-pk"))


def arrivals_waiting(session: ClassSession) -> list[Arrival]:
    """Flagged check-ins that the teacher looks at, the oldest first. One query."""
    rows = Arrival.objects.filter(session=session.pk, state=Arrival.State.WAITING).select_related("learner")
    return list(rows.order_by("at", "pk"))


def arrival_of(enrolment: Enrolment, session: ClassSession) -> Arrival | None:
    """How somebody checked in by the code, if they did. One query."""
    return Arrival.objects.filter(session=session.pk, learner=enrolment.person_id).first()


def own_enrolment(session: ClassSession, keys: Sequence[int]) -> Enrolment | None:
    """The place in the class of whoever has these keys. One query."""
    rows = Enrolment.objects.filter(course_class=session.course_class_id, person__in=keys, state__in=_ON_THE_LIST)
    return rows.select_related("person").order_by("-pk").first()


def taught_by(key: int) -> QuerySet[ClassSession]:
    """Sessions that somebody teaches or taught."""
    return ClassSession.objects.filter(teaching__person=key)


def places_of(key: int) -> QuerySet[Enrolment]:
    """Classes in which somebody has or had a place."""
    return Enrolment.objects.filter(person=key, state__in=_ON_THE_LIST)


def own_attendance(viewer: Standing) -> QuerySet[Enrolment]:
    """Classes in which whoever asks has or had a place, for a list by (-id)."""
    rows = Enrolment.objects.filter(person__in=viewer.own_keys("teaching.check_in"), state__in=_ON_THE_LIST)
    return rows.select_related("course_class__version__course", "course_class__host")
