"""The counter: by a voucher's or a card's number to what waits for somebody; what is to be fetched."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.cards import services as cards
from xuecheng.learning.cards import tries
from xuecheng.learning.redemption import fees, forms, queries, services
from xuecheng.learning.redemption.queries import HAND_OUT
from xuecheng.web.paging import page_of


class NoVoucherHere(Refusal):
    message = _("No voucher of yours has this number.")
    remedy = _("Look at what it says: it may be handed out elsewhere.")
    field = "code"


class FeeVoucher(Refusal):
    message = _("This voucher pays course fees, at other colleges too.")
    remedy = _("Read the learner's card here, or open what they owe at the cash desk: it shows their vouchers.")
    field = "code"


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(HAND_OUT)
def counter(request: HttpRequest) -> HttpResponse:
    """Type or scan: a voucher leads to its order, a learning card to all that waits for its holder."""
    form = forms.Look(_sent(request), initial={"public_id": uuid7()})
    if form.is_bound and form.is_valid():
        try:
            return redirect(_found(request, form))
        except Refusal as refusal:
            if isinstance(refusal, cards.WRONG):
                tries.note(request)
            refusal.show_on(form, card="code")
    context = {
        "form": form,
        "errors": form if form.errors else None,
        "today": list(queries.orders_to_hand_out(standing(request)).order_by("until", "id")[:20]),
    }
    return render(request, "redemption/counter.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent; the address in a voucher's own code brings its number along."""
    if request.method == "POST":
        return request.POST
    if "code" not in request.GET or queries.is_card(request.GET["code"]):
        return None
    brought = request.GET.copy()
    brought["public_id"] = str(uuid7())
    return brought


def _found(request: HttpRequest, form: forms.Look) -> str:
    """Where it leads. Raises `NoVoucherHere`, `FeeVoucher`, and what reading a card refuses with."""
    viewer, data = standing(request), form.cleaned_data
    if not queries.is_card(data["code"]):
        found = queries.by_code(viewer, queries.voucher_in(data["code"]))
        if found is None:
            raise FeeVoucher if queries.is_fee_voucher(queries.voucher_in(data["code"])) else NoVoucherHere
        return reverse("redemption:show_order", args=[found.public_id])
    tries.check(request)
    read = services.read_holder(
        actor=viewer, public_id=data["public_id"], text=data["code"], confirmed=data["confirmed"], at=clock.now()
    )
    if read.needs_confirmation:
        seen(request, person_id=read.person.pk, what=Reading.What.PERSON)
        raise cards.ConfirmFirst(name=read.person.name)
    return reverse("redemption:show_holder", args=[read.card.account.public_id])


@never_cache
@require_GET
@only_for(HAND_OUT)
def show_holder(request: HttpRequest, account: UUID) -> HttpResponse:
    """What waits for whoever stands here, their points, and what could be reserved for them now."""
    viewer, now = standing(request), clock.now()
    holder = queries.holder_before(viewer, account, at=now)
    if holder is None:
        raise Http404
    seen(request, person_id=holder.pk, what=Reading.What.ACCOUNT)
    keys = keys_of(holder)
    context = {
        "holder": holder,
        "account": account,
        "orders": queries.of_learner_at(viewer, keys),
        "points": queries.points_of(keys),
        "vouchers": (vouchers := queries.fee_vouchers(keys)),
        "to_pay": fees.payable(keys, counter=viewer) if vouchers else [],
        "offers": [(one, uuid7()) for one in queries.offers_at(viewer, clock.date_of(now))],
        "is_other": holder.pk not in viewer.person_keys,
    }
    return render(request, "redemption/holder.html", context)


@never_cache
@require_POST
@only_for(HAND_OUT)
def reserve_for(request: HttpRequest, account: UUID) -> HttpResponse:
    """Reserve for somebody who stands at the counter with their card."""
    viewer, now = standing(request), clock.now()
    holder = queries.holder_before(viewer, account, at=now)
    try:
        offer = queries.offer(UUID(request.POST.get("offer", "")))
        number = UUID(request.POST.get("public_id", ""))
    except ValueError:
        raise Http404 from None
    if holder is None or offer is None:
        raise Http404
    try:
        made = services.reserve(actor=viewer, public_id=number, offer=offer, items=1, learner=holder, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("redemption:show_holder", account=account)
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
