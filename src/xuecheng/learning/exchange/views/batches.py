"""Pages of exchange for a class of graduates: its school asks for them, the receiving institution accepts together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.exchange import forms, queries, services
from xuecheng.learning.exchange.models import Batch
from xuecheng.learning.exchange.queries import DECIDE, LODGE
from xuecheng.web import polling
from xuecheng.web.paging import page_of


@never_cache
@require_GET
def list_batches(request: HttpRequest) -> HttpResponse:
    """Classes of graduates that the viewer's institutions asked for, or decide about."""
    viewer = standing(request)
    if not (viewer.may_somewhere(LODGE) or viewer.may_somewhere(DECIDE)):
        raise Denied(LODGE)
    page = page_of(queries.batches(viewer), order=("-id",), after=request.GET.get("after", ""))
    waiting = queries.waiting_of(list(page))
    rows = [(one, waiting.get(one.pk, 0)) for one in page]
    context = {"page": page, "rows": rows, "may_lodge": viewer.may_somewhere(LODGE)}
    return render(request, "exchange/batches.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(LODGE)
def lodge_batch(request: HttpRequest) -> HttpResponse:
    """Ask for a class: first who comes into question, then yes."""
    viewer = standing(request)
    senders = queries.senders(viewer)
    receivers = queries.receivers(senders.values_list("pk", flat=True), on=clock.today())
    units = {"senders": senders, "receivers": receivers}
    form = forms.LodgeBatch(request.POST or None, **units, initial={"public_id": uuid7()})
    found: int | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        found = len(queries.graduates(source=data["source"], code=data["code"].strip(), **form.days()))
        if not found:
            form.add_error("code", _("Nobody has credits of this course in these days."))
        elif data["seen"] == found:
            try:
                made = services.lodge_batch(
                    actor=viewer, public_id=data["public_id"], source=data["source"], target=data["target"],
                    code=data["code"], consents=data["consents"], at=clock.now(), **form.days(),
                )  # fmt: skip
            except Refusal as refusal:
                refusal.show_on(form)
            else:
                messages.success(request, _("Asked. Each learner is told, and can take it back until it is decided."))
                return redirect("exchange:show_batch", public_id=made.public_id)
        else:
            shown = request.POST.copy()
            shown["seen"] = str(found)
            form = forms.LodgeBatch(shown, **units)
    context = {"form": form, "found": found, "is_empty": not senders.exists()}
    return render(request, "exchange/batch_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One class: how far it is, and what came of each."""
    viewer, row = standing(request), _batch_or_404(request, public_id)
    job = face_of(row.job) if row.job else None
    deciding = face_of(row.deciding_job) if row.deciding_job else None
    working = next((one for one in (job, deciding) if one is not None and one.is_open), None)
    asked = {"row": row, "job": working}
    if card := polling.card_of(request, "exchange/batch_working.html", asked, is_open=working is not None):
        return card
    page = page_of(queries.rows_of(viewer, row), order=("-id",), after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "row": row,
        "job": job,
        "working": working,
        "page": page,
        "waiting": queries.waiting_of([row]).get(row.pk, 0),
        "may_decide": viewer.may(DECIDE, row.target_scope()),
    }
    return render(request, "exchange/batch.html", context)


@never_cache
@require_POST
def accept_batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept everything in it that waits."""
    row = _batch_or_404(request, public_id)
    try:
        services.accept_batch(actor=standing(request), batch=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("exchange:show_batch", public_id=public_id)


def _batch_or_404(request: HttpRequest, public_id: UUID) -> Batch:
    row = queries.batch(standing(request), public_id)
    if row is None:
        raise Http404
    return row
