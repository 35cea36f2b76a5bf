"""Who came to the demonstration's classes: every session that was held has its list, a few learners came by the code.

Marked through the same services as real ones; what is over is decided by the same job.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import queries, services
from xuecheng.coordination.teaching.queries import participants
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.services.recognising import Recogniser
from xuecheng.learning.records.models import LearningRecord, Source

from .place import NAMESPACE

_WORDS = ("老师讲得慢，听得懂", "", "练习时间再多一点就好了", "教室有点远", "还想学下一期")
_PASSES = 7
"""One in so many does not pass where an assessment is asked for."""


def take(session: ClassSession, keeper: Standing, *, at: datetime) -> None:
    """The list of a session: most are there, some late, some absent, one excused."""
    found = participants(session.course_class)
    states = {one.public_id: _state(one, session) for one in found}
    services.take_attendance(
        actor=keeper, public_id=uuid5(NAMESPACE, f"attendance:{session.public_id}"), session=session, states=states,
        at=at + timedelta(minutes=12),
    )  # fmt: skip


def _state(one: Enrolment, session: ClassSession) -> str:
    """Somebody's habit: every sixth comes seldom, the others miss a session now and then."""
    turn = one.number + session.number
    if one.number % 6 == 5 and turn % 3:
        return "absent"
    return {3: "late", 7: "absent", 9: "excused"}.get(turn % 11, "present")


def write_log(session: ClassSession, keeper: Standing, *, has_homework: bool, at: datetime) -> None:
    """What was taught is one of the things that one can do afterwards, in turn; the newest session has homework."""
    outcomes = session.course_class.version.outcome.splitlines()
    services.keep_lesson(
        actor=keeper, session=session, taught=outcomes[session.number % len(outcomes)],
        remark="后排看不清黑板，下次换大字" if session.number % 3 == 0 else "",
        homework="在家练一遍，拍张照片" if has_homework else "",
        due_on=session.day + timedelta(days=7) if has_homework else None, at=at,
    )  # fmt: skip


def say(row: CourseClass, *, at: datetime) -> None:
    """What participants say of a class that is over: most of them, and most are content."""
    for one in queries.participants(row):
        if one.number % 8 == 7:
            continue
        words = _WORDS[one.number % len(_WORDS)]
        services.give_feedback(
            actor=Standing(person=one.person), enrolment=one, mark=(5, 4, 5, 3)[one.number % 4], words=words, at=at
        )


def assess(row: CourseClass, keeper: Standing, *, at: datetime) -> None:
    """Where the course asks for it, most pass."""
    if not row.version.is_assessed:
        return
    for one in queries.participants(row):
        one.course_class = row
        services.assess(actor=keeper, enrolment=one, passed=one.number % _PASSES != 0, at=at)


def recognise(*, now: datetime) -> None:
    """The records of classes and of volunteers get their credit; what else waits goes on waiting."""
    waiting = LearningRecord.objects.filter(source__in=[Source.CLASS, Source.SERVICE], is_latest=True)
    answered = Result.objects.filter(record_id=OuterRef("pk"), book=OuterRef("book"))
    found = list(waiting.exclude(Exists(answered)).values_list("pk", "book"))
    if not found:
        return
    with transaction.atomic():
        recogniser = Recogniser(law_on(clock.date_of(now)), run_id=None)
        recogniser.recognise([key for key, _book in found], books=sorted({book for _key, book in found}), at=now)


def decide() -> None:
    """Who completes what is over: the jobs that finishing began."""
    for job in Job.objects.filter(kind=services.COMPLETE, state=Job.State.WAITING).order_by("pk"):
        running.run(job.pk)
