"""Pages for organisers: activities, their shifts, what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
from xuecheng.city.rights import only_for
from xuecheng.coordination.facilities.models import Venue
from xuecheng.coordination.volunteers import forms, queries, services
from xuecheng.coordination.volunteers.models import Activity
from xuecheng.coordination.volunteers.queries import KEEP
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import FORMS, activity_or_404, done, shift_or_404, units_of

_AHEAD = timedelta(days=14)


@never_cache
@require_GET
@only_for(KEEP)
def list_activities(request: HttpRequest) -> HttpResponse:
    """Applications that wait, shifts of the next days, and all activities of the viewer's organisations."""
    viewer, now = standing(request), clock.now()
    page = page_of(queries.activities(viewer), order=("-id",), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "waiting": list(queries.applications(viewer).order_by("due_at", "id")[:20]),
        "shifts": queries.shifts_seen(viewer, begins=now - timedelta(hours=12), ends=now + _AHEAD)[:20],
        "now": now,
    }
    return render(request, "volunteers/activities.html", context)


@never_cache
@require_http_methods(FORMS)
@only_for(KEEP)
def draft_activity(request: HttpRequest) -> HttpResponse:
    """Enter an activity."""
    return _draft(request, None)


@never_cache
@require_http_methods(FORMS)
def change_activity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a draft."""
    row = activity_or_404(request, public_id)
    if row.state != Activity.State.DRAFT:
        raise Http404
    return _draft(request, row)


def _draft(request: HttpRequest, row: Activity | None) -> HttpResponse:
    initial = forms.initial_of(row) if row else {"public_id": uuid7()}
    form = forms.Draft(request.POST or None, units=units_of(request), initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.draft_activity(
                actor=standing(request), public_id=row.public_id if row else data["public_id"],
                organisation=row.organisation if row else data["organisation"], wish=form.wish(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved as a draft. Now say when people are needed."))
            return redirect("volunteers:show_activity", public_id=made.public_id)
    return render(request, "volunteers/draft.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_activity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One activity: what it says, its shifts, what can be done now."""
    return _activity_page(request, activity_or_404(request, public_id))


def _activity_page(
    request: HttpRequest, row: Activity, *, wrong: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    is_live = row.state in (Activity.State.DRAFT, Activity.State.PUBLISHED)
    shown: dict[str, django_forms.Form] = {}
    if row.state == Activity.State.DRAFT:
        shown["publish"] = forms.Publish()
    if is_live and row.has_bodily_risk:
        shown["insure"] = forms.Insure(initial={"insurer": row.insurer, "policy_number": row.policy_number})
    if is_live:
        shown["cancel"] = forms.Why()
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    context = {
        "row": row,
        "shifts": queries.shifts_of(row),
        "is_live": is_live,
        "shown": shown,
        "errors": wrong,
        "now": clock.now(),
    }
    return render(request, "volunteers/activity.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_POST
def move_activity(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Publish, insure, close, cancel."""
    row, actor, now = activity_or_404(request, public_id), standing(request), clock.now()
    more: dict[str, Any] = {"actor": actor, "activity": row, "at": now}
    verbs: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
        "publish": (forms.Publish, services.publish_activity),
        "insure": (forms.Insure, services.insure_activity),
        "close": (django_forms.Form, services.close_activity),
        "cancel": (forms.Why, services.cancel_activity),
    }
    if verb not in verbs:
        raise Http404
    kind, act = verbs[verb]
    form = kind(request.POST)
    if form.is_valid():
        try:
            act(**more, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("volunteers:show_activity", public_id=public_id)
    return _activity_page(request, row, wrong=form, verb=verb)


@never_cache
@require_http_methods(FORMS)
def add_shift(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """When and where people are needed."""
    row = activity_or_404(request, public_id)
    venues = Venue.objects.filter(owner=row.organisation_id, state=Venue.State.OPEN).order_by("name_zh")
    morning = clock.now().astimezone(clock.zone()).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(
        days=7
    )
    initial = {"public_id": uuid7(), "begins_at": morning, "ends_at": morning + timedelta(hours=3)}
    form = forms.AddShift(request.POST or None, venues=venues, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        enter = services.add_past_shift if data.pop("was_held") else services.add_shift
        try:
            enter(actor=standing(request), activity=row, at=clock.now(), **data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("volunteers:show_activity", public_id=public_id)
    return render(request, "volunteers/add_shift.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@never_cache
@require_POST
def cancel_shift(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call a shift off."""
    shift = shift_or_404(request, public_id)
    form = forms.Why(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    done(
        request,
        lambda: services.cancel_shift(actor=standing(request), shift=shift, why=why, at=clock.now()),
        _("The shift is called off; everybody on it knows."),
    )
    return redirect("volunteers:show_shift", public_id=public_id)
