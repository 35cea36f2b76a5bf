"""Secrets of webhooks at rest: AES-256-GCM under a key made of the installation's signing key, bound to their row."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.crypto import salted_hmac

from .rules import SECRET_MARK


def new_secret() -> str:
    """A secret of 32 random bytes, as receivers write it."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(secret: str, *, of: UUID) -> bytes:
    """The secret as it is kept."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), of.bytes)


def opened(kept: bytes | memoryview, *, of: UUID) -> str:
    """The secret again; a row's ciphertext put into another row does not open."""
    whole = bytes(kept)
    return AESGCM(_key()).decrypt(whole[:12], whole[12:], of.bytes).decode()


def _key() -> bytes:
    return salted_hmac("xuecheng.city.webhooks", "secrets", algorithm="sha256").digest()
