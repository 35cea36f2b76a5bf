"""Imports for programs: bring a file, see what was found, decide, get the wrong rows back."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any, ClassVar, Literal, cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from ninja import Path, Query

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Out, Wish
from xuecheng.city.api.taking import FileName, read_file
from xuecheng.city.organisations import queries as organisations

from . import queries, services
from .files import CellProblem, Format, write_rejected, write_template
from .kinds import ImportKind, all_kinds, kind_named
from .models import ImportFile, ImportProblem

router = Router(tags=["Imports"])
_CHUNK = 64 * 1024
_SHEETS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class ImportKindOut(Out):
    """What can be imported, and its columns."""

    KEYS: ClassVar = ("name",)
    name: str
    title: str
    explanation: str
    columns: list[str]


class ImportOut(Out):
    """A brought file and how far it came."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: str
    organisation: str
    file_name: str
    bytes: int
    sha256: str
    state: ImportFile.State
    choice: str
    rows: int
    good: int
    known: int
    bad: int
    written: int
    refusal: str
    job: UUID | None
    brought_at: datetime

    @staticmethod
    def of(row: ImportFile) -> ImportOut:
        return ImportOut(
            id=row.public_id,
            kind=row.kind,
            organisation=row.organisation.code,
            file_name=row.file_name,
            bytes=row.byte_count,
            sha256=row.sha256,
            state=ImportFile.State(row.state),
            choice=row.choice,
            rows=row.row_count,
            good=row.good_count,
            known=row.known_count,
            bad=row.bad_count,
            written=row.written_count,
            refusal=row.refusal_en if get_language() == "en" else row.refusal_zh,
            job=row.job.public_id if row.job else None,
            brought_at=row.brought_at,
        )


class ImportProblemOut(Out):
    """One thing wrong with one row, counted as a spreadsheet counts."""

    KEYS: ClassVar = ("row", "code")
    row: int
    column: str
    value: str
    code: str
    detail: str
    remedy: str


class FileWish(Wish):
    """What is brought, under an id chosen by the caller."""

    id: UUID
    kind: Code
    organisation: Code
    file_name: FileName


class ChoiceIn(In):
    """All rows or none, or the good ones now."""

    choice: Literal["all", "good"]


class RejectedWish(Wish):
    format: Literal["csv", "xlsx"] = "csv"


@router.listing("/import-kinds", scope="imports.read", out=ImportKindOut)
def list_import_kinds(request: HttpRequest) -> dict[str, Any]:
    """What can be imported."""
    kinds = [
        ImportKindOut(
            name=kind.name,
            title=str(kind.title),
            explanation=str(kind.explanation),
            columns=[column.name for column in kind.columns],
        )
        for kind in all_kinds()
    ]
    return {"items": kinds, "next": None}


@router.file("/import-kinds/{name}/template", scope="imports.read", media_types=_SHEETS)
def get_import_template(request: HttpRequest, name: Path[Code], wish: Query[RejectedWish]) -> HttpResponseBase:
    """A file to fill in."""
    chosen, wanted = _kind(name), Format(wish.format)
    if not chosen.is_table:
        raise Http404
    sink = io.BytesIO()
    write_template(sink, chosen.columns, file_format=wanted)
    sink.seek(0)
    return FileResponse(sink, as_attachment=True, filename=f"{chosen.title}.{wanted.value}")


@router.listing("/imports", scope="imports.read", out=ImportOut)
def list_imports(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Files of the caller's institutions, newest first."""
    found = queries.visible_imports(standing(request)).select_related("organisation", "job")
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.uploading("/imports", scope="imports.write", out=ImportOut, read_content=read_file)
def bring_file(request: HttpRequest, wish: Query[FileWish]) -> ImportOut:
    """Bring a CSV or XLSX file as the body; its dry run begins."""
    organisation = organisations.by_code(wish.organisation)
    if organisation is None:
        raise Http404
    with cast("IO[bytes]", request.taken) as taken:  # type: ignore[attr-defined]  # by the door
        file = services.receive_file(
            actor=standing(request),
            public_id=wish.id,
            kind=_kind(wish.kind),
            organisation=organisation,
            file_name=wish.file_name,
            chunks=_chunks(taken),
            at=clock.now(),
        )
    return ImportOut.of(file)


@router.reading("/imports/{id}", scope="imports.read", out=ImportOut)
def get_import(request: HttpRequest, id: Path[UUID]) -> ImportOut:
    """One file as it stands."""
    return ImportOut.of(_file(request, id))


@router.listing("/imports/{id}/problems", scope="imports.read", out=ImportProblemOut)
def list_import_problems(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """What is wrong with its rows, in the order of the file."""
    found = queries.problems_of(_file(request, id))
    return cut(request, wish, found, order=("row_no", "id"), show=_shown_problems)


@router.writing("/imports/{id}/choice", scope="imports.write", out=ImportOut, status=202)
def choose_rows(request: HttpRequest, id: Path[UUID], body: ChoiceIn) -> ImportOut:
    """Write a checked file: all rows or none, or the good ones now."""
    file = services.start_writing(actor=standing(request), file=_file(request, id), choice=body.choice, at=clock.now())
    return ImportOut.of(file)


@router.writing("/imports/{id}/continuation", scope="imports.write", out=ImportOut, status=202)
def carry_on_import(request: HttpRequest, id: Path[UUID]) -> ImportOut:
    """Go on with a file whose work was stopped or failed, from the last row that was written."""
    return ImportOut.of(services.carry_on(actor=standing(request), file=_file(request, id), at=clock.now()))


@router.writing("/imports/{id}/abandonment", scope="imports.write", out=ImportOut, status=200)
def abandon_import(request: HttpRequest, id: Path[UUID]) -> ImportOut:
    """Throw a file away before anything of it is written."""
    services.abandon(actor=standing(request), file=_file(request, id))
    return ImportOut.of(_file(request, id))


@router.file("/imports/{id}/rejected", scope="imports.read", media_types=_SHEETS)
def get_rejected_rows(request: HttpRequest, id: Path[UUID], wish: Query[RejectedWish]) -> HttpResponseBase:
    """The wrong rows with their reasons, to be mended and brought again."""
    file = _file(request, id)
    wanted = Format(wish.format)
    sink = io.BytesIO()
    write_rejected(sink, queries.rejected_rows(file), _kind(file.kind).columns, file_format=wanted)
    sink.seek(0)
    return FileResponse(sink, as_attachment=True, filename=f"{file.file_name.rsplit('.', 1)[0]}.{wanted.value}")


def _chunks(taken: IO[bytes]) -> Iterator[bytes]:
    while chunk := taken.read(_CHUNK):
        yield chunk


def _shown(rows: Sequence[ImportFile]) -> list[ImportOut]:
    return [ImportOut.of(row) for row in rows]


def _shown_problems(rows: Sequence[ImportProblem]) -> list[ImportProblemOut]:
    cells = [(row, CellProblem(row.column, row.value, row.code, row.values)) for row in rows]
    return [
        ImportProblemOut(
            row=row.row_no,
            column=row.column,
            value=row.value,
            code=row.code,
            detail=str(cell.message),
            remedy=str(cell.remedy),
        )
        for row, cell in cells
    ]


def _kind(name: str) -> ImportKind:
    try:
        return kind_named(name)
    except KeyError as error:
        raise Http404 from error


def _file(request: HttpRequest, public_id: UUID) -> ImportFile:
    found = queries.visible_imports(standing(request)).select_related("organisation__territory", "job")
    row = found.filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row
