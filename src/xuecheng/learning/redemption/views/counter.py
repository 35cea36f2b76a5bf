"""The counter: by a voucher's or a card's number to what waits for somebody; what is to be fetched."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.redemption import forms, queries, services
from xuecheng.learning.redemption.queries import HAND_OUT
from xuecheng.web.paging import page_of


class NobodysCard(Refusal):
    message = _("No learning account has this card number.")
    field = "code"


class NoVoucherHere(Refusal):
    message = _("No voucher of yours has this number.")
    remedy = _("Look at what it says: it may be handed out elsewhere.")
    field = "code"


@never_cache
@require_GET
@only_for(HAND_OUT)
def counter(request: HttpRequest) -> HttpResponse:
    """Type or scan a number; then either the order itself, or all that waits for the holder of a card."""
    form = forms.Look(request.GET or None)
    holder, status = None, 200
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["code"]
        try:
            if not queries.is_card(text):
                found = queries.by_code(standing(request), queries.voucher_in(text))
                if found is None:
                    raise NoVoucherHere
                return redirect("redemption:show_order", public_id=found.public_id)
            holder = queries.card_holder(text)
            if holder is None:
                raise NobodysCard
        except Refusal as refusal:
            refusal.show_on(form)
            status = 422
    context = {"form": form, "errors": form if form.errors else None} | (_of_holder(request, holder) if holder else {})
    if holder is None:
        context["today"] = list(queries.orders_to_hand_out(standing(request)).order_by("until", "id")[:20])
    return render(request, "redemption/counter.html", context, status=status)


def _of_holder(request: HttpRequest, holder: Person) -> dict[str, object]:
    """What waits for the holder of a card, their points, and what could be reserved for them here and now."""
    seen(request, person_id=holder.pk, what=Reading.What.ACCOUNT)
    keys = keys_of(holder)
    viewer = standing(request)
    offers = queries.offers_at(viewer, clock.today())
    return {
        "holder": holder,
        "account": queries.account_of(holder),
        "orders": queries.of_learner_at(viewer, keys),
        "points": queries.points_of(keys),
        "offers": [(one, uuid7()) for one in offers],
        "is_other": holder.pk not in viewer.person_keys,
    }


@never_cache
@require_POST
@only_for(HAND_OUT)
def reserve_for(request: HttpRequest, account: UUID) -> HttpResponse:
    """Reserve for somebody who stands at the counter with their card."""
    holder = queries.holder_of_account(account)
    try:
        offer = queries.offer(UUID(request.POST.get("offer", "")))
        number = UUID(request.POST.get("public_id", ""))
    except ValueError:
        raise Http404 from None
    if holder is None or offer is None:
        raise Http404
    try:
        made = services.reserve(
            actor=standing(request), public_id=number, offer=offer, items=1, learner=holder, at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("redemption:counter")
    messages.success(request, _("Reserved. Now hand it out, or let it be paid."))
    return redirect("redemption:show_order", public_id=made.public_id)


@never_cache
@require_GET
@only_for(HAND_OUT)
def list_orders(request: HttpRequest) -> HttpResponse:
    """All that waits at the viewer's counters, the soonest end first; or what was handed out, given up."""
    form = forms.FilterOrders(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.orders_to_hand_out(standing(request), state=state)
    page = page_of(rows, order=("until", "id"), after=request.GET.get("after", ""))
    return render(request, "redemption/orders.html", {"page": page, "filter": form, "state": state})
