"""Verification by employers for programs: bring a list, read its answers; say who may verify one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, ClassVar, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Moment, Out, Wish
from xuecheng.city.api.taking import FileName, read_file

from . import queries, services
from .models import CheckedList, Consent, Inquiry, RowAnswer

router = Router(tags=["Verification by employers"])
_CHUNK = 64 * 1024


class CredentialListOut(Out):
    """A list of credentials that an organisation had verified: how far it is, and how many rows got which answer."""

    KEYS: ClassVar = ("id",)
    id: UUID
    organisation: str
    file_name: str
    asked_at: datetime
    rows: int
    state: CheckedList.State
    job: UUID | None
    done_at: datetime | None
    removed_at: datetime | None
    confirmed: int
    confirmed_but_changed: int
    name_differs: int
    not_confirmed: int
    malformed: int

    @staticmethod
    def of(row: CheckedList) -> CredentialListOut:
        plain = ("file_name", "asked_at", "done_at", "removed_at", *(one.value for one in RowAnswer.Answer))
        return CredentialListOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, organisation=row.organisation.code,
            rows=row.row_count, state=CheckedList.State(row.state), job=row.job.public_id if row.job else None,
        )  # fmt: skip


class CredentialAnswerOut(Out):
    """What was answered to a row: the credential as it stood there (its first 200 signs), name, title, day."""

    KEYS: ClassVar = ("row",)
    row: int
    answer: RowAnswer.Answer
    credential: str
    name: str
    title: str
    day: date | None


class EmployerConsentOut(Out):
    """That an organisation may verify one's credentials until a moment, unless it was taken back before."""

    KEYS: ClassVar = ("id",)
    id: UUID
    organisation: str
    given_at: datetime
    until: datetime
    ended_at: datetime | None

    @staticmethod
    def of(row: Consent) -> EmployerConsentOut:
        return EmployerConsentOut(
            id=row.public_id, organisation=row.organisation.code, given_at=row.given_at, until=row.until,
            ended_at=row.ended_at,
        )  # fmt: skip


class EmployerInquiryOut(Out):
    """An organisation asked about one of one's credentials; without consent it was told nothing."""

    KEYS: ClassVar = ("at",)
    at: datetime
    organisation: str
    what: Inquiry.What
    code: str
    title: str
    was_agreed: bool
    answer: RowAnswer.Answer


class CredentialListWish(Wish):
    """Whose list it is; the id makes a repeated request the same list."""

    id: UUID
    organisation: Code
    file_name: FileName


class AnswerWish(Paged):
    answer: RowAnswer.Answer | None = None


class EmployerConsentIn(In):
    """To which organisation, by its code, and until when: at most 90 days from now."""

    id: UUID
    organisation: Code
    until: Moment


@router.listing("/credential-lists", scope="verification.read", out=CredentialListOut)
def list_credential_lists(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Lists of the caller's organisations, the newest first."""
    return cut(request, wish, queries.lists(_checker(request)), order=("-id",), show=_lists)


@router.uploading("/credential-lists", scope="verification.write", out=CredentialListOut, read_content=read_file)
def bring_credential_list(request: HttpRequest, wish: Query[CredentialListWish]) -> CredentialListOut:
    """Bring a CSV or XLSX file with up to 1,000 rows as the body; a job answers them."""
    actor = _checker(request)
    place = queries.bodies(actor).filter(code=wish.organisation).first()
    if place is None:
        raise Http404
    with cast("IO[bytes]", request.taken) as taken:  # type: ignore[attr-defined]  # by the door
        row = services.bring_list(
            actor=actor, public_id=wish.id, organisation=place, file_name=wish.file_name, chunks=_chunks(taken),
            at=clock.now(),
        )  # fmt: skip
    return CredentialListOut.of(row)


@router.reading("/credential-lists/{id}", scope="verification.read", out=CredentialListOut)
def get_credential_list(request: HttpRequest, id: Path[UUID]) -> CredentialListOut:
    """One list as it stands."""
    return CredentialListOut.of(_row(request, id))


@router.listing("/credential-lists/{id}/answers", scope="verification.read", out=CredentialAnswerOut)
def list_credential_answers(request: HttpRequest, id: Path[UUID], wish: Query[AnswerWish]) -> dict[str, Any]:
    """Row by row what was answered, when every row has its answer; none once the rows were removed."""
    row = _row(request, id)

    def show(found: Sequence[RowAnswer]) -> list[CredentialAnswerOut]:
        given = queries.given_rows(CheckedList.objects.get(pk=row.pk)) if found else {}
        return [_answer(one, given) for one in found]

    return cut(request, wish, queries.fits(row, answer=wish.answer or ""), order=("row_no", "id"), show=show)


@router.writing("/credential-lists/{id}/continuation", scope="verification.write", out=CredentialListOut, status=202)
def carry_on_credential_list(request: HttpRequest, id: Path[UUID]) -> CredentialListOut:
    """Go on with a list whose job was stopped or failed."""
    services.carry_on(actor=_checker(request), row=_row(request, id), at=clock.now())
    return CredentialListOut.of(_row(request, id))


@router.listing("/me/employer-consents", scope="verification.read", out=EmployerConsentOut)
def list_employer_consents(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """To which organisations one agreed, the newest first, those that ended too."""
    return cut(request, wish, queries.own_consents(_own(request)), order=("-id",), show=_consents)


@router.writing("/me/employer-consents", scope="verification.write", out=EmployerConsentOut)
def give_employer_consent(request: HttpRequest, body: EmployerConsentIn) -> EmployerConsentOut:
    """Let an organisation verify one's credentials until a moment; it takes the place of an earlier consent."""
    actor = _own(request)
    row = services.give_consent(
        actor=actor, public_id=body.id, learner=actor.person, organisation=queries.body(body.organisation),
        until=body.until, at=clock.now(),
    )  # fmt: skip
    return EmployerConsentOut.of(row)


@router.writing("/me/employer-consents/{id}/withdrawal", scope="verification.write", out=EmployerConsentOut, status=200)
def withdraw_employer_consent(request: HttpRequest, id: Path[UUID]) -> EmployerConsentOut:
    """Take a consent back: from now on the organisation gets no answers."""
    actor = _own(request)
    row = queries.own_consent(actor, id)
    if row is None:
        raise Http404
    return EmployerConsentOut.of(services.withdraw_consent(actor=actor, consent=row, at=clock.now()))


@router.listing("/me/employer-inquiries", scope="verification.read", out=EmployerInquiryOut)
def list_employer_inquiries(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Which organisations asked about one's credentials, the newest first."""
    return cut(request, wish, queries.inquiries(_own(request)), order=("-id",), show=_inquiries)


def _checker(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.may_somewhere(queries.CHECK):
        raise Denied(queries.CHECK)
    return viewer


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.CONSENT):
        raise Denied(queries.CONSENT)
    return viewer


def _row(request: HttpRequest, number: UUID) -> CheckedList:
    row = queries.checked_list(standing(request), number)
    if row is None:
        raise Http404
    return row


def _answer(one: RowAnswer, given: dict[int, Any]) -> CredentialAnswerOut:
    row = given[one.row_no]
    return CredentialAnswerOut(
        row=one.row_no, answer=RowAnswer.Answer(one.answer), credential=row.credential[:200], name=row.name,
        title=row.title, day=row.day,
    )  # fmt: skip


def _lists(rows: Sequence[CheckedList]) -> list[CredentialListOut]:
    return [CredentialListOut.of(one) for one in rows]


def _consents(rows: Sequence[Consent]) -> list[EmployerConsentOut]:
    return [EmployerConsentOut.of(one) for one in rows]


def _inquiries(rows: Sequence[Inquiry]) -> list[EmployerInquiryOut]:
    return [
        EmployerInquiryOut(
            at=one.at, organisation=one.organisation.code, what=Inquiry.What(one.what), code=one.code, title=one.title,
            was_agreed=one.was_agreed, answer=RowAnswer.Answer(one.answer),
        )
        for one in rows
    ]  # fmt: skip


def _chunks(taken: IO[bytes]) -> Iterator[bytes]:
    while chunk := taken.read(_CHUNK):
        yield chunk
