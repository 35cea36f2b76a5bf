"""One's own orders and their vouchers; the same page for who hands out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.learning.redemption import fees, forms, queries, rules, services
from xuecheng.learning.redemption.models import OfferKind, Redemption
from xuecheng.learning.redemption.queries import HAND_OUT
from xuecheng.web.drawings.code import qr_code
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of

from .shelf import offer_page


@never_cache
@require_POST
def reserve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reserve for oneself."""
    offer = queries.offer(public_id)
    if offer is None:
        raise Http404
    form = forms.Reserve(request.POST, most=offer.most_per_order)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.reserve(
                actor=standing(request), public_id=data["public_id"], offer=offer, items=data["items"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("It is kept for you."))
            return redirect("redemption:show_order", public_id=made.public_id)
    return offer_page(request, offer, wrong=form)


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own orders, exemptions and qualifications, and how many points one has."""
    viewer = standing(request)
    form = forms.FilterOwn(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    context = {
        "page": page_of(queries.own_orders(viewer, state=state), order=("-id",), after=request.GET.get("after", "")),
        "filter": form,
        "state": state,
        "points": queries.points_of(viewer.person_keys),
        "grants": queries.grants_of(viewer.person_keys),
    }
    return render(request, "redemption/own.html", context)


@never_cache
@require_GET
def show_order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One order: its voucher, what was handed out, and what can be done."""
    return order_page(request, _order_or_404(request, public_id))


def order_page(
    request: HttpRequest, row: Redemption, *, wrong: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    viewer = standing(request)
    is_own = row.learner_id in viewer.person_keys
    if not is_own:
        seen(request, person_id=row.learner_id, what=Reading.What.ACCOUNT, thing=row.public_id)
    shown = _forms_of(viewer, row)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    is_running = row.state == Redemption.State.RESERVED
    context = {
        "row": row,
        "stock": getattr(row.offer, "stock", None),
        "number": rules.shown_voucher(row.code),
        "picture": qr_code(_address(request, row), label=_("Code of the voucher")) if is_own and is_running else "",
        "handings": queries.handings_of(row),
        "allocations": list(row.allocations.all()),
        "is_own": is_own,
        "is_running": is_running,
        "is_fee": row.offer.kind == OfferKind.FEE,
        "to_pay": fees.to_pay(row, counter=None if is_own else viewer)
        if is_running and row.offer.kind == OfferKind.FEE
        else [],
        "shown": {name.replace("-", "_"): form for name, form in shown.items()},
        "errors": wrong,
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "redemption/order.html", context, status=422 if wrong is not None else 200)


def _address(request: HttpRequest, row: Redemption) -> str:
    """What the code of a voucher says: the counter's page with the number filled in."""
    return request.build_absolute_uri(f"{reverse('redemption:counter')}?code={row.code}")


def _forms_of(viewer: Standing, row: Redemption) -> dict[str, django_forms.Form]:
    """What the viewer may do with an order now, as forms by verb."""
    shown: dict[str, django_forms.Form] = {}
    is_own, is_running = row.learner_id in viewer.person_keys, row.state == Redemption.State.RESERVED
    if is_own and is_running:
        shown["release"] = django_forms.Form()
    if is_own or not viewer.may(HAND_OUT, row.place_scope()):
        return shown
    is_fee = row.offer.kind == OfferKind.FEE
    if is_running:
        shown["call-off"] = forms.CallOff()
        if not is_fee and clock.now() < row.until:
            shown["hand-out"] = forms.HandOut(left=row.left, initial={"public_id": uuid7()})
    if row.kept and not is_fee:
        shown["take-back"] = forms.TakeBack(initial={"public_id": uuid7()})
    return shown


@never_cache
@require_POST
def move_order(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Give up; at the counter: hand out, call off, take back."""
    row, actor = _order_or_404(request, public_id), standing(request)
    if verb == "release":
        form: django_forms.Form = django_forms.Form(request.POST)
    elif verb == "call-off":
        form = forms.CallOff(request.POST)
    elif verb == "hand-out":
        form = forms.HandOut(request.POST, left=row.left)
    elif verb == "take-back":
        form = forms.TakeBack(request.POST)
    else:
        raise Http404
    if form.is_valid():
        try:
            _act(verb, actor, row, form.cleaned_data, clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _said(verb))
            return redirect("redemption:show_order", public_id=public_id)
    return order_page(request, row, wrong=form, verb=verb)


def _said(verb: str) -> str:
    return {
        "release": _("Given up. What it would have cost is on your account again."),
        "call-off": _("Called off, and told so."),
        "hand-out": _("Handed out."),
        "take-back": _("Taken back. What it cost is on the learner's account again."),
    }[verb]


def _act(verb: str, actor: Standing, row: Redemption, data: dict[str, Any], now: Any) -> None:
    if verb == "release":
        if row.learner_id not in actor.person_keys:
            raise Http404
        services.release(actor=actor, redemption=row, at=now)
    elif verb == "call-off":
        services.release(actor=actor, redemption=row, words=data["words"], at=now)
    elif verb == "hand-out":
        services.hand_out(
            actor=actor, public_id=data["public_id"], redemption=row, items=data["items"],
            keeps_rest=data["keeps_rest"], at=now,
        )  # fmt: skip
    else:
        services.take_back(
            actor=actor, public_id=data["public_id"], redemption=row, items=data["items"], why=data["why"], at=now
        )


def _order_or_404(request: HttpRequest, public_id: UUID) -> Redemption:
    row = queries.order(standing(request), public_id)
    if row is None:
        raise Http404
    return row
