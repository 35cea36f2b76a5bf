"""Documents for programs: listed, brought as they are, replaced, held, removed; and the files themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Annotated, Any, ClassVar, cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out, Reason, ShortText, Wish
from xuecheng.city.api.taking import FileName, read_file

from . import places, queries, services, storage
from .contents import TYPES
from .models import Document, DocumentVersion
from .services.keeping import HOLD

router = Router(tags=["Documents"])
SEE, DISPUTE = "documents.see_documents", "records.dispute_record"
PlaceName = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z_.]+$")]
ThingKey = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_.:-]+$")]
_CHUNK = 64 * 1024


class PlaceOut(Out):
    """A use of documents: what it takes, and how long it is kept."""

    KEYS: ClassVar = ("name",)
    name: str
    label: str
    explanation: str
    types: list[str]
    most_bytes: int
    keep_years: int
    why: str


class VersionOut(Schema):
    id: UUID
    number: int
    file_name: str
    media_type: str
    bytes: int
    sha256: str
    scan: DocumentVersion.Scan
    note: str
    uploaded_at: datetime


class DocumentOut(Out):
    """A document of a thing, with its versions, the newest first. Of a removed one hashes and reason stay."""

    KEYS: ClassVar = ("id",)
    id: UUID
    place: str
    key: str
    title: str
    organisation: str | None
    state: Document.State
    keep_until: date
    hold_reason: str
    removed_at: datetime | None
    why_removed: str
    versions: list[VersionOut]

    @staticmethod
    def of(row: Document, versions: Sequence[DocumentVersion]) -> DocumentOut:
        plain = ("place", "title", "keep_until", "hold_reason", "removed_at", "why_removed")
        return DocumentOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            key=row.thing_key,
            organisation=row.organisation.code if row.organisation else None,
            state=Document.State(row.state),
            versions=[_version_out(one) for one in versions],
        )


class DocumentWish(Paged):
    removed: bool = Field(default=False, description="What was removed, in the place of what stands.")


class NewDocumentWish(Wish):
    """Whose document it is and what it is called; `id` names its first version and is chosen by the caller."""

    id: UUID
    place: PlaceName
    key: ThingKey
    title: ShortText = ""
    file_name: FileName


class NewVersionWish(Wish):
    """A newer file; `id` is chosen by the caller."""

    id: UUID
    file_name: FileName
    note: ShortText = ""


class WhyIn(In):
    reason: Reason


class HoldIn(In):
    """Whether it is kept whatever its day, for a legal reason."""

    is_held: Flag
    reason: Reason


@router.listing("/document-places", out=PlaceOut)
def list_document_places(request: HttpRequest) -> dict[str, Any]:
    """What is kept how long, and why: for everybody."""
    shown = [
        PlaceOut(
            name=one.name,
            label=str(one.label),
            explanation=str(one.explanation),
            types=[TYPES[code].mime for code in one.types],
            most_bytes=one.most_bytes,
            keep_years=one.retention.years,
            why=str(one.retention.basis),
        )
        for one in places.everywhere()
    ]
    return {"items": shown, "next": None}


@router.listing("/documents", scope="documents.read", out=DocumentOut)
def list_documents(request: HttpRequest, wish: Query[DocumentWish]) -> dict[str, Any]:
    """Documents of the caller's organisations, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(SEE):
        raise Denied(SEE)
    found = queries.visible_documents(viewer, removed=wish.removed)
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.listing("/document-places/{place}/{key}/documents", scope="documents.read", out=DocumentOut, entrusted=DISPUTE)
def list_documents_of(request: HttpRequest, place: Path[PlaceName], key: Path[ThingKey]) -> dict[str, Any]:
    """The standing documents of one thing, such as the evidence of a record."""
    known, thing = _thing(request, place, key)
    shelf = queries.shelves(standing(request), [(known.name, thing)])
    papers = shelf[0].papers if shelf else ()
    return {"items": [DocumentOut.of(one.document, list(one.document.versions.all())) for one in papers], "next": None}


@router.reading("/documents/{id}", scope="documents.read", out=DocumentOut, entrusted=DISPUTE)
def get_document(request: HttpRequest, id: Path[UUID]) -> DocumentOut:
    """One document with its versions."""
    opened = _opened(request, id)
    return DocumentOut.of(opened.document, opened.versions)


@router.uploading("/documents", scope="documents.write", out=DocumentOut, read_content=read_file, entrusted=DISPUTE)
def add_document(request: HttpRequest, wish: Query[NewDocumentWish]) -> DocumentOut:
    """Bring a file as the body, for a thing such as a record."""
    place, thing = _thing(request, wish.place, wish.key)
    if not place.may_add(standing(request), thing):
        raise Denied(place.add_act)
    with cast("IO[bytes]", request.taken) as taken:  # type: ignore[attr-defined]  # by the door
        made = services.add_document(
            actor=standing(request), place=place, thing=thing, public_id=wish.id, title=wish.title,
            file_name=wish.file_name, chunks=_chunks(taken), at=clock.now(),
        )  # fmt: skip
    return _document_out(request, made.document.public_id)


@router.uploading(
    "/documents/{id}/versions", scope="documents.write", out=DocumentOut, read_content=read_file, entrusted=DISPUTE
)
def add_document_version(request: HttpRequest, id: Path[UUID], wish: Query[NewVersionWish]) -> DocumentOut:
    """Put a newer file in front of the older ones, which stay."""
    opened = _opened(request, id)
    if not opened.place.allows_adding(standing(request), opened.thing):
        raise Denied(opened.place.add_act)
    with cast("IO[bytes]", request.taken) as taken:  # type: ignore[attr-defined]  # by the door
        services.add_version(
            actor=standing(request), document=opened.document, place=opened.place, thing=opened.thing,
            public_id=wish.id, file_name=wish.file_name, chunks=_chunks(taken), note=wish.note, at=clock.now(),
        )  # fmt: skip
    return _document_out(request, id)


@router.writing("/documents/{id}/removal", scope="documents.write", out=DocumentOut, status=200, entrusted=DISPUTE)
def remove_document(request: HttpRequest, id: Path[UUID], body: WhyIn) -> DocumentOut:
    """Remove all versions with their names; that it was here, and why it went, stays known."""
    opened = _opened(request, id)
    if not opened.place.allows_removing(standing(request), opened.thing):
        raise Denied(opened.place.remove_act or opened.place.add_act)
    services.remove_document(
        actor=standing(request), document=opened.document, place=opened.place, thing=opened.thing,
        reason=body.reason, at=clock.now(),
    )  # fmt: skip
    return _document_out(request, id)


@router.writing("/documents/{id}/hold", scope="documents.write", out=DocumentOut, status=200)
def hold_document(request: HttpRequest, id: Path[UUID], body: HoldIn) -> DocumentOut:
    """Set a legal hold, or lift the one that is set."""
    opened = _opened(request, id)
    if not standing(request).may(HOLD, opened.thing.scope):
        raise Denied(HOLD)
    verb = services.hold_document if body.is_held else services.lift_hold
    verb(actor=standing(request), document=opened.document, thing=opened.thing, reason=body.reason)
    return _document_out(request, id)


@router.file(
    "/document-versions/{id}/file",
    scope="documents.read",
    media_types=("application/octet-stream",),
    entrusted=DISPUTE,
)
def get_document_file(request: HttpRequest, id: Path[UUID]) -> HttpResponseBase:
    """The file as an attachment; one that waits for the scanner or failed it is not there."""
    version = queries.version_by_id(id)
    if version is None:
        raise Http404
    _open(request, version.document)
    if not version.can_be_handed_on:
        raise Http404
    try:
        file = storage.path_of(version.sha256).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    # Whatever it is, a program gets bytes: nothing of it is to be run or shown by a browser.
    return FileResponse(file, as_attachment=True, filename=version.file_name, content_type="application/octet-stream")


def _thing(request: HttpRequest, place: str, key: str) -> tuple[places.Place, places.Thing]:
    known = places.named(place)
    thing = known.find(key) if known else None
    if known is None or thing is None or not known.allows_reading(standing(request), thing):
        raise Http404
    return known, thing


def _opened(request: HttpRequest, public_id: UUID) -> queries.Opened:
    document = Document.objects.select_related("organisation", "removed_by").filter(public_id=public_id).first()
    if document is None:
        raise Http404
    return _open(request, document)


def _open(request: HttpRequest, document: Document) -> queries.Opened:
    try:
        return queries.open_document(standing(request), document)
    except Denied as denied:
        raise Http404 from denied


def _document_out(request: HttpRequest, public_id: UUID) -> DocumentOut:
    opened = _opened(request, public_id)
    return DocumentOut.of(opened.document, opened.versions)


def _shown(rows: Sequence[Document]) -> list[DocumentOut]:
    return [DocumentOut.of(row, list(row.versions.all())) for row in rows]


def _version_out(row: DocumentVersion) -> VersionOut:
    plain = ("number", "file_name", "sha256", "note", "uploaded_at")
    return VersionOut(
        **{name: getattr(row, name) for name in plain},
        id=row.public_id,
        media_type=TYPES[row.content_type].mime,
        bytes=row.byte_count,
        scan=DocumentVersion.Scan(row.scan),
    )


def _chunks(taken: IO[bytes]) -> Iterator[bytes]:
    while chunk := taken.read(_CHUNK):
        yield chunk
