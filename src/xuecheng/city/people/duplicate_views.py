"""Pages of duplicates: the list of pairs, one pair side by side with its decision, merges and undoing them."""

from __future__ import annotations

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
from xuecheng.city.rights import Scope, only_for, seen_in_request, standing_of_request
from xuecheng.web.paging import page_of

from . import merging, queries
from .duplicates import SIGNS
from .forms import DecidePair, MergeTwo, UndoMerge
from .models import DuplicateCandidate, Person


@never_cache
@require_GET
@only_for(merging.DECIDE)
def list_duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one person, the likeliest first."""
    viewer = standing_of_request(request)
    page = page_of(queries.candidates(viewer), order=("-score", "id"), after=request.GET.get("after", ""))
    context = {"page": page, "rows": [(pair, labels(pair.reasons)) for pair in page]}
    return render(request, "people/duplicates.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def decide_duplicate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Two accounts side by side, and what an officer says of them."""
    viewer = standing_of_request(request)
    pair = queries.candidate(viewer, public_id)
    if pair is None:
        raise Http404
    first, second = pair.first, pair.second
    for person in (first, second):
        seen_in_request(request, person_id=person.pk, what="person")
    form = DecidePair(
        request.POST or None, first=first, second=second, initial={"public_id": uuid7(), "decision": "different"}
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            if data["decision"] == "different":
                merging.decide_different(actor=viewer, candidate=pair, at=clock.now(), reason=data["reason"])
                messages.success(request, _("Noted: two people."))
                return redirect("people:list_duplicates")
            kept, merged = (first, second) if data["decision"] == "first" else (second, first)
            merging.merge_people(
                actor=viewer,
                public_id=data["public_id"],
                kept=kept,
                merged=merged,
                at=clock.now(),
                reason=data["reason"],
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _merged(request, kept)
    context = {
        "pair": pair,
        "labels": labels(pair.reasons),
        "sides": [first, second],
        "form": form if pair.state == DuplicateCandidate.State.OPEN else None,
        "error_form": form,
    }
    return render(request, "people/duplicate.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(merging.MERGE)
def merge_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Merge an account with another that an officer names: for pairs that no sign gave away; and its merges."""
    viewer = standing_of_request(request)
    person = queries.person(viewer, public_id)
    if person is None:
        raise Http404
    seen_in_request(request, person_id=person.pk, what="person")
    form = MergeTwo(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        data = form.cleaned_data
        # The name is looked up among those whom the officer may see.
        other = queries.seen(viewer).filter(sign_in_name=data["merged"].strip().lower()).first()
        if other is None:
            form.add_error("merged", _("Nobody signs in with this name."))
        else:
            try:
                merging.merge_people(
                    actor=viewer,
                    public_id=data["public_id"],
                    kept=person,
                    merged=other,
                    at=clock.now(),
                    reason=data["reason"],
                )
            except Refusal as refusal:
                refusal.show_on(form)
            else:
                return _merged(request, person)
    return _merges(request, person, form=form)


@never_cache
@require_http_methods(["POST"])
@only_for(merging.MERGE)
def undo_merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    viewer = standing_of_request(request)
    merge = queries.merge(public_id)
    if merge is None or not viewer.may(merging.MERGE, _scope(merge.kept)):
        raise Http404
    seen_in_request(request, person_id=merge.kept_id, what="person")
    form = UndoMerge(request.POST)
    if form.is_valid():
        try:
            merging.unmerge_people(actor=viewer, merge=merge, at=clock.now(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The merge is undone. Each account stands for itself again."))
            return redirect("people:merge_person", public_id=merge.kept.public_id)
    return _merges(request, merge.kept, form=MergeTwo(initial={"public_id": uuid7()}), undo=form)


def _merges(request: HttpRequest, person: Person, *, form: forms.Form, undo: UndoMerge | None = None) -> HttpResponse:
    merges = queries.merges_of(person)
    refused = next((one for one in (form, undo) if one is not None and one.errors), None)
    context: dict[str, Any] = {
        "person": person,
        "form": None if person.merged_into_id else form,
        "undo": undo or UndoMerge(),
        "refused": refused,
        "merges": merges,
        "history": trace.history_of(*merges) if merges else [],
    }
    return render(request, "people/merges.html", context, status=422 if refused else 200)


def _merged(request: HttpRequest, kept: Person) -> HttpResponse:
    messages.success(request, _("Merged. Both sign-in names lead to this account; credit and records count together."))
    return redirect("people:merge_person", public_id=kept.public_id)


def _scope(person: Person) -> Scope:
    return Scope(territory_path=person.territory.path if person.territory else None)


def labels(reasons: list[str]) -> list[str]:
    """What two accounts have in common, in the reader's words."""
    return [str(sign.label) for name, sign in SIGNS.items() if name in reasons]
