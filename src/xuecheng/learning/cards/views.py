"""Pages of cards: one's own with its phones, the counter that reads them, lost and found."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.identity import keeping
from xuecheng.city.identity.recent import require_recent
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for, public
from xuecheng.web.picking import found_in

from . import forms, queries, services, tries
from .models import Card, Device
from .queries import READ

FORMS = ["GET", "POST"]
_PLACE = "cards.place"
"""Session key: where somebody reads cards, so that they say it once."""


@never_cache
@require_GET
def keep_card(request: HttpRequest) -> HttpResponse:
    """One's own card: phones that show it, where it was read, freezing, another number."""
    row = queries.own_card(standing(request))
    if row is None:
        return redirect("account:see_card")
    return _page(request, row)


@never_cache
@require_GET
def show_kept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody's card for the counter that keeps it."""
    row = _kept_or_404(request, public_id)
    return redirect("cards:keep_card") if _is_own(request, row) else _page(request, row)


@never_cache
@require_GET
def show_card_of(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """From a person to their card."""
    row = queries.card_of_person(standing(request), person_id)
    if row is None:
        raise Http404
    return redirect("cards:show_kept", public_id=row.public_id)


def _page(request: HttpRequest, row: Card, *, wrong: django_forms.Form | None = None) -> HttpResponse:
    is_own = _is_own(request, row)
    freeze = wrong or (forms.Freeze() if is_own else forms.FreezeAtCounter(initial={"kept_at": _place(request)}))
    context = {
        "row": row,
        "holder": queries.holder_of(row),
        "is_own": is_own,
        "devices": list(queries.devices_of(row)) if is_own else [],
        "uses": queries.uses_of(row) if is_own else [],
        "before": queries.cards_before(row),
        "freeze": freeze,
        "address": request.build_absolute_uri(reverse("account:read_card", args=[row.number])),
        "errors": wrong,
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "cards/card.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_http_methods(FORMS)
def freeze_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop a card at once."""
    row = _kept_or_404(request, public_id)
    kind = forms.Freeze if _is_own(request, row) else forms.FreezeAtCounter
    form = kind(_sent(request))
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method != "POST":
        return _back(request, row)
    if form.is_valid():
        try:
            services.freeze_card(actor=standing(request), card=row, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The card is frozen. Nobody can use it."))
            return _back(request, row)
    return _page(request, row, wrong=form)


_VERBS = {"thaw": "active", "replace": "replaced", "hand-back": "returned"}


@never_cache
@require_http_methods(FORMS)
def change_card(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Use a card again, give it another number, hand it back; the holder proves first that it is they."""
    row, actor = _kept_or_404(request, public_id), standing(request)
    if verb not in _VERBS:
        raise Http404
    is_own = _is_own(request, row)
    if is_own:
        require_recent(request)
    form: django_forms.Form = forms.Plain(_sent(request))
    act: Callable[..., Card] = services.thaw_card if verb == "thaw" else services.hand_back_card
    if verb == "replace":
        form = forms.Replace(_sent(request), initial={"public_id": uuid7(), "reason": row.reason or "lost"})
        act = services.replace_card
    if request.method == "POST" and form.is_valid():
        try:
            made = act(actor=actor, card=row, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _done(verb))
            return redirect("account:see_card") if is_own and verb == "replace" else _back(request, made)
    context = {
        "row": row, "holder": queries.holder_of(row), "form": form, "verb": verb, "is_own": is_own,
        "base": "web/base.html" if is_own else "web/staff.html",
        "back": reverse("cards:keep_card") if is_own else reverse("cards:show_kept", args=[row.public_id]),
    }  # fmt: skip
    return render(request, "cards/change.html", context, status=422 if form.errors else 200)


def _done(verb: str) -> str:
    return {
        "thaw": _("The card is in use again."),
        "replace": _("There is a new number now. The old one leads nowhere."),
        "hand-back": _("The card is handed back. The account stays as it is."),
    }[verb]


@never_cache
@require_http_methods(FORMS)
def enrol_device(request: HttpRequest) -> HttpResponse:
    """Let this phone show the card. The secret is answered to the page's script once, and never stands in a page."""
    row = queries.own_card(standing(request))
    if row is None:
        return redirect("account:see_card")
    require_recent(request)
    form = forms.Enrol(_sent(request), initial={"public_id": uuid7(), "name": _("My phone")})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.enrol_device(actor=standing(request), card=row, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _secret(request, row, made)
    if request.method == "POST":
        said = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return JsonResponse({"message": said}, status=422)
    return render(request, "cards/enrol.html", {"form": form, "row": row})


def _secret(request: HttpRequest, row: Card, made: services.Enrolled) -> HttpResponse:
    """What the phone needs; it is one's own from now on and keeps the page of the card (decision 0017)."""
    answer = JsonResponse(
        {
            "card": row.number,
            "version": made.device.key_version,
            "secret": base64.urlsafe_b64encode(made.secret).decode().rstrip("="),
            "to": reverse("account:see_card"),
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    if isinstance(request.user, Person):
        keeping.choose(answer, request.user)
    return answer


@never_cache
@require_POST
def revoke_device(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a phone off one's card, at once."""
    row = Device.objects.select_related("card__account__person__territory").filter(public_id=public_id).first()
    if row is None or not _is_own(request, row.card):
        raise Http404
    services.revoke_device(actor=standing(request), device=row, at=clock.now())
    messages.success(request, _("The device is taken off. What it shows is worth nothing now."))
    return redirect("cards:keep_card")


@never_cache
@require_http_methods(FORMS)
@only_for(READ)
def counter(request: HttpRequest) -> HttpResponse:
    """Whose card somebody shows: scanned, read aloud or typed."""
    viewer = standing(request)
    initial = {"public_id": uuid7(), "organisation": _place(request)}
    form = forms.ReadCard(_sent(request), places=queries.places_to_read(viewer), initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    found: services.ReadCard | None = None
    if request.method == "POST" and form.is_valid():
        found = _read(request, form)
    context: dict[str, Any] = {"form": form, "found": found}
    if found is not None:
        seen(request, person_id=found.person.pk, what=Reading.What.PERSON)
        place = scope_of(found.person)
        context |= {
            "may_see_person": viewer.may("people.see_person", place),
            "may_see_account": viewer.may("account.see_account", place),
            "may_keep": viewer.may(queries.KEEP, place),
            "form": forms.ReadCard(places=queries.places_to_read(viewer), initial=initial),
        }
    return render(request, "cards/counter.html", context, status=422 if form.errors else 200)


def _read(request: HttpRequest, form: forms.ReadCard) -> services.ReadCard | None:
    data = form.cleaned_data
    request.session[_PLACE] = data["organisation"].code
    try:
        tries.check(request)
        found = services.read_card(
            actor=standing(request), public_id=data["public_id"], organisation=data["organisation"], text=data["card"],
            confirmed=data["confirmed"], at=clock.now(),
        )  # fmt: skip
        if found.needs_confirmation:
            seen(request, person_id=found.person.pk, what=Reading.What.PERSON)
            raise services.ConfirmFirst(name=found.person.name)  # said at the field, as any refusal
    except Refusal as refusal:
        if isinstance(refusal, services.WRONG):
            tries.note(request)
        refusal.show_on(form)
    else:
        return found
    return None


@public
@require_GET
def show_terms(request: HttpRequest) -> HttpResponse:
    """What the card is, who may read what, and what is done when it is lost; with the numbers that the city has set."""
    return render(request, "cards/terms.html", {"terms": queries.terms()})


@public
@never_cache
@require_http_methods(FORMS)
def report_found(request: HttpRequest) -> HttpResponse:
    """Somebody found a card: the same answer for every number (C-83)."""
    initial = {"public_id": uuid7(), "number": request.GET.get("number", "")[:40]}
    form = forms.Found(_sent(request), initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        try:
            tries.check(request)
            # Each counts, right or wrong: else the count would say which it was.
            tries.note(request)
            services.report_found(at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form, card_number="number", card="number")
        else:
            return render(request, "cards/found.html", {"is_said": True, "lies_at": form.cleaned_data["lies_at"]})
    return render(request, "cards/found.html", {"form": form}, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing: a form without fields is sent as well."""
    return request.POST if request.method == "POST" else None


def _kept_or_404(request: HttpRequest, public_id: UUID) -> Card:
    row = queries.kept_card(standing(request), public_id)
    if row is None:
        raise Http404
    if not _is_own(request, row):
        seen(request, person_id=row.account_id, what=Reading.What.ACCOUNT)
    return row


def _is_own(request: HttpRequest, row: Card) -> bool:
    return row.account_id in standing(request).person_keys


def _back(request: HttpRequest, row: Card) -> HttpResponse:
    if _is_own(request, row):
        return redirect("cards:keep_card")
    return redirect("cards:show_kept", public_id=row.public_id)


def _place(request: HttpRequest) -> Organisation | None:
    """Where the viewer read a card last, if they may still read there."""
    code = request.session.get(_PLACE)
    return queries.places_to_read(standing(request)).filter(code=code).first() if code else None
