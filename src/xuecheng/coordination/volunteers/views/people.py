"""Pages of the people who volunteer, for the organisations that they came through or applied to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import capacity, seen, standing
from xuecheng.city.access.services import noted
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.tables import csv_response
from xuecheng.coordination.volunteers import exports, forms, queries, services
from xuecheng.coordination.volunteers.models import Award, Training, Volunteer
from xuecheng.coordination.volunteers.queries import PEOPLE
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import FORMS, units_of, volunteer_or_404

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_GET
@only_for(PEOPLE)
def list_volunteers(request: HttpRequest) -> HttpResponse:
    """Who volunteers through the viewer's organisations, or applied to them."""
    found = queries.volunteers(standing(request), skill=request.GET.get("skill", ""))
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "volunteers/people.html", {"page": page})


@require_GET
@only_for(PEOPLE)
def export_volunteers(request: HttpRequest) -> HttpResponseBase:
    """The same people as a file, names and contacts masked (V-11); each is told who took it."""
    found = exports.rows_to_take(queries.volunteers(standing(request), skill=request.GET.get("skill", "")))
    rows = noted(
        found.order_by("-id")[: exports.MOST], person_of=lambda one: one.person_id, reader=standing(request),
        what=Reading.What.EXPORT, at=clock.now(), in_role=capacity(request),
    )  # fmt: skip
    name = f"{_('Volunteers')}-{clock.today()}"
    if request.GET.get("as") != "xlsx":
        return csv_response(f"{name}.csv", exports.header(), exports.cells(rows))
    response = HttpResponse(exports.workbook(rows), content_type=_XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.xlsx") or ""
    response["Cache-Control"] = "no-store"
    return response


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
        "training": forms.EnterTraining(
            initial={"public_id": uuid7(), "completed_on": clock.today()}, auto_id="id_training_%s"
        ),
        "award": forms.EnterAward(initial={"public_id": uuid7(), "given_on": clock.today()}, auto_id="id_award_%s"),
        "evaluation": forms.Evaluate(activities=queries.evaluable(standing(request), row), auto_id="id_evaluation_%s"),
    }
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    context = {
        "row": row,
        "account": queries.account_of(row, at=now),
        "is_identified": queries.is_identified(row),
        "consents": queries.consents_of(row),
        "trainings": queries.trainings_of(row),
        "awards": queries.awards_of(row),
        "evaluations": queries.evaluations_seen(standing(request), row),
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
    """Identity seen; a guardian's consent, a training or an award entered, or taken back; service evaluated."""
    row = volunteer_or_404(request, public_id)
    more: dict[str, Any] = {"actor": standing(request), "at": clock.now()}
    if verb == "evaluation":
        act: Callable[..., object] = partial(services.evaluate, volunteer=row)
        activities = queries.evaluable(standing(request), row)
        form: django_forms.Form = forms.Evaluate(request.POST, activities=activities, auto_id="id_evaluation_%s")
    elif verb in _BACK:
        more["organisation"] = _unit(request, row)
        kind_of, take_back, name = _BACK[verb]
        found = kind_of._default_manager.filter(volunteer=row, pk=_number(request, name))
        thing = found.select_related("volunteer").first()
        if thing is None:
            raise Http404
        act, form = partial(take_back, **{name: thing}), django_forms.Form(request.POST)
    else:
        more["organisation"] = _unit(request, row)
        verbs: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
            "identity": (django_forms.Form, services.see_identity),
            "consent": (forms.Consent, services.record_consent),
            "consent-back": (django_forms.Form, services.withdraw_consent),
            "training": (forms.EnterTraining, services.record_training),
            "award": (forms.EnterAward, services.record_award),
        }
        if verb not in verbs:
            raise Http404
        kind, service = verbs[verb]
        act, form = partial(service, volunteer=row), kind(request.POST, auto_id=f"id_{verb}_%s")
    if form.is_valid():
        try:
            act(**more, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("volunteers:show_volunteer", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


_BACK: dict[str, tuple[type[Training | Award], Callable[..., object], str]] = {
    "training-back": (Training, services.withdraw_training, "training"),
    "award-back": (Award, services.withdraw_award, "award"),
}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0
