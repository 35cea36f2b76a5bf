"""Pages of phases: what is open now and what comes next, for everybody; planning and opening, for officers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, only_for, public
from xuecheng.learning.rollout import forms, queries, services
from xuecheng.learning.rollout.models import Phase
from xuecheng.learning.rollout.queries import OPEN, PLAN

FORMS = ["GET", "POST"]
_READY_SHOWN = 12


@public
@require_GET
def show_open(request: HttpRequest) -> HttpResponse:
    """What can be recognised now, what comes next, and who is ready for it."""
    rows = list(queries.phases())
    ready = list(queries.ready_now()[: _READY_SHOWN + 1])
    context = {
        "open": [one for one in rows if one.state == Phase.State.OPEN],
        "planned": [one for one in rows if one.state == Phase.State.PLANNED],
        "closed": [one for one in rows if one.state == Phase.State.CLOSED],
        "ready": ready[:_READY_SHOWN],
        "more_ready": len(ready) > _READY_SHOWN,
    }
    return render(request, "rollout/open.html", context)


@never_cache
@require_GET
@only_for(PLAN)
def list_phases(request: HttpRequest) -> HttpResponse:
    """Every phase in its order."""
    return render(request, "rollout/phases.html", {"rows": list(queries.phases())})


@never_cache
@require_http_methods(FORMS)
@only_for(PLAN)
def plan_phase(request: HttpRequest) -> HttpResponse:
    """Announce a phase."""
    last = max((one.place for one in queries.phases()), default=0)
    return _plan(request, initial={"public_id": uuid7(), "place": last + 1})


@never_cache
@require_http_methods(FORMS)
@only_for(PLAN)
def change_phase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a phase that is only planned."""
    row = _row_or_404(public_id)
    if row.state != Phase.State.PLANNED:
        raise Http404
    return _plan(request, initial=forms.initial_of_phase(row), row=row)


def _plan(request: HttpRequest, *, initial: dict[str, Any], row: Phase | None = None) -> HttpResponse:
    form = forms.PlanPhase(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.plan_phase(
                actor=standing(request), public_id=row.public_id if row is not None else data["public_id"],
                plan=form.plan(), organisations=data["institutions"], territories=data["divisions"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. Another officer opens it by decision."))
            return redirect("rollout:show_phase", public_id=made.public_id)
    return render(request, "rollout/plan.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@never_cache
@require_GET
@only_for(PLAN)
def show_phase(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One phase, and what the viewer can do with it now."""
    return _page(request, _row_or_404(public_id))


@never_cache
@require_POST
@only_for(PLAN)
def move_phase(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Open a phase by decision, or close it for new rules."""
    row = _row_or_404(public_id)
    if verb not in ("open", "close"):
        raise Http404
    form: django_forms.Form = forms.Decide(request.POST) if verb == "open" else forms.Close(request.POST)
    if form.is_valid():
        act: Any = services.open_phase if verb == "open" else services.close_phase
        try:
            act(actor=standing(request), phase=row, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("rollout:show_phase", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _page(request: HttpRequest, row: Phase, *, wrong: django_forms.Form | None = None, verb: str = "") -> HttpResponse:
    viewer = standing(request)
    shown: dict[str, django_forms.Form] = {}
    may_open = viewer.may(OPEN, Scope())
    is_planner = row.planned_by_id in viewer.person_keys
    if may_open and row.state == Phase.State.PLANNED and not is_planner:
        shown["open"] = forms.Decide()
    if may_open and row.state == Phase.State.OPEN:
        shown["close"] = forms.Close()
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    context = {
        "row": row, "shown": shown, "errors": wrong, "is_planner": is_planner and row.state == Phase.State.PLANNED,
        "may_change": row.state == Phase.State.PLANNED and viewer.may(PLAN, Scope()),
    }  # fmt: skip
    return render(request, "rollout/phase.html", context, status=422 if wrong is not None else 200)


def _row_or_404(public_id: UUID) -> Phase:
    row = queries.phase(public_id)
    if row is None:
        raise Http404
    return row
