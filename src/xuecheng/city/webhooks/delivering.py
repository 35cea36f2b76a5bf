"""The work of the job: what is due is claimed, sent, and its outcome kept. Killed anywhere, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from . import rules, secrets_kept, sending
from .models import Delivery, Subscription

CLAIMED_FOR = timedelta(seconds=90)
"""Longer than a send can take: a message whose sender died is due again after it."""
_AT_ONCE = 20
_State = Delivery.State


def deliver_due(*, now: Callable[[], datetime], most: int = 10_000) -> int:
    """Send what is due until nothing is, or `most` are; answers how many receivers took.

    A receiver that fails is let be for the rest: its other messages wait as long as this one, and hold nobody up.
    """
    taken, failing = 0, dict[int, datetime]()
    for _round in range(max(1, most // _AT_ONCE)):
        claimed = _claim(now())
        if not claimed:
            break
        for delivery in claimed:
            if delivery.subscription_id in failing:
                Delivery.objects.filter(pk=delivery.pk).update(
                    due_at=failing[delivery.subscription_id], attempts=delivery.attempts - 1
                )
                continue
            if _deliver(delivery, now):
                taken += 1
            else:
                failing[delivery.subscription_id] = now() + rules.wait_after(delivery.attempts)
    return taken


def _claim(at: datetime) -> list[Delivery]:
    """Some that are due, now claimed: no other worker takes them for a while."""
    with transaction.atomic():
        due = Delivery.objects.filter(state=_State.WAITING, due_at__lte=at).order_by("due_at", "id")
        rows = list(due.select_for_update(no_key=True, skip_locked=True, of=("self",))[:_AT_ONCE])
        for row in rows:
            row.attempts, row.due_at = row.attempts + 1, at + CLAIMED_FOR
        Delivery.objects.bulk_update(rows, ["attempts", "due_at"])
    subscriptions = Subscription.objects.in_bulk({row.subscription_id for row in rows})
    for row in rows:
        row.subscription = subscriptions[row.subscription_id]
    return rows


def _deliver(delivery: Delivery, now: Callable[[], datetime]) -> bool:
    body = body_of(delivery)
    outcome = sending.send(delivery.subscription.url, body, headers_of(delivery, body, at=now()))
    at = now()
    kept = Delivery.objects.filter(pk=delivery.pk, state=_State.WAITING, attempts=delivery.attempts)
    said = {"last_status": outcome.status, "last_error": outcome.error}
    if outcome.is_taken:
        kept.update(state=_State.DELIVERED, delivered_at=at, **said)
        return True
    due_at = at + rules.wait_after(delivery.attempts)
    is_over = due_at > delivery.give_up_at
    kept.update(state=_State.DEAD if is_over else _State.WAITING, due_at=due_at, **said)
    return False


def body_of(delivery: Delivery) -> bytes:
    """What is sent, the same at each try."""
    said = {"type": delivery.event, "timestamp": delivery.made_at.isoformat(), "data": delivery.data}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def headers_of(delivery: Delivery, body: bytes, *, at: datetime) -> dict[str, str]:
    """Id, time and signatures: while a secret is being changed, two."""
    subscription = delivery.subscription
    message_id, timestamp = f"msg_{delivery.message_id}", int(at.timestamp())
    known = [secrets_kept.secret_of(subscription)]
    if subscription.previous_secret and subscription.previous_until and at < subscription.previous_until:
        known.append(secrets_kept.previous_secret_of(subscription))
    signatures = [rules.signature(one, message_id=message_id, timestamp=timestamp, body=body) for one in known]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Xuecheng-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
