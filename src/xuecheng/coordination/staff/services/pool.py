"""Verbs of the pool's entries and of qualifications: the person enters, the unit approves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange, Int4Range

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing, scope_of
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import as_same
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff import rules
from xuecheng.coordination.staff.models import Agreement, Qualification, Teacher, TeacherHours, TeachingSession
from xuecheng.coordination.staff.queries import home_units, limits_at
from xuecheng.coordination.staff.rules import Span

KEEP, APPROVE = "staff.keep_profile", "staff.approve_teacher"


class UnitDoesNotTeach(Refusal):
    message = _("This unit answers for nobody who teaches.")
    remedy = _("Choose a college, a school or another unit that works.")
    field = "home"


class BoundByAgreement(Refusal):
    message = _("An agreement is in force or awaits consents.")
    remedy = _("End it first.")


class SessionsPlanned(Refusal):
    message = _("Sessions are still planned.")
    remedy = _("Let somebody else take them first.")


class EntryClosed(Refusal):
    message = _("This entry is closed.")
    remedy = _("Open it again first.")


class EntryDecided(Refusal):
    message = _("This entry does not wait for the unit any more.")


class EntryClosedBefore(Refusal):
    message = _("This entry is closed already.")


class OwnEntry(Refusal):
    message = _("Nobody decides about their own entry (T-02).")
    remedy = _("Ask a colleague.")


class WordsMissing(Refusal):
    message = _("Say why.")
    field = "words"


class ReviewedBefore(Refusal):
    message = _("This qualification was reviewed or withdrawn already.")
    remedy = _("A renewed one is entered anew.")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What somebody says of themselves."""

    kind: str
    home: Organisation
    has_post: bool
    territory: Territory
    subjects: Collection[str]
    languages: Collection[str]
    travel_km: int
    sessions: int
    is_shared: bool
    free: Collection[Span]
    owed: Collection[Span] = ()


def keep_profile(*, actor: Standing, profile: Profile, at: datetime) -> Teacher:
    """Enter oneself in the pool, or change the entry: the unit approves it (anew). The same again changes nothing.

    A change of type, unit or post waits while an agreement binds. Right: staff.keep_profile, one's own. Raises
    `Denied`, `SubjectMissing`, `WishAboveCeiling`, `HoursEmpty`, `HoursWrong`, `HoursTwice`, `InsideMainPost`,
    `UnitDoesNotTeach`, `BoundByAgreement`, `AccountErased`.
    """
    require(actor, KEEP, on=actor.person)
    if not profile.subjects:
        raise rules.SubjectMissing
    free = rules.check_hours(profile.free)
    owed = rules.check_hours(profile.owed) if profile.owed else ()
    rules.check_outside(free, owed)
    if not home_units().filter(pk=profile.home.pk).exists():
        raise UnitDoesNotTeach
    limits = limits_at(profile.home.territory.path, on=clock.date_of(at))
    rules.check_wish(profile.kind, profile.sessions, limits)
    with trace.change(by=actor.person, why=gettext_noop("Entered in the pool of teachers")):
        person = _locked(actor.person)
        row = Teacher.objects.select_for_update(no_key=True).filter(person=person).first()
        if row is None:
            row = Teacher(person=person, entered_at=at)
        elif _same(row, profile, free, owed):
            return row
        elif (row.kind, row.home_id, row.has_post) != (profile.kind, profile.home.pk, profile.has_post):
            _unbound(row)
        for name in ("kind", "home", "has_post", "territory", "travel_km", "sessions", "is_shared"):
            setattr(row, name, getattr(profile, name))
        row.subjects, row.languages = sorted(set(profile.subjects)), sorted(set(profile.languages))
        row.state, row.decided_by, row.said = Teacher.State.ASKED, None, ""
        row.save()
        _write_hours(row, free, owed)
    return row


def approve_teacher(*, actor: Standing, teacher: Teacher, words: str = "") -> Teacher:
    """The unit takes somebody into the pool, or opens a closed entry again.

    Right: staff.approve_teacher at the home unit, never the person. Raises `Denied`, `OwnEntry`, `EntryDecided`.
    """
    return _decide(actor, teacher, Teacher.State.OPEN, words, _("Taken into the pool"))


def return_teacher(*, actor: Standing, teacher: Teacher, words: str) -> Teacher:
    """The unit says what is to be mended. Raises `WordsMissing` and what `approve_teacher` raises."""
    if not words.strip():
        raise WordsMissing
    return _decide(actor, teacher, Teacher.State.RETURNED, words, words)


def close_teacher(*, actor: Standing, teacher: Teacher, words: str, at: datetime) -> Teacher:
    """End that somebody is found and assigned: the person themselves, or the unit. The entry and its history stay.

    Raises `Denied`, `WordsMissing`, `EntryClosedBefore`, `BoundByAgreement`, `SessionsPlanned`.
    """
    if teacher.person_id not in actor.own_keys(KEEP):
        require(actor, APPROVE, on=teacher.home)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=words):
        _locked(teacher.person)
        row = Teacher.objects.select_for_update(no_key=True).get(pk=teacher.pk)
        if row.state == Teacher.State.CLOSED:
            raise EntryClosedBefore
        _unbound(row)
        planned = TeachingSession.objects.filter(
            teacher=row, state=TeachingSession.State.PLANNED, during__endswith__gt=at
        )
        if planned.exists():
            raise SessionsPlanned
        row.state, row.said = Teacher.State.CLOSED, words.strip()
        row.save(update_fields=["state", "said"])
    return row


def claim_qualification(
    *,
    actor: Standing,
    public_id: UUID,
    teacher: Teacher,
    subject: str,
    level: int,
    title: str,
    issuer: str,
    licence_number: str,
    issued_on: date,
    expires_on: date | None,
    at: datetime,
) -> Qualification:
    """Enter what entitles oneself to teach; the unit reviews it with its evidence. Asked again, the same one.

    `expires_on` is the first day on which it holds no more. Right: staff.keep_profile, one's own. Raises `Denied`,
    `LicenceMissing`, `QualificationPeriodWrong`, `QualificationOver`, `EntryClosed`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=scope_of(teacher))
    rules.check_qualification(
        subject=subject, licence_number=licence_number, issued_on=issued_on, expires_on=expires_on,
        today=clock.date_of(at),
    )  # fmt: skip
    with trace.change(by=actor.person, why=gettext_noop("Entered a qualification")):
        _locked(teacher.person)
        row = Teacher.objects.select_for_update(no_key=True).get(pk=teacher.pk)
        known = Qualification.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.teacher_id, known.subject, known.title) != (row.pk, subject, title.strip()):
                raise FormUsedBefore
            return known
        if row.state == Teacher.State.CLOSED:
            raise EntryClosed
        return Qualification.objects.create(
            public_id=public_id,
            teacher=row,
            person_id=row.person_id,
            subject=subject,
            level=level,
            title=title.strip(),
            issuer=issuer.strip(),
            licence_number=licence_number.strip(),
            needs_licence=subject in rules.LICENSED,
            during=DateRange(issued_on, expires_on),
        )


def review_qualification(
    *, actor: Standing, qualification: Qualification, is_confirmed: bool, finding: str, at: datetime
) -> Qualification:
    """Say whether the evidence shows it (T-02). Right: staff.approve_teacher at the home unit, never the person.

    Raises `Denied`, `OwnEntry`, `ReviewedBefore`, `QualificationOver`, `WordsMissing` for a no without words.
    """
    require(actor, APPROVE, on=qualification.teacher.home)
    if not is_confirmed and not finding.strip():
        raise WordsMissing(at_field="finding")
    with trace.change(by=actor.person, why=finding.strip() or gettext_noop("Reviewed a qualification")):
        row = Qualification.objects.select_for_update(no_key=True).get(pk=qualification.pk)
        if as_same(actor, row.person_id) == row.person_id:
            raise OwnEntry
        wanted = Qualification.State.CONFIRMED if is_confirmed else Qualification.State.REFUSED
        if row.state == wanted and row.reviewed_by_id in actor.person_keys:
            return row
        if row.state != Qualification.State.CLAIMED:
            raise ReviewedBefore
        if is_confirmed and row.during.upper is not None and row.during.upper <= clock.date_of(at):
            raise rules.QualificationOver(at_field="finding")
        row.state, row.finding = wanted, finding.strip()
        row.reviewed_by, row.reviewed_at = actor.person, at
        row.save(update_fields=["state", "finding", "reviewed_by", "reviewed_at"])
    return row


def withdraw_qualification(*, actor: Standing, qualification: Qualification, words: str) -> Qualification:
    """Let it count no more: the person, or the unit that finds it wrong.

    Raises `Denied`, `WordsMissing`, `ReviewedBefore`.
    """
    if qualification.person_id not in actor.own_keys(KEEP):
        require(actor, APPROVE, on=qualification.teacher.home)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=words):
        row = Qualification.objects.select_for_update(no_key=True).get(pk=qualification.pk)
        if row.state not in (Qualification.State.CLAIMED, Qualification.State.CONFIRMED):
            raise ReviewedBefore
        row.state = Qualification.State.WITHDRAWN
        row.save(update_fields=["state"])
    return row


def _decide(actor: Standing, teacher: Teacher, state: str, words: str, why: object) -> Teacher:
    require(actor, APPROVE, on=teacher.home)
    with trace.change(by=actor.person, why=str(words.strip() or why)):
        row = Teacher.objects.select_for_update(no_key=True).get(pk=teacher.pk)
        if row.person_id in actor.person_keys:
            raise OwnEntry
        if row.state == state and row.decided_by_id in actor.person_keys:
            return row
        reopens = row.state == Teacher.State.CLOSED and state == Teacher.State.OPEN
        if row.state != Teacher.State.ASKED and not reopens:
            raise EntryDecided
        row.state, row.said, row.decided_by = state, words.strip(), actor.person
        row.save(update_fields=["state", "said", "decided_by"])
    return row


def _locked(person: Person) -> Person:
    """What is scarce about a teacher is the person's time: whatever takes it queues at the person's row."""
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    check_stands(row.erased_at)
    return row


def _unbound(row: Teacher) -> None:
    bound = Agreement.objects.filter(
        teacher=row, state__in=[Agreement.State.AWAITING, Agreement.State.IN_FORCE, Agreement.State.RECALLED]
    )
    if row.pk and bound.exists():
        raise BoundByAgreement


def _same(row: Teacher, profile: Profile, free: Sequence[Span], owed: Sequence[Span]) -> bool:
    if row.state not in (Teacher.State.ASKED, Teacher.State.OPEN):
        return False
    plain = ("kind", "has_post", "travel_km", "sessions", "is_shared")
    if any(getattr(row, name) != getattr(profile, name) for name in plain):
        return False
    if (row.home_id, row.territory_id) != (profile.home.pk, profile.territory.pk):
        return False
    if (row.subjects, row.languages) != (sorted(set(profile.subjects)), sorted(set(profile.languages))):
        return False
    known = {(one.use, one.minutes.lower, one.minutes.upper) for one in row.hours.all()}
    wanted = {(TeacherHours.Use.FREE.value, *one) for one in free} | {
        (TeacherHours.Use.OWED.value, *one) for one in owed
    }
    return known == wanted


def _write_hours(row: Teacher, free: Sequence[Span], owed: Sequence[Span]) -> None:
    row.hours.all().delete()
    TeacherHours.objects.bulk_create(
        TeacherHours(teacher=row, use=use, minutes=Int4Range(*one))
        for use, spans in ((TeacherHours.Use.FREE, free), (TeacherHours.Use.OWED, owed))
        for one in spans
    )
