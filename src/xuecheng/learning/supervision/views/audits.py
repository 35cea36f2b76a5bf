"""Pages of audits: what everybody may know and recompute, planning, and an auditor's own finding."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for, public, standing_of_request, visible
from xuecheng.learning.supervision import forms, queries, services, words
from xuecheng.learning.supervision.models import Audit
from xuecheng.learning.supervision.queries import AUDIT
from xuecheng.web.paging import page_of

_CSV = "text/csv; charset=utf-8"
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)
_A_PIECE = 1 << 16


@public
@never_cache
@require_GET
def show_statistics(request: HttpRequest) -> HttpResponse:
    """What audits found, with their bounds, and how many credits were withdrawn on which grounds."""
    page = page_of(queries.audits(), order=("-id",), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "lines": queries.statistics(),
        "fewest": queries.FEWEST_SHOWN,
        "may_plan": standing_of_request(request).may_somewhere(AUDIT),
    }
    return render(request, "supervision/statistics.html", context)


@public
@never_cache
@require_GET
def show_audit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One audit: its plan, its seed, its verdict, and how to repeat the draw; auditors see the items."""
    row = _audit_or_404(public_id)
    viewer = standing_of_request(request)
    may_audit = viewer.may(AUDIT, row.access_scope())
    items = page_of(
        queries.items_of(viewer, row), order=("number",), after=request.GET.get("after", "")
    ) if may_audit else None  # fmt: skip
    context = {
        "row": row,
        "strata": words.strata_of(row.strata),
        "items": items,
        "may_audit": may_audit,
        "left": row.drawn_count - row.looked_at,
    }
    return render(request, "supervision/audit.html", context)


@public
@require_GET
def download_list(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The published population: a line `number,stratum` for each posting, whose digest stands on the page."""
    row = _audit_or_404(public_id)
    # Sent as it is kept; a list may have a line for each of millions of postings.
    packed = services.read_packed(row)
    response: HttpResponseBase
    if _GZIP.search(request.headers.get("Accept-Encoding", "")):
        response = HttpResponse(packed, content_type=_CSV, headers={"Content-Encoding": "gzip"})
    else:
        response = StreamingHttpResponse(_unpacked(packed), content_type=_CSV)
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Content-Disposition"] = f'attachment; filename="{row.code}.csv"'
    return response


def _unpacked(packed: bytes) -> Iterator[bytes]:
    """The list in pieces, for a client that unpacks nothing."""
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
        while piece := file.read(_A_PIECE):
            yield piece


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(AUDIT)
def plan_audit(request: HttpRequest) -> HttpResponse:
    """Fix what is audited, before anybody can know what will be drawn."""
    viewer = standing(request)
    form = forms.PlanAudit(request.POST or None, initial={"public_id": uuid7()})
    if request.method == "POST" and form.is_valid():
        mine = visible(viewer, AUDIT, organisation="pk", territory="territory")
        keeper = Organisation.objects.filter(mine, kind=Kind.CERTIFICATION_BODY).select_related("territory").first()
        if keeper is None:
            raise Http404
        try:
            made = services.plan_audit(
                actor=viewer, public_id=form.cleaned_data["public_id"], keeper=keeper, plan=form.plan(), at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Planned. The list is published; the sample is drawn tomorrow."))
            return redirect("supervision:show_audit", public_id=made.public_id)
    return render(request, "supervision/plan.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_POST
def publish_audit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _audit_or_404(public_id)
    try:
        services.publish_audit(actor=standing(request), audit=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published."))
    return redirect("supervision:show_audit", public_id=public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def show_item(request: HttpRequest, public_id: UUID, number: str) -> HttpResponse:
    """One drawn posting: the record and its evidence first; what was given only after an own finding (C-80)."""
    viewer = standing(request)
    row = queries.item(viewer, public_id, number)
    if row is None:
        raise Http404
    record = queries.record_of_item(row)
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RECORD, thing=f"{row.audit.code}/{number}")
    form = forms.RecordFinding(request.POST or None) if not row.finding else None
    if request.method == "POST":
        form = forms.RecordFinding(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.record_finding(
                    actor=viewer, item=row, own_credits=int(data["own_credits"] * 100),
                    is_proven=data["is_proven"] == "yes", words=data["words"], at=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                refusal.show_on(form)
            else:
                messages.success(request, _("Written down. Now you see what was given."))
                return redirect("supervision:show_item", public_id=public_id, number=number)
    may_open = row.is_wrong and viewer.may(queries.INVESTIGATE, scope_of(record))
    context = {"row": row, "record": record, "form": form, "may_open": may_open}
    return render(request, "supervision/item.html", context, status=422 if form and form.errors else 200)


def _audit_or_404(public_id: UUID) -> Audit:
    row = queries.audit(public_id)
    if row is None:
        raise Http404
    return row
