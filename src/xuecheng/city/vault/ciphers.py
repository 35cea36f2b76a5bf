"""The two suites: AES-256-GCM with HMAC-SHA-256, SM4-GCM with HMAC-SM3 (Cryptography Law; `reliability-ux.md` §1.4).

Nonces are 96 random bits; a key seals at most 2³² values, of which `xuecheng keys check` warns long before. Key
material is always 256 bits; SM4 takes the first 128 of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .refusals import SealBroken, SuiteUnknown

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
MOST_VALUES = 2**32
"""Values that one key may seal with random nonces of 96 bits (NIST SP 800-38D §8.3)."""


def _seal_aes(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, plain, bound)


def _open_aes(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, sealed, bound)


def _seal_sm4(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    work = Cipher(SM4(key[:16]), modes.GCM(nonce)).encryptor()
    work.authenticate_additional_data(bound)
    return work.update(plain) + work.finalize() + work.tag


def _open_sm4(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    work = Cipher(SM4(key[:16]), modes.GCM(nonce, sealed[-TAG_BYTES:])).decryptor()
    work.authenticate_additional_data(bound)
    return work.update(sealed[:-TAG_BYTES]) + work.finalize()


@dataclass(frozen=True)
class Suite:
    """A cipher and a keyed hash that belong together. `number` is stored with each ciphertext, for ever."""

    name: str
    number: int
    hash: hashes.HashAlgorithm
    _seal: Callable[[bytes, bytes, bytes, bytes], bytes]
    _open: Callable[[bytes, bytes, bytes, bytes], bytes]

    def seal(self, key: bytes, plain: bytes, bound: bytes) -> bytes:
        """Nonce, ciphertext and tag; `bound` must be the same when it is opened."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._seal(key, nonce, plain, bound)

    def open(self, key: bytes, sealed: bytes, bound: bytes) -> bytes:
        """What `seal` was given. Raises `SealBroken`."""
        if len(sealed) < NONCE_BYTES + TAG_BYTES:
            raise SealBroken("too short to be sealed")
        try:
            return self._open(key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        except InvalidTag:
            raise SealBroken("altered, or not from this place") from None

    def keyed_hash(self, key: bytes, text: bytes) -> bytes:
        """32 bytes."""
        work = hmac.HMAC(key, self.hash)
        work.update(text)
        return work.finalize()

    def mixed(self, key: bytes, secret: bytes) -> bytes:
        """A key that needs both `key` and `secret`."""
        return HKDF(self.hash, KEY_BYTES, salt=secret, info=b"xuecheng owner key").derive(key)


_AES = Suite("aes256gcm+hmac-sha256", 1, hashes.SHA256(), _seal_aes, _open_aes)
_SM = Suite("sm4gcm+hmac-sm3", 2, hashes.SM3(), _seal_sm4, _open_sm4)
SUITES = {suite.name: suite for suite in (_AES, _SM)}
BY_NUMBER = {suite.number: suite for suite in SUITES.values()}


def suite_named(name: str) -> Suite:
    """Raises `SuiteUnknown`."""
    try:
        return SUITES[name]
    except KeyError:
        raise SuiteUnknown(suite=name) from None


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)
