"""What cards tell their holders: changed at a counter, shown by another device, found by somebody."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.city.organisations.models import Organisation

from .models import Card, Device

CHANGED, ENROLLED, FOUND, FOUND_AT = "cards.changed", "cards.enrolled", "cards.found", "cards.found_at"
_PAGE = ("cards:keep_card", "")


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        CHANGED,
        _("Your learning card was changed at a counter"),
        kinds.Words(
            title=_("Your learning card, ending in %(end)s, was changed at a counter."),
            body=_("Open it to see whether it is frozen, in use again or new."),
            sms=_("Your learning card was changed at a counter. Sign in to see it."),
        ),
        sample={"end": "0131"},
        icon="qrcode",
        channels=("sms",),
    )
    kinds.register(
        ENROLLED,
        _("Another device shows your learning card"),
        kinds.Words(
            title=_("Another device shows your learning card since %(at)s."),
            body=_("Was it not you? Take the device off the card, and change your password."),
            sms=_("Another device shows your learning card. Was it not you? Sign in and take it off."),
        ),
        sample={"at": "2026-11-23 09:30"},
        icon="device-mobile",
        channels=("sms",),
    )
    kinds.register(
        FOUND,
        _("Somebody found your learning card"),
        kinds.Words(
            title=_("Somebody says to have found your learning card, ending in %(end)s."),
            body=_("Is it lost? Freeze it at once, or get a new number. If you have it, there is nothing to do."),
            sms=_("Somebody says to have found your learning card. Sign in to see what to do."),
        ),
        sample={"end": "0131"},
        icon="qrcode",
        channels=("email", "sms"),
    )
    kinds.register(
        FOUND_AT,
        _("Your learning card lies at a learning place"),
        kinds.Words(
            title=_("Your learning card, ending in %(end)s, was found. It lies at: %(place)s."),
            body=_("Fetch it there with a document. Until then you can freeze it, or get a new number."),
            sms=_("Your learning card was found and handed in. Sign in to see where it lies."),
        ),
        sample={"end": "0131", "place": "五山街社区教育学校"},
        icon="qrcode",
        channels=("email", "sms"),
    )


def tell_changed(card: Card, *, at: datetime) -> None:
    if card.kept_at is not None:
        tell_found(card, card.kept_at, at=at)
        return
    key = f"{card.public_id}/{card.state}/{at.isoformat()}"
    _tell(CHANGED, card, key, {"end": card.number[-4:]}, at=at)


def tell_enrolled(device: Device, card: Card, *, at: datetime) -> None:
    _tell(ENROLLED, card, str(device.public_id), {"at": f"{localtime(at):%Y-%m-%d %H:%M}"}, at=at)


def tell_found(card: Card, lies_at: Organisation | None, *, at: datetime) -> None:
    key, end = f"{card.public_id}/found/{at:%Y-%m-%d}", card.number[-4:]
    if lies_at is None:
        _tell(FOUND, card, key, {"end": end}, at=at)
    else:
        _tell(FOUND_AT, card, key, {"end": end, "place": lies_at.name_zh}, at=at)


def _tell(kind: str, card: Card, key: str, values: dict[str, str], *, at: datetime) -> None:
    tell_many(kind, [Telling(card.account_id, key, values, _PAGE)], at=at)
