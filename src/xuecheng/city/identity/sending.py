"""Codes and warnings on their way to bare addresses: rows of the outbox of notices, written with what makes them true.

What is said stands in `messages.py`; who carries it is the settings' choice (`city.notices.senders`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.conf import settings

from xuecheng.city.notices import sending
from xuecheng.city.notices.addresses import CHANNEL_OF, AddressKind
from xuecheng.city.notices.kinds import UrgencyName
from xuecheng.city.notices.rules import TooManyMessages, raw_id
from xuecheng.city.notices.services import forgive_address

from .messages import CODE
from .rules.addresses import Address, masked

Outcome = Literal["sent", "too_many"]


def send_code(address: Address, *, code: str, public_id: UUID, at: datetime) -> None:
    """Send a one-time code, in the caller's transaction.

    Whoever asks for a code asks for the address to be proved: that nothing arrived there before is forgiven. Raises
    `TooManyMessages`.
    """
    forgive(address)
    _send(address, CODE, {"code": code}, message_id=str(public_id), at=at, urgency="now")


def warn(
    address: Address,
    template: str,
    values: Mapping[str, Any],
    *,
    message_id: str,
    at: datetime,
    language: str,
    urgency: UrgencyName = "normal",
) -> Outcome:
    """Send a warning, in the caller's transaction. An address that had its day's number gets none: the change that it
    tells of goes on, and the person's list of notices has it in any case.
    """
    try:
        _send(address, template, values, message_id=message_id, at=at, urgency=urgency, language=language)
    except TooManyMessages:
        return "too_many"
    return "sent"


def forgive(address: Address) -> None:
    """Messages go to this address again."""
    forgive_address(channel=CHANNEL_OF[_kind(address)], address=address.text)


def _send(
    address: Address,
    template: str,
    values: Mapping[str, Any],
    *,
    message_id: str,
    at: datetime,
    urgency: UrgencyName,
    language: str = "",
) -> None:
    sending.send(
        _kind(address),
        address.text,
        template,
        values,
        message_id=message_id,
        at=at,
        urgency=urgency,
        language=language,
    )


def _kind(address: Address) -> AddressKind:
    return cast("AddressKind", address.kind)


def is_shown() -> bool:
    """Whether nothing leaves here: every message becomes a file."""
    return all(how == "file" for how in settings.NOTICE_SENDERS.values())


@dataclass(frozen=True)
class Shown:
    """A message that lies in the demonstration's outbox."""

    to: str
    kind: str
    subject: str
    text: str


def shown_in_demonstration(public_ids: list[str]) -> list[Shown]:
    """Codes of those ids as they lie in the outbox, the newest first; nothing with real senders."""
    if not is_shown():
        return []
    found = (_read(UUID(name)) for name in reversed(public_ids))
    return [one for one in found if one is not None]


def _read(public_id: UUID) -> Shown | None:
    name = raw_id(template=CODE, message_id=str(public_id))
    for kind, channel in CHANNEL_OF.items():
        try:
            whole = (settings.NOTICE_FOLDER / channel / f"{name}.txt").read_text(encoding="utf-8")
        except OSError:
            continue
        address, subject, _blank, text = whole.split("\n", 3)
        return Shown(to=masked(kind, address), kind=kind, subject=subject or text.strip(), text=text.strip())
    return None
