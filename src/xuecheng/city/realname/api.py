"""Identity documents for programs, their numbers masked. Whole numbers stay at the counter's screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Flag, In, Out, Reason
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.people import queries as people

from . import queries, services
from .models import IdentityDocument

router = Router(tags=["Identity documents"])


class IdentityDocumentOut(Out):
    """A document that somebody says is a person's. `number` is masked."""

    KEYS: ClassVar = ("id",)
    id: UUID
    person: UUID
    kind: IdentityDocument.Kind
    number: str
    name: str
    valid_until: date | None
    doubts: list[str]
    state: IdentityDocument.State
    claimed_at: datetime
    decided_at: datetime | None
    note: str


class DecideWish(Paged):
    only_doubtful: bool = Field(default=False, description="Only those that do not fit.")


class SeenIn(In):
    """What an officer saw; `fits_all_the_same`: doubts were weighed."""

    seen: IdentityDocument.Seen
    office: Code | None = None
    fits_all_the_same: Flag = False
    reason: Reason


class RefusalIn(In):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f]+$")]


@router.listing("/identity-documents", scope="documents.identity", out=IdentityDocumentOut)
def list_identity_documents(request: HttpRequest, wish: Query[DecideWish]) -> dict[str, Any]:
    """Claimed documents that wait for an officer, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(services.VERIFY):
        raise Denied(services.VERIFY)
    found = queries.to_decide(viewer, only_doubtful=wish.only_doubtful)
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.listing("/me/identity-documents", scope="mydata.read", out=IdentityDocumentOut)
def list_own_identity_documents(request: HttpRequest) -> dict[str, Any]:
    """The documents of the person for whom the caller acts."""
    viewer = standing(request)
    require(viewer, services.SEE, on=viewer.person)
    return {"items": _shown(queries.documents_of(viewer, viewer.person)), "next": None}


@router.listing("/people/{id}/identity-documents", scope="documents.identity", out=IdentityDocumentOut)
def list_identity_documents_of(request: HttpRequest, id: Path[UUID]) -> dict[str, Any]:
    """A person's documents, for staff."""
    viewer = standing(request)
    person = people.person(viewer, id)
    if person is None:
        raise Http404
    seen(request, person_id=person.pk, what=Reading.What.PERSON)
    require(viewer, services.SEE, on=person)
    return {"items": _shown(queries.documents_of(viewer, person)), "next": None}


@router.writing(
    "/identity-documents/{id}/verification", scope="documents.identity", out=IdentityDocumentOut, status=200
)
def verify_identity_document(request: HttpRequest, id: Path[UUID], body: SeenIn) -> IdentityDocumentOut:
    """Say that one saw the document and that it is this person's."""
    document = _document(request, id)
    office = organisations.by_code(body.office) if body.office else None
    if body.office and office is None:
        raise Http404
    services.verify_at_counter(
        actor=standing(request),
        document=document,
        seen=body.seen.value,
        office=office,
        fits_all_the_same=body.fits_all_the_same,
        at=clock.now(),
        reason=body.reason,
    )
    return _shown([_document(request, id)])[0]


@router.writing("/identity-documents/{id}/refusal", scope="documents.identity", out=IdentityDocumentOut, status=200)
def refuse_identity_document(request: HttpRequest, id: Path[UUID], body: RefusalIn) -> IdentityDocumentOut:
    """Say that it is not theirs, or not genuine."""
    services.refuse_document(
        actor=standing(request), document=_document(request, id), at=clock.now(), reason=body.reason
    )
    return _shown([_document(request, id)])[0]


def _document(request: HttpRequest, public_id: UUID) -> IdentityDocument:
    found = queries.visible_documents(standing(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    seen(request, person_id=found.person_id, what=Reading.What.PERSON)
    return found


def _shown(rows: Sequence[IdentityDocument]) -> list[IdentityDocumentOut]:
    numbers = services.masked_numbers(list(rows))
    return [
        IdentityDocumentOut(
            id=row.public_id,
            person=row.person.public_id,
            kind=IdentityDocument.Kind(row.kind),
            number=numbers[row.pk],
            name=row.name_on_document,
            valid_until=row.valid_until,
            doubts=row.doubts,
            state=IdentityDocument.State(row.state),
            claimed_at=row.claimed_at,
            decided_at=row.decided_at,
            note=row.note,
        )
        for row in rows
    ]
