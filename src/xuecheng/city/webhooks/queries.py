"""Questions about webhooks: which somebody may see, and what was sent."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from xuecheng.city.access.queries import Standing, visible

from .models import Delivery, Subscription

SEE, KEEP = "webhooks.see_subscription", "webhooks.keep_subscription"


def visible_subscriptions(viewer: Standing) -> QuerySet[Subscription]:
    """Webhooks of organisations for which `viewer` may see them."""
    allowed = visible(viewer, SEE, organisation="organisation", territory="organisation__territory")
    return Subscription.objects.filter(allowed).select_related("organisation__territory", "created_by")


def deliveries_of(subscription: Subscription, *, state: str = "") -> QuerySet[Delivery]:
    """What was sent, or waits to be, or was given up."""
    found = Delivery.objects.filter(subscription=subscription)
    return found.filter(state=state) if state else found


def something_is_due(*, at: datetime) -> bool:
    """Whether a message waits whose time has come. One index probe."""
    return Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at).exists()
