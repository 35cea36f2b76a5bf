"""The provider's desk: offers in every state, drafting them, their stock."""

from __future__ import annotations

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
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.redemption import forms, queries, services
from xuecheng.learning.redemption.models import Offer
from xuecheng.learning.redemption.models.offers import OF_UNITS
from xuecheng.learning.redemption.queries import HAND_OUT, KEEP
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of

_FORMS = ["GET", "POST"]
_State = Offer.State


@never_cache
@require_GET
@only_for(KEEP)
def list_offers(request: HttpRequest) -> HttpResponse:
    """What the viewer's organisations offer, in every state."""
    form = forms.FilterOffers(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.kept_offers(standing(request), state=state)
    page = page_of(rows, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "redemption/offers.html", {"page": page, "filter": form, "state": state})


@never_cache
@require_http_methods(_FORMS)
@only_for(KEEP)
def draft_offer(request: HttpRequest) -> HttpResponse:
    """Draft an offer."""
    return _draft(request, initial={"public_id": uuid7(), "opens_on": clock.today()})


@never_cache
@require_http_methods(_FORMS)
def change_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a draft."""
    row = _kept_or_404(request, public_id)
    if row.state != _State.DRAFT:
        raise Http404
    return _draft(request, row=row, initial=forms.initial_of(row))


@never_cache
@require_http_methods(_FORMS)
def follow_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Draft another offer that takes the place of one on the shelf; its limits go on counting."""
    row = _kept_or_404(request, public_id)
    if row.state == _State.DRAFT:
        raise Http404
    initial = forms.initial_of(row) | {"public_id": uuid7(), "opens_on": clock.today()}
    return _draft(request, follows=row, initial=initial)


def _draft(
    request: HttpRequest, *, initial: dict[str, Any], row: Offer | None = None, follows: Offer | None = None
) -> HttpResponse:
    actor = standing(request)
    places = queries.organisations_offering(actor)
    form = forms.Draft(request.POST or None, places=places, units=queries.units_to_take(), initial=initial)
    if form.is_valid():
        try:
            if row is not None:
                made = services.change_offer(actor=actor, offer=row, wish=form.wish(), at=clock.now())
            else:
                made = services.draft_offer(
                    actor=actor, public_id=form.cleaned_data["public_id"],
                    organisation=form.cleaned_data["organisation"], wish=form.wish(), at=clock.now(), follows=follows,
                )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. Nobody sees it before it is put on the shelf."))
            return redirect("redemption:keep_offer", public_id=made.public_id)
    context = {"form": form, "row": row, "follows": follows}
    return render(request, "redemption/draft.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def keep_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One offer as who keeps it sees it: state, stock with its movements, newest orders."""
    return _page(request, _kept_or_404(request, public_id))


def _page(request: HttpRequest, row: Offer, *, wrong: django_forms.Form | None = None, verb: str = "") -> HttpResponse:
    viewer = standing(request)
    shown = _forms_of(viewer, row)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    stock = getattr(row, "stock", None)
    context = {
        "row": row,
        "stock": stock,
        "is_low": stock is not None and row.low_stock is not None and stock.free <= row.low_stock,
        "movements": list(queries.movements_of(row)[:20]) if stock is not None else [],
        "orders": list(queries.orders_of_offer(viewer, row).order_by("-id")[:10])
        if viewer.may(HAND_OUT, row.access_scope())
        else [],
        "follower": getattr(row, "followed_by", None),
        "needs_second": row.kind in OF_UNITS and row.drafted_by_id in viewer.person_keys,
        "shown": {name.replace("-", "_"): form for name, form in shown.items()},
        "errors": wrong,
    }
    return render(request, "redemption/keep.html", context, status=422 if wrong is not None else 200)


def _forms_of(viewer: Standing, row: Offer) -> dict[str, django_forms.Form]:
    shown: dict[str, django_forms.Form] = {}
    if row.state == _State.DRAFT and not (row.kind in OF_UNITS and row.drafted_by_id in viewer.person_keys):
        shown["publish"] = django_forms.Form()
    if row.state == _State.PUBLISHED:
        shown["close"] = forms.Close()
    if hasattr(row, "stock") and row.state != _State.CLOSED:
        shown["receive"] = forms.ReceiveStock(initial={"public_id": uuid7()})
    if hasattr(row, "stock") and row.stock.free:
        shown["write-off"] = forms.WriteOffStock(initial={"public_id": uuid7()})
    return shown


@never_cache
@require_POST
def move_offer(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Publish, close, enter what came in or is written off."""
    row, actor, now = _kept_or_404(request, public_id), standing(request), clock.now()
    kinds: dict[str, type[django_forms.Form]] = {
        "publish": django_forms.Form, "close": forms.Close, "receive": forms.ReceiveStock,
        "write-off": forms.WriteOffStock,
    }  # fmt: skip
    if verb not in kinds:
        raise Http404
    form = kinds[verb](request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            if verb == "publish":
                services.publish_offer(actor=actor, offer=row, at=now)
            elif verb == "close":
                services.close_offer(actor=actor, offer=row, why=data["why"], at=now)
            else:
                move = services.receive_stock if verb == "receive" else services.write_off_stock
                move(
                    actor=actor, public_id=data["public_id"], offer=row, amount=data["amount"], why=data["why"], at=now
                )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("redemption:keep_offer", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _kept_or_404(request: HttpRequest, public_id: UUID) -> Offer:
    row = queries.kept_offer(standing(request), public_id)
    if row is None:
        raise Http404
    return row
