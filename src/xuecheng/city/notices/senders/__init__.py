"""Who carries messages out of the house: one sender for each channel, chosen by the settings.

A sender is a port. `send` may be called twice with the same `message_id`, after a crash or an answer that was lost: one
that can must then answer as it did and send nothing. It raises `Unreachable` to be tried again later, `Undeliverable`
when trying again is of no use; neither holds the address or the text, which go into no log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class Parcel:
    """A message ready to go."""

    message_id: UUID
    address: str
    subject: str
    text: str
    language: str

    def __repr__(self) -> str:
        # What stands in a trace must name nobody.
        return f"Parcel({self.message_id})"


class Unreachable(Exception):
    """Not now: no connection, too slow, too many, out of order. `code` is short and names nobody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Undeliverable(Unreachable):
    """Never: the provider knows no such address, or takes no such text."""

    def __init__(self, code: str, *, is_address: bool = False) -> None:
        super().__init__(code)
        self.is_address = is_address


class Sender(Protocol):
    """Carries parcels of one channel."""

    def send(self, parcel: Parcel) -> str:
        """Hand the parcel over; answers what the provider calls it, or nothing."""


def sender_of(channel: str) -> Sender:
    """The sender that the settings name for a channel."""
    from .files import FileSender  # noqa: PLC0415  # those not used are not loaded
    from .mail import MailSender  # noqa: PLC0415  # heavy, and not always needed
    from .sms_http import HttpSmsSender  # noqa: PLC0415  # heavy, and not always needed

    how = settings.NOTICE_SENDERS[channel]
    if how == "file":
        return FileSender(settings.NOTICE_FOLDER / channel)
    if channel == "email":
        return MailSender()
    return HttpSmsSender(
        settings.SMS_URL,
        token=settings.SMS_TOKEN,
        may_be_private=settings.SMS_PRIVATE,
        timeout_s=settings.SMS_TIMEOUT_S,
    )


def is_for_real(channel: str) -> bool:
    """Whether what goes by this channel reaches somebody, or only a folder."""
    return bool(settings.NOTICE_SENDERS[channel] != "file")
