"""Pages of imports: bring a file, see what was found, decide, see what was written."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web import polling
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import queries, services
from .files import CellProblem, Format, write_rejected, write_template
from .files.refusals import TooLarge
from .forms import BringFile, ChooseRows
from .kinds import ImportKind, all_kinds, kind_named
from .models import ImportFile, ImportProblem
from .uploads import TOO_LARGE
from .work import PROBLEMS_KEPT

_State = ImportFile.State


@require_GET
@only_for("imports.see_file")
def list_imports(request: HttpRequest) -> HttpResponse:
    page = page_of(queries.visible_imports(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(
        request, "imports/list.html", {"page": page, "titles": {kind.name: kind.title for kind in all_kinds()}}
    )


@require_http_methods(["GET", "POST"])
@only_for("imports.bring_file")
def bring_file(request: HttpRequest) -> HttpResponse:
    viewer = standing(request)
    form = BringFile(request.POST or None, request.FILES or None, viewer=viewer, initial=_wished(request))
    if (found := found_in(request, form)) is not None:
        return found
    if getattr(request, TOO_LARGE, False):
        form = BringFile({"public_id": uuid4(), **request.POST.dict()}, viewer=viewer)
        form.errors.pop("file", None)
        form.add_error("file", str(too_large()))
    elif request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = services.receive_file(
                actor=viewer,
                public_id=form.chosen_id,
                kind=kind_named(form.cleaned_data["kind"]),
                organisation=form.cleaned_data["organisation"],
                file_name=upload.name or "",
                chunks=upload.chunks(),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("imports:show_import", public_id=file.public_id)
    return render(
        request,
        "imports/bring.html",
        {"form": form, "kinds": queries.kinds_for(viewer)},
        status=422 if form.errors else 200,
    )


def _wished(request: HttpRequest) -> dict[str, Any]:
    """What the form shows at first: a new id, and the kind that the address names, if any."""
    return {"public_id": uuid4()} | ({"kind": request.GET["kind"]} if "kind" in request.GET else {})


def too_large() -> Refusal:
    """The refusal of an upload that was cut off at the limit: how large it would have become, nobody knows."""
    limit = settings.IMPORT_BYTES_LIMIT // 1_000_000
    return TooLarge(size=f"> {limit}", limit=limit)


@require_GET
def show_import(request: HttpRequest, public_id: str) -> HttpResponse:
    """The file as it stands: being checked, checked, being written, written, refused, thrown away."""
    file = _file(request, public_id)
    is_open = file.job is not None and file.job.ended_at is None and file.state in (_State.CHECKING, _State.WRITING)
    asked = {"file": file, "job": face_of(file.job) if file.job is not None and is_open else None}
    card = polling.card_of(request, "imports/working.html", asked, is_open=is_open)
    return card or render(request, "imports/import.html", _facts(request, file, ChooseRows(file=file)))


def _facts(request: HttpRequest, file: ImportFile, form: ChooseRows) -> dict[str, Any]:
    code = request.GET.get("code", "")
    kind = kind_named(file.kind)
    page = page_of(
        queries.problems_of(file, codes=code.split(",") if code else ()),
        order=("row_no", "id"),
        after=request.GET.get("after", ""),
    )
    return {
        "file": file,
        # A mark at the beginning is nothing that people should have to know of.
        "encoding": file.encoding.removesuffix("-sig").upper(),
        "kind": kind,
        "form": form,
        "is_working": file.job is not None and file.job.ended_at is None,
        "problems_kept": PROBLEMS_KEPT,
        "job": face_of(file.job) if file.job else None,
        "refusal": file.refusal_en if get_language() == "en" else file.refusal_zh,
        "counts": _counts(file),
        "steps": [_("Choose a file"), _("Check"), _("Decide"), _("Written")],
        "step": {_State.CHECKED: 3, _State.WRITING: 4, _State.WRITTEN: 5}.get(_State(file.state), 2),
        "problem_kinds": queries.kinds_of_problems(file) if file.bad_count else [],
        "code": code,
        "page": page,
        "problems": [_shown(problem, kind) for problem in page],
        "next_step": _next_step(kind),
    }


def _counts(file: ImportFile) -> list[dict[str, Any]]:
    is_written = file.state == _State.WRITTEN
    return [
        {
            "kind": "done",
            "label": _("written") if is_written else _("can be written"),
            "count": file.written_count if is_written else file.good_count,
        },
        {"kind": "info", "label": _("there already, passed over"), "count": file.known_count},
        {"kind": "no", "label": _("wrong"), "count": file.bad_count},
    ]


def _shown(problem: ImportProblem, kind: ImportKind) -> dict[str, Any]:
    titles = {column.name: column.title for column in kind.columns}
    cell = CellProblem(problem.column, problem.value, problem.code, problem.values)
    return {
        "row_no": problem.row_no,
        "column": titles.get(problem.column, ""),
        "value": problem.value,
        "message": cell.message,
        "remedy": cell.remedy,
    }


def _next_step(kind: ImportKind) -> dict[str, str] | None:
    if kind.next_step is None:
        return None
    label, url_name = kind.next_step
    try:
        return {"label": str(label), "url": reverse(url_name)}
    except NoReverseMatch:
        return None


@require_POST
def write_import(request: HttpRequest, public_id: str) -> HttpResponse:
    file = _file(request, public_id)
    form = ChooseRows(request.POST, file=file)
    if form.is_valid():
        if form.cleaned_data["choice"] == "wait":
            return redirect("imports:bring_file")
        try:
            services.start_writing(
                actor=standing(request), file=file, choice=form.cleaned_data["choice"], at=clock.now()
            )
        except Refusal as refusal:
            form.add_error("choice", str(refusal))
        else:
            return redirect("imports:show_import", public_id=public_id)
    return render(request, "imports/import.html", _facts(request, file, form), status=422)


@require_POST
def carry_on(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        services.carry_on(actor=standing(request), file=_file(request, public_id), at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:show_import", public_id=public_id)


@require_POST
def abandon_import(request: HttpRequest, public_id: str) -> HttpResponse:
    try:
        services.abandon(actor=standing(request), file=_file(request, public_id))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file was thrown away. Nothing of it was written."))
    return redirect("imports:list_imports")


@require_GET
def download_template(request: HttpRequest, kind: str, file_format: str) -> HttpResponseBase:
    """A file to fill in."""
    try:
        chosen, wanted = kind_named(kind), Format(file_format)
    except (KeyError, ValueError) as error:
        raise Http404 from error
    if not chosen.is_table:
        raise Http404
    sink = io.BytesIO()
    write_template(sink, chosen.columns, file_format=wanted)
    return _download(sink, f"{chosen.title}.{wanted.value}")


@require_GET
def download_rejected(request: HttpRequest, public_id: str, file_format: str) -> HttpResponseBase:
    """The wrong rows with their reasons, to be mended and brought again."""
    file = _file(request, public_id)
    try:
        wanted = Format(file_format)
    except ValueError as error:
        raise Http404 from error
    sink = io.BytesIO()
    write_rejected(
        sink,
        queries.rejected_rows(file),
        kind_named(file.kind).columns,
        file_format=wanted,
        # Whose program writes GB18030 can be sure to read it.
        encoding="gb18030" if file.encoding == "gb18030" else "utf-8-sig",
    )
    stem = file.file_name.rsplit(".", 1)[0]
    return _download(sink, f"{stem}-{_('to mend')}.{wanted.value}")


def _download(sink: io.BytesIO, name: str) -> HttpResponseBase:
    sink.seek(0)
    response = FileResponse(sink, as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response


def _file(request: HttpRequest, public_id: str) -> ImportFile:
    return get_object_or_404(queries.visible_imports(standing(request)), public_id=public_id)
