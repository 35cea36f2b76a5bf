"""Messages to a bare address, for which no person is needed: sign-in codes above all.

Address and values wait sealed, go into no log and no list, and are gone when the message has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import get_language

from xuecheng.city.jobs import errands

from . import rules
from .addresses import CHANNEL_OF, AddressKind
from .kinds import TEMPLATES, UrgencyName
from .models import Message
from .sealing import address_hash, seal
from .services import DELIVER, URGENCIES

# Namespace of the advisory lock under which messages to one address are counted.
_LOCK = 0x4E4F_5402


def send(
    address_kind: AddressKind,
    address: str,
    template: str,
    values: Mapping[str, Any],
    *,
    message_id: str,
    at: datetime,
    urgency: UrgencyName = "now",
    language: str = "",
) -> Message:
    """Send `template` with `values` to an address, in the caller's transaction; said again, return the same message.

    `message_id` is what the caller calls it, such as the id of a sign-in: the same template and id go out once.
    `language` is the one in force unless given. Raises `TooManyMessages` beyond the day's number for the address; the
    answer to whoever asked must not depend on whether the address is known (ASVS 6.3.8).
    """
    if template not in TEMPLATES:
        raise KeyError(f"no such template: {template}")
    channel = CHANNEL_OF[address_kind]
    name = rules.raw_id(template=template, message_id=message_id)
    mark = address_hash(channel, address)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Until the transaction ends nobody else counts the messages to this address.
            cursor.execute(
                "select pg_advisory_xact_lock(%s, %s)", [_LOCK, int.from_bytes(mark[:4], "big", signed=True)]
            )
        known = Message.objects.filter(message_id=name).first()
        if known is not None:
            return known
        today = Message.objects.filter(address_hash=mark, created_at__gt=at - timedelta(days=1))
        if today.count() >= settings.MESSAGES_A_DAY[channel]:
            raise rules.TooManyMessages
        message = Message.objects.create(
            message_id=name,
            channel=channel,
            kind=template,
            urgency=URGENCIES[urgency],
            language=language or get_language() or settings.LANGUAGE_CODE,
            sealed=seal(name, address=address, values=dict(values)),
            address_hash=mark,
            state=Message.State.WAITING,
            created_at=at,
            due_at=at,
        )
        errands.defer(DELIVER, on="now" if urgency == "now" else "normal", message=message.pk)
    return message
