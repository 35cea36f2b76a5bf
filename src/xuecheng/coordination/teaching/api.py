"""Attendance for programs: the sessions whose list one takes, marking, one's own attendance, certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, noted
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.problems import Problem
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, In, Out
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.facilities.api import Instant, NearDay
from xuecheng.learning.credentials import wrong_tries
from xuecheng.learning.credentials.api import TranscriptCode

from . import printing, queries, services
from .models import Decision, How, Mark
from .queries import CHECK_IN, Checked, Holding

router = Router(tags=["Attendance"])


class SessionToTakeOut(Out):
    """A session whose attendance the caller takes."""

    KEYS: ClassVar = ("id",)
    id: UUID
    class_id: UUID
    class_code: str
    course: str
    begins_at: datetime
    ends_at: datetime
    state: ClassSession.State
    place: str
    teacher: str

    @staticmethod
    def of(one: ClassSession) -> SessionToTakeOut:
        row = one.course_class
        return SessionToTakeOut(
            id=one.public_id, class_id=row.public_id, class_code=row.code, course=row.version.course.title_zh,
            begins_at=one.during.lower, ends_at=one.during.upper, state=ClassSession.State(one.state),
            place=f"{one.space.venue.name_zh} {one.space.name_zh}" if one.space else "",
            teacher=one.teaching.person.name if one.teaching else "",
        )  # fmt: skip


class SessionsWish(Paged):
    day: NearDay | None = Field(None, description="The day of the sessions; today if it is left out.")


class AttendanceOut(Out):
    """Somebody on the list of a session with the mark that counts; `state` is null while nobody has marked them."""

    KEYS: ClassVar = ("enrolment",)
    enrolment: UUID
    name: str
    state: Mark.State | None
    minutes: int
    how: How | None
    marked_at: datetime | None
    is_disputed: bool


class AttendanceWish(Paged):
    pass


class MarkIn(In):
    """That somebody was there or not, under an id of the device that made it, at the time it was made."""

    id: UUID
    enrolment: UUID
    state: Mark.State
    at: Instant


class MarksIn(In):
    """Marks of one session: all are taken or none."""

    marks: Annotated[list[MarkIn], Field(min_length=1, max_length=2000)]


class MarksTakenOut(Out):
    """How many marks came for the first time; those that somebody overtook by a later one are in `overtaken`."""

    KEYS: ClassVar = ("session",)
    session: UUID
    new: int
    overtaken: list[UUID]


class OwnAttendanceOut(Out):
    """A class of one's own: what was held and attended so far. `is_complete` is null until it is decided."""

    KEYS: ClassVar = ("enrolment",)
    enrolment: UUID
    class_id: UUID
    class_code: str
    course: str
    held: int
    attended: int
    minutes: int
    is_complete: bool | None
    reason: Decision.Reason | None
    certificate: str | None


class CertificateOut(Out):
    """A certificate of completion: what is printed on it, and whether it holds."""

    KEYS: ClassVar = ("code",)
    code: str
    number: str
    holding: Holding
    issued_at: datetime
    holder: str
    course_zh: str
    course_en: str
    college_zh: str
    college_en: str
    began_on: Day | None
    ended_on: Day | None
    attended: int
    held: int
    minutes: int

    @staticmethod
    def of(found: Checked) -> CertificateOut:
        made = found.certificate
        # Of a holder who left nothing is told but that there was one.
        printed = made.snapshot if found.holding != Holding.LEFT else {}
        words = ("holder", "course_zh", "course_en", "college_zh", "college_en")
        numbers = ("attended", "held", "minutes")
        return CertificateOut(
            code=made.code, number=made.number, holding=found.holding, issued_at=made.issued_at,
            began_on=printed.get("began_on"), ended_on=printed.get("ended_on"),
            **{name: printed.get(name, "") for name in words}, **{name: printed.get(name, 0) for name in numbers},
        )  # fmt: skip


@router.listing("/class-sessions", scope="attendance.read", out=SessionToTakeOut)
def list_sessions_to_take(request: HttpRequest, wish: Query[SessionsWish]) -> dict[str, Any]:
    """The sessions of a day whose attendance one takes: those one teaches, and those of one's unit."""
    found = queries.sessions_on(standing(request), wish.day or clock.today())
    return cut(
        request, wish, found, order=("during", "id"), show=lambda rows: [SessionToTakeOut.of(one) for one in rows]
    )


@router.listing("/class-sessions/{id}/attendance", scope="attendance.read", out=AttendanceOut)
def list_attendance(request: HttpRequest, id: Path[UUID], wish: Query[AttendanceWish]) -> dict[str, Any]:
    """Everybody on the list of a session, with the mark that counts."""
    session = _session(request, id)
    found = queries.on_the_list(session)

    def show(rows: Sequence[Enrolment]) -> list[AttendanceOut]:
        people = noted(
            rows, person_of=lambda one: one.person_id, reader=standing(request), what=Reading.What.ENROLMENT,
            at=clock.now(),
        )  # fmt: skip
        lines = queries.lines_of(session, list(people))
        return [_attendance(line) for line in lines]

    return cut(request, wish, found, order=("number", "id"), show=show)


def _attendance(line: queries.Line) -> AttendanceOut:
    mark = line.mark
    return AttendanceOut(
        enrolment=line.enrolment.public_id, name=line.enrolment.person.name,
        state=Mark.State(mark.state) if mark else None, minutes=mark.minutes if mark else 0,
        how=How(mark.how) if mark else None, marked_at=mark.marked_at if mark else None, is_disputed=line.is_disputed,
    )  # fmt: skip


@router.writing("/class-sessions/{id}/marks", scope="attendance.write", out=MarksTakenOut, status=200)
def mark_attendance(request: HttpRequest, id: Path[UUID], body: MarksIn) -> MarksTakenOut:
    """Mark who is there. The session is held from its first mark on; a mark sent again is there already."""
    session = _session(request, id)
    wishes = [services.Wish(one.id, one.enrolment, one.state, one.at) for one in body.marks]
    kept = services.sync_marks(actor=standing(request), session=session, wishes=wishes, at=clock.now())
    return MarksTakenOut(
        session=session.public_id, new=sum(one.is_new for one in kept),
        overtaken=[one.mark.public_id for one in kept if not one.counts],
    )  # fmt: skip


@router.listing("/me/attendance", scope="attendance.read", out=OwnAttendanceOut)
def list_own_attendance(request: HttpRequest, wish: Query[AttendanceWish]) -> dict[str, Any]:
    """The classes one is in: how often one came, whether one completed, and the certificate."""
    viewer = standing(request)
    if not viewer.own_keys(CHECK_IN):
        raise Denied(CHECK_IN)
    found = queries.own_attendance(viewer)
    return cut(
        request, wish, found, order=("-id",), show=lambda rows: [_own(line) for line in queries.own_lines(list(rows))]
    )


def _own(line: queries.OwnLine) -> OwnAttendanceOut:
    row, decision = line.enrolment.course_class, line.decision
    return OwnAttendanceOut(
        enrolment=line.enrolment.public_id, class_id=row.public_id, class_code=row.code,
        course=row.version.course.title_zh, held=line.attended.held, attended=line.attended.sessions,
        minutes=line.attended.minutes, is_complete=decision.is_complete if decision else None,
        reason=Decision.Reason(decision.reason) if decision and decision.reason else None,
        certificate=line.certificate.code if line.certificate else None,
    )  # fmt: skip


@router.reading("/certificates/{code}", scope="attendance.read", out=CertificateOut)
def get_certificate(request: HttpRequest, code: Path[TranscriptCode]) -> CertificateOut:
    """A certificate of one's own, or of a class of one's unit."""
    return CertificateOut.of(_certificate(request, code))


@router.file("/certificates/{code}/paper", scope="attendance.read", media_types=("application/pdf",))
def get_certificate_paper(request: HttpRequest, code: Path[TranscriptCode]) -> HttpResponse:
    """The sheet of paper, as PDF; only of one that holds."""
    found = _certificate(request, code)
    if found.holding != Holding.HOLDS:
        raise Http404
    made = printing.certificates_pdf(
        [found.certificate],
        verify_url=lambda one: request.build_absolute_uri(reverse("credentials:verify_code", args=[one.code])),
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.certificate.code}.pdf"'
    return response


@router.reading("/certificates/{code}/verdict", out=CertificateOut)
def verify_certificate(request: HttpRequest, code: Path[TranscriptCode]) -> CertificateOut:
    """What a code certifies, for anybody. After five wrong codes a minute the client waits."""
    if wrong_tries.are_too_many(request):
        raise Problem(429, "too_many", headers={"Retry-After": str(wrong_tries.WINDOW_S)})
    found = queries.certificate_with(code)
    if found is None:
        wrong_tries.note(request)
        raise Http404
    return CertificateOut.of(found)


def _session(request: HttpRequest, public_id: UUID) -> ClassSession:
    found = queries.session_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _certificate(request: HttpRequest, code: str) -> Checked:
    there = queries.certificate_seen(standing(request), code)
    if there is None:
        raise Http404
    made = there[0].certificate
    seen(request, person_id=made.learner_id, what=Reading.What.ENROLMENT, thing=made.decision.enrolment.public_id)
    return there[0]
