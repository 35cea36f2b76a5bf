"""The pool for programs: who teaches, who can teach what and when, and agreements with their consents."""

from __future__ import annotations

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
from xuecheng.city.api.paging import Paged, cut, cut_number, next_number
from xuecheng.city.api.problems import Problem
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Out, TerritoryCode, Wish
from xuecheng.city.territories import queries as territories
from xuecheng.web.paging import CursorSpoilt

from . import queries
from .models import ClassLevel, Qualification, Subject, Teacher, TeacherHours, TeacherKind
from .queries import Candidate, Carrying, Sharing, Wanted
from .rules import DAY, Span, span
from .rules.sharing import Advice

router = Router(tags=["People who teach"])
APPROVE, DRAFT, FIND, OWN = "staff.approve_teacher", "staff.draft_agreement", "staff.find_teacher", "staff.keep_profile"


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
    kind: TeacherKind
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
        "kind": TeacherKind(row.kind),
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
    kind: TeacherKind
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
            kind=TeacherKind(one.teacher.kind),
            unit=one.teacher.home.code,
            kilometres=one.km,
            sessions_left=one.left,
            fits=not one.hindrances,
            reasons=list(one.reasons),
            hindrances=list(one.hindrances),
        )


class ShareOut(Schema):
    """One type: people in the pool, minutes taught in a year, its share and the aim in hundredths of a per cent."""

    kind: TeacherKind
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


class KindLoadOut(Schema):
    """One type: people, how many carry too much, and their sessions a week in hundredths; null of nobody."""

    kind: TeacherKind
    people: int
    heavy: int
    highest: int | None
    median: int | None
    lowest: int | None


class SharingOut(Out):
    """How load is shared in some whole weeks; `idle` are people who may teach and have nothing planned (T-04)."""

    KEYS: ClassVar = ("begins_on", "ends_on")
    begins_on: date
    ends_on: date
    weeks: int
    heavy: int
    idle: int
    advice: Advice
    types: list[KindLoadOut]

    @staticmethod
    def of(found: Sharing) -> SharingOut:
        return SharingOut(
            begins_on=found.weeks.begins_on,
            ends_on=found.weeks.ends_on,
            weeks=found.weeks.number,
            heavy=found.heavy,
            idle=found.idle,
            advice=found.advice,
            types=[
                KindLoadOut(
                    kind=TeacherKind(line.kind),
                    people=line.people,
                    heavy=line.heavy,
                    highest=line.spread.highest if line.spread else None,
                    median=line.spread.median if line.spread else None,
                    lowest=line.spread.lowest if line.spread else None,
                )
                for line in found.kinds
            ],
        )


class LoadOut(Out):
    """What somebody of the pool carries: sessions of all the weeks, of the fullest one, and at most in one.

    `average` is in hundredths of a session a week, `share` its part of `most` in hundredths of a per cent.
    """

    KEYS: ClassVar = ("id",)
    id: UUID
    name: str
    kind: TeacherKind
    unit: str
    held: int
    planned: int
    fullest: int
    most: int
    average: int
    share: int
    is_heavy: bool
    is_idle: bool

    @staticmethod
    def of(one: Carrying) -> LoadOut:
        load = one.load
        return LoadOut(
            id=one.teacher.public_id,
            name=one.teacher.person.name,
            kind=TeacherKind(one.teacher.kind),
            unit=one.teacher.home.code,
            held=load.held,
            planned=load.planned,
            fullest=load.fullest,
            most=load.most,
            average=load.average,
            share=load.share,
            is_heavy=one.is_heavy,
            is_idle=one.is_idle,
        )


class TeacherWish(Paged):
    kind: TeacherKind | None = None
    state: Teacher.State | None = None
    subject: Subject | None = None


class FindWish(Wish):
    """What is to be taught, where and when: the weekday is that of `on`."""

    subject: Subject
    level: ClassLevel = ClassLevel.BEGINNERS
    place: TerritoryCode
    on: Day
    until: Day | None = None
    begins: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field("09:00")
    ends: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field("11:00")


class MixWish(Wish):
    place: TerritoryCode


class WeeksWish(Wish):
    """The whole weeks that hold these days; without them the last eight."""

    first: Day | None = None
    until: Day | None = None


class LoadWish(Paged, WeeksWish):
    pass


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
    found = queries.who_can_teach(
        standing(request),
        Wanted(
            subject=wish.subject,
            level=wish.level,
            place=place,
            on=wish.on,
            time=span(wish.on.weekday(), minutes_in(wish.begins), minutes_in(wish.ends)),
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
            ShareOut(
                kind=TeacherKind(one.kind), people=one.people, minutes=one.minutes, share=one.share, aim=one.target
            )
            for one in mix.lines
        ],
    )


@router.reading("/teaching-load", scope="teaching.read", out=SharingOut)
def get_teaching_load(request: HttpRequest, wish: Query[WeeksWish]) -> SharingOut:
    """How load is shared among the people of the caller's units, by type, and what is to be done."""
    return SharingOut.of(_sharing(request, wish))


@router.listing("/teaching-load/people", scope="teaching.read", out=LoadOut)
def list_teaching_load(request: HttpRequest, wish: Query[LoadWish]) -> dict[str, Any]:
    """The same by person, the fullest first."""
    found = _sharing(request, wish)
    try:
        shown, following = queries.people_after(found, cut_number(request, wish), size=wish.limit)
    except CursorSpoilt as spoilt:
        raise Problem(404, "not_found", field="query.after") from spoilt
    return {"items": [LoadOut.of(one) for one in shown], "next": next_number(request, following)}


def _sharing(request: HttpRequest, wish: WeeksWish) -> Sharing:
    return queries.sharing_of(standing(request), first=wish.first, until=wish.until, at=clock.now())


def minutes_in(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
