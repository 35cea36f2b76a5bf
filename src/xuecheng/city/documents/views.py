"""Pages of documents, and the files themselves, which leave as attachments with strict headers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, tables, trace
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import capacity, seen, standing
from xuecheng.city.imports.uploads import TOO_LARGE, takes_upload
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Denied, only_for, public
from xuecheng.web.paging import page_of

from . import forms, places, queries, services, storage
from .contents import TYPES, types_in_words
from .models import Document, DocumentVersion
from .rules import FileTooLarge
from .services.keeping import HOLD

SEE = "documents.see_documents"
STRICT = {
    # Whatever a file turns out to be in some browser: it runs nothing, loads nothing, stands in no frame.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@require_GET
@only_for(SEE)
def list_documents(request: HttpRequest) -> HttpResponse:
    """The staff's list: of their organisations, newest first, or what was removed."""
    removed = request.GET.get("state") == "removed"
    found = queries.visible_documents(standing(request), removed=removed)
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    return render(
        request,
        "documents/list.html",
        {"page": page, "papers": queries.papers_of(page.rows), "removed": removed, "labels": _labels()},
    )


@require_GET
@only_for(SEE)
def export_documents(request: HttpRequest) -> HttpResponseBase:
    """The list as a file, removed ones too, read as it is sent. No names of files: they may name people."""
    viewer = standing(request)
    labels = _labels()

    def rows() -> Iterator[list[tables.Cell]]:
        for removed in (False, True):
            found = queries.visible_documents(viewer, removed=removed).order_by("-id")
            for document in found.iterator(chunk_size=500):
                for version in document.versions.all():
                    yield [
                        labels.get(document.place, document.place),
                        document.organisation.code if document.organisation else "",
                        str(document.public_id),
                        version.number,
                        str(TYPES[version.content_type].label),
                        version.byte_count,
                        version.sha256,
                        version.get_scan_display(),
                        document.keep_until.isoformat(),
                        document.get_state_display(),
                        document.why_removed,
                    ]

    header = [_("Place"), _("Institution"), _("Document"), _("Version"), _("Type"), _("Bytes"), "SHA-256"]
    header += [_("Malware scan"), _("Kept until"), _("State"), _("Reason of removal")]
    return tables.csv_response(f"{_('Documents')}.csv", header, rows())


def _labels() -> dict[str, str]:
    return {place.name: str(place.label) for place in places.everywhere()}


@public
@require_GET
def show_retention(request: HttpRequest) -> HttpResponse:
    """What is kept how long, and why: for everybody."""
    rows = [(place, types_in_words(place.types)) for place in places.everywhere()]
    return render(request, "documents/kept.html", {"rows": rows})


def _limit(place: str = "", **_arguments: Any) -> int:
    """The bytes that an upload may have: the place's own, or the largest of all where the address names a document."""
    known = places.named(place)
    return known.most_bytes if known else max((one.most_bytes for one in places.everywhere()), default=0)


@takes_upload(_limit)
@require_http_methods(["GET", "POST"])
def add_document(request: HttpRequest, place: str, key: str) -> HttpResponse:
    """A file for a thing; what the reader may not add to is not there for them."""
    known, viewer = places.named(place), standing(request)
    thing = known.find(key) if known else None
    if known is None or thing is None or not known.allows_reading(viewer, thing):
        raise Http404
    if not known.may_add(viewer, thing):
        raise Denied(known.add_act)
    form = forms.AddDocument(request.POST or None, request.FILES or None, place=known, initial={"public_id": uuid4()})
    if _was_cut(request, form, known):
        pass
    elif request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.add_document(
                actor=viewer,
                place=known,
                thing=thing,
                public_id=form.cleaned_data["public_id"],
                title=form.cleaned_data["title"],
                file_name=upload.name or "",
                chunks=upload.chunks(),
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The file is kept."))
            return redirect(thing.url)
    return _form_page(request, "documents/add.html", form, place=known, thing=thing)


@takes_upload(_limit)
@require_http_methods(["GET", "POST"])
def add_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    opened = _opened(request, public_id)
    if not opened.place.allows_adding(standing(request), opened.thing):
        raise Denied(opened.place.add_act)
    place = opened.place
    form = forms.AddVersion(request.POST or None, request.FILES or None, place=place, initial={"public_id": uuid4()})
    if _was_cut(request, form, place):
        pass
    elif request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.add_version(
                actor=standing(request),
                document=opened.document,
                place=place,
                thing=opened.thing,
                public_id=form.cleaned_data["public_id"],
                file_name=upload.name or "",
                chunks=upload.chunks(),
                note=form.cleaned_data["note"],
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The new version is kept; the older ones stay."))
            return redirect("documents:show_document", public_id=public_id)
    return _form_page(request, "documents/version.html", form, opened=opened)


def _was_cut(request: HttpRequest, form: Any, place: places.Place) -> bool:
    """Whether the upload ended at the limit; the form then says so and keeps what was written."""
    if request.method != "POST" or not form.is_bound or not getattr(request, TOO_LARGE, False):
        return False
    form.errors.pop("file", None)
    form.add_error("file", str(FileTooLarge(limit=place.megabytes)))
    return True


@require_GET
def show_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One document: its newest file, all versions, how long it is kept, who changed what."""
    opened, viewer = _opened(request, public_id), standing(request)
    _note_reading(request, opened)
    scope = opened.thing.scope
    stands = opened.document.state == Document.State.STANDING
    return render(
        request,
        "documents/document.html",
        {
            "base": _base(request),
            "opened": opened,
            "document": opened.document,
            "newest": opened.versions[0],
            "rows": [(version, str(TYPES[version.content_type].label)) for version in opened.versions],
            "may_add": stands and opened.place.allows_adding(viewer, opened.thing),
            "may_remove": stands and opened.place.allows_removing(viewer, opened.thing),
            "may_hold": stands and viewer.may(HOLD, scope),
            "history": trace.history_of(opened.document) if viewer.may_somewhere(SEE) else [],
        },
    )


@require_http_methods(["GET", "POST"])
def remove_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    opened = _opened(request, public_id)
    if not opened.place.allows_removing(standing(request), opened.thing):
        raise Denied(opened.place.remove_act or opened.place.add_act)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        try:
            services.remove_document(
                actor=standing(request),
                document=opened.document,
                place=opened.place,
                thing=opened.thing,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The document is removed. That it was here stays known."))
            return redirect(opened.thing.url)
    return _form_page(request, "documents/remove.html", form, opened=opened)


@require_http_methods(["GET", "POST"])
def hold_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Set a legal hold, or lift the one that is set."""
    opened = _opened(request, public_id)
    if not standing(request).may(HOLD, opened.thing.scope):
        raise Denied(HOLD)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        verb = services.lift_hold if opened.document.hold_reason else services.hold_document
        try:
            verb(
                actor=standing(request),
                document=opened.document,
                thing=opened.thing,
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("documents:show_document", public_id=public_id)
    return _form_page(request, "documents/hold.html", form, opened=opened)


def _form_page(request: HttpRequest, template: str, form: Any, **facts: Any) -> HttpResponse:
    context = {"base": _base(request), "form": form, **facts}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _base(request: HttpRequest) -> str:
    return "web/staff.html" if capacity(request) else "web/base.html"


def _note_reading(request: HttpRequest, opened: queries.Opened) -> None:
    """A document that belongs to a person is looked at as its record is: the person sees by whom."""
    person_id = opened.thing.scope.person_id
    if person_id is not None:
        seen(request, person_id=person_id, what=Reading.What.DOCUMENT, thing=opened.document.public_id)


def _opened(request: HttpRequest, public_id: UUID) -> queries.Opened:
    """The document as far as the reader may know of it; otherwise it is not there."""
    document = Document.objects.select_related("organisation", "removed_by").filter(public_id=public_id).first()
    if document is None:
        raise Http404
    return _open(request, document)


def _open(request: HttpRequest, document: Document) -> queries.Opened:
    try:
        return queries.open_document(standing(request), document)
    except Denied as denied:
        raise Http404 from denied


@require_GET
def download(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The file as an attachment, under its clean name; one that waits for the scanner or failed it is not there."""
    version, opened = _version(request, public_id)
    _note_reading(request, opened)
    content_type = TYPES[version.content_type]
    response = FileResponse(
        _opened_file(storage.path_of(version.sha256)),
        as_attachment=True,
        filename=version.file_name,
        content_type=content_type.mime,
    )
    return _strict(response, opened)


@require_GET
def show_preview(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The small picture that we drew ourselves: the one thing that is shown within our pages."""
    version, opened = _version(request, public_id)
    _note_reading(request, opened)
    if version.look != DocumentVersion.Look.MADE:
        raise Http404
    return _strict(FileResponse(_opened_file(storage.preview_of(version.sha256)), content_type="image/jpeg"), opened)


def _opened_file(path: Path) -> BinaryIO:
    """The file, unless it was removed a moment ago."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error


def _version(request: HttpRequest, public_id: UUID) -> tuple[DocumentVersion, queries.Opened]:
    version = queries.version_by_id(public_id)
    if version is None:
        raise Http404
    opened = _open(request, version.document)
    if not version.can_be_handed_on:
        raise Http404
    return version, opened


def _strict(response: HttpResponseBase, opened: queries.Opened) -> HttpResponseBase:
    for name, value in STRICT.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "private, no-store" if opened.place.is_personal else "private, max-age=300"
    return response
