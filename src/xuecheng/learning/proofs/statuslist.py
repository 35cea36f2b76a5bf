"""Bitstring Status List 1.0: one bit per credential in a list of at least 131,072, so that a look betrays nobody.

Bit 0 is the left-most of byte 0 (§2.1). Gzip without a time, so that an unchanged list is the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from typing import Final

from .identifiers import NotWellFormed

LENGTH: Final = 131_072
_MOST_BYTES: Final = 4 * 1024 * 1024


def encoded(bits: bytes) -> str:
    """`encodedList`: multibase base64url of the gzipped bits."""
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, 9, mtime=0)).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bits of an `encodedList`. Raises `NotWellFormed`, also for one that would unpack to more than 4 MiB."""
    try:
        # Lists of before the Recommendation have no prefix; "u" is itself no beginning of gzip's "H4sI".
        packed = base64.urlsafe_b64decode(text.removeprefix("u") + "=" * (-len(text.removeprefix("u")) % 4))
        unpack = zlib.decompressobj(wbits=31)
        bits = unpack.decompress(packed, _MOST_BYTES)
    except (binascii.Error, ValueError, zlib.error) as broken:
        raise NotWellFormed("not a status list") from broken
    if unpack.unconsumed_tail or not unpack.eof:
        raise NotWellFormed("a status list that is too large or cut off")
    return bits


def bit(bits: bytes, index: int) -> bool:
    """Whether the bit is set. Raises `NotWellFormed` outside the list."""
    if not 0 <= index < len(bits) * 8:
        raise NotWellFormed("outside the status list")
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def with_bit(bits: bytes, index: int, *, to: bool) -> bytes:
    """The list with one bit changed."""
    changed = bytearray(bits)
    mask = 1 << (7 - index % 8)
    changed[index // 8] = changed[index // 8] | mask if to else changed[index // 8] & ~mask
    return bytes(changed)
