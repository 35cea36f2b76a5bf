"""Webhooks for programs: subscribe, rotate, end, see and repeat what was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Out, Reason
from xuecheng.city.organisations import queries as organisations

from . import queries, services
from .models import Delivery, Subscription

router = Router(tags=["Webhooks"])
Url = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[!-~]+$")]
EventName = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]+\.[a-z_]+$")]


class WebhookOut(Out):
    """A subscription. `secret` is shown once, when it is made or changed."""

    KEYS: ClassVar = ("id",)
    id: UUID
    organisation: str
    url: str
    events: list[str]
    created_at: datetime
    ended_at: datetime | None
    secret: str | None = None

    @staticmethod
    def of(row: Subscription, secret: str | None = None) -> WebhookOut:
        return WebhookOut(
            id=row.public_id,
            organisation=row.organisation.code,
            url=row.url,
            events=row.topics,
            created_at=row.created_at,
            ended_at=row.ended_at,
            secret=secret,
        )


class WebhookIn(In):
    """Where to tell what; `id` is chosen by the caller."""

    id: UUID
    organisation: Code
    url: Url
    events: Annotated[list[EventName], Field(min_length=1, max_length=20)]
    reason: Reason


class WhyIn(In):
    reason: Reason


class DeliveryOut(Out):
    """One message. `message_id` is the header webhook-id: a receiver knows by it what it has taken already."""

    KEYS: ClassVar = ("message_id",)
    message_id: UUID
    event: str
    data: dict[str, Any]
    state: Delivery.State
    attempts: int
    made_at: datetime
    due_at: datetime
    last_status: int | None
    last_error: str
    delivered_at: datetime | None

    @staticmethod
    def of(row: Delivery) -> DeliveryOut:
        plain = [name for name in DeliveryOut.model_fields if name != "state"]
        return DeliveryOut(**{name: getattr(row, name) for name in plain}, state=Delivery.State(row.state))


class DeliveryWish(Paged):
    state: Delivery.State | None = None


@router.listing("/webhooks", scope="webhooks.read", out=WebhookOut)
def list_webhooks(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Subscriptions of the caller's organisations, newest first."""
    found = queries.visible_subscriptions(standing(request))
    return cut(request, wish, found, order=("-id",), show=lambda rows: [WebhookOut.of(row) for row in rows])


@router.writing("/webhooks", scope="webhooks.write", out=WebhookOut)
def subscribe(request: HttpRequest, body: WebhookIn) -> WebhookOut:
    """Let an address be told of events. The secret is in this answer only."""
    organisation = organisations.by_code(body.organisation)
    if organisation is None:
        raise Http404
    made, secret = services.subscribe(
        actor=standing(request),
        public_id=body.id,
        organisation=organisation,
        url=body.url,
        events=body.events,
        at=clock.now(),
        reason=body.reason,
    )
    return WebhookOut.of(made, secret)


@router.reading("/webhooks/{id}", scope="webhooks.read", out=WebhookOut)
def get_webhook(request: HttpRequest, id: Path[UUID]) -> WebhookOut:
    """One subscription."""
    return WebhookOut.of(_subscription(request, id))


@router.writing("/webhooks/{id}/secret", scope="webhooks.write", out=WebhookOut)
def rotate_webhook_secret(request: HttpRequest, id: Path[UUID], body: WhyIn) -> WebhookOut:
    """Another secret; for a day both sign. It is in this answer only."""
    row = _subscription(request, id)
    secret = services.rotate_secret(actor=standing(request), subscription=row, at=clock.now(), reason=body.reason)
    return WebhookOut.of(row, secret)


@router.writing("/webhooks/{id}/end", scope="webhooks.write", out=WebhookOut, status=200)
def end_webhook(request: HttpRequest, id: Path[UUID], body: WhyIn) -> WebhookOut:
    """Tell no more."""
    services.end_subscription(
        actor=standing(request), subscription=_subscription(request, id), at=clock.now(), reason=body.reason
    )
    return WebhookOut.of(_subscription(request, id))


@router.listing("/webhooks/{id}/deliveries", scope="webhooks.read", out=DeliveryOut)
def list_deliveries(request: HttpRequest, id: Path[UUID], wish: Query[DeliveryWish]) -> dict[str, Any]:
    """What was sent, waits or was given up, newest first."""
    found = queries.deliveries_of(_subscription(request, id), state=wish.state or "")
    return cut(request, wish, found, order=("-id",), show=lambda rows: [DeliveryOut.of(row) for row in rows])


@router.writing("/webhooks/{id}/deliveries/{message_id}/replay", scope="webhooks.write", out=DeliveryOut, status=202)
def replay_delivery(request: HttpRequest, id: Path[UUID], message_id: Path[UUID]) -> DeliveryOut:
    """Send a message again, under its own id."""
    found = queries.deliveries_of(_subscription(request, id)).select_related("subscription__organisation__territory")
    delivery = found.filter(message_id=message_id).first()
    if delivery is None:
        raise Http404
    return DeliveryOut.of(services.replay(actor=standing(request), delivery=delivery, at=clock.now()))


def _subscription(request: HttpRequest, public_id: UUID) -> Subscription:
    found = queries.visible_subscriptions(standing(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
