"""Pages of asking: a unit asks for the loan of a room, its owner grants or refuses it (P-03)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.facilities import forms, queries, services
from xuecheng.coordination.facilities.models import LoanRequest
from xuecheng.coordination.facilities.queries import BOOK, SEE
from xuecheng.web.paging import page_of

from .doors import FORMS, form_page, venue_or_404
from .looking import days_and_hours

CHIPS = {
    LoanRequest.State.ASKED: "wait",
    LoanRequest.State.GRANTED: "done",
    LoanRequest.State.REFUSED: "no",
    LoanRequest.State.TAKEN_BACK: "neutral",
}


@never_cache
@require_http_methods(FORMS)
@only_for(BOOK)
def ask_for_room(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask the owner of a place for a room."""
    venue, today = venue_or_404(public_id), clock.today()
    initial = {
        "public_id": uuid7(), "begins_on": today, "ends_on": today + timedelta(days=120), "begins": "19:00",
        "ends": "21:00", "space": request.GET.get("room", "")[:20],
    }  # fmt: skip
    form = forms.AskForRoom(request.POST or None, viewer=standing(request), venue=venue, initial=initial)
    if form.is_valid():
        try:
            made = services.ask_for_room(
                actor=standing(request), public_id=form.cleaned_data["public_id"] or uuid7(), venue=venue,
                space=form.cleaned_data["space"], unit=form.cleaned_data["unit"], text=form.text(), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Asked. The owner is told, and you are told the answer."))
            return redirect("facilities:show_request", public_id=made.public_id)
    lead = _("It belongs to %(owner)s, which answers. Once it is lent, your unit books by itself within these times.")
    return form_page(
        request, form, venue=venue, heading=_("Ask for rooms of %(name)s") % {"name": venue.name},
        submit=pgettext("room request", "Ask"),
        lead=lead % {"owner": venue.owner.name},
    )  # fmt: skip


@never_cache
@require_GET
@only_for(SEE)
def list_requests(request: HttpRequest) -> HttpResponse:
    """What one's units ask for, and what is asked of them, the newest first."""
    viewer = standing(request)
    page = page_of(queries.loan_requests(viewer), order=("-pk",), after=request.GET.get("after", ""))
    rows = [(one, CHIPS[LoanRequest.State(one.state)], queries.may_answer_request(viewer, one)) for one in page]
    return render(request, "facilities/requests.html", {"page": page, "rows": rows})


@never_cache
@require_GET
def show_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request, and what may be done with it."""
    return _page(request, _request_or_404(request, public_id))


@never_cache
@require_POST
def answer_request(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Grant, refuse, take back."""
    row, actor, at = _request_or_404(request, public_id), standing(request), clock.now()
    form = forms.RefuseRequest(request.POST) if verb == "refuse" else None
    if form is not None and not form.is_valid():
        return _page(request, row, form=form)
    try:
        match verb:
            case "grant":
                services.grant_request(actor=actor, request=row, at=at)
                messages.success(request, _("It is lent. The other unit may book within these times, and is told."))
            case "refuse" if form is not None:
                services.refuse_request(actor=actor, request=row, why=form.cleaned_data["why"], at=at)
                messages.success(request, _("Refused. The unit that asked is told why."))
            case "take-back":
                services.take_back_request(actor=actor, request=row, at=at)
                messages.success(request, _("The request is taken back."))
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("facilities:show_request", public_id=public_id)


def _request_or_404(request: HttpRequest, public_id: UUID) -> LoanRequest:
    row = queries.loan_request(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, row: LoanRequest, *, form: forms.RefuseRequest | None = None) -> HttpResponse:
    viewer = standing(request)
    context = {
        "row": row,
        "chip": CHIPS[LoanRequest.State(row.state)],
        "told": days_and_hours(row.weekdays, row.minutes.lower, row.minutes.upper),
        "last": row.during.upper - timedelta(days=1),
        "may_answer": queries.may_answer_request(viewer, row),
        "may_take_back": queries.may_take_back(viewer, row),
        "form": form or forms.RefuseRequest(),
        "errors": form,
        "history": trace.history_of(row),
    }
    return render(request, "facilities/request.html", context, status=422 if form is not None else 200)
