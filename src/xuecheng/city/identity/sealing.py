"""The port to what is kept sealed: three functions, and until a vault stands behind them, key files at home.

`seal` and `open_sealed` are AES-256-GCM with the purpose and the row in the associated data, so that a ciphertext that
was moved to another row does not open; `look_up_hash` is HMAC-SHA-256 with a key of its own (SEC-01, SEC-02).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = b"\x01"
_NONCE = 12


class SealBroken(Exception):
    """It was sealed for another row or purpose, with another key, or changed since."""


def seal(purpose: str, row: str, text: str) -> bytes:
    """`text` so that only `open_sealed` with the same purpose and row reads it."""
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + AESGCM(_key("sealing")).encrypt(nonce, text.encode(), _about(purpose, row))


def open_sealed(purpose: str, row: str, blob: bytes | memoryview) -> str:
    """What was sealed. Raises `SealBroken`."""
    plain = bytes(blob)
    if plain[:1] != _VERSION:
        raise SealBroken
    try:
        return (
            AESGCM(_key("sealing")).decrypt(plain[1 : _NONCE + 1], plain[_NONCE + 1 :], _about(purpose, row)).decode()
        )
    except InvalidTag as error:
        raise SealBroken from error


def look_up_hash(purpose: str, text: str) -> bytes:
    """32 bytes by which a row is found again without telling what it holds."""
    return hmac.digest(_key("look-up"), f"{purpose}\0{text}".encode(), hashlib.sha256)


def _about(purpose: str, row: str) -> bytes:
    return f"{purpose}\0{row}".encode()


@cache
def _key(use: str) -> bytes:
    return _read_or_make(Path(settings.HOME) / f"identity-{use}.key")


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        try:
            # A link, not a rename: of two first starts at once, the second must not replace the first one's key.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
