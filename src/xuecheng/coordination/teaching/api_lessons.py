"""Lessons for programs: what was taught, homework, handing it in, and what participants said. Files are documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, noted
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, In, Out
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.facilities.api import NearDay

from . import queries, services
from .models import Feedback, HandedIn, Lesson, Mark
from .queries import CHECK_IN, OwnSession

router = Router(tags=["Attendance"])
_LINES = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
_Words = Annotated[str, StringConstraints(max_length=1000, pattern=_LINES)]
_FewWords = Annotated[str, StringConstraints(max_length=500, pattern=_LINES)]


class LessonOut(Out):
    """The log of a session, as whoever teaches or keeps the class sees it; empty while nobody has written it."""

    KEYS: ClassVar = ("session",)
    session: UUID
    taught: str
    remark: str
    homework: str
    due_on: Day | None
    by: str
    at: datetime | None

    @staticmethod
    def of(session: ClassSession, one: Lesson | None) -> LessonOut:
        words = {name: getattr(one, name, "") for name in ("taught", "remark", "homework")}
        return LessonOut(
            session=session.public_id, due_on=one.due_on if one else None, by=one.by.name if one else "",
            at=one.at if one else None, **words,
        )  # fmt: skip


class LessonIn(In):
    """What was taught, a remark that learners do not see, homework and until when it is to be done."""

    taught: _Words = ""
    remark: _FewWords = ""
    homework: _Words = ""
    due_on: NearDay | None = None


class HomeworkOut(Out):
    """Somebody on the list of a session, and what they handed in."""

    KEYS: ClassVar = ("enrolment",)
    enrolment: UUID
    name: str
    id: UUID | None
    text: str
    handed_in_at: datetime | None
    is_late: bool


class HomeworkWish(Paged):
    """Everybody on the list."""


class OwnSessionOut(Schema):
    """A session of one's own class. What was taught and homework are empty while nobody has written them."""

    id: UUID
    begins_at: datetime
    ends_at: datetime
    state: ClassSession.State
    attendance: Mark.State | None
    taught: str
    homework: str
    due_on: Day | None
    handed_in: UUID | None
    handed_in_at: datetime | None

    @staticmethod
    def of(one: OwnSession) -> OwnSessionOut:
        session, lesson, there = one.session, one.lesson, one.handed_in
        return OwnSessionOut(
            id=session.public_id, begins_at=session.during.lower, ends_at=session.during.upper,
            state=ClassSession.State(session.state), attendance=Mark.State(one.mark.state) if one.mark else None,
            taught=lesson.taught if lesson else "", homework=lesson.homework if lesson else "",
            due_on=lesson.due_on if lesson else None, handed_in=there.public_id if there else None,
            handed_in_at=there.at if there else None,
        )  # fmt: skip


class OwnClassOut(Out):
    """A class of one's own with its sessions. Its files are the documents of the place `teaching.materials`, by the
    class's id; those handed in, of `teaching.homework` by `handed_in`.
    """

    KEYS: ClassVar = ("enrolment",)
    enrolment: UUID
    class_id: UUID
    class_code: str
    sessions: list[OwnSessionOut]


class HandedInOut(Out):
    """One's homework. Files are added to it as documents of the place `teaching.homework`, by its id."""

    KEYS: ClassVar = ("id",)
    id: UUID
    session: UUID
    text: str
    handed_in_at: datetime
    changed_at: datetime

    @staticmethod
    def of(one: HandedIn, session: UUID) -> HandedInOut:
        return HandedInOut(
            id=one.public_id, session=session, text=one.text, handed_in_at=one.at, changed_at=one.changed_at
        )


class HandInIn(In):
    """A few words, if one likes."""

    text: _FewWords = ""


class FeedbackOut(Out):
    """What one said of a class oneself."""

    KEYS: ClassVar = ("enrolment",)
    enrolment: UUID
    mark: int
    words: str
    at: datetime


class FeedbackIn(In):
    """One (not good at all) to five (very good), and a few words that are shown without a name."""

    mark: Annotated[Feedback.Mark, Field(description="5 is very good, 1 not good at all.")]
    words: _FewWords = ""


class FeedbackSumOut(Out):
    """What participants said of a class, taken together: from five answers on, words in no order and without a name."""

    KEYS: ClassVar = ("class_id",)
    class_id: UUID
    answers: int
    people: int
    mean_tenths: int | None
    words: list[str]


@router.reading("/class-sessions/{id}/lesson", scope="attendance.read", out=LessonOut)
def get_lesson(request: HttpRequest, id: Path[UUID]) -> LessonOut:
    """The log of a session whose attendance one takes."""
    session = _session(request, id)
    return LessonOut.of(session, queries.lesson_of(session))


@router.writing("/class-sessions/{id}/lesson", scope="attendance.write", out=LessonOut, status=200)
def keep_lesson(request: HttpRequest, id: Path[UUID], body: LessonIn) -> LessonOut:
    """Write the log of a session. Homework that is new is told to everybody on the list."""
    session = _session(request, id)
    services.keep_lesson(
        actor=standing(request), session=session, taught=body.taught, remark=body.remark, homework=body.homework,
        due_on=body.due_on, at=clock.now(),
    )  # fmt: skip
    return LessonOut.of(session, queries.lesson_of(session))


@router.listing("/class-sessions/{id}/homework", scope="attendance.read", out=HomeworkOut)
def list_homework(request: HttpRequest, id: Path[UUID], wish: Query[HomeworkWish]) -> dict[str, Any]:
    """Everybody on the list of a session, and what they handed in; whether after its day."""
    session = _session(request, id)

    def show(rows: Sequence[Enrolment]) -> list[HomeworkOut]:
        people = noted(
            rows, person_of=lambda one: one.person_id, reader=standing(request), what=Reading.What.ENROLMENT,
            at=clock.now(),
        )  # fmt: skip
        return [_homework(one) for one in queries.handed_in_of(session, list(people))]

    return cut(request, wish, queries.on_the_list(session), order=("number", "id"), show=show)


def _homework(one: queries.Homework) -> HomeworkOut:
    there = one.handed_in
    return HomeworkOut(
        enrolment=one.enrolment.public_id, name=one.enrolment.person.name, id=there.public_id if there else None,
        text=there.text if there else "", handed_in_at=there.at if there else None, is_late=one.is_late,
    )  # fmt: skip


@router.reading("/me/classes/{enrolment}", scope="attendance.read", out=OwnClassOut)
def get_own_class(request: HttpRequest, enrolment: Path[UUID]) -> OwnClassOut:
    """A class in which one has a place: each session, what was taught, homework, and what one handed in."""
    one = _place(request, enrolment)
    row = one.course_class
    return OwnClassOut(
        enrolment=one.public_id, class_id=row.public_id, class_code=row.code,
        sessions=[OwnSessionOut.of(each) for each in queries.own_sessions(one)],
    )  # fmt: skip


@router.writing(
    "/me/classes/{enrolment}/sessions/{session}/homework", scope="attendance.write", out=HandedInOut, status=200
)
def hand_in_homework(
    request: HttpRequest, enrolment: Path[UUID], session: Path[UUID], body: HandInIn
) -> HandedInOut:  # fmt: skip
    """Say that one's homework is done; said again, the newer words stand."""
    one = _place(request, enrolment)
    found = next((each for each in queries.own_sessions(one) if each.session.public_id == session), None)
    if found is None or found.lesson is None:
        raise Http404
    made = services.hand_in(actor=standing(request), lesson=found.lesson, enrolment=one, text=body.text, at=clock.now())
    return HandedInOut.of(made, session)


@router.writing("/me/classes/{enrolment}/feedback", scope="attendance.write", out=FeedbackOut, status=200)
def give_class_feedback(request: HttpRequest, enrolment: Path[UUID], body: FeedbackIn) -> FeedbackOut:
    """Say how a class was that is over; for a month the newer words take the place of the old ones."""
    one = _place(request, enrolment)
    made = services.give_feedback(
        actor=standing(request), enrolment=one, mark=body.mark, words=body.words, at=clock.now()
    )
    return FeedbackOut(enrolment=one.public_id, mark=made.mark, words=made.words, at=made.at)


@router.reading("/classes/{id}/feedback", scope="attendance.read", out=FeedbackSumOut)
def get_class_feedback(request: HttpRequest, id: Path[UUID]) -> FeedbackSumOut:
    """What participants said of a class that is over, for whoever teaches or keeps it."""
    row = queries.class_by_id(standing(request), id)
    if row is None or row.state not in services.OVER:
        raise Http404
    found = queries.sum_of(queries.participants(row))
    return FeedbackSumOut(
        class_id=row.public_id, answers=found.answers, people=found.people, mean_tenths=found.tenths,
        words=list(found.words),
    )  # fmt: skip


def _session(request: HttpRequest, public_id: UUID) -> ClassSession:
    found = queries.session_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _place(request: HttpRequest, public_id: UUID) -> Enrolment:
    viewer = standing(request)
    if not viewer.own_keys(CHECK_IN):
        raise Denied(CHECK_IN)
    found = queries.own_place(viewer, public_id)
    if found is None:
        raise Http404
    return found
