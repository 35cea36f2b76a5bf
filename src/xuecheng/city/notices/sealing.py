"""Address and code of a message to a bare address, sealed while it waits: a copy of the table tells neither.

The vault seals them, bound to their message. The hash that tells an address again is not the vault's: it outlives the
sealed text, so that no replaced key could hash it anew. It hangs on the signing key; a new one forgets which addresses
bounced and how many messages went to one today.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac

from xuecheng.city import vault

PURPOSE = "notices.message"


class CannotBeOpened(Exception):
    """Its key is gone, or it was sealed for another message."""


def seal(message_id: UUID, *, address: str, values: dict[str, Any]) -> bytes:
    """`address` and `values` as they wait in the row of `message_id`, in the change that writes it."""
    return vault.seal(PURPOSE, str(message_id), json.dumps([address, values], ensure_ascii=False))


def unseal(message_id: UUID, sealed: bytes) -> tuple[str, dict[str, Any]]:
    """What `seal` was given. Raises `CannotBeOpened`."""
    try:
        text = vault.open_sealed(PURPOSE, str(message_id), sealed)
    except (vault.KeyMissing, vault.SealBroken) as error:
        raise CannotBeOpened from error
    address, values = json.loads(text)
    return address, values


def address_hash(channel: str, address: str) -> bytes:
    """The same for the same address, and worth nothing without the key: to count, and to know one that bounced."""
    text = f"{channel}:{address.strip().lower()}"
    return salted_hmac("xuecheng.city.notices address", text, algorithm="sha256").digest()
