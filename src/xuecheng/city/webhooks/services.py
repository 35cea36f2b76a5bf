"""Verbs of webhooks: subscribe, rotate the secret, end, send again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing

from . import secrets_kept, sending
from .events import EVENTS
from .models import Delivery, Subscription
from .queries import KEEP
from .rules import GIVE_UP_AFTER

OVERLAP = timedelta(days=1)
"""So long both secrets sign after a rotation."""


class EventUnknown(Refusal):
    message = _("Choose at least one of the events in the list.")
    field = "events"


class AddressRefused(Refusal):
    message = _("Messages are sent to https addresses outside only, without a user name or a fragment.")
    remedy = _("Write the address of your receiver, such as https://example.org/hook.")
    field = "url"


class SubscriptionEnded(Refusal):
    message = _("This webhook has ended.")


class NothingToReplay(Refusal):
    message = _("This message is waiting to be sent already.")


def subscribe(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    url: str,
    events: Sequence[str],
    at: datetime,
    reason: str,
) -> tuple[Subscription, str]:
    """Let `url` be told of `events` at an organisation; answers it and its secret, which is shown once.

    Asked again with the same id: `FormUsedBefore`. Right: webhooks.keep_subscription there. Raises `Denied`,
    `EventUnknown`, `AddressRefused`.
    """
    require(actor, KEEP, on=organisation)
    if not events or set(events) - set(EVENTS):
        raise EventUnknown
    try:
        sending.check_address(url)
    except sending.NotAllowed as error:
        raise AddressRefused from error
    secret = secrets_kept.new_secret()
    with trace.change(by=actor.person, why=reason), refusing(webhook_public_id_once=FormUsedBefore):
        if Subscription.objects.filter(public_id=public_id).exists():
            raise FormUsedBefore
        made = Subscription.objects.create(
            public_id=public_id,
            organisation=organisation,
            url=url,
            topics=sorted(set(events)),
            secret=vault.seal(secrets_kept.SECRET, str(public_id), secret),
            created_by=actor.person,
            created_at=at,
        )
    return made, secret


def rotate_secret(*, actor: Standing, subscription: Subscription, at: datetime, reason: str) -> str:
    """Another secret; for a day messages are signed with both. Raises `Denied`, `SubscriptionEnded`."""
    require(actor, KEEP, on=subscription)
    secret = secrets_kept.new_secret()
    with trace.change(by=actor.person, why=reason):
        row = _locked(subscription)
        # A sealed value opens in its own column only: the old secret is sealed anew for the one it moves to.
        name, previous = str(row.public_id), secrets_kept.secret_of(row)
        row.previous_secret, row.previous_until = vault.seal(secrets_kept.PREVIOUS, name, previous), at + OVERLAP
        row.secret = vault.seal(secrets_kept.SECRET, name, secret)
        row.save(update_fields=["secret", "previous_secret", "previous_until"])
    return secret


def end_subscription(*, actor: Standing, subscription: Subscription, at: datetime, reason: str) -> None:
    """Tell no more. What waits is given up. Raises `Denied`, `SubscriptionEnded`."""
    require(actor, KEEP, on=subscription)
    with trace.change(by=actor.person, why=reason):
        row = _locked(subscription)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        Delivery.objects.filter(subscription=row, state=Delivery.State.WAITING).update(state=Delivery.State.DEAD)


def replay(*, actor: Standing, delivery: Delivery, at: datetime) -> Delivery:
    """Send a message again, under its own id, for three more days. Raises `Denied`, `SubscriptionEnded`,
    `NothingToReplay`.
    """
    require(actor, KEEP, on=delivery.subscription)
    with trace.change(by=actor.person, why=str(_("Sent again."))):
        _locked(delivery.subscription)
        row = Delivery.objects.select_for_update(no_key=True, of=("self",)).get(pk=delivery.pk)
        if row.state == Delivery.State.WAITING:
            raise NothingToReplay
        row.state, row.attempts, row.due_at, row.give_up_at = Delivery.State.WAITING, 0, at, at + GIVE_UP_AFTER
        row.save(update_fields=["state", "attempts", "due_at", "give_up_at"])
    return row


def _locked(subscription: Subscription) -> Subscription:
    row = Subscription.objects.select_for_update(no_key=True, of=("self",)).get(pk=subscription.pk)
    if row.ended_at is not None:
        raise SubscriptionEnded
    return row
