"""Address and code of a message to a bare address, sealed while it waits: a copy of the table tells neither.

Keys are derived from the signing key, one for each purpose; a sealed row belongs to its message and opens in no other
(SEC-01). It waits for minutes, so a new signing key loses nothing but the codes on their way.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


class CannotBeOpened(Exception):
    """It was sealed under another key, or for another message."""


def _key(purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"xuecheng notices {purpose}".encode()).derive(
        settings.SECRET_KEY.encode()
    )


def seal(message_id: UUID, *, address: str, values: dict[str, Any]) -> bytes:
    """`address` and `values` as they wait in the row of `message_id`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = json.dumps([address, values], ensure_ascii=False).encode()
    return nonce + AESGCM(_key("payload")).encrypt(nonce, text, message_id.bytes)


def unseal(message_id: UUID, sealed: bytes) -> tuple[str, dict[str, Any]]:
    """What `seal` was given. Raises `CannotBeOpened`."""
    try:
        text = AESGCM(_key("payload")).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], message_id.bytes)
    except InvalidTag as error:
        raise CannotBeOpened from error
    address, values = json.loads(text)
    return address, values


def address_hash(channel: str, address: str) -> bytes:
    """The same for the same address, and worth nothing without the key: to count, and to know one that bounced."""
    return hmac.digest(_key("address"), f"{channel}:{address.strip().lower()}".encode(), hashlib.sha256)
