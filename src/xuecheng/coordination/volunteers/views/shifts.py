"""The list of a shift: who applied, who comes, checking in and out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.volunteers import forms, queries, rules, services
from xuecheng.coordination.volunteers.models import Assignment, Shift, Volunteer
from xuecheng.coordination.volunteers.queries import PEOPLE

from .doors import assignment_or_404, shift_or_404


@never_cache
@require_GET
def show_shift(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everybody on a shift; of those who wait for an answer and fit, who served least stands first."""
    return _shift_page(request, shift_or_404(request, public_id))


def _ours(request: HttpRequest, shift: Shift) -> QuerySet[Volunteer]:
    """Volunteers who came through the organiser, as far as the viewer may enter them."""
    organiser = shift.activity.organisation
    if not standing(request).may(PEOPLE, shift.activity.access_scope()):
        return Volunteer.objects.none()
    rows = Volunteer.objects.filter(via=organiser, state=Volunteer.State.REGISTERED)
    return rows.select_related("person").order_by("person__sort_key", "pk")


def _shift_page(
    request: HttpRequest, shift: Shift, *, enter: forms.EnterVolunteer | None = None, wrong: Any = None
) -> HttpResponse:
    now, activity = clock.now(), shift.activity
    numbers = queries.numbers_at(activity.organisation.territory.path, on=clock.date_of(now))
    lines = queries.list_of(shift, at=now, numbers=numbers)
    seated = [line for line in lines if line.one.state in Assignment.SEATED]
    is_planned = shift.state == Shift.State.PLANNED
    is_coming = is_planned and activity.state == "published" and now < shift.during.lower
    if enter is None and is_coming:
        enter = forms.EnterVolunteer(volunteers=_ours(request, shift), initial={"public_id": uuid7()})
    context = {
        "shift": shift,
        "row": activity,
        "applied": [line for line in lines if line.one.state == Assignment.State.APPLIED],
        "seated": seated,
        "week_shifts": numbers.week_shifts,
        "burden_days": rules.BURDEN_DAYS,
        "others": [line for line in lines if line not in seated and line.one.state != Assignment.State.APPLIED],
        "is_planned": is_planned,
        "is_coming": is_coming,
        "is_on": is_planned and shift.during.lower - timedelta(minutes=numbers.early_minutes) <= now,
        "is_over": now >= shift.during.upper,
        "is_uninsured": activity.lacks_insurance(shift.during.lower),
        "enter": enter if is_coming else None,
        "late": queries.late_entries_of(shift) if now >= shift.during.upper else [],
        "cancel": forms.Why(auto_id="id_cancel_%s"),
        "came_at": now if now < shift.during.upper else shift.during.lower,
        "went_at": min(now, shift.during.upper),
        "errors": wrong,
        "now": now,
    }
    return render(request, "volunteers/shift.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_POST
def enter_volunteer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put somebody on the list who came through the organiser and asked for it at the counter."""
    shift = shift_or_404(request, public_id)
    form = forms.EnterVolunteer(request.POST, volunteers=_ours(request, shift))
    if form.is_valid():
        try:
            services.apply(actor=standing(request), shift=shift, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("They stand among the applications."))
            return redirect("volunteers:show_shift", public_id=public_id)
    return _shift_page(request, shift, enter=form, wrong=form)


_VERBS: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
    "assign": (django_forms.Form, services.assign),
    "refuse": (forms.Words, services.refuse_application),
    "release": (forms.Words, services.release),
    "check-in": (forms.Time, services.check_in),
    "check-out": (forms.CheckOut, services.check_out),
    "absent": (django_forms.Form, services.mark_absent),
}


@never_cache
@require_POST
def move_assignment(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Assign, refuse, release; check in, check out, did not come."""
    one = assignment_or_404(request, public_id)
    if verb not in _VERBS:
        raise Http404
    kind, act = _VERBS[verb]
    form, now = kind(request.POST), clock.now()
    if form.is_valid():
        data = form.cleaned_data
        if "when" in form.fields:
            data["when"] = data["when"] or now
        try:
            act(actor=standing(request), assignment=one, at=now, **data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            said = {"name": one.person.name, "state": _state_of(one)}
            messages.success(request, _("%(name)s: %(state)s.") % said)
            return redirect("volunteers:show_shift", public_id=one.shift.public_id)
    for words in form.errors.values():
        messages.error(request, " ".join([one.person.name, *words]))
    return redirect("volunteers:show_shift", public_id=one.shift.public_id)


def _state_of(one: Assignment) -> str:
    return str(Assignment.objects.only("state").get(pk=one.pk).get_state_display())
