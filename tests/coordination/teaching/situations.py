"""A class of four sessions with a teacher and three learners who have learning cards; the first session is today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pgtrigger

from city.situations import a_person, a_registrar, an_organisation, standing_of
from coordination.classes import situations as classes_there
from coordination.classes.situations import Campus, a_campus
from coordination.courses.situations import a_course, a_version
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment import services as enrolments
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import services
from xuecheng.coordination.teaching.models import Arrival, Certificate, Decision, HandedIn, Mark
from xuecheng.coordination.teaching.queries import list_of
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import card_number

_numbers = count(770_000_000_001)


@dataclass
class Room:
    campus: Campus
    course_class: CourseClass
    sessions: list[ClassSession]
    enrolments: list[Enrolment]
    teacher: Standing
    far_clerk: Standing

    @property
    def clerk(self) -> Standing:
        return self.campus.clerk

    @property
    def begins(self) -> datetime:
        found: datetime = self.sessions[0].during.lower
        return found

    @property
    def people(self) -> list[Person]:
        return [one.person for one in self.enrolments]


def of(person: Person) -> Standing:
    return standing_of(person, today=classes_there.OCTOBER_12)


def with_card(person: Person) -> Person:
    LearningAccount.objects.create(
        person=person, card_number=card_number(f"{next(_numbers):012}"), opened_at=classes_there.NOW
    )
    return person


def card_of(person: Person) -> str:
    return LearningAccount.objects.get(person=person).card_number


def a_room(*, learners: int = 3, **course: Any) -> Room:
    """The course asks for three of four sessions."""
    campus = a_campus()
    version = a_version(a_course(campus.college), **({"least_attendance_percent": 75} | course))
    row = classes_there.opened(campus, version=version)
    found = []
    for number in range(learners):
        person = with_card(a_person(f"学员{number}", territory=campus.college.territory))
        made = enrolments.enrol(
            actor=of(person), public_id=uuid7(), course_class=row, person=person,
            at=classes_there.NOW + timedelta(minutes=1),
        )  # fmt: skip
        found.append(Enrolment.objects.select_related("course_class", "person").get(pk=made.pk))
    sessions = classes_there.sessions(row)
    classes.start_class(actor=campus.clerk, course_class=row, at=sessions[0].during.lower)
    far = an_organisation(campus.city["街口街道"], name_zh="街口街道社区学校")
    return Room(
        campus,
        whole_class(row),
        classes_there.sessions(row),
        found,
        of(campus.teacher.person),
        a_registrar(far, "邱老师"),
    )


def teacher_learns_too(room: Room) -> Enrolment:
    """Who teaches the class has a place in it as well, as a substitute may."""
    CourseClass.objects.filter(pk=room.course_class.pk).update(enrolment_closes_at=room.begins + timedelta(days=1))
    at = room.begins - timedelta(hours=1)
    return enrolments.enrol(
        actor=room.teacher, public_id=uuid7(), course_class=room.course_class, person=room.teacher.person, at=at
    )


def whole_class(row: CourseClass) -> CourseClass:
    rows = CourseClass.objects.select_related("version__course", "host__territory", "territory")
    return rows.get(pk=row.pk)


def again(session: ClassSession) -> ClassSession:
    return next(one for one in classes_there.sessions(session.course_class) if one.pk == session.pk)


def whole_enrolment(one: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_related(
        "course_class__version__course", "course_class__host__territory", "course_class__territory", "person"
    )
    return rows.get(pk=one.pk)


def take(room: Room, number: int, states: Iterable[str], *, actor: Standing | None = None, **more: Any) -> None:
    """The list of a session as it is saved when it begins; states in the order of the learners, "" for none."""
    session = room.sessions[number]
    by_enrolment: dict[UUID, str] = {
        one.public_id: state for one, state in zip(room.enrolments, states, strict=False) if state
    }
    services.take_attendance(
        actor=actor or room.teacher, public_id=more.pop("public_id", None) or uuid7(), session=session,
        states=by_enrolment, at=more.pop("at", session.during.lower),
    )  # fmt: skip


def held_out(room: Room, columns: Iterable[Iterable[str]]) -> CourseClass:
    """All four sessions are held with these states, and the class is finished a day after."""
    for number, states in enumerate(columns):
        take(room, number, states)
    return finished(room)


def finished(room: Room) -> CourseClass:
    at = room.sessions[-1].during.upper + timedelta(days=1)
    classes.finish_class(actor=room.clerk, course_class=room.course_class, at=at)
    return whole_class(room.course_class)


def run_jobs() -> None:
    for job in Job.objects.filter(kind=services.COMPLETE, state=Job.State.WAITING):
        running.run(job.pk)


def states(room: Room, number: int = 0) -> list[str]:
    """Everybody's counting state in a session, in the order of the learners."""
    by_key = {line.enrolment.pk: line.mark.state if line.mark else "" for line in list_of(room.sessions[number])}
    return [by_key[one.pk] for one in room.enrolments]


def decision(one: Enrolment) -> Decision:
    return Decision.objects.filter(enrolment=one.pk).order_by("-version")[0]


# By the real clock, for pages and doors


def a_class_today(
    college: Organisation, clerk: Standing, *, learner: Person | None = None, **version: Any
) -> ClassSession:
    """A running class of a unit whose session goes on right now, with a teacher and one learner."""
    now = clock.now()
    row = classes_there.a_live_class(clerk, college, state="open", **version)
    session = ClassSession.objects.filter(course_class=row).order_by("during")[0]
    begins = now - timedelta(minutes=5)
    ClassSession.objects.filter(pk=session.pk).update(
        during=type(session.during)(begins, begins + timedelta(minutes=90), "[)")
    )
    person = learner or a_person("学员", territory=college.territory)
    enrolments.enrol(
        actor=standing_of(person, today=clock.today()), public_id=uuid7(), course_class=row, person=person, at=now
    )
    CourseClass.objects.filter(pk=row.pk).update(state="running")
    rows = ClassSession.objects.select_related(
        "course_class__version__course", "course_class__host__territory", "course_class__territory",
        "teaching__person", "booking",
    )  # fmt: skip
    return rows.get(pk=session.pk)


def the_enrolment(session: ClassSession) -> Enrolment:
    return whole_enrolment(Enrolment.objects.filter(course_class=session.course_class).order_by("pk")[0])


def mark_now(session: ClassSession, actor: Standing, state: str = "present") -> Mark:
    one = the_enrolment(session)
    kept = services.take_attendance(
        actor=actor, public_id=uuid7(), session=session, states={one.public_id: state}, at=clock.now()
    )
    return kept[0].mark


def an_arrival_waiting(session: ClassSession) -> Arrival:
    """Somebody else in the class checked in with a device that had checked in another, by the real clock."""
    now = clock.now()
    person = with_card(a_person("同学", territory=session.course_class.territory))
    enrolments.enrol(
        actor=standing_of(person, today=clock.today()), public_id=uuid7(), course_class=session.course_class,
        person=person, at=now,
    )  # fmt: skip
    one = Enrolment.objects.get(person=person, course_class=session.course_class)
    return Arrival.objects.create(
        public_id=uuid7(), book=person.pk % 256, learner=person, session=session, enrolment=one, at=now,
        device=bytes(16), address=bytes(16), flags=["same_device"], state="waiting",
    )  # fmt: skip


def over(session: ClassSession, clerk: Standing, *, state: str = "excused") -> CourseClass:
    """The class is finished by the real clock; what was still planned is cancelled, and it is decided who completes."""
    mark_now(session, clerk, state=state)
    ClassSession.objects.filter(course_class=session.course_class, state="planned").update(
        state="cancelled", cancelled_because="停课"
    )
    classes.finish_class(actor=clerk, course_class=session.course_class, at=clock.now())
    run_jobs()
    return whole_class(session.course_class)


def forget_certificates() -> None:
    """As it was before there were certificates: decided, and nothing issued."""
    with pgtrigger.ignore("teaching.Certificate:certificate_stays"):
        Certificate.objects.all().delete()


def decided_before_certificates(session: ClassSession, clerk: Standing) -> CourseClass:
    """Somebody completed the class when there were no certificates."""
    row = over(session, clerk, state="present")
    forget_certificates()
    return row


def lesson_with_homework(session: ClassSession, actor: Standing, one: Enrolment) -> HandedIn:
    """A log with homework for next week, which somebody has handed in."""
    lesson = services.keep_lesson(
        actor=actor, session=session, taught="横竖撇捺", remark="后排看不清黑板", homework="临帖一页",
        due_on=clock.today() + timedelta(days=7), at=clock.now(),
    )  # fmt: skip
    assert lesson is not None
    own = standing_of(one.person, today=clock.today())
    return services.hand_in(actor=own, lesson=lesson, enrolment=one, text="写好了", at=clock.now())
