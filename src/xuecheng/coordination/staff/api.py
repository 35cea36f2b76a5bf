"""The pool for programs: who teaches, who can teach what and when, and agreements with their consents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.problems import Problem
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, In, Line, Out, Reason, TerritoryCode, Wish
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.territories import queries as territories

from . import queries, services
from .models import Agreement, Consent, Kind, Level, Qualification, Subject, Teacher, TeacherHours
from .queries import Candidate, Wanted
from .rules import DAY, Form, Span, span
from .services import AgreementText

router = Router(tags=["People who teach"])
APPROVE, DRAFT, FIND, OWN = "staff.approve_teacher", "staff.draft_agreement", "staff.find_teacher", "staff.keep_profile"
TeachingDay = Annotated[Day, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]


class HourOut(Schema):
    """A time of the week; Monday is 1."""

    weekday: int
    begins: time
    ends: time

    @staticmethod
    def of(minutes: Span) -> HourOut:
        begins, ends = minutes
        return HourOut(weekday=begins // DAY + 1, begins=_clock(begins % DAY), ends=_clock((ends - 1) % DAY + 1))


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60) if minute < DAY else time(23, 59)


class QualificationOut(Schema):
    """What entitles to teach; `expires_on` is the first day on which it holds no more."""

    id: UUID
    subject: Subject
    level: int
    title: str
    issuer: str
    issued_on: date
    expires_on: date | None
    state: Qualification.State

    @staticmethod
    def of(row: Qualification) -> QualificationOut:
        return QualificationOut(
            id=row.public_id,
            subject=Subject(row.subject),
            level=row.level,
            title=row.title,
            issuer=row.issuer,
            issued_on=row.during.lower,
            expires_on=row.during.upper,
            state=Qualification.State(row.state),
        )


class TeacherOut(Out):
    """An entry of the pool."""

    KEYS: ClassVar = ("id",)
    id: UUID
    name: str
    kind: Kind
    unit: str
    territory: str
    subjects: list[Subject]
    languages: list[str]
    travel_km: int
    sessions_a_week: int
    is_shared: bool
    state: Teacher.State

    @staticmethod
    def of(row: Teacher) -> TeacherOut:
        return TeacherOut(**_entry(row))


def _entry(row: Teacher) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "name": row.person.name,
        "kind": Kind(row.kind),
        "unit": row.home.code,
        "territory": row.territory.code,
        "subjects": [Subject(one) for one in row.subjects],
        "languages": row.languages,
        "travel_km": row.travel_km,
        "sessions_a_week": row.sessions,
        "is_shared": row.is_shared,
        "state": Teacher.State(row.state),
    }


class WholeTeacherOut(TeacherOut):
    """An entry with its times and qualifications."""

    free: list[HourOut]
    owed: list[HourOut]
    qualifications: list[QualificationOut]

    @staticmethod
    def whole(row: Teacher) -> WholeTeacherOut:
        hours = list(row.hours.all())
        spans = {
            use: [HourOut.of((one.minutes.lower, one.minutes.upper)) for one in hours if one.use == use]
            for use in TeacherHours.Use
        }
        return WholeTeacherOut(
            **_entry(row),
            free=spans[TeacherHours.Use.FREE],
            owed=spans[TeacherHours.Use.OWED],
            qualifications=[QualificationOut.of(one) for one in queries.qualifications_of(row)],
        )


class CandidateOut(Out):
    """Somebody who has the qualification; the best comes first, those whom something hinders last."""

    KEYS: ClassVar = ("id",)
    id: UUID
    name: str
    kind: Kind
    unit: str
    kilometres: int
    sessions_left: int
    fits: bool
    reasons: list[str]
    hindrances: list[str]

    @staticmethod
    def of(one: Candidate) -> CandidateOut:
        return CandidateOut(
            id=one.teacher.public_id,
            name=one.teacher.person.name,
            kind=Kind(one.teacher.kind),
            unit=one.teacher.home.code,
            kilometres=one.km,
            sessions_left=one.left,
            fits=not one.hindrances,
            reasons=list(one.reasons),
            hindrances=list(one.hindrances),
        )


class ShareOut(Schema):
    """One type: people in the pool, minutes taught in a year, its share and the aim in hundredths of a per cent."""

    kind: Kind
    people: int
    minutes: int
    share: int | None
    aim: int | None


class MixOut(Out):
    """Who teaches, by type (T-01)."""

    KEYS: ClassVar = ("begins_on", "ends_on")
    begins_on: date
    ends_on: date
    types: list[ShareOut]


class ConsentOut(Schema):
    """One party's word, or that it is awaited."""

    party: Consent.Party
    name: str
    is_given: bool | None
    is_next: bool


class AgreementOut(Out):
    """An agreement to teach for another unit; days are the first and the last, fees in fen."""

    KEYS: ClassVar = ("id",)
    id: UUID
    form: Agreement.Form
    teacher: UUID
    name: str
    home: str | None
    receiver: str
    first_day: date
    last_day: date
    weekly_minutes: int
    is_full_time: bool
    was_extended: bool
    purpose: str
    state: Agreement.State
    outcome: str

    @staticmethod
    def of(row: Agreement) -> AgreementOut:
        return AgreementOut(**_agreement_facts(row))


def _agreement_facts(row: Agreement) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "form": Agreement.Form(row.form),
        "teacher": row.teacher.public_id,
        "name": row.person.name,
        "home": row.home.code if row.home else None,
        "receiver": row.receiver.code,
        "first_day": row.during.lower,
        "last_day": row.last_day,
        "weekly_minutes": row.weekly_minutes,
        "is_full_time": row.is_full_time,
        "was_extended": row.was_extended,
        "purpose": row.purpose,
        "state": Agreement.State(row.state),
        "outcome": row.outcome,
    }


class WholeAgreementOut(AgreementOut):
    """An agreement with its hours, its fees by level, and the state of each consent."""

    hours: list[HourOut]
    fees: dict[str, int]
    extends_to: date | None
    consents: list[ConsentOut]


class TeacherWish(Paged):
    kind: Kind | None = None
    state: Teacher.State | None = None
    subject: Subject | None = None


class FindWish(Wish):
    """What is to be taught, where and when: the weekday is that of `on`."""

    subject: Subject
    level: Level = Level.BEGINNERS
    place: TerritoryCode
    on: TeachingDay
    until: TeachingDay | None = None
    begins: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field("09:00")
    ends: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field("11:00")


class MixWish(Wish):
    place: TerritoryCode


class AgreementWish(Paged):
    form: Agreement.Form | None = None
    state: Agreement.State | None = None


class HourIn(In):
    """A time of the week; Monday is 1."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    begins: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    ends: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class FeeIn(In):
    """What a checked-in session of a level costs, in fen."""

    level: Level
    fee_fen: Annotated[int, Field(ge=1, le=1_000_000)]


class AgreementIn(In):
    """An agreement as the receiving unit drafts it; `id` is chosen by the caller."""

    id: UUID
    teacher: UUID
    receiver: Code
    form: Agreement.Form
    first_day: TeachingDay
    last_day: TeachingDay
    hours: Annotated[list[HourIn], Field(max_length=20)] = []
    is_full_time: bool = False
    fees: Annotated[list[FeeIn], Field(max_length=3)] = []
    main_minutes: Annotated[int, Field(ge=0, le=3_600)] = 0
    purpose: Reason


class WordIn(In):
    """One party's word; a no needs words."""

    party: Consent.Party
    is_given: bool
    words: Annotated[Line, Field(max_length=200)] = ""


class UntilIn(In):
    """The new last day of borrowing, and why."""

    until: TeachingDay
    reason: Reason


class FromDayIn(In):
    """The first day on which it counts no more, and why."""

    on: TeachingDay
    reason: Reason


@router.reading("/me/teaching", scope="teaching.read", out=WholeTeacherOut)
def get_own_teaching(request: HttpRequest) -> WholeTeacherOut:
    """One's own entry in the pool, with times and qualifications."""
    viewer = standing(request)
    if not viewer.own_keys(OWN):
        raise Denied(OWN)
    found = queries.own_entry(viewer.person)
    if found is None:
        raise Http404
    return WholeTeacherOut.whole(found)


@router.listing("/teachers", scope="teaching.read", out=TeacherOut)
def list_teachers(request: HttpRequest, wish: Query[TeacherWish]) -> dict[str, Any]:
    """The pool of the caller's units."""
    viewer = standing(request)
    if not viewer.may_somewhere(APPROVE):
        raise Denied(APPROVE)
    found = queries.teachers(viewer, kind=wish.kind or "", state=wish.state or "", subject=wish.subject or "")
    return cut(request, wish, found, order=("-id",), show=lambda rows: [TeacherOut.of(row) for row in rows])


@router.reading("/teachers/{id}", scope="teaching.read", out=WholeTeacherOut)
def get_teacher(request: HttpRequest, id: Path[UUID]) -> WholeTeacherOut:
    """One entry of the caller's units, or one's own."""
    found = queries.teacher(standing(request), id)
    if found is None:
        raise Http404
    seen(request, person_id=found.person_id, what=Reading.What.TEACHING, thing=found.public_id)
    return WholeTeacherOut.whole(found)


@router.listing("/teachers-found", scope="teaching.read", out=CandidateOut)
def find_teachers(request: HttpRequest, wish: Query[FindWish]) -> dict[str, Any]:
    """Who can teach a subject at a place on a weekday, the best first; also who could step in."""
    if not standing(request).may_somewhere(FIND):
        raise Denied(FIND)
    place = territories.by_code(wish.place)
    if place is None:
        raise Http404
    until = wish.until or wish.on
    if until < wish.on or _minutes(wish.ends) <= _minutes(wish.begins):
        raise Problem(422, "period_wrong", field="query.until" if until < wish.on else "query.ends")
    found = queries.who_can_teach(
        standing(request),
        Wanted(
            subject=wish.subject,
            level=wish.level,
            place=place,
            on=wish.on,
            time=span(wish.on.weekday(), _minutes(wish.begins), _minutes(wish.ends)),
            until=until,
        ),
    )
    return {"items": [CandidateOut.of(one) for one in (*found.fits, *found.others)], "next": None}


@router.reading("/teaching-mix", scope="teaching.read", out=MixOut)
def get_teaching_mix(request: HttpRequest, wish: Query[MixWish]) -> MixOut:
    """Who teaches in a division, by type, against the mix that is aimed at."""
    if not standing(request).may_somewhere(FIND):
        raise Denied(FIND)
    place = territories.by_code(wish.place)
    if place is None:
        raise Http404
    mix = queries.mix_of(standing(request), place, today=clock.today())
    return MixOut(
        begins_on=mix.begins_on,
        ends_on=mix.ends_on,
        types=[
            ShareOut(kind=Kind(one.kind), people=one.people, minutes=one.minutes, share=one.share, aim=one.target)
            for one in mix.lines
        ],
    )


@router.listing("/teaching-agreements", scope="teaching.read", out=AgreementOut)
def list_agreements(request: HttpRequest, wish: Query[AgreementWish]) -> dict[str, Any]:
    """Agreements in which a unit of the caller takes part."""
    viewer = standing(request)
    if not viewer.may_somewhere(DRAFT):
        raise Denied(DRAFT)
    found = queries.agreements(viewer, form=wish.form or "", state=wish.state or "")
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.reading("/teaching-agreements/{id}", scope="teaching.read", out=WholeAgreementOut)
def get_agreement(request: HttpRequest, id: Path[UUID]) -> WholeAgreementOut:
    """One agreement, with the state of each consent."""
    row = _agreement(request, id)
    seen(request, person_id=row.person_id, what=Reading.What.TEACHING, thing=row.public_id)
    return _whole(request, row)


@router.writing("/teaching-agreements", scope="teaching.write", out=WholeAgreementOut)
def draft_agreement(request: HttpRequest, body: AgreementIn) -> WholeAgreementOut:
    """Draft an agreement for a receiving unit; nobody is asked yet."""
    viewer = standing(request)
    if not viewer.may_somewhere(DRAFT):
        raise Denied(DRAFT)
    teacher, receiver = queries.findable(viewer, body.teacher), organisations.by_code(body.receiver)
    if teacher is None or receiver is None:
        raise Http404
    made = services.draft_agreement(
        actor=viewer,
        public_id=body.id,
        teacher=teacher,
        receiver=receiver,
        text=AgreementText(
            form=Form(body.form.value),
            begins_on=body.first_day,
            ends_on=body.last_day,
            hours=[span(one.weekday - 1, _minutes(one.begins), _minutes(one.ends)) for one in body.hours],
            is_full_time=body.is_full_time,
            fees={one.level.value: one.fee_fen for one in body.fees},
            main_minutes=body.main_minutes,
            purpose=body.purpose,
        ),
        at=clock.now(),
    )
    return _whole(request, _agreement(request, made.public_id))


@router.writing("/teaching-agreements/{id}/sending", scope="teaching.write", out=WholeAgreementOut, status=200)
def send_agreement(request: HttpRequest, id: Path[UUID]) -> WholeAgreementOut:
    """Ask the parties for their consent, the first one first."""
    services.send_agreement(actor=standing(request), agreement=_agreement(request, id))
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/consents", scope="teaching.write", out=WholeAgreementOut, status=200)
def consent_to_agreement(request: HttpRequest, id: Path[UUID], body: WordIn) -> WholeAgreementOut:
    """Say one party's word; with the last yes the agreement is in force, or longer."""
    services.consent_to_agreement(
        actor=standing(request),
        agreement=_agreement(request, id),
        party=body.party.value,
        is_given=body.is_given,
        words=body.words,
        at=clock.now(),
    )
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/extension", scope="teaching.write", out=WholeAgreementOut, status=200)
def ask_extension(request: HttpRequest, id: Path[UUID], body: UntilIn) -> WholeAgreementOut:
    """Ask home unit and person to extend borrowing, once."""
    services.ask_extension(
        actor=standing(request), agreement=_agreement(request, id), until=body.until, words=body.reason, at=clock.now()
    )
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/recall", scope="teaching.write", out=WholeAgreementOut, status=200)
def recall_agreement(request: HttpRequest, id: Path[UUID], body: FromDayIn) -> WholeAgreementOut:
    """The home unit calls its person back, with notice."""
    services.recall_agreement(
        actor=standing(request), agreement=_agreement(request, id), on=body.on, words=body.reason, at=clock.now()
    )
    return _whole(request, _agreement(request, id))


@router.writing("/teaching-agreements/{id}/end", scope="teaching.write", out=WholeAgreementOut, status=200)
def end_agreement(request: HttpRequest, id: Path[UUID], body: FromDayIn) -> WholeAgreementOut:
    """The receiving unit ends it before its time."""
    services.end_agreement(
        actor=standing(request), agreement=_agreement(request, id), on=body.on, words=body.reason, at=clock.now()
    )
    return _whole(request, _agreement(request, id))


def _agreement(request: HttpRequest, public_id: UUID) -> Agreement:
    found = queries.agreement(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _whole(request: HttpRequest, row: Agreement) -> WholeAgreementOut:
    face = queries.face_of(standing(request), row, today=clock.today())
    return WholeAgreementOut(
        **_agreement_facts(row),
        hours=[HourOut.of(one) for one in face.hours],
        fees={str(fee.level): fee.fee_fen for fee in face.fees},
        extends_to=row.extends_to,
        consents=[
            ConsentOut(
                party=Consent.Party(step.party),
                name=step.name,
                is_given=step.said.is_given if step.said else None,
                is_next=step.is_next,
            )
            for step in face.steps
        ],
    )


def _shown(rows: Sequence[Agreement]) -> list[AgreementOut]:
    return [AgreementOut.of(row) for row in rows]


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
