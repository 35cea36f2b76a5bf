"""What classes ask of the pool: assign somebody, release them, and count the hour when they have checked in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import Int4Range, TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff import rules
from xuecheng.coordination.staff.models import (
    Agreement,
    AgreementHours,
    Fee,
    Qualification,
    Teacher,
    TeacherHours,
    TeachingSession,
    spans_of,
)
from xuecheng.coordination.staff.queries.agreements import COUNTING
from xuecheng.coordination.staff.queries.pool import limits_at

from .agreements import TeacherNotOpen

ASSIGN = "staff.assign_teacher"
EARLY = timedelta(hours=1)
"""So long before a session one may check in."""


class NotQualified(Refusal):
    message = _("No confirmed qualification for this subject and level holds on %(day)s (T-02).")
    remedy = _("Choose another teacher for that day, or have the qualification reviewed.")
    field = "teacher"


class NoAgreement(Refusal):
    message = _("No agreement lets this person teach for this unit at that time (T-05…T-07).")
    remedy = _("Agree on it first.")
    field = "teacher"


class BoundElsewhere(Refusal):
    message = _("An agreement binds this person to another unit at that time (T-08).")
    remedy = _("Choose another time or teacher.")
    field = "begins_at"


class TeachesElsewhere(Refusal):
    message = _("This person teaches at that time already (T-03).")
    remedy = _("Choose another time or teacher.")
    field = "begins_at"


class TooFarBetween(Refusal):
    message = _("From another class %(minutes)d minutes are needed for the way (T-03).")
    remedy = _("Choose another time or teacher.")
    field = "begins_at"


class WeekFull(Refusal):
    message = _("This person teaches %(most)d sessions in that week already (T-04).")
    remedy = _("Choose another week or teacher.")
    field = "begins_at"


class SessionNotPlanned(Refusal):
    message = _("This session is not planned any more.")


class CheckInOutside(Refusal):
    message = _("One checks in from an hour before the session until it ends (T-06).")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A session that somebody is to teach."""

    organisation: Organisation
    territory: Territory
    place: str
    subject: str
    level: int
    begins_at: datetime
    ends_at: datetime
    series: UUID | None = None
    origin: str = ""


def assign_teacher(*, actor: Standing, public_id: UUID, teacher: Teacher, wish: Wish) -> TeachingSession:
    """Let somebody teach a session; asked again with the same id, the same one.

    Right: staff.assign_teacher at the unit that holds it. Raises `Denied`, `TeacherNotOpen`, `NotQualified` (on the day
    of the class, T-02), `NoAgreement`, `BoundElsewhere`, `InsideMainPost`, `TeachesElsewhere`, `TooFarBetween` (T-03),
    `WeekFull` (T-04), `HoursWrong`, `FormUsedBefore`.
    """
    require(actor, ASSIGN, on=wish.organisation)
    begins, ends = (one.astimezone(clock.zone()) for one in (wish.begins_at, wish.ends_at))
    span, day = rules.span_of(begins, ends), begins.date()
    limits = limits_at(wish.territory.path, on=day)
    with (
        trace.change(by=actor.person, why=gettext_noop("Assigned to a session")),
        refusing(teaching_session_one_at_a_time=TeachesElsewhere, teaching_session_public_id_once=FormUsedBefore),
    ):
        person = Person.objects.select_for_update(no_key=True).get(pk=teacher.person_id)
        check_stands(person.erased_at)
        during = TimestamptzRange(wish.begins_at, wish.ends_at)
        known = TeachingSession.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.teacher_id, known.during) != (teacher.pk, during):
                raise FormUsedBefore
            return known
        row = Teacher.objects.select_related("home").get(pk=teacher.pk)
        if row.state != Teacher.State.OPEN:
            raise TeacherNotOpen
        entitled = Qualification.objects.filter(
            teacher=row, subject=wish.subject, level__gte=wish.level, state=Qualification.State.CONFIRMED
        )
        if not entitled.filter(during__contains=day).exists():
            raise NotQualified(day=day)
        agreement = _agreement_for(row, wish.organisation, day=day, span=span)
        if row.kind == "part_time":
            owed = TeacherHours.objects.filter(teacher=row, use=TeacherHours.Use.OWED)
            rules.check_outside([span], spans_of(owed) if not _is_freed(agreement) else ())
        _check_time(row, wish, limits)
        return TeachingSession.objects.create(
            public_id=public_id,
            teacher=row,
            person=person,
            agreement=agreement,
            kind=row.kind,
            organisation=wish.organisation,
            territory=wish.territory,
            place=wish.place,
            subject=wish.subject,
            level=wish.level,
            during=during,
            series=wish.series,
            origin=wish.origin,
        )


def release_teacher(*, actor: Standing, session: TeachingSession, words: str) -> TeachingSession:
    """Take somebody off a session that was not taught. Right: staff.assign_teacher there.

    Raises `Denied`, `SessionNotPlanned`.
    """
    require(actor, ASSIGN, on=session.organisation)
    with trace.change(by=actor.person, why=words):
        row = TeachingSession.objects.select_for_update(no_key=True).get(pk=session.pk)
        if row.state == TeachingSession.State.RELEASED:
            return row
        if row.state != TeachingSession.State.PLANNED:
            raise SessionNotPlanned
        row.state = TeachingSession.State.RELEASED
        row.save(update_fields=["state"])
    return row


def check_in(*, actor: Standing, session: TeachingSession, at: datetime) -> TeachingSession:
    """Count the session: its hours, and the fee of its level where the agreement has one (T-06).

    Right: staff.assign_teacher at the unit that holds it. Raises `Denied`, `SessionNotPlanned`, `CheckInOutside`.
    """
    require(actor, ASSIGN, on=session.organisation)
    with trace.change(by=actor.person, why=gettext_noop("Checked in")):
        return came_to_teach(session, at=at)


def came_to_teach(session: TeachingSession, *, at: datetime) -> TeachingSession:
    """The same within a change of an app above, which has asked for its own right. Raises the same but for `Denied`."""
    row = TeachingSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    if row.state == TeachingSession.State.TAUGHT:
        return row
    if row.state != TeachingSession.State.PLANNED:
        raise SessionNotPlanned
    if not row.during.lower - EARLY <= at < row.during.upper:
        raise CheckInOutside
    fee = Fee.objects.filter(agreement=row.agreement_id, level=row.level).first() if row.agreement_id else None
    row.state, row.checked_in_at, row.fee_fen = TeachingSession.State.TAUGHT, at, fee.fee_fen if fee else 0
    row.save(update_fields=["state", "checked_in_at", "fee_fen"])
    return row


def _agreement_for(row: Teacher, unit: Organisation, *, day: date, span: rules.Span) -> Agreement | None:
    """Under which agreement somebody teaches for a unit then; None at the home unit.

    Raises `BoundElsewhere`, `NoAgreement`.
    """
    taken = AgreementHours.objects.filter(
        person=row.person_id, counts=True, during__contains=day, minutes__overlap=Int4Range(*span)
    )
    if taken.exclude(agreement__receiver=unit).exists():
        raise BoundElsewhere
    found = Agreement.objects.filter(
        teacher=row, receiver=unit, state__in=COUNTING, during__contains=day
    ).prefetch_related("hours")
    for one in found.order_by("id"):
        if one.is_full_time or rules.within(span, spans_of(one.hours.all())):
            return one
    if row.home_id == unit.pk:
        return None
    raise NoAgreement


def _is_freed(agreement: Agreement | None) -> bool:
    """Whether the home unit gave the hours away: whoever is borrowed or transferred owes them to the receiver."""
    return agreement is not None and agreement.form in (Agreement.Form.BORROW, Agreement.Form.TRANSFER)


def _check_time(row: Teacher, wish: Wish, limits: rules.Limits) -> None:
    """T-03, T-04: the way from and to other classes of the day, and the week's ceiling. One query."""
    begins = wish.begins_at.astimezone(clock.zone())
    monday = (begins - timedelta(days=begins.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    week = TimestamptzRange(monday, monday + timedelta(days=7))
    rows = (
        TeachingSession.objects.filter(person=row.person_id, during__overlap=week)
        .exclude(state=TeachingSession.State.RELEASED)
        .select_related("territory")
    )
    for other in rows:
        if other.during.lower < wish.ends_at and wish.begins_at < other.during.upper:
            raise TeachesElsewhere
        if (other.place, other.territory_id) == (wish.place, wish.territory.pk):
            continue
        km = rules.kilometres(rules.line_of(other.territory.path), rules.line_of(wish.territory.path))
        needed = rules.minutes_between(km, limits)
        gap = max(wish.begins_at - other.during.upper, other.during.lower - wish.ends_at)
        if gap < timedelta(minutes=needed):
            raise TooFarBetween(minutes=needed)
    most = min(row.sessions, limits.sessions_of(row.kind))
    if len(rows) >= most:
        raise WeekFull(most=most)
