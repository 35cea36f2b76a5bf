"""Pages of the people who volunteer, for the organisations that they came through or applied to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.volunteers import forms, queries, services
from xuecheng.coordination.volunteers.models import Training, Volunteer
from xuecheng.coordination.volunteers.queries import PEOPLE
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import FORMS, units_of, volunteer_or_404


@never_cache
@require_GET
@only_for(PEOPLE)
def list_volunteers(request: HttpRequest) -> HttpResponse:
    """Who volunteers through the viewer's organisations, or applied to them."""
    found = queries.volunteers(standing(request), skill=request.GET.get("skill", ""))
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "volunteers/people.html", {"page": page})


@never_cache
@require_http_methods(FORMS)
@only_for(PEOPLE)
def register_person(request: HttpRequest) -> HttpResponse:
    """Register somebody through an organisation."""
    form = forms.RegisterPerson(request.POST or None, units=units_of(request), initial={"public_id": uuid7()})
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register_person(actor=standing(request), at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Registered. They can be put on a shift now."))
            return redirect("volunteers:show_volunteer", public_id=made.public_id)
    return render(request, "volunteers/register.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_volunteer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One volunteer: identity, a guardian's consent, trainings, what counts."""
    return _page(request, volunteer_or_404(request, public_id))


def _page(request: HttpRequest, row: Volunteer, *, wrong: Any = None, verb: str = "") -> HttpResponse:
    seen(request, person_id=row.person_id, what=Reading.What.VOLUNTEER, thing=row.public_id)
    now = clock.now()
    shown: dict[str, Any] = {
        "consent": forms.Consent(initial={"public_id": uuid7()}, auto_id="id_consent_%s"),
        "training": forms.EnterTraining(initial={"public_id": uuid7(), "completed_on": clock.today()}),
    }
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    context = {
        "row": row,
        "account": queries.account_of(row, at=now),
        "is_identified": queries.is_identified(row),
        "consents": queries.consents_of(row),
        "trainings": queries.trainings_of(row),
        "may_be_minor": _may_be_minor(row),
        "shown": shown,
        "errors": wrong,
    }
    return render(request, "volunteers/person.html", context, status=422 if wrong is not None else 200)


def _may_be_minor(row: Volunteer) -> bool:
    """By the careful side; the numbers of the division are asked when it matters."""
    year = row.person.birth_year
    return year is None or clock.today().year - year <= 25


def _unit(request: HttpRequest, row: Volunteer) -> Organisation:
    """In whose name the viewer confirms: the organisation they came through, else one to which they applied."""
    viewer = standing(request)
    if row.via is not None and viewer.may(PEOPLE, row.access_scope()):
        return row.via
    found = units_of(request).filter(pk__in=row.assignments.values("shift__activity__organisation")).first()
    if found is None:
        raise Http404
    return found


@never_cache
@require_POST
def keep_volunteer(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Identity seen; a guardian's consent or a training entered, or taken back."""
    row = volunteer_or_404(request, public_id)
    more: dict[str, Any] = {
        "actor": standing(request), "organisation": _unit(request, row), "at": clock.now(),
    }  # fmt: skip
    if verb == "training-back":
        training = Training.objects.filter(volunteer=row, pk=_number(request)).select_related("volunteer").first()
        if training is None:
            raise Http404
        act: Callable[..., object] = partial(services.withdraw_training, training=training)
        form: django_forms.Form = django_forms.Form(request.POST)
    else:
        verbs: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
            "identity": (django_forms.Form, services.see_identity),
            "consent": (forms.Consent, services.record_consent),
            "consent-back": (django_forms.Form, services.withdraw_consent),
            "training": (forms.EnterTraining, services.record_training),
        }
        if verb not in verbs:
            raise Http404
        kind, service = verbs[verb]
        act, form = partial(service, volunteer=row), kind(request.POST)
    if form.is_valid():
        try:
            act(**more, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("volunteers:show_volunteer", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _number(request: HttpRequest) -> int:
    text = request.POST.get("training", "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0
