"""Pages of webhooks: the list, a new one, what was delivered, and sending again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import queries, services
from .events import EVENTS
from .forms import Subscribe, Why
from .models import Delivery, Subscription
from .queries import KEEP, SEE

_CHIPS = {Delivery.State.WAITING: "wait", Delivery.State.DELIVERED: "done", Delivery.State.DEAD: "no"}


@never_cache
@require_GET
@only_for(SEE)
def list_subscriptions(request: HttpRequest) -> HttpResponse:
    found = queries.visible_subscriptions(standing(request))
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    return render(
        request,
        "webhooks/list.html",
        {"page": page, "may_subscribe": standing(request).may_somewhere(KEEP)},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(KEEP)
def subscribe(request: HttpRequest) -> HttpResponse:
    """A new webhook; its secret is on the answer to this form only."""
    viewer = standing(request)
    form = Subscribe(request.POST or None, viewer=viewer)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        try:
            made, secret = services.subscribe(actor=viewer, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return render(request, "webhooks/secret.html", {"subscription": made, "secret": secret})
    return render(request, "webhooks/subscribe.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_subscription(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One webhook and what was delivered."""
    subscription = _subscription(request, public_id)
    state = request.GET.get("state", "")
    found = queries.deliveries_of(subscription, state=state if state in Delivery.State.values else "")
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    return render(
        request,
        "webhooks/subscription.html",
        {
            "subscription": subscription,
            "events": [(name, EVENTS.get(name, name)) for name in subscription.topics],
            "page": page,
            "rows": [(one, _CHIPS[Delivery.State(one.state)]) for one in page],
            "may_keep": subscription.ended_at is None and standing(request).may(KEEP, scope_of(subscription)),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def rotate_secret(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another secret; for a day both sign."""
    subscription = _subscription(request, public_id)
    form = Why(request.POST or None)
    if form.is_valid():
        try:
            secret = services.rotate_secret(
                actor=standing(request), subscription=subscription, at=clock.now(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "webhooks/secret.html", {"subscription": subscription, "secret": secret})
    return _form(request, subscription, form, _("A new secret for this webhook?"), _("Make a new secret"))


@never_cache
@require_http_methods(["GET", "POST"])
def end_subscription(request: HttpRequest, public_id: UUID) -> HttpResponse:
    subscription = _subscription(request, public_id)
    form = Why(request.POST or None)
    if form.is_valid():
        try:
            services.end_subscription(
                actor=standing(request), subscription=subscription, at=clock.now(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The webhook has ended. What waited is not sent any more."))
            return redirect("webhooks:list_subscriptions")
    return _form(request, subscription, form, _("End this webhook?"), _("End the webhook"))


@require_POST
def replay(request: HttpRequest, public_id: UUID, message_id: UUID) -> HttpResponse:
    subscription = _subscription(request, public_id)
    delivery = get_object_or_404(
        queries.deliveries_of(subscription).select_related("subscription__organisation__territory"),
        message_id=message_id,
    )
    try:
        services.replay(actor=standing(request), delivery=delivery, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is sent again, under its own id."))
    return redirect("webhooks:show_subscription", public_id=public_id)


def _form(request: HttpRequest, subscription: Subscription, form: Why, heading: str, submit: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "subscription": subscription}
    return render(request, "webhooks/form.html", context, status=422 if form.errors else 200)


def _subscription(request: HttpRequest, public_id: UUID) -> Subscription:
    return get_object_or_404(queries.visible_subscriptions(standing(request)), public_id=public_id)
