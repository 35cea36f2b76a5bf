"""Courses for programs: what can be learnt, and writing, reviewing and sharing courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Flag, In, Out, Reason, ShortText, TerritoryCode, Version
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories import queries as territories
from xuecheng.coordination.staff.models import ClassLevel, Language, Subject
from xuecheng.learning.creditbank.models import UnitVersion

from . import queries, rules, services
from .models import Audience, Course, CourseVersion, NetworkLevel, Waiver
from .queries import SEE, WRITE

router = Router(tags=["Courses"])

_LINE = r"^[^\u0000-\u001f\u007f]*$"
_LINES = r"^[^\u0000-\u0009\u000b-\u001f\u007f]*$"
Title = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\u0000-\u001f\u007f]+$")]


class CourseOut(Out):
    """A course in one of its versions. The fee is in fen for the whole course; credits are hundredths."""

    KEYS: ClassVar = ("id",)
    id: UUID
    version_id: UUID
    version: int
    state: CourseVersion.State
    owner: str
    title_zh: str
    title_en: str
    subject: Subject
    audience: Audience
    languages: list[Language]
    outcome: str
    outcome_en: str
    level: ClassLevel
    sessions: int
    minutes: int
    unit: str | None
    unit_version: int | None
    credits: int | None
    least_attendance_percent: int
    is_assessed: bool
    entry_requirement: str
    entry_reason: str
    fee_fen: int
    waivers: list[Waiver]
    materials: str
    levels: list[NetworkLevel]
    seats_least: int
    seats_most: int
    is_shared: bool
    copied_from: UUID | None
    decided_at: datetime | None

    @staticmethod
    def values(row: CourseVersion) -> dict[str, Any]:
        one, unit = row.course, row.unit
        plain = (
            "state", "outcome", "outcome_en", "sessions", "minutes", "least_attendance_percent", "is_assessed",
            "entry_requirement", "entry_reason", "fee_fen", "waivers", "materials", "levels", "seats_least",
            "seats_most", "decided_at",
        )  # fmt: skip
        named = ("title_zh", "title_en", "subject", "audience", "languages", "is_shared")
        return (
            {name: getattr(row, name) for name in plain}
            | {name: getattr(one, name) for name in named}
            | {
                "id": one.public_id,
                "version_id": row.public_id,
                "version": row.number,
                "owner": one.owner.code,
                "level": ClassLevel(row.level),
                "unit": unit.code if unit else None,
                "unit_version": unit.version if unit else None,
                "credits": unit.credits if unit else None,
                "copied_from": one.copied_from.public_id if one.copied_from else None,
            }
        )

    @staticmethod
    def of(row: CourseVersion) -> CourseOut:
        return CourseOut(**CourseOut.values(row))


class CourseVersionOut(CourseOut):
    """The same for those who write and review it: with what was said when it was decided."""

    sent_at: datetime | None
    decision_reason: str

    @staticmethod
    def of(row: CourseVersion) -> CourseVersionOut:
        return CourseVersionOut(**CourseOut.values(row), sent_at=row.sent_at, decision_reason=row.decision_reason)


class CourseWish(Paged):
    """What one would like to learn."""

    text: ShortText = ""
    subject: Subject | None = None
    audience: Audience | None = None
    level: ClassLevel | None = None
    language: Language | None = None
    within: TerritoryCode | None = None
    owner: Code | None = None
    is_free: bool = False
    gives_credit: bool = False


class CourseVersionWish(Paged):
    state: CourseVersion.State | None = None


class CourseTextIn(In):
    """Everything a version says. `unit` is the code of a certification unit that is given today."""

    outcome: Annotated[str, StringConstraints(max_length=1000, pattern=_LINES)] = ""
    outcome_en: Annotated[str, StringConstraints(max_length=2000, pattern=_LINES)] = ""
    level: ClassLevel
    sessions: Annotated[int, Field(ge=1, le=rules.MOST_SESSIONS)]
    minutes: Annotated[int, Field(ge=rules.LEAST_MINUTES, le=rules.MOST_MINUTES)]
    unit: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,23}$")] | None = None
    least_attendance_percent: Annotated[int, Field(ge=0, le=100)] = 0
    is_assessed: Flag = False
    entry_requirement: Annotated[str, StringConstraints(max_length=300, pattern=_LINE)] = ""
    entry_reason: Annotated[str, StringConstraints(max_length=300, pattern=_LINE)] = ""
    fee_fen: Annotated[int, Field(ge=0, le=rules.MOST_FEE_FEN)] = 0
    waivers: Annotated[list[Waiver], Field(max_length=10)] = []
    materials: Annotated[str, StringConstraints(max_length=500, pattern=_LINES)] = ""
    levels: Annotated[list[NetworkLevel], Field(min_length=1, max_length=4)]
    seats_least: Annotated[int, Field(ge=1, le=rules.MOST_SEATS)]
    seats_most: Annotated[int, Field(ge=1, le=rules.MOST_SEATS)]

    def text(self) -> services.VersionText:
        plain = (
            "outcome", "outcome_en", "sessions", "minutes", "least_attendance_percent", "is_assessed",
            "entry_requirement", "entry_reason", "fee_fen", "materials", "seats_least", "seats_most",
        )  # fmt: skip
        return services.VersionText(
            **{name: getattr(self, name) for name in plain},
            level=self.level.value,
            unit=_unit(self.unit) if self.unit else None,
            waivers=[one.value for one in self.waivers],
            levels=[one.value for one in self.levels],
        )


class CourseFactsIn(In):
    """What a course is called and what it is about."""

    title_zh: Title
    title_en: Annotated[str, StringConstraints(max_length=120, pattern=_LINE)] = ""
    subject: Subject
    audience: Audience = Audience.EVERYBODY
    languages: Annotated[list[Language], Field(min_length=1, max_length=6)]

    def facts(self) -> services.CourseFacts:
        return services.CourseFacts(
            title_zh=self.title_zh,
            title_en=self.title_en,
            subject=self.subject.value,
            audience=self.audience.value,
            languages=[one.value for one in self.languages],
        )


class NewCourseIn(In):
    """A course with its first draft; both ids are chosen by the caller."""

    id: UUID
    version_id: UUID
    owner: Code
    course: CourseFactsIn
    text: CourseTextIn


class NewCourseVersionIn(In):
    """The next version of a course; `id` is chosen by the caller."""

    id: UUID
    text: CourseTextIn


class CourseEditIn(In):
    """What a draft says; `course` changes what it is called, as long as no version was ever approved."""

    course: CourseFactsIn | None = None
    text: CourseTextIn


class CourseDecisionIn(In):
    """Approve a version, or send it back with what is to be changed."""

    decision: Literal["approve", "return"]
    reason: Annotated[str, StringConstraints(max_length=300, pattern=_LINE)] = ""


class RetireCourseIn(In):
    reason: Reason


class CourseSharingIn(In):
    """Whether other colleges may hold and copy the course."""

    is_shared: Flag


class CourseCopyIn(In):
    """A draft of one's own from a course that another college shares; both ids are chosen by the caller."""

    id: UUID
    version_id: UUID
    owner: Code
    title_zh: Annotated[str, StringConstraints(max_length=60, pattern=_LINE)] = ""


@router.listing("/courses", out=CourseOut)
def list_courses(request: HttpRequest, wish: Query[CourseWish]) -> dict[str, Any]:
    """What can be learnt: courses in their approved version, the newest first."""
    within = territories.by_code(wish.within) if wish.within else None
    owner = organisations.by_code(wish.owner) if wish.owner else None
    if (wish.within and within is None) or (wish.owner and owner is None):
        raise Http404
    found = queries.catalogue(
        text=wish.text, subject=wish.subject or "", audience=wish.audience or "", language=wish.language or "",
        level=wish.level.value if wish.level is not None else None, within=within, owner=owner,
        is_free=wish.is_free, gives_credit=wish.gives_credit,
    )  # fmt: skip
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.reading("/courses/{id}", out=CourseOut)
def get_course(request: HttpRequest, id: Path[UUID]) -> CourseOut:
    """One course as it is taught now; where it is no longer begun, as it was last."""
    del request
    row = queries.published(id)
    if row is None:
        raise Http404
    return CourseOut.of(row)


@router.reading("/courses/{id}/versions/{number}", out=CourseOut)
def get_published_version(request: HttpRequest, id: Path[UUID], number: Path[Version]) -> CourseOut:
    """One version of a course that is or was taught."""
    del request
    row = queries.published(id, number=number)
    if row is None:
        raise Http404
    return CourseOut.of(row)


@router.listing("/shared-courses", scope="courses.read", out=CourseOut)
def list_shared_courses(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What other colleges share: to be held or copied (N-04)."""
    if not standing(request).may_somewhere(WRITE):
        raise Denied(WRITE)
    return cut(request, wish, queries.shared_by_others(standing(request)), order=("-id",), show=_shown)


@router.listing("/course-versions", scope="courses.read", out=CourseVersionOut)
def list_course_versions(request: HttpRequest, wish: Query[CourseVersionWish]) -> dict[str, Any]:
    """Versions of the courses that one writes or reviews, in whatever state, the newest first."""
    if not standing(request).may_somewhere(SEE):
        raise Denied(SEE)
    found = queries.versions_seen(standing(request), state=wish.state or "")
    return cut(request, wish, found, order=("-id",), show=_seen)


@router.reading("/course-versions/{id}", scope="courses.read", out=CourseVersionOut, has_etag=True)
def get_course_version(request: HttpRequest, response: HttpResponse, id: Path[UUID]) -> CourseVersionOut:
    """One version, whatever its state."""
    return _with_etag(response, _version(request, id))


@router.writing("/courses", scope="courses.write", out=CourseVersionOut)
def write_course(request: HttpRequest, response: HttpResponse, body: NewCourseIn) -> CourseVersionOut:
    """Begin a course with its first draft."""
    owner = _owner(request, body.owner)
    made = services.write_course(
        actor=standing(request), public_id=body.id, version_id=body.version_id, owner=owner,
        facts=body.course.facts(), text=body.text.text(), at=clock.now(),
    )  # fmt: skip
    return _with_etag(response, _version(request, made.public_id))


@router.writing("/courses/{id}/versions", scope="courses.write", out=CourseVersionOut)
def draft_course_version(
    request: HttpRequest, response: HttpResponse, id: Path[UUID], body: NewCourseVersionIn
) -> CourseVersionOut:
    """Begin the next version of a course; the approved one stays until this one is approved."""
    course = _course(request, id)
    require(standing(request), WRITE, on=course)
    made = services.draft_version(
        actor=standing(request), public_id=body.id, course=course, text=body.text.text(), at=clock.now()
    )
    return _with_etag(response, _version(request, made.public_id))


@router.edit("/course-versions/{id}", scope="courses.write", out=CourseVersionOut)
def edit_course_version(
    request: HttpRequest, response: HttpResponse, id: Path[UUID], body: CourseEditIn
) -> CourseVersionOut:
    """Change a draft, or one that was sent back; whoever does may not review it."""
    row = _version(request, id)
    require(standing(request), WRITE, on=row)
    Course.objects.select_for_update(no_key=True).get(pk=row.course_id)
    must_match(request, CourseVersionOut.of(_version(request, id)))
    facts = body.course.facts() if body.course else None
    services.edit_version(actor=standing(request), version=row, text=body.text.text(), facts=facts, at=clock.now())
    return _with_etag(response, _version(request, id))


@router.writing("/course-versions/{id}/review", scope="courses.write", out=CourseVersionOut, status=200)
def send_course_version(request: HttpRequest, id: Path[UUID]) -> CourseVersionOut:
    """Send a draft to review; until it is decided nobody changes it."""
    services.send_to_review(actor=standing(request), version=_version(request, id), at=clock.now())
    return CourseVersionOut.of(_version(request, id))


@router.writing("/course-versions/{id}/decision", scope="courses.write", out=CourseVersionOut, status=200)
def decide_course_version(request: HttpRequest, id: Path[UUID], body: CourseDecisionIn) -> CourseVersionOut:
    """Approve somebody else's version, or send it back with what is to be changed."""
    decide = services.approve_version if body.decision == "approve" else services.return_version
    decide(actor=standing(request), version=_version(request, id), at=clock.now(), reason=body.reason)
    return CourseVersionOut.of(_version(request, id))


@router.writing("/course-versions/{id}/retirement", scope="courses.write", out=CourseVersionOut, status=200)
def retire_course_version(request: HttpRequest, id: Path[UUID], body: RetireCourseIn) -> CourseVersionOut:
    """Plan no new class from an approved version."""
    services.retire_version(actor=standing(request), version=_version(request, id), why=body.reason)
    return CourseVersionOut.of(_version(request, id))


@router.writing("/courses/{id}/sharing", scope="courses.write", out=CourseVersionOut, status=200)
def share_course(request: HttpRequest, id: Path[UUID], body: CourseSharingIn) -> CourseVersionOut:
    """Share a course with other colleges, or no longer."""
    course = _course(request, id)
    services.share_course(actor=standing(request), course=course, is_shared=body.is_shared)
    newest = queries.newest(course)
    if newest is None:
        raise Http404
    return CourseVersionOut.of(_version(request, newest.public_id))


@router.writing("/courses/{id}/copies", scope="courses.write", out=CourseVersionOut)
def copy_course(request: HttpRequest, response: HttpResponse, id: Path[UUID], body: CourseCopyIn) -> CourseVersionOut:
    """Begin a course of one's own from one that another college shares."""
    source = queries.published(id)
    if source is None:
        raise Http404
    made = services.copy_course(
        actor=standing(request), public_id=body.id, version_id=body.version_id, source=source,
        owner=_owner(request, body.owner), title_zh=body.title_zh, at=clock.now(),
    )  # fmt: skip
    return _with_etag(response, _version(request, made.public_id))


def _with_etag(response: HttpResponse, row: CourseVersion) -> CourseVersionOut:
    said = CourseVersionOut.of(row)
    response["ETag"] = etag_of(said)
    return said


def _version(request: HttpRequest, public_id: UUID) -> CourseVersion:
    found = queries.version(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _course(request: HttpRequest, public_id: UUID) -> Course:
    found = queries.course(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _owner(request: HttpRequest, code: str) -> Organisation:
    """The unit for which somebody writes: asked for before anything else is looked up."""
    if not standing(request).may_somewhere(WRITE):
        raise Denied(WRITE)
    found = organisations.by_code(code)
    if found is None:
        raise Http404
    return found


def _unit(code: str) -> UnitVersion:
    found = queries.open_units(clock.today()).filter(code=code).order_by("-version").first()
    if found is None:
        raise rules.UnitNotOpen
    return found


def _shown(rows: Sequence[CourseVersion]) -> list[CourseOut]:
    return [CourseOut.of(row) for row in rows]


def _seen(rows: Sequence[CourseVersion]) -> list[CourseVersionOut]:
    return [CourseVersionOut.of(row) for row in rows]
