"""The port by which the app that keeps people's addresses tells the verified ones. Until it registers, nobody has any.

We keep no address. A message to a person is resolved when it is sent, so that one whose address is gone gets nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AddressKind = Literal["email", "phone"]
OF_CHANNEL: dict[str, AddressKind] = {"email": "email", "sms": "phone"}
CHANNEL_OF: dict[AddressKind, str] = {"email": "email", "phone": "sms"}

Provider = Callable[[Sequence[int]], Mapping[int, Mapping[AddressKind, str]]]
"""Keys of people → the verified addresses of those who have any. A fixed number of queries, however many are asked."""
Bounced = Callable[[int, AddressKind, datetime], None]
"""Told, in our transaction, since when nothing arrives at a person's address of that kind."""


def _none(_person_ids: Sequence[int]) -> Mapping[int, Mapping[AddressKind, str]]:
    return {}


def _ignore(_person_id: int, _kind: AddressKind, _at: datetime) -> None:
    return


@dataclass
class _Port:
    provider: Provider = _none
    bounced: Bounced = _ignore


_port = _Port()


def register(provider: Provider, *, bounced: Bounced = _ignore) -> None:
    """Let `provider` tell verified addresses, and `bounced` hear of those that fail. Called from `apps.py`."""
    _port.provider, _port.bounced = provider, bounced


def registered() -> _Port:
    """What is registered now: for tests, which put it back."""
    return _Port(_port.provider, _port.bounced)


def verified(person_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Verified addresses by person and channel; who has none is not there."""
    found = _port.provider(person_ids) if person_ids else {}
    return {
        person_id: {CHANNEL_OF[kind]: address for kind, address in kinds.items() if address}
        for person_id, kinds in found.items()
    }


def tell_bounced(person_id: int, channel: str, *, at: datetime) -> None:
    """Hand on that a person's address for a channel fails."""
    _port.bounced(person_id, OF_CHANNEL[channel], at)
