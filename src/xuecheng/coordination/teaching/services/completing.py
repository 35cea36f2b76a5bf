"""Verbs of completion: assessing, deciding by the course's rule, writing the learning record, deciding anew."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Holding, Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment import services as enrolments
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.enrolment.services.locking import locked_class
from xuecheng.coordination.teaching import news, queries, rules
from xuecheng.coordination.teaching.models import Assessment, Decision
from xuecheng.coordination.teaching.models.attendance import BOOKS
from xuecheng.coordination.teaching.queries import TAKE, Judged
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.records import services as records
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Origin, Source, Status

from .certifying import Shared, issue_within, shared_by

COMPLETE = "teaching.complete"
"""The kind of the job."""
_FINISHED = (CourseClass.State.FINISHED, CourseClass.State.SETTLED)
_WRITES = frozenset(
    {"records.enter_record", "records.correct_record", "records.withdraw_record", "enrolment.keep_roll"}
)


class NotAssessed(Refusal):
    message = _("This course asks for no assessment.")


class CompletionOpen(Refusal):
    message = _("Who completes this class is not decided yet.")
    remedy = _("It is decided when the class is finished; look again in a moment.")


def assess(*, actor: Standing, enrolment: Enrolment, passed: bool, at: datetime) -> Assessment:
    """Say whether somebody passed the course's assessment; said again, the newest counts.

    After the class is over the completion is decided anew. Right: teaching.take_attendance for whoever teaches the
    class, or at its unit. Raises `Denied`, `NotForOneself`, `NotAssessed`.
    """
    row = enrolment.course_class
    _require_taught(actor, row)
    if enrolment.person_id in actor.person_keys:
        raise rules.NotForOneself
    if not row.version.is_assessed:
        raise NotAssessed
    with trace.change(by=actor.person, why=gettext_noop("Assessed")):
        locked_class(row.pk)
        one, is_new = Assessment.objects.get_or_create(
            enrolment=enrolment, defaults={"passed": passed, "by": actor.person, "at": at}
        )
        if not is_new and one.passed != passed:
            one.passed, one.by, one.at = passed, actor.person, at
            one.save(update_fields=["passed", "by", "at"])
            is_new = True
        if is_new and queries.latest_decision(enrolment) is not None:
            decide_anew(actor=actor, enrolment=enrolment, why=str(gettext_noop("Assessed anew")), at=at)
    return one


def _require_taught(actor: Standing, row: CourseClass) -> None:
    within = row.access_scope()
    teaches = ClassSession.objects.filter(course_class=row, teaching__person__in=actor.own_keys(TAKE)).exists()
    person = actor.person.pk if teaches else None
    require(actor, TAKE, on=Scope(within.organisation_id, within.territory_path, person))


def start_completion(course_class: CourseClass, at: datetime) -> None:
    """A class is finished: a job decides who completes. Called by the class's own move, under its lock; once."""
    who = trace.who()
    by = who if isinstance(who, Person) else None
    course = course_class.version.course
    jobs.start(
        COMPLETE,
        at=at,
        public_id=uuid5(course_class.public_id, COMPLETE),
        title_zh=f"结业认定：{course_class.code} {course.title_zh}",
        title_en=f"Completion: {course_class.code} {course.title_en or course.title_zh}",
        arguments={"class": course_class.pk, "by": by.pk if by else None},
        by=by,
        organisation=course_class.host,
    )


def check_decided(course_class: CourseClass, at: datetime) -> None:
    """A class is settled only when it is decided who completes. Raises `CompletionOpen`."""
    del at
    if queries.undecided(course_class):
        raise CompletionOpen


def decide_all(*, key: int, by: Person, after: int, most: int, at: datetime) -> tuple[int, int]:
    """Decide for the next `most` people of a finished class, after an enrolment's key; for the job.

    Answers the last key and how many were decided. Decided before, nothing happens: killed at any moment, the same call
    does the rest.
    """
    row = locked_class(key)
    if row.state not in _FINISHED:
        return after, 0
    found = queries.participants_after(row, after=after, most=most)
    shared = shared_by(row)
    with trace.change(by=by, why=gettext_noop("Completion decided")):
        for judged in queries.facts_of(row, found):
            if judged.decision is None:
                _decide(row, judged, shared, by=by, version=1, because="", at=at)
    return (found[-1].pk if found else after), len(found)


def decide_anew(*, actor: Standing, enrolment: Enrolment, why: str, at: datetime) -> Decision | None:
    """Judge again after a correction; within a change of whoever may make it. None while nothing was decided.

    The learning record follows by a new version, or is withdrawn; credit follows it as for every corrected record.
    """
    row = locked_class(enrolment.course_class_id)
    one = Enrolment.objects.select_related("person").get(pk=enrolment.pk)
    (judged,) = queries.facts_of(row, [one])
    if judged.decision is None or row.state not in _FINISHED:
        return None
    version = judged.decision.version + 1
    return _decide(row, judged, shared_by(row), by=actor.person, version=version, because=why, at=at)


def _decide(
    row: CourseClass, judged: Judged, shared: Shared, *, by: Person, version: int, because: str, at: datetime
) -> Decision:
    """One decision with its record and certificate, in the caller's transaction."""
    one, attended = judged.enrolment, judged.attended
    keeper = _keeper(row, by)
    key, refused = _write_record(row, judged, shared.days, keeper=keeper, because=because, at=at)
    made = Decision.objects.create(
        public_id=uuid5(one.public_id, f"decision/{version}"), book=one.person_id % BOOKS, learner_id=one.person_id,
        enrolment=one, version=version, is_complete=judged.is_complete, reason=judged.reason or "",
        attended=attended.sessions, held=attended.held, minutes=attended.minutes, decided_at=at, because=because,
        record_key=key, refused=refused[:300],
    )  # fmt: skip
    if judged.is_complete and one.state != Enrolment.State.COMPLETED:
        one.course_class = row
        enrolments.complete(actor=keeper, enrolment=one, at=at)
    if judged.is_complete:
        issue_within(made, holder=one.person.name, shared=shared, at=at)
    completed_before = judged.decision is not None and judged.decision.is_complete
    if judged.is_complete and not completed_before:
        news.tell_completed(row, one, at=at)
    elif completed_before and not judged.is_complete:
        news.tell_withdrawn(row, one, at=at)
    return made


def _write_record(
    row: CourseClass, judged: Judged, days: tuple[date, date] | None, *, keeper: Standing, because: str, at: datetime
) -> tuple[str, str]:
    """Enter, correct or withdraw the learning record; answers its key and why there is none."""
    before = judged.decision
    record = queries.record_of(before, host_id=row.host_id) if before is not None else None
    if not judged.is_complete or days is None:
        if record is not None and record.status != Status.WITHDRAWN:
            records.withdraw_record(actor=keeper, record=record, reason=because, at=at)
        return (record.record_key if record is not None else ""), ""
    account = LearningAccount.objects.filter(person=judged.enrolment.person_id).first()
    if account is None:
        return "", str(gettext_noop("There is no learning account."))
    entry = _entry(row, judged, days, str(account.public_id), record=record, because=because)
    done = records.enter_records(actor=keeper, entries=[entry], source=Source.CLASS, at=at)
    (arrival,) = done.arrivals
    if arrival.outcome is records.Outcome.REFUSED:
        return (record.record_key if record is not None else ""), " ".join(str(one) for one in arrival.refusals)
    return entry.record_key, ""


def _entry(
    row: CourseClass, judged: Judged, days: tuple[date, date], person_ref: str, *, record: LearningRecord | None,
    because: str,
) -> Entry:  # fmt: skip
    """What the host says of the learning: an activity under the code of its course, with the minutes attended."""
    course, attended = row.version.course, judged.attended
    more: dict[str, Any] = {"replaces": record.version, "reason": because} if record is not None else {}
    return Entry(
        institution_code=row.host.code,
        record_key=record_key(judged.enrolment.public_id),
        person_ref=person_ref,
        name=judged.enrolment.person.name,
        origin=Origin.NONFORMAL.value,
        code=activity_code(row),
        title=course.title_zh,
        started_on=days[0],
        ended_on=days[1],
        minutes=attended.minutes,
        contact_minutes=attended.minutes,
        level=str(row.version.level),
        mode="class",
        attended_sessions=attended.sessions,
        held_sessions=attended.held,
        **more,
    )


def record_key(enrolment: UUID) -> str:
    """Under which the host keeps the record: one of an enrolment, whatever is corrected."""
    return f"class/{enrolment}"


def activity_code(row: CourseClass) -> str:
    """By which rules of recognition know a course: level, subject, and which one, such as `KC1-dance-3f2a91b0`."""
    course = row.version.course
    return f"KC{row.version.level}-{course.subject}-{course.public_id.hex[-8:]}"


def _keeper(row: CourseClass, by: Person) -> Standing:
    """Whoever finished the class, or corrected it, with what that means for the host's roll and records; no more."""
    within = Holding(
        public_id="", role="", organisation_id=row.host_id, organisation_name_zh=row.host.name_zh,
        organisation_name_en=row.host.name_en, territory_path=None, acts=_WRITES,
    )  # fmt: skip
    return Standing(person=by, holdings=(within,))
