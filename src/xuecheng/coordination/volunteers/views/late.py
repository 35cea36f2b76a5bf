"""Pages of hours registered afterwards (V-08): for the organiser, and for the second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.documents.queries import shelves
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.volunteers import forms, papers, queries, rules, services
from xuecheng.coordination.volunteers.models import LateEntry, Shift
from xuecheng.coordination.volunteers.queries import LIST, PROOF, REVIEW
from xuecheng.web.paging import page_of

from .doors import FORMS, shift_or_404


@never_cache
@require_http_methods(FORMS)
def register_late(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """List and proof of a shift, who is registered for it afterwards, and one more."""
    shift, now = shift_or_404(request, public_id), clock.now()
    activity = shift.activity
    initial = {"public_id": uuid7(), "came_at": shift.during.lower, "went_at": shift.during.upper}
    ours = queries.of_organisation(activity.organisation_id)
    form = forms.RegisterLate(request.POST or None, volunteers=ours, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_late(actor=standing(request), shift=shift, at=now, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Registered. It counts when a second person has confirmed it."))
            return redirect("volunteers:register_late", public_id=public_id)
    numbers = queries.numbers_at(activity.organisation.territory.path, on=clock.date_of(now))
    context = {
        "shift": shift,
        "row": activity,
        "entries": queries.late_entries_of(shift),
        "shelves": _shelves(request, shift),
        "has_evidence": queries.has_late_evidence(shift),
        "against": _against(shift, numbers=numbers),
        "days": numbers.late_days,
        "form": form,
    }
    return render(request, "volunteers/register_late.html", context, status=422 if form.errors else 200)


def _against(shift: Shift, *, numbers: rules.Numbers) -> Refusal | None:
    """Why nobody can be registered for a shift at all."""
    try:
        rules.check_late(ends=shift.during.upper, at=clock.now(), numbers=numbers)
    except Refusal as refusal:
        return refusal
    if shift.activity.state not in ("published", "closed"):
        return services.ActivityOver(state=shift.activity.get_state_display())
    if shift.state != Shift.State.PLANNED:
        return services.ShiftCancelled()
    return services.NotInsured() if shift.activity.lacks_insurance(shift.during.lower) else None


def _shelves(request: HttpRequest, shift: Shift) -> list[object]:
    thing = papers.shift_as_thing(shift)
    return [*shelves(standing(request), [(LIST, thing), (PROOF, thing)])]


@never_cache
@require_GET
@only_for(REVIEW)
def list_late(request: HttpRequest) -> HttpResponse:
    """Hours registered afterwards that wait for a second person."""
    page = page_of(queries.late_waiting(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "volunteers/late.html", {"page": page})


@never_cache
@require_http_methods(FORMS)
def decide_late(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whether list and proof show it."""
    row = queries.late_entry(standing(request), public_id)
    if row is None:
        raise Http404
    seen(request, person_id=row.person_id, what=Reading.What.VOLUNTEER, thing=row.public_id)
    form = forms.DecideLate(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_late(actor=standing(request), entry=row, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided. The person was told."))
            return redirect("volunteers:list_late")
    context = {
        "row": row,
        "form": form if row.state == LateEntry.State.WAITING else None,
        "shelves": _shelves(request, row.shift),
    }
    return render(request, "volunteers/decide_late.html", context, status=422 if form.errors else 200)
