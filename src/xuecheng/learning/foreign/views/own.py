"""A learner's pages: bring a file, see what came in and what it counts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.uploads import TOO_LARGE, takes_upload
from xuecheng.city.refusals import Refusal
from xuecheng.learning.foreign import forms, queries, services
from xuecheng.learning.foreign.models import Delivery
from xuecheng.learning.foreign.reading import MOST_BYTES, FileTooLarge
from xuecheng.web import polling
from xuecheng.web.paging import page_of

from .previewing import previewed

_FORM_AROUND = 20_000


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """What one learnt elsewhere, and files that are being read or could not be."""
    viewer = standing(request)
    page = page_of(queries.own_records(viewer), order=("-id",), after=request.GET.get("after", ""))
    files = list(queries.own_deliveries(viewer).order_by("-id")[:10])
    unsent = [one for one in files if one.state == Delivery.State.SHOWN]
    return render(request, "foreign/own.html", {"page": page, "files": files, "unsent": unsent})


@takes_upload(lambda: MOST_BYTES + _FORM_AROUND)
@never_cache
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Bring a file: its learner sees what it would count, and then sends it or not."""
    viewer = standing(request)
    form = forms.BringFile(request.POST or None, request.FILES or None, initial={"public_id": uuid7()})
    if request.method == "POST" and getattr(request, TOO_LARGE, False):
        form.errors.pop("file", None)
        form.add_error("file", str(FileTooLarge(most=MOST_BYTES // 1_000_000)))
    elif form.is_valid():
        name, chunks = form.handed_over()
        try:
            made = services.bring_file(
                actor=viewer, public_id=form.cleaned_data["public_id"], file_name=name, chunks=chunks, at=clock.now(),
                looks_first=True,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("foreign:show_delivery", public_id=made.public_id)
    return render(request, "foreign/bring.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far a file is: what it would count, what came in, what was left out and why, with its place."""
    row = _own_or_404(request, public_id)
    if card := polling.card_of(request, "foreign/delivery_working.html", {"row": row}, is_open=row.is_worked_on):
        return card
    key = "en" if get_language() == "en" else "zh"
    problems = [(one["place"], one[key]) for one in row.problems]
    records = row.records.order_by("pk")[:500] if row.state == Delivery.State.READ else []
    context = {"row": row, "problems": problems, "records": records, "preview": previewed(row, key)}
    return render(request, "foreign/delivery.html", context)


@never_cache
@require_POST
def move_delivery(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Send what was looked into, or let it go."""
    row = _own_or_404(request, public_id)
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](actor=standing(request), delivery=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if verb == "drop":
            messages.success(request, _("Nothing was sent. The file is gone from here."))
            return redirect("foreign:list_own")
    return redirect("foreign:show_delivery", public_id=public_id)


_VERBS = {"send": services.send_file, "drop": services.drop_file}


def _own_or_404(request: HttpRequest, public_id: UUID) -> Delivery:
    row = queries.delivery(standing(request), public_id)
    if row is None:
        raise Http404
    return row
