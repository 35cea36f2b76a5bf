"""One's own data for programs: what is kept, what one agreed to, requests and their answers.

The archive itself is taken in a browser, with a fresh proof of who one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Path, Query, Schema
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out, Version
from xuecheng.city.people.models import Person

from . import queries, services
from .models import Archive, Request

router = Router(tags=["My data"])
OWN, ANSWER = "mydata.take_archive", "mydata.answer_request"
Words = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$")
]


class HeldOut(Schema):
    """A part of what is kept, and how many rows it has."""

    part: str
    count: int


class ArchiveOut(Out):
    """An archive of one's own data: made by a job, taken in a browser."""

    KEYS: ClassVar = ("id",)
    id: UUID
    state: Archive.State
    job: UUID | None
    bytes: int
    asked_at: datetime
    expires_at: datetime | None


class OwnDataOut(Out):
    """What is kept of a person, part by part, and the archive that is being made or ready."""

    KEYS: ClassVar = ("held",)
    held: list[HeldOut]
    archive: ArchiveOut | None


class ArchiveIn(In):
    """`id` is chosen by the caller. Whole identity numbers are put into an archive at the site only."""

    id: UUID


class ChoiceOut(Out):
    """For what consent is asked, and what the person said last."""

    KEYS: ClassVar = ("purpose",)
    purpose: str
    version: int
    label: str
    what: str
    why: str
    without: str
    is_given: bool
    is_asked_anew: bool
    said_at: datetime | None


class ConsentIn(In):
    """Yes or no to one version of a purpose's text; `id` is chosen by the caller."""

    id: UUID
    purpose: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]+$")]
    version: Version
    is_given: Flag


class DataRequestOut(Out):
    """A request about a person's data, and its answer."""

    KEYS: ClassVar = ("id",)
    id: UUID
    person: UUID
    kind: Request.Kind
    words: str
    state: Request.State
    asked_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None

    @staticmethod
    def of(row: Request) -> DataRequestOut:
        plain = ("words", "asked_at", "due_on", "answer", "answered_at")
        return DataRequestOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            person=row.person.public_id,
            kind=Request.Kind(row.kind),
            state=Request.State(row.state),
        )


class DataRequestIn(In):
    """What one asks about one's data; `id` is chosen by the caller."""

    id: UUID
    kind: Request.Kind
    words: Words


class DataAnswerIn(In):
    answer: Words


class DataRequestWish(Paged):
    open: bool = True


@router.reading("/me/data", scope="mydata.read", out=OwnDataOut)
def get_own_data(request: HttpRequest) -> OwnDataOut:
    """What is kept of the person for whom the caller acts."""
    me = _me(request)
    archive, job = queries.archive_of(me)
    return OwnDataOut(
        held=[HeldOut(part=str(one.label), count=one.count) for one in queries.held_of(me)],
        archive=_archive(archive, job.public_id if job else None) if archive else None,
    )


@router.writing("/me/archives", scope="mydata.write", out=ArchiveOut, status=202)
def ask_archive(request: HttpRequest, body: ArchiveIn) -> ArchiveOut:
    """Have everything about oneself put into one archive; while one is being made, that one is answered."""
    made = services.ask_archive(actor=standing(request), public_id=body.id, with_numbers=False, at=clock.now())
    return _archive(made, made.public_id)


@router.listing("/me/consents", scope="mydata.read", out=ChoiceOut)
def list_own_consents(request: HttpRequest) -> dict[str, Any]:
    """Every purpose for which consent is asked, with what the person said last."""
    return {"items": [_choice(one) for one in queries.choices_of(_me(request))], "next": None}


@router.writing("/me/consents", scope="mydata.write", out=ChoiceOut)
def say_consent(request: HttpRequest, body: ConsentIn) -> ChoiceOut:
    """Give or withdraw consent to a purpose, as its text stood when it was read."""
    me = _me(request)
    services.say_consent(
        actor=standing(request),
        public_id=body.id,
        purpose=body.purpose,
        version=body.version,
        is_given=body.is_given,
        at=clock.now(),
        language=get_language() or "zh-hans",
    )
    return next(_choice(one) for one in queries.choices_of(me) if one.purpose.name == body.purpose)


@router.listing("/me/data-requests", scope="mydata.read", out=DataRequestOut)
def list_own_data_requests(request: HttpRequest) -> dict[str, Any]:
    """The person's own requests, the newest first."""
    return {"items": _shown(queries.requests_of(_me(request))), "next": None}


@router.writing("/me/data-requests", scope="mydata.write", out=DataRequestOut)
def ask_about_data(request: HttpRequest, body: DataRequestIn) -> DataRequestOut:
    """Ask an officer about one's data; the clock of the answer runs from today."""
    made = services.ask(
        actor=standing(request), public_id=body.id, kind=body.kind.value, words=body.words, at=clock.now()
    )
    return DataRequestOut.of(made)


@router.writing("/me/data-requests/{id}/withdrawal", scope="mydata.write", out=DataRequestOut, status=200)
def take_back_data_request(request: HttpRequest, id: Path[UUID]) -> DataRequestOut:
    """Take a request back before it is answered."""
    one = next((row for row in queries.requests_of(_me(request)) if row.public_id == id), None)
    if one is None:
        raise Http404
    services.take_back(actor=standing(request), request=one)
    one.refresh_from_db()
    return DataRequestOut.of(one)


@router.listing("/data-requests", scope="requests.answer", out=DataRequestOut)
def list_data_requests(request: HttpRequest, wish: Query[DataRequestWish]) -> dict[str, Any]:
    """Requests that the caller may answer, by the day on which the answer is due; with the others, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(ANSWER):
        raise Denied(ANSWER)
    found = queries.visible_requests(viewer, only_open=wish.open).select_related("person")
    return cut(request, wish, found, order=("due_on", "id") if wish.open else ("-id",), show=_shown)


@router.writing("/data-requests/{id}/answer", scope="requests.answer", out=DataRequestOut, status=200)
def answer_data_request(request: HttpRequest, id: Path[UUID], body: DataAnswerIn) -> DataRequestOut:
    """Answer a request, which ends its clock; the person is told."""
    viewer = standing(request)
    one = queries.visible_requests(viewer, only_open=False).filter(public_id=id).first()
    if one is None:
        raise Http404
    seen(request, person_id=one.person_id, what="person", thing=one.public_id)
    return DataRequestOut.of(services.answer_request(actor=viewer, request=one, answer=body.answer, at=clock.now()))


def _me(request: HttpRequest) -> Person:
    viewer = standing(request)
    require(viewer, OWN, on=queries.scope_of(viewer.person))
    return viewer.person


def _archive(row: Archive, job: UUID | None) -> ArchiveOut:
    return ArchiveOut(
        id=row.public_id,
        state=Archive.State(row.state),
        job=job,
        bytes=row.byte_count,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
    )


def _choice(one: queries.Choice) -> ChoiceOut:
    words = one.purpose.words
    return ChoiceOut(
        purpose=one.purpose.name,
        version=one.purpose.version,
        label=one.purpose.label,
        what=words.what,
        why=words.why,
        without=words.without,
        is_given=one.is_given,
        is_asked_anew=one.is_asked_anew,
        said_at=one.last.at if one.last else None,
    )


def _shown(rows: Sequence[Request]) -> list[DataRequestOut]:
    return [DataRequestOut.of(row) for row in rows]
