"""Pages of roles: one's own, those at an organisation or over a territory, those of a person; granting and ending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory

from . import queries, services
from .forms import EndRole, GrantRole
from .models import RoleHolding
from .requests import capacity, standing
from .rules import ROLES

SEE, GRANT, END = "access.see_roles", "access.grant_role", "access.end_role"


@dataclass(frozen=True)
class Face:
    """What a page shows of a holding."""

    holding: RoleHolding
    role: str
    place: str
    state: str
    """"now", "later", "over" or "never" (ended before it began)."""
    begins_on: date | None
    ends_on: date | None
    is_current_capacity: bool = False
    may_end: bool = False


def _face(holding: RoleHolding, *, today: date, current: str = "", may_end: bool = False) -> Face:
    role = ROLES.get(holding.role)
    begins, ends = holding.during.lower, holding.during.upper
    if holding.during.isempty:
        state = "never"
    elif begins is not None and begins > today:
        state = "later"
    else:
        state = "over" if ends is not None and ends <= today else "now"
    return Face(
        holding=holding,
        role=str(role.label) if role else holding.role,
        place=str(holding.organisation or holding.territory),
        state=state,
        begins_on=begins,
        ends_on=ends,
        is_current_capacity=current == str(holding.public_id),
        may_end=may_end and state in ("now", "later"),
    )


@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own roles, and the switch between them."""
    viewer = standing(request)
    now = capacity(request)
    faces = [
        _face(one, today=clock.today(), current=now.public_id if now else "")
        for one in queries.holdings_of(viewer.person)
    ]
    return render(request, "access/own.html", {"faces": faces, "capacity": now})


@require_GET
def list_holdings(request: HttpRequest, code: str) -> HttpResponse:
    return _list_at(request, _organisation(code))


@require_GET
def list_holdings_over(request: HttpRequest, code: str) -> HttpResponse:
    return _list_at(request, _territory(code))


def _list_at(request: HttpRequest, place: Organisation | Territory) -> HttpResponse:
    viewer = standing(request)
    services.require(viewer, SEE, on=place)
    scope = queries.scope_of(place)
    found = (
        queries.holdings_at(organisation=place)
        if isinstance(place, Organisation)
        else queries.holdings_at(territory=place)
    )
    may_end = viewer.may(END, scope)
    context = _of_place(place) | {
        "faces": [_face(one, today=clock.today(), may_end=may_end) for one in found],
        "may_grant": viewer.may(GRANT, scope),
        "history": trace.history_of(*found) if found else [],
    }
    return render(request, "access/holdings.html", context)


@require_GET
def list_roles_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The roles of a person, for who may see the roles there."""
    viewer = standing(request)
    person = get_object_or_404(Person.objects.select_related("territory"), public_id=public_id)
    found = [one for one in queries.holdings_of(person) if viewer.may(SEE, _scope(one))]
    if not found and not viewer.may(
        SEE, queries.Scope(territory_path=person.territory.path if person.territory else None)
    ):
        raise Http404
    faces = [_face(one, today=clock.today(), may_end=viewer.may(END, _scope(one))) for one in found]
    return render(request, "access/of_person.html", {"person": person, "faces": faces})


@require_http_methods(["GET", "POST"])
def grant_role(request: HttpRequest, code: str) -> HttpResponse:
    return _grant(request, _organisation(code))


@require_http_methods(["GET", "POST"])
def grant_role_over(request: HttpRequest, code: str) -> HttpResponse:
    return _grant(request, _territory(code))


def _grant(request: HttpRequest, place: Organisation | Territory) -> HttpResponse:
    viewer = standing(request)
    services.require(viewer, GRANT, on=place)
    held_at = "organisation" if isinstance(place, Organisation) else "territory"
    initial = {"public_id": uuid7(), "begins_on": clock.today()}
    form = GrantRole(request.POST or None, initial=initial, held_at=held_at)
    shown = _of_place(place)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.grant_role(
                actor=viewer,
                public_id=data["public_id"] or uuid7(),
                person=data["person"],
                role=data["role"],
                organisation=place if isinstance(place, Organisation) else None,
                territory=place if isinstance(place, Territory) else None,
                begins_on=data["begins_on"],
                ends_on=data["ends_on"],
                reason=data["reason"],
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            told = {"name": made.person.name, "role": ROLES[made.role].label}
            messages.success(request, _("%(name)s is %(role)s now.") % told)
            return redirect(shown["back"])
    return render(request, "access/grant.html", shown | {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def end_role(request: HttpRequest, public_id: UUID) -> HttpResponse:
    holding = get_object_or_404(
        RoleHolding.objects.select_related("person", "organisation__territory", "territory"), public_id=public_id
    )
    viewer = standing(request)
    services.require(viewer, END, on=_scope(holding))
    place = holding.organisation or holding.territory
    if place is None:
        raise Http404
    shown = _of_place(place)
    form = EndRole(request.POST or None, initial={"on": clock.today()})
    if form.is_valid():
        try:
            services.end_role(
                actor=viewer, holding=holding, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The role ends on that day."))
            return redirect(shown["back"])
    context = shown | {"form": form, "face": _face(holding, today=clock.today())}
    return render(request, "access/end.html", context, status=422 if form.errors else 200)


def _organisation(code: str) -> Organisation:
    found = organisations.by_code(code)
    if found is None:
        raise Http404
    return found


def _territory(code: str) -> Territory:
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found


def _of_place(place: Organisation | Territory) -> dict[str, str]:
    """What the pages of one place need to name it and to lead back."""
    if isinstance(place, Organisation):
        return {
            "place": place.name,
            "place_url": reverse("organisations:show_organisation", args=[place.code]),
            "back": reverse("access:list_holdings", args=[place.code]),
            "grant_url": reverse("access:grant_role", args=[place.code]),
        }
    return {
        "place": place.name,
        "place_url": reverse("territories:show_division", args=[place.code]),
        "back": reverse("access:list_holdings_over", args=[place.code]),
        "grant_url": reverse("access:grant_role_over", args=[place.code]),
    }


def _scope(holding: RoleHolding) -> queries.Scope:
    place = holding.organisation or holding.territory
    return queries.scope_of(place) if place else queries.Scope()
