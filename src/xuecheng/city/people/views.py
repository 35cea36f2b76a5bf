"""Pages of people, for staff and for themselves: the list, one person, and changes with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, Standing, only_for, require, seen_in_request, standing_of_request
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import queries, services
from .forms import ChangeName, ChangePerson, ChangeSignIn, FindPeople, OpenAccount, SetPassword
from .models import Person

SEE, CREATE, CHANGE = queries.SEE, services.CREATE, services.CHANGE
SEE_ROLES = "access.see_roles"
MERGE, SEE_DOCUMENTS = "people.merge_person", "realname.see_document"


@never_cache
@require_GET
@only_for(SEE)
def list_people(request: HttpRequest) -> HttpResponse:
    standing = standing_of_request(request)
    form = FindPeople(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.people(standing, text=text, within=form.within() if form.is_valid() else None)
    context = {
        "find": form,
        "page": page_of(found, order=("sort_key", "pk"), after=request.GET.get("after", "")),
        "may_open": standing.may_somewhere(CREATE),
    }
    return render(request, "people/list.html", context)


@never_cache
@require_GET
def show_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    standing = standing_of_request(request)
    person = _person(standing, public_id)
    scope = _scope(person)
    is_oneself = standing.person.public_id == person.public_id
    seen_in_request(request, person_id=person.pk, what="person")
    may_change = standing.may(CHANGE, scope)
    context = {
        "person": person,
        "may_change": may_change,
        "may_see_roles": standing.may(SEE_ROLES, scope),
        "may_explain": is_oneself or standing.may("access.explain_access", scope),
        "may_see_readings": standing.may("access.see_readings", scope),
        "may_help": standing.may("care.record_proxy", scope) and not is_oneself,
        "may_erase": standing.may("mydata.open_erasure", scope) and person.pk not in standing.person_keys,
        "may_break": standing.may("access.break_glass", scope) and not is_oneself,
        "is_oneself": is_oneself,
        "may_merge": standing.may(MERGE, scope) and person.pk not in standing.person_keys,
        "may_see_documents": standing.may(SEE_DOCUMENTS, scope),
        "may_keep_card": standing.may("cards.keep_card", scope) and not is_oneself,
        "history": trace.history_of(person) if may_change else None,
        # Residents see themselves without the rail of staff.
        "layout": "web/staff.html" if standing.may_somewhere(SEE) else "web/base.html",
        "may_list": standing.may_somewhere(SEE),
    }
    return render(request, "people/person.html", context)


@require_http_methods(["GET", "POST"])
@only_for(CREATE)
def open_account(request: HttpRequest) -> HttpResponse:
    standing = standing_of_request(request)
    form = OpenAccount(request.POST or None, initial={"public_id": uuid7()})
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = form.cleaned_data
        wished = services.NewPerson(
            public_id=data["public_id"] or uuid7(),
            sign_in_name=data["sign_in_name"],
            name=data["name"],
            birth_year=data["birth_year"],
            territory=data["territory"],
            password=data["password"] or None,
        )
        try:
            made = services.create_person(actor=standing, person=wished, today=clock.today(), reason=data["reason"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The account of %(name)s is open.") % {"name": made.name})
            return redirect("people:show_person", public_id=made.public_id)
    return render(request, "people/open.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change_name(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person, standing = _to_change(request, public_id)
    form = ChangeName(request.POST or None, initial={"name": person.name})

    def change(data: dict[str, Any]) -> None:
        services.change_name(actor=standing, person=person, name=data["name"], reason=data["reason"])

    return _change(request, person, form, change, heading=_("Change the name of %(name)s") % {"name": person.name})


@require_http_methods(["GET", "POST"])
def change_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person, standing = _to_change(request, public_id)
    form = ChangePerson(request.POST or None, initial={"birth_year": person.birth_year, "territory": person.territory})
    if (found := found_in(request, form)) is not None:
        return found

    def change(data: dict[str, Any]) -> None:
        services.change_person(
            actor=standing,
            person=person,
            birth_year=data["birth_year"],
            territory=data["territory"],
            today=clock.today(),
            reason=data["reason"],
        )

    heading = _("Change year of birth and residence of %(name)s") % {"name": person.name}
    return _change(request, person, form, change, heading=heading)


@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person, standing = _to_change(request, public_id)
    form = SetPassword(request.POST or None)

    def change(data: dict[str, Any]) -> None:
        services.set_password(actor=standing, person=person, password=data["password"], reason=data["reason"])

    return _change(request, person, form, change, heading=_("New password for %(name)s") % {"name": person.name})


@require_http_methods(["GET", "POST"])
def change_sign_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close an open account to sign-in; open a closed one."""
    person, standing = _to_change(request, public_id)
    form = ChangeSignIn(request.POST or None)

    def change(data: dict[str, Any]) -> None:
        act = services.close_sign_in if person.is_active else services.open_sign_in
        act(actor=standing, person=person, reason=data["reason"])

    heading = _("Close the account of %(name)s to sign-in?") if person.is_active else _("Let %(name)s sign in again?")
    return _change(request, person, form, change, heading=heading % {"name": person.name})


def _change(
    request: HttpRequest, person: Person, form: forms.Form, do: Callable[[dict[str, Any]], None], *, heading: str
) -> HttpResponse:
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. The history keeps what stood here."))
            return redirect("people:show_person", public_id=person.public_id)
    context = {"person": person, "form": form, "heading": heading}
    return render(request, "people/change.html", context, status=422 if form.errors else 200)


def _person(standing: Standing, public_id: UUID) -> Person:
    person = queries.person(standing, public_id)
    if person is None:
        # Whether somebody has an account at all is their own affair.
        raise Http404
    return person


def _to_change(request: HttpRequest, public_id: UUID) -> tuple[Person, Standing]:
    standing = standing_of_request(request)
    person = _person(standing, public_id)
    require(standing, CHANGE, on=_scope(person))
    seen_in_request(request, person_id=person.pk, what="person")
    return person, standing


def _scope(person: Person) -> Scope:
    return Scope(territory_path=person.territory.path if person.territory else None)
