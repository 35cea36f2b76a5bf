"""Pages of roles: one's own, those at an organisation or over a territory, those of a person; granting and ending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.access import queries, services
from xuecheng.city.access.forms import Decide, EndRole, GrantRole
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.requests import capacity, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.tables import csv_response
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory
from xuecheng.web.paging import page_of

SEE, GRANT, END, APPROVE = "access.see_roles", "access.grant_role", "access.end_role", "access.approve_holding"
EXPIRE_WITHIN_DAYS = 60


@dataclass(frozen=True)
class Face:
    """What a page shows of a holding."""

    holding: RoleHolding
    role: str
    place: str
    state: str
    """"now", "later", "over", "never" (ended before it began), "proposed" or "refused"."""
    begins_on: date | None
    ends_on: date | None
    is_current_capacity: bool = False
    may_end: bool = False


def faces_of(
    holdings: Iterable[RoleHolding],
    *,
    today: date,
    current: str = "",
    may_end: Callable[[RoleHolding], bool] | None = None,
) -> list[Face]:
    """Holdings as a page shows them. One query, for the names of the roles."""
    rows = list(holdings)
    names = queries.names_of_roles(row.role for row in rows)
    return [
        _face(row, names, today=today, current=current, may_end=may_end is not None and may_end(row)) for row in rows
    ]


def _face(
    holding: RoleHolding, names: Mapping[str, str], *, today: date, current: str = "", may_end: bool = False
) -> Face:
    begins, ends = holding.during.lower, holding.during.upper
    if holding.state != RoleHolding.State.APPROVED:
        state = holding.state
    elif holding.during.isempty:
        state = "never"
    elif begins is not None and begins > today:
        state = "later"
    else:
        state = "over" if ends is not None and ends <= today else "now"
    return Face(
        holding=holding,
        role=names.get(holding.role, holding.role),
        place=str(holding.organisation or holding.territory),
        state=state,
        begins_on=begins,
        ends_on=ends,
        is_current_capacity=current == str(holding.public_id),
        may_end=may_end and state in ("now", "later", "proposed"),
    )


@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own roles, and the switch between them."""
    viewer = standing(request)
    now = capacity(request)
    faces = faces_of(queries.holdings_of(viewer.person), today=clock.today(), current=now.public_id if now else "")
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
        "faces": faces_of(found, today=clock.today(), may_end=lambda _one: may_end),
        "may_grant": viewer.may(GRANT, scope),
        "history": trace.history_of(*found) if found else [],
    }
    return render(request, "access/holdings.html", context)


@require_GET
def list_roles_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The roles of a person, for who may see the roles there."""
    viewer = standing(request)
    person = get_object_or_404(Person.objects.select_related("territory"), public_id=public_id)
    found = queries.holdings_seen(viewer, person)
    if not found and not viewer.may(
        SEE, queries.Scope(territory_path=person.territory.path if person.territory else None)
    ):
        raise Http404
    faces = faces_of(found, today=clock.today(), may_end=lambda one: viewer.may(END, _scope(one)))
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
    roles = queries.choices(held_at=held_at, today=clock.today())
    form = GrantRole(request.POST or None, initial=initial, roles=roles)
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
            refusal.show_on(form)
        else:
            told = {"name": made.person.name, "role": dict(roles)[made.role]}
            said = (
                _("It is proposed that %(name)s becomes %(role)s. Another operator must approve it.")
                if made.state == RoleHolding.State.PROPOSED
                else _("%(name)s is %(role)s now.")
            )
            messages.success(request, said % told)
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
            refusal.show_on(form)
        else:
            messages.success(request, _("The role ends on that day."))
            return redirect(shown["back"])
    context = shown | {"form": form, "face": faces_of([holding], today=clock.today())[0]}
    return render(request, "access/end.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def decide_holding(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A second person approves that somebody gets a sensitive role, or refuses it."""
    holding = get_object_or_404(
        RoleHolding.objects.select_related("person", "organisation__territory", "territory", "granted_by"),
        public_id=public_id,
    )
    viewer = standing(request)
    services.require(viewer, APPROVE, on=_scope(holding))
    form = Decide(request.POST or None)
    if form.is_valid():
        act = services.approve_holding if form.cleaned_data["decision"] == "approve" else services.refuse_holding
        try:
            act(actor=viewer, holding=holding, today=clock.today(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided. It is kept with your reason."))
            return redirect("access:list_waiting")
    context = {
        "form": form,
        "face": faces_of([holding], today=clock.today())[0],
        "is_mine": viewer.person.pk in (holding.granted_by_id, holding.person_id),
        "viewer": viewer.person,
        "is_open": holding.state == RoleHolding.State.PROPOSED,
    }
    return render(request, "access/decide_holding.html", context, status=422 if form.errors else 200)


@require_GET
@only_for(SEE)
def list_waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a second pair of eyes: proposed holders, drafts of roles, emergencies to review."""
    viewer = standing(request)
    page = page_of(queries.proposed(viewer), order=("id",), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "faces": faces_of(page.rows, today=clock.today()),
        "drafts": queries.drafts(viewer),
        "glass": list(queries.glass_to_review(viewer)[:25]),
        "today": clock.today(),
        "viewer": viewer.person,
    }
    return render(request, "access/waiting.html", context)


@require_GET
@only_for(SEE)
def list_expiring(request: HttpRequest) -> HttpResponse:
    """Roles that end soon: somebody prolongs them or lets them go."""
    viewer = standing(request)
    found = queries.ending_soon(viewer, today=clock.today(), days=EXPIRE_WITHIN_DAYS)
    page = page_of(found, order=("id",), after=request.GET.get("after", ""))
    faces = faces_of(page.rows, today=clock.today())
    return render(request, "access/expiring.html", {"page": page, "faces": faces, "days": EXPIRE_WITHIN_DAYS})


@require_GET
@only_for(SEE)
def export_expiring(request: HttpRequest) -> HttpResponseBase:
    """The same list as a file."""
    viewer = standing(request)
    found = queries.ending_soon(viewer, today=clock.today(), days=EXPIRE_WITHIN_DAYS)[:10_000]
    faces = faces_of(found, today=clock.today())
    rows = ((face.holding.person.name, face.role, face.place, str(face.ends_on)) for face in faces)
    return csv_response(f"{_('Roles that end soon')}.csv", [_("Person"), _("Role"), _("Place"), _("Until")], rows)


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
