"""At a counter: an account for an elder without a phone, a new slip, a recovery that two of the staff vouch for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import capacity, standing
from xuecheng.city.identity import queries
from xuecheng.city.identity.forms import OpenAtCounter, WithReason
from xuecheng.city.identity.models import Recovery
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import accounts, recovery
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, only_for, require
from xuecheng.web.picking import found_in

from . import asking


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(accounts.OPEN_ACCOUNT)
def open_at_counter(request: HttpRequest) -> HttpResponse:
    form = OpenAtCounter(request.POST or None, initial={"public_id": uuid7()})
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = dict(form.cleaned_data)
        reason = data.pop("reason")
        try:
            slip = accounts.open_at_counter(
                actor=standing(request),
                at_place=_counter(request),
                resident=accounts.NewResident(**data, language=get_language() or "zh-hans"),
                reason=reason,
                at=clock.now(),
                today=clock.today(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _slip_page(request, slip)
    return render(request, "identity/open_at_counter.html", {"form": form}, status=asking.status_of(form))


def _counter(request: HttpRequest) -> Scope:
    """Where the one who opens the account sits: what counts is the counter, not where the resident lives."""
    held = capacity(request)
    if held is None:
        return Scope()
    if held.organisation_id is None:
        return Scope(territory_path=held.territory_path)
    place = Organisation.objects.select_related("territory").get(pk=held.organisation_id)
    return Scope(organisation_id=place.pk, territory_path=place.territory.path)


@never_cache
@require_http_methods(["GET", "POST"])
def give_start_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person = _person(request, public_id, accounts.GIVE_START_CODE)
    form = WithReason(request.POST or None)
    if form.is_valid():
        try:
            slip = accounts.give_start_code(
                actor=standing(request), person=person, reason=form.cleaned_data["reason"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _slip_page(request, slip)
    context = {"form": form, "person": person}
    return render(request, "identity/give_start_code.html", context, status=asking.status_of(form))


@never_cache
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask as the first of the staff, or confirm as the second."""
    person = _person(request, public_id, recovery.RECOVER)
    running = queries.recovery_under_way(person)
    is_second = running is not None and running.state == Recovery.State.ASKED
    form = WithReason(request.POST or None)
    if form.is_valid():
        actor, reason = standing(request), form.cleaned_data["reason"]
        try:
            if running is not None and is_second:
                claim, opens_at = recovery.confirm_at_counter(
                    actor=actor, public_id=running.public_id, person=person, reason=reason, at=clock.now()
                )
                context = {
                    "claim": law.in_fours(claim), "opens_at": opens_at, "person": person, "is_printed": True,
                    "is_open": opens_at <= clock.now(), "days_open": law.RECOVERY_OPEN.days,
                }  # fmt: skip
                return render(request, "identity/claim.html", context)
            recovery.ask_at_counter(actor=actor, person=person, reason=reason, at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Noted. A colleague must look at the document and confirm."))
            return redirect("people:show_person", public_id=person.public_id)
    context = {"form": form, "person": person, "recovery": running, "is_second": is_second}
    return render(request, "identity/recover_at_counter.html", context, status=asking.status_of(form))


def _person(request: HttpRequest, public_id: UUID, act: str) -> Person:
    asker = standing(request)
    person = people.person(asker, public_id)
    if person is None:
        # Whether somebody has an account at all is their own affair.
        raise Http404
    require(asker, act, on=Scope(territory_path=person.territory.path if person.territory else None))
    return person


def _slip_page(request: HttpRequest, slip: accounts.Slip) -> HttpResponse:
    context = {"slip": slip, "days": law.START_LIFE.days, "address": request.build_absolute_uri("/")}
    return render(request, "identity/slip.html", context)
