"""Verbs of the phones that show a card (C-84): set up once, taken off at any time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.cards import news, rules
from xuecheng.learning.cards.models import Card, Device
from xuecheng.learning.cards.queries import ENROL, SEALED_FOR, live_devices, terms

_AGAIN = timedelta(minutes=10)
"""So long the same form gives the same secret again: an answer may be lost on its way."""


class CardNotInUse(Refusal):
    message = _("This card is not in use, so no phone can show it.")
    remedy = _("Unfreeze it, or ask for a new one.")


class TooManyDevices(Refusal):
    message = _("%(most)s devices show this card already.")
    remedy = _("Take one of them off first.")


class DeviceTakenOff(Refusal):
    message = _("This device was taken off the card.")


@dataclass(frozen=True)
class Enrolled:
    """A device with its secret. The secret is said once, to the device, and to nobody afterwards."""

    device: Device
    secret: bytes


def enrol_device(*, actor: Standing, public_id: UUID, card: Card, name: str, at: datetime) -> Enrolled:
    """Let a phone of the holder's show the card. Asked again with the same id within ten minutes, the same secret.

    Right: cards.enrol_device on one's own card; the page asks for a fresh proof first. Raises `Denied`,
    `CardNotInUse`, `TooManyDevices`, `FormUsedBefore`.
    """
    require(actor, ENROL, on=card)
    with (
        trace.change(by=actor.person, why=gettext_noop("Device set up to show the learning card")),
        refusing(card_device_public_id_once=FormUsedBefore),
    ):
        row = Card.objects.select_for_update(no_key=True).get(pk=card.pk)
        known = Device.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.card_id != row.pk or known.revoked_at is not None or at - known.enrolled_at > _AGAIN:
                raise FormUsedBefore
            return Enrolled(known, secret_of(known))
        if row.state != Card.State.ACTIVE:
            raise CardNotInUse
        most = terms().most_devices
        if live_devices(row).count() >= most:
            raise TooManyDevices(most=most)
        secret = secrets.token_bytes(rules.SECRET_BYTES)
        row.newest_key += 1
        row.save(update_fields=["newest_key"])
        made = Device.objects.create(
            public_id=public_id, card=row, key_version=row.newest_key, name=name.strip()[:40], enrolled_at=at,
            sealed=vault.seal(SEALED_FOR, str(public_id), secret.hex()),
        )  # fmt: skip
        news.tell_enrolled(made, row, at=at)
    return Enrolled(made, secret)


def revoke_device(*, actor: Standing, device: Device, at: datetime) -> Device:
    """Take a phone off the card: its codes are worth nothing from now on. Said twice, once.

    Right: cards.keep_card on the holder. Raises `Denied`.
    """
    require(actor, "cards.keep_card", on=device.card)
    with trace.change(by=actor.person, why=gettext_noop("Device taken off the learning card")):
        row = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
        if row.revoked_at is None:
            row.revoked_at = at
            row.save(update_fields=["revoked_at"])
    return row


def secret_of(device: Device) -> bytes:
    """The secret that the device shares with us."""
    return bytes.fromhex(vault.open_sealed(SEALED_FOR, str(device.public_id), bytes(device.sealed)))
