"""The organisation's pages: bring a list, see how far it is, what each row was answered."""

from __future__ import annotations

import io
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.files import Format, write_template
from xuecheng.city.imports.files.refusals import TooLarge
from xuecheng.city.imports.uploads import TOO_LARGE, takes_upload
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.tables import csv_response
from xuecheng.learning.employers import forms, queries, reading, services
from xuecheng.learning.employers.models import CheckedList, RowAnswer
from xuecheng.learning.employers.queries import CHECK
from xuecheng.learning.employers.rules import Row
from xuecheng.web import polling
from xuecheng.web.paging import page_of

_FORM_AROUND = 20_000
_SHOWN = 50
_CHIPS = {
    "confirmed": "done",
    "confirmed_but_changed": "wait",
    "name_differs": "no",
    "not_confirmed": "neutral",
    "malformed": "no",
}


@never_cache
@require_GET
@only_for(CHECK)
def list_lists(request: HttpRequest) -> HttpResponse:
    """Lists that one's organisation had verified, the newest first."""
    page = page_of(queries.lists(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "employers/lists.html", {"page": page})


@takes_upload(lambda: reading.MOST_BYTES + _FORM_AROUND)
@never_cache
@require_http_methods(["GET", "POST"])
@only_for(CHECK)
def bring(request: HttpRequest) -> HttpResponse:
    """Bring a list."""
    viewer = standing(request)
    form = forms.BringList(
        request.POST or None, request.FILES or None, bodies=queries.bodies(viewer), initial={"public_id": uuid7()}
    )
    if request.method == "POST" and getattr(request, TOO_LARGE, False):
        form.errors.pop("file", None)
        most = reading.MOST_BYTES // 1_000_000
        form.add_error("file", str(TooLarge(size=f"> {most}", limit=most)))
    elif form.is_valid():
        data = form.cleaned_data
        try:
            made = services.bring_list(
                actor=viewer, public_id=data["public_id"], organisation=data["organisation"],
                file_name=data["file"].name, chunks=data["file"].chunks(), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("employers:show_list", public_id=made.public_id)
    context = {"form": form, "columns": reading.COLUMNS}
    return render(request, "employers/bring.html", context, status=422 if form.errors else 200)


@require_GET
@only_for(CHECK)
def download_template(request: HttpRequest, file_format: str) -> HttpResponseBase:
    """A file to fill in."""
    try:
        wanted = Format(file_format)
    except ValueError as error:
        raise Http404 from error
    sink = io.BytesIO()
    write_template(sink, reading.COLUMNS, file_format=wanted)
    sink.seek(0)
    return FileResponse(sink, as_attachment=True, filename=f"{_('List of certificates')}.{wanted.value}")


@never_cache
@require_GET
def show_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far it is; then what each row was answered."""
    row = _row_or_404(request, public_id)
    job = face_of(row.job) if row.job else None
    working = job if job is not None and job.is_open and row.state == CheckedList.State.CHECKING else None
    asked = {"row": row, "job": working}
    if card := polling.card_of(request, "employers/list_working.html", asked, is_open=working is not None):
        return card
    form = forms.FilterAnswers(request.GET or None)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    page = page_of(
        queries.fits(row, answer=answer), order=("row_no", "id"), after=request.GET.get("after", ""), size=_SHOWN
    )
    given = queries.given_rows(CheckedList.objects.get(pk=row.pk)) if len(page) else {}
    context = {
        "row": row,
        "job": job,
        "working": working,
        "page": page,
        "lines": [(one, given[one.row_no], _CHIPS[one.answer]) for one in page],
        "answer": answer,
        "counts": [(one.value, one.label, count) for one, count in queries.counts_of(row)],
        "parts": [{"kind": _CHIPS[one.value], "label": one.label, "count": n} for one, n in queries.counts_of(row)],
    }
    return render(request, "employers/list.html", context)


@never_cache
@require_GET
def download_answers(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The rows as they came, each with its answer, as CSV."""
    row = _row_or_404(request, public_id)
    if row.state != CheckedList.State.DONE or row.removed_at is not None:
        raise Http404
    given = queries.given_rows(CheckedList.objects.get(pk=row.pk))
    answers = queries.fits(row).order_by("row_no", "pk").values_list("row_no", "answer")
    header = [_("Row"), *(one.title for one in reading.COLUMNS[:4]), _("Answer"), _("In words")]
    words = {one.value: str(one.label) for one in RowAnswer.Answer}
    lines = [_line(row_no, given[row_no], answer, words[answer]) for row_no, answer in answers]
    return csv_response(f"{_('answers')}-{row.public_id}.csv", header, lines)


def _line(row_no: int, given: Row, answer: str, words: str) -> list[str]:
    day = given.day.isoformat() if given.day else ""
    return [str(row_no), given.credential[:200], given.name, given.title, day, answer, words]


@never_cache
@require_POST
def carry_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go on with a list whose job was stopped or failed."""
    row = _row_or_404(request, public_id)
    try:
        services.carry_on(actor=standing(request), row=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("employers:show_list", public_id=public_id)


def _row_or_404(request: HttpRequest, public_id: UUID) -> CheckedList:
    row = queries.checked_list(standing(request), public_id)
    if row is None:
        raise Http404
    return row
