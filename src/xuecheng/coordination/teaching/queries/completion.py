"""Who completes a class by its course's rule, as it stands now and as it was decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from xuecheng.city import clock
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import rules
from xuecheng.coordination.teaching.models import Assessment, Certificate, Decision
from xuecheng.learning.records.models import LearningRecord

from .sessions import _ON_THE_LIST, counting_marks


@dataclass(frozen=True)
class Judged:
    """Somebody with a place, what they attended, and whether they complete as it stands now."""

    enrolment: Enrolment
    attended: rules.Attended
    passed: bool | None
    reason: rules.Reason | None
    decision: Decision | None = None

    @property
    def is_complete(self) -> bool:
        return self.reason is None

    @property
    def reason_words(self) -> str:
        return str(Decision.Reason(self.reason).label) if self.reason else ""


def participants(row: CourseClass) -> list[Enrolment]:
    """Everybody who has a place in a class, by name. One query."""
    rows = Enrolment.objects.filter(course_class=row, state__in=_ON_THE_LIST)
    return list(rows.select_related("person").order_by("person__sort_key", "number"))


def participants_after(row: CourseClass, *, after: int, most: int) -> list[Enrolment]:
    """The next `most` of them after an enrolment's key, by key: a slice of a job. One query."""
    rows = Enrolment.objects.filter(course_class=row, state__in=_ON_THE_LIST, pk__gt=after)
    return list(rows.select_related("person").order_by("pk")[:most])


def days_held(row: CourseClass) -> tuple[date, date] | None:
    """The first and the last day on which a class was held; None if it never was. One query."""
    held = ClassSession.objects.filter(course_class=row, state=ClassSession.State.HELD)
    ends = held.aggregate(first=Min("during__startswith"), last=Max("during__startswith"))
    return (clock.date_of(ends["first"]), clock.date_of(ends["last"])) if ends["first"] is not None else None


def facts_of(row: CourseClass, enrolments: Sequence[Enrolment]) -> list[Judged]:
    """What each of them attended and whether they complete by the course's rule. Four queries, however many."""
    held = list(ClassSession.objects.filter(course_class=row, state=ClassSession.State.HELD))
    marks = counting_marks(held, enrolments)
    passed = dict(Assessment.objects.filter(enrolment__in=enrolments).values_list("enrolment", "passed"))
    decided = decisions_of(enrolments)
    version, judged = row.version, []
    for one in enrolments:
        attended = rules.attended_of([(mark.state, mark.minutes) for mark in marks.get(one.pk, [])], held=len(held))
        reason = rules.why_not(
            attended, least_percent=version.least_attendance_percent, is_assessed=version.is_assessed,
            passed=passed.get(one.pk),
        )  # fmt: skip
        judged.append(Judged(one, attended, passed.get(one.pk), reason, decided.get(one.pk)))
    return judged


def decisions_of(enrolments: Sequence[Enrolment]) -> Mapping[int, Decision]:
    """The newest decision by enrolment. One query."""
    rows = Decision.objects.filter(enrolment__in=[one.pk for one in enrolments]).order_by("version")
    return {one.enrolment_id: one for one in rows}


def latest_decision(enrolment: Enrolment) -> Decision | None:
    """One query."""
    return decisions_of([enrolment]).get(enrolment.pk)


def certificates_by_decision(decisions: Collection[Decision]) -> Mapping[int, Certificate]:
    """The certificate of each decision that has one. One query."""
    rows = Certificate.objects.filter(decision__in=[one.pk for one in decisions if one.is_complete])
    return {one.decision_id: one for one in rows}


def undecided(row: CourseClass) -> bool:
    """Whether somebody with a place in a class has no decision yet. Two queries."""
    keys = set(Enrolment.objects.filter(course_class=row, state__in=_ON_THE_LIST).values_list("pk", flat=True))
    return bool(keys - set(Decision.objects.filter(enrolment__in=keys).values_list("enrolment", flat=True)))


def record_of(decision: Decision, *, host_id: int) -> LearningRecord | None:
    """The newest version of the learning record of a decision. One query."""
    rows = LearningRecord.objects.filter(
        institution=host_id, record_key=decision.record_key, book=decision.book, is_latest=True
    )
    return rows.select_related("institution__territory", "learner").first() if decision.record_key else None


@dataclass(frozen=True)
class OwnLine:
    """A class of one's own: what was held so far and attended of it, the decision, its certificate."""

    enrolment: Enrolment
    attended: rules.Attended
    decision: Decision | None
    certificate: Certificate | None = None


def own_lines(enrolments: Sequence[Enrolment]) -> list[OwnLine]:
    """Four queries, however many classes."""
    held: dict[int, list[ClassSession]] = {}
    sessions = ClassSession.objects.filter(
        course_class__in=[one.course_class_id for one in enrolments], state=ClassSession.State.HELD
    )
    for session in sessions:
        held.setdefault(session.course_class_id, []).append(session)
    marks = counting_marks([one for found in held.values() for one in found], enrolments)
    decided = decisions_of(enrolments)
    certificates = certificates_by_decision(decided.values())
    return [
        OwnLine(
            one,
            rules.attended_of(
                [(mark.state, mark.minutes) for mark in marks.get(one.pk, [])],
                held=len(held.get(one.course_class_id, [])),
            ),
            decided.get(one.pk),
            certificates.get(decided[one.pk].pk) if one.pk in decided else None,
        )
        for one in enrolments
    ]
