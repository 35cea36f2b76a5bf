"""Classes for programs: what one may learn where and when, and planning classes with rooms and teachers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, Flag, In, Line, Out, Reason, ShortText, TerritoryCode
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.facilities.api import Instant
from xuecheng.coordination.staff.models import ClassLevel, Subject

from . import queries, rules, services
from .models import ClassSession, CourseClass, Priority, Season
from .queries import KEEP_SEASON, PLAN, SEE

router = Router(tags=["Classes"])

Seats = Annotated[int, Field(ge=1, le=rules.MOST_SEATS)]
Age = Annotated[int, Field(ge=0, le=rules.OLDEST)]
ClassCode = Annotated[str, StringConstraints(min_length=1, max_length=24, pattern=r"^[^\u0000-\u001f\u007f]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\u0000-\u001f\u007f]+$")]


class ClassMeetingOut(Schema):
    """A session of a class; where and when, and whether it is held."""

    id: UUID
    number: int
    begins_at: datetime
    ends_at: datetime
    room: UUID | None
    venue: UUID | None
    state: ClassSession.State
    topic: str
    cancelled_because: str

    @staticmethod
    def values(row: ClassSession) -> dict[str, Any]:
        return {
            "id": row.public_id,
            "number": row.number,
            "begins_at": row.during.lower,
            "ends_at": row.during.upper,
            "room": row.space.public_id if row.space else None,
            "venue": row.space.venue.public_id if row.space else None,
            "state": ClassSession.State(row.state),
            "topic": row.topic,
            "cancelled_because": row.cancelled_because,
        }


class PlannedSessionOut(ClassMeetingOut):
    """The same for those who plan: who teaches it."""

    teacher: UUID | None


class ClassWhoIn(In):
    """Who may come; empty: everybody. Ages are whole years, both counted in."""

    least_age: Age | None = None
    most_age: Age | None = None
    locals_only: Flag = False
    first_timers_only: Flag = False


class ClassWhoOut(Schema):
    """Who may come; without a condition: everybody."""

    least_age: int | None
    most_age: int | None
    locals_only: bool
    first_timers_only: bool


class ClassOut(Out):
    """A class: an approved course, held by a unit in a season. The fee is in fen for the whole class."""

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    state: CourseClass.State
    course: UUID
    title_zh: str
    title_en: str
    subject: Subject
    level: ClassLevel
    host: str
    supplier: str
    season: UUID
    seats_least: int
    seats_most: int
    places_left: int
    fee_fen: int
    allocation: CourseClass.Allocation
    enrolment_opens_at: datetime | None
    enrolment_closes_at: datetime | None
    priority: list[Priority]
    eligibility: ClassWhoOut
    note: str
    first_day: date | None
    last_day: date | None

    @staticmethod
    def values(face: queries.Face) -> dict[str, Any]:
        row, course = face.row, face.row.version.course
        plain = (
            "code", "state", "seats_least", "seats_most", "fee_fen", "allocation", "enrolment_opens_at",
            "enrolment_closes_at", "priority", "note",
        )  # fmt: skip
        return {name: getattr(row, name) for name in plain} | {
            "id": row.public_id,
            "course": course.public_id,
            "title_zh": course.title_zh,
            "title_en": course.title_en,
            "subject": course.subject,
            "level": ClassLevel(row.version.level),
            "host": row.host.code,
            "supplier": row.supplier.code,
            "season": row.season.public_id,
            "places_left": face.left,
            "eligibility": ClassWhoOut(**vars(rules.eligibility(row.eligibility))),
            "first_day": face.first_day,
            "last_day": face.last_day,
        }

    @staticmethod
    def of(face: queries.Face) -> ClassOut:
        return ClassOut(**ClassOut.values(face))


class FoundClassOut(ClassOut):
    """A class that was looked for. `distance_km`: to the nearest of its places, as the crow flies, in tenths."""

    distance_km: float | None = Field(description="With `near` only; null where it cannot be said.")


class WholeClassOut(ClassOut):
    """A class with its sessions."""

    sessions: list[ClassMeetingOut]
    cancelled_because: str


class PlannedClassOut(ClassOut):
    """A class for those who plan it: who teaches, and what is still missing, in the reader's language."""

    sessions: list[PlannedSessionOut]
    cancelled_because: str
    problems: list[str]

    @staticmethod
    def of(face: queries.Face) -> PlannedClassOut:
        sessions = [
            PlannedSessionOut(
                **ClassMeetingOut.values(one), teacher=one.teaching.teacher.public_id if one.teaching else None
            )
            for one in face.sessions
        ]
        return PlannedClassOut(
            **ClassOut.values(face), sessions=sessions, cancelled_because=face.row.cancelled_because,
            problems=list(face.problems),
        )  # fmt: skip


class FindClassWish(Paged):
    """What one would like to learn, where and when. Weekdays: Monday is 0."""

    text: ShortText = ""
    subject: Subject | None = None
    level: ClassLevel | None = None
    within: TerritoryCode | None = None
    near: TerritoryCode | None = Field(
        None,
        description="A street or town: classes outside it with a place "
        f"within {rules.NEAR_KM:g} km of the mean of its open places, in the order of the list; sort by `distance_km`. "
        "Where none of those has coordinates: whatever else is in its district, without a distance.",
    )
    weekday: Annotated[int, Field(ge=0, le=6)] | None = None
    part: Literal["", "morning", "afternoon", "evening"] = ""
    host: Code | None = None
    only_free: bool = False
    """Only classes with a place left."""
    is_free_of_charge: bool = False


class PlannedClassWish(Paged):
    """Classes of a unit in a season, drafts too."""

    host: Code
    season: UUID
    state: CourseClass.State | None = None


class SeasonWish(Paged):
    """No filter."""


class SeasonOut(Out):
    """A season; each pair of days is counted in. Without a host it is of all units of the territory."""

    KEYS: ClassVar = ("id",)
    id: UUID
    host: str | None
    territory: str
    name_zh: str
    name_en: str
    begins_on: date
    ends_on: date
    enrolment_from: date
    enrolment_to: date

    @staticmethod
    def of(row: Season) -> SeasonOut:
        last = date.resolution
        return SeasonOut(
            id=row.public_id,
            host=row.organisation.code if row.organisation else None,
            territory=row.territory.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            begins_on=row.during.lower,
            ends_on=row.during.upper - last,
            enrolment_from=row.enrolment.lower,
            enrolment_to=row.enrolment.upper - last,
        )


class SeasonIn(In):
    """A season of a unit; all days are counted in. `id` is chosen by the caller."""

    id: UUID
    host: Code
    name_zh: Name
    name_en: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\u0000-\u001f\u007f]*$")] = ""
    begins_on: Day
    ends_on: Day
    planning_from: Day
    planning_to: Day
    enrolment_from: Day
    enrolment_to: Day
    reason: Reason


class ClassIn(In):
    """A class to plan. `id` is chosen by the caller; `course` is a course, of which the approved version is taken."""

    id: UUID
    course: UUID
    host: Code
    season: UUID
    code: ClassCode
    seats_least: Seats
    seats_most: Seats
    fee_fen: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    allocation: CourseClass.Allocation = CourseClass.Allocation.FIRST_COME
    enrolment_opens_at: Instant | None = None
    enrolment_closes_at: Instant | None = None
    priority: Annotated[list[Priority], Field(max_length=3)] = []
    eligibility: ClassWhoIn = ClassWhoIn()
    note: Line = ""


class ClassCancelIn(In):
    """Why it is not held; learners read it."""

    reason: Reason


class ClassStateIn(In):
    """The next state of a class."""

    state: Literal["open", "running", "finished", "settled"]


class SeasonAgainIn(In):
    """The classes of a unit in one season, planned anew in another one."""

    host: Code
    into: UUID


class SeasonLeftOutOut(Schema):
    day: date
    why: str


class SeasonAgainClassOut(Schema):
    """What became of one class: the new draft, or why there is none; dates that cannot be held are left out."""

    old: UUID
    new: UUID | None
    was_there: bool
    sessions: int
    refused: str
    left_out: list[SeasonLeftOutOut]


class SeasonAgainOut(Out):
    """What became of each class."""

    KEYS: ClassVar = ()
    classes: list[SeasonAgainClassOut]


@router.listing("/classes", out=FoundClassOut)
def list_classes(request: HttpRequest, wish: Query[FindClassWish]) -> dict[str, Any]:
    """Open and running classes: what one may learn where and when; with `near`, outside that street and near it."""
    wanted = queries.Find(
        text=wish.text, subject=wish.subject or "", level=wish.level, weekday=wish.weekday, part=wish.part,
        within=_territory(wish.within) if wish.within else None,
        host=_unit(wish.host) if wish.host else None,
        only_free=wish.only_free, is_free_of_charge=wish.is_free_of_charge,
    )  # fmt: skip
    near = queries.near(wanted, _street(wish.near)) if wish.near else None
    found = near.found if near else queries.find(wanted)
    return cut(request, wish, found, order=("-pk",), show=lambda rows: _found(rows, near))


@router.reading("/classes/{id}", out=WholeClassOut)
def get_class(request: HttpRequest, id: Path[UUID]) -> WholeClassOut:
    """One public class with its sessions. Who teaches is no matter of the public."""
    del request
    row = queries.public_class(id)
    if row is None:
        raise Http404
    (face,) = queries.faces([row])
    return WholeClassOut(
        **ClassOut.values(face),
        sessions=[ClassMeetingOut(**ClassMeetingOut.values(one)) for one in face.sessions],
        cancelled_because=row.cancelled_because,
    )


@router.listing("/planned-classes", scope="classes.read", out=ClassOut)
def list_planned_classes(request: HttpRequest, wish: Query[PlannedClassWish]) -> dict[str, Any]:
    """Classes of a unit in a season, drafts too."""
    _sees_somewhere(request)
    season = _season(wish.season)
    found = queries.board(standing(request), host=_unit(wish.host), season=season, state=wish.state or "")
    return cut(request, wish, found, order=("-pk",), show=_shown)


@router.reading("/planned-classes/{id}", scope="classes.read", out=PlannedClassOut)
def get_planned_class(request: HttpRequest, id: Path[UUID]) -> PlannedClassOut:
    """One class for those who plan it: sessions, who teaches, what is missing."""
    return planned(request, id)


@router.listing("/seasons", scope="classes.read", out=SeasonOut)
def list_seasons(request: HttpRequest, wish: Query[SeasonWish]) -> dict[str, Any]:
    """Seasons of one's units and of the divisions around them."""
    _sees_somewhere(request)
    return cut(request, wish, queries.seasons_for(standing(request)), order=("-pk",), show=_seasons)


@router.writing("/seasons", scope="classes.write", out=SeasonOut)
def create_season(request: HttpRequest, body: SeasonIn) -> SeasonOut:
    """Make a season of a unit."""
    unit = _unit(body.host)
    require(standing(request), KEEP_SEASON, on=unit)
    names = services.SeasonWish.__dataclass_fields__
    made = services.create_season(
        actor=standing(request), public_id=body.id, organisation=unit, territory=unit.territory,
        wish=services.SeasonWish(**{name: getattr(body, name) for name in names}), why=body.reason,
    )  # fmt: skip
    return SeasonOut.of(_season(made.public_id))


@router.writing("/seasons/{id}/again", scope="classes.write", out=SeasonAgainOut, status=200)
def plan_season_again(request: HttpRequest, id: Path[UUID], body: SeasonAgainIn) -> SeasonAgainOut:
    """Plan all classes that a unit has in this season anew in another one, moved by whole weeks."""
    unit = _unit(body.host)
    require(standing(request), PLAN, on=unit)
    found = services.clone_season(
        actor=standing(request), host=unit, old=_season(id), new=_season(body.into), at=clock.now()
    )
    return SeasonAgainOut(
        classes=[
            SeasonAgainClassOut(
                old=one.old.public_id, new=one.new.public_id if one.new else None, was_there=one.was_there,
                sessions=one.sessions, refused=one.refused,
                left_out=[SeasonLeftOutOut(day=on, why=why) for on, why in one.left_out],
            )
            for one in found
        ]
    )  # fmt: skip


@router.writing("/classes", scope="classes.write", out=PlannedClassOut)
def plan_class(request: HttpRequest, body: ClassIn) -> PlannedClassOut:
    """Plan a class as a draft, of the approved version of a course."""
    unit = _unit(body.host)
    require(standing(request), PLAN, on=unit)
    version = (
        CourseVersion.objects.select_related("course__owner")
        .filter(course__public_id=body.course, state=CourseVersion.State.APPROVED)
        .first()
    )
    if version is None:
        raise Http404
    plain = (
        "code", "seats_least", "seats_most", "fee_fen", "allocation", "enrolment_opens_at", "enrolment_closes_at",
        "note",
    )  # fmt: skip
    wish = services.ClassWish(
        **{name: getattr(body, name) for name in plain},
        priority=[one.value for one in body.priority],
        eligibility=rules.Eligibility(**body.eligibility.dict()).as_data(),
    )
    made = services.plan_class(
        actor=standing(request), public_id=body.id, version=version, host=unit, season=_season(body.season), wish=wish
    )
    return planned(request, made.public_id)


@router.writing("/classes/{id}/state", scope="classes.write", out=PlannedClassOut, status=200)
def move_class(request: HttpRequest, id: Path[UUID], body: ClassStateIn) -> PlannedClassOut:
    """Open, start, finish or settle a class."""
    acts = {
        "open": services.open_class, "running": services.start_class, "finished": services.finish_class,
        "settled": services.settle_class,
    }  # fmt: skip
    acts[body.state](actor=standing(request), course_class=to_plan(request, id), at=clock.now())
    return planned(request, id)


@router.writing("/classes/{id}/cancellation", scope="classes.write", out=PlannedClassOut, status=200)
def cancel_class(request: HttpRequest, id: Path[UUID], body: ClassCancelIn) -> PlannedClassOut:
    """Let a class not be held; its rooms and teachers are free again."""
    row = to_plan(request, id)
    services.cancel_class(actor=standing(request), course_class=row, at=clock.now(), why=body.reason)
    return planned(request, id)


def planned(request: HttpRequest, public_id: UUID) -> PlannedClassOut:
    """A class that the asker sees planned, as it is answered. Raises `Http404`."""
    row = queries.course_class(standing(request), public_id)
    if row is None:
        raise Http404
    return PlannedClassOut.of(queries.faces([row])[0])


def to_plan(request: HttpRequest, public_id: UUID) -> CourseClass:
    """A class that the asker may plan. Raises `Http404`, `Denied`."""
    row = queries.course_class(standing(request), public_id)
    if row is None:
        raise Http404
    require(standing(request), PLAN, on=row)
    return row


def _sees_somewhere(request: HttpRequest) -> None:
    if not standing(request).may_somewhere(SEE):
        raise Denied(SEE)


def _season(public_id: UUID) -> Season:
    found = queries.season_by_id(public_id)
    if found is None:
        raise Http404
    return found


def _unit(code: str) -> Organisation:
    found = organisations.by_code(code)
    if found is None:
        raise Http404
    return found


def _territory(code: str) -> Any:
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found


def _street(code: str) -> Territory:
    found = territories.by_code(code)
    if found is None or found.level != Level.STREET:
        raise Http404
    return found


def _found(rows: Sequence[CourseClass], near: queries.Near | None) -> list[FoundClassOut]:
    def far(face: queries.Face) -> float | None:
        km = near.told(face).km if near else None
        return None if km is None else round(km, 1)

    return [FoundClassOut(**ClassOut.values(face), distance_km=far(face)) for face in queries.faces(rows)]


def _shown(rows: Sequence[CourseClass]) -> list[ClassOut]:
    return [ClassOut.of(face) for face in queries.faces(rows)]


def _seasons(rows: Sequence[Season]) -> list[SeasonOut]:
    return [SeasonOut.of(row) for row in rows]
