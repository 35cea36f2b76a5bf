"""Pages of giving: one's own gifts both ways, an offer, the rules."""

from __future__ import annotations

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
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import page_of

from . import forms, queries, services
from .models import GivingRules
from .queries import DRAFT, GIVE, RECORD


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """What one gave and was given, and what waits for an answer."""
    return _own_page(request)


def _own_page(request: HttpRequest, *, wrong: django_forms.Form | None = None) -> HttpResponse:
    viewer, now = standing(request), clock.now()
    law = queries.rules_in_force(clock.today())
    context = {
        "page": page_of(queries.own_gifts(viewer), order=("-id",), after=request.GET.get("after", "")),
        "law": law,
        "ties": queries.ties_of(viewer.person_keys, law, at=now),
        "used": queries.used_of_year(viewer.person_keys, law, clock.today().year) if law else 0,
        "kin": [(one, one.one_id in viewer.person_keys) for one in queries.own_kinships(viewer.own_keys(GIVE))],
        "gone": [
            (one, one.one_id in viewer.person_keys) for one in queries.lately_ended(viewer.own_keys(GIVE), at=now)
        ],
        "own_keys": viewer.person_keys,
        "errors": wrong,
    }
    return render(request, "transfers/own.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Offer points to one of the family."""
    actor, now = standing(request), clock.now()
    law = queries.rules_in_force(clock.today())
    ties = queries.ties_of(actor.person_keys, law, at=now)
    if law is None or not ties:
        raise Http404
    form = forms.Offer(request.POST or None, ties=ties, initial={"public_id": uuid7()})
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.offer(
                actor=actor, public_id=data["public_id"], along=UUID(data["tie"]),
                points=int(data["points"] * 100), at=now,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Offered. The points are set aside until the answer."))
            return redirect("transfers:list_own")
    context = {
        "form": form,
        "law": law,
        "free": queries.points_free(actor.person_keys[0], law.credit_class_id),
        "left": max(law.most_a_year - queries.used_of_year(actor.person_keys, law, clock.today().year), 0),
    }
    return render(request, "transfers/offer.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def move_gift(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Accept, decline, take back."""
    actor = standing(request)
    row = queries.gift(actor, public_id)
    act = {"accept": services.accept, "decline": services.decline, "take-back": services.take_back}.get(verb)
    if row is None or act is None:
        raise Http404
    form = django_forms.Form(request.POST)
    form.full_clean()
    try:
        act(actor=actor, gift=row, at=clock.now())
    except Refusal as refusal:
        refusal.show_on(form)
        return _own_page(request, wrong=form)
    messages.success(request, _("Done."))
    return redirect("transfers:list_own")


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(RECORD)
def record_kinship(request: HttpRequest) -> HttpResponse:
    """At a counter: two people of one family, with proof."""
    form = forms.RecordKinship(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            services.record_kinship(actor=standing(request), at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Recorded. It counts once both have agreed on their own pages."))
            return redirect("transfers:record_kinship")
    return render(request, "transfers/kinship.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(RECORD)
def find_kinships(request: HttpRequest) -> HttpResponse:
    """At a counter: the relations of somebody who stands there. Who was asked for stands in no address."""
    form = forms.FindKinships(request.POST or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        person: Person = form.cleaned_data["one"]
        keys = keys_of(person)
        rows = queries.kinships_of(standing(request), keys)
        for key in {person.pk, *(one.one_id for one in rows), *(one.other_id for one in rows)}:
            seen(request, person_id=key, what=Reading.What.FAMILY)
        context |= {"person": person, "rows": [(one, one.one_id in keys) for one in rows]}
    return render(request, "transfers/find.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(RECORD)
def end_at_counter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """At a counter: end a relation, with what was seen."""
    row = queries.kinship_at_counter(standing(request), public_id)
    if row is None:
        raise Http404
    for key in (row.one_id, row.other_id):
        seen(request, person_id=key, what=Reading.What.FAMILY, thing=row.public_id)
    form = forms.EndAtCounter(request.POST or None)
    if form.is_valid():
        try:
            services.end_kinship_at_counter(
                actor=standing(request), kinship=row, why=form.cleaned_data["why"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Ended. Both were told."))
            return redirect("transfers:end_at_counter", public_id=public_id)
    return render(request, "transfers/end.html", {"row": row, "form": form}, status=422 if form.errors else 200)


@never_cache
@require_POST
def move_kinship(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Say that it is so; end it."""
    actor = standing(request)
    row = queries.own_kinship(actor, public_id)
    act = {"agree": services.agree_kinship, "end": services.end_kinship}.get(verb)
    if row is None or act is None:
        raise Http404
    form = django_forms.Form(request.POST)
    form.full_clean()
    try:
        act(actor=actor, kinship=row, at=clock.now())
    except Refusal as refusal:
        refusal.show_on(form)
        return _own_page(request, wrong=form)
    messages.success(request, _("Done."))
    return redirect("transfers:list_own")


@never_cache
@require_GET
@only_for(DRAFT)
def list_rules(request: HttpRequest) -> HttpResponse:
    """Every version of the rules."""
    return _rules_page(request)


def _rules_page(request: HttpRequest, *, wrong: django_forms.Form | None = None) -> HttpResponse:
    viewer = standing(request)
    context = {
        "page": page_of(queries.all_rules(), order=("-id",), after=request.GET.get("after", "")),
        "in_force": queries.rules_in_force(clock.today()),
        "decides": viewer.may_city_wide(queries.DECIDE),
        "own_keys": viewer.person_keys,
        "errors": wrong,
    }
    return render(request, "transfers/rules.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(DRAFT)
def draft_rules(request: HttpRequest) -> HttpResponse:
    """Draft rules."""
    form = forms.Draft(request.POST or None, initial={"public_id": uuid7(), "begins_on": clock.today()})
    if form.is_valid():
        try:
            services.draft_rules(
                actor=standing(request), public_id=form.cleaned_data["public_id"], law=form.law(), at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Drafted. Another officer decides."))
            return redirect("transfers:list_rules")
    return render(request, "transfers/draft.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_POST
def move_rules(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Approve, reject, end."""
    row: GivingRules | None = queries.rules_row(public_id)
    act = {"approve": services.approve_rules, "reject": services.reject_rules, "end": services.end_rules}.get(verb)
    if row is None or act is None:
        raise Http404
    form = django_forms.Form(request.POST)
    form.full_clean()
    try:
        act(actor=standing(request), rules=row, at=clock.now())
    except Refusal as refusal:
        refusal.show_on(form)
        return _rules_page(request, wrong=form)
    messages.success(request, _("Done."))
    return redirect("transfers:list_rules")
