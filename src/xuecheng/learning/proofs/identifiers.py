"""Keys and names as the standards write them: base58btc, Multikey, did:key, did:web.

Sources: W3C Controlled Identifiers 1.0 §2.2.2 and §3.4 (Multikey, base58btc), did:key 0.7, did:web (W3C CCG).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLACE: Final = {sign: place for place, sign in enumerate(_ALPHABET)}
_ED25519_PUBLIC: Final = b"\xed\x01"
_LONGEST_TEXT: Final = 200
"""So many signs at most: the cost of base 58 grows with their square."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)


class NotWellFormed(ValueError):
    """The text is not what it should be."""


def base58(data: bytes) -> str:
    """Base58btc, without the multibase prefix `z`."""
    number = int.from_bytes(data)
    signs = []
    while number:
        number, rest = divmod(number, 58)
        signs.append(_ALPHABET[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(signs))


def from_base58(text: str) -> bytes:
    """The bytes of base58btc. Raises `NotWellFormed`."""
    if len(text) > _LONGEST_TEXT:
        raise NotWellFormed("too long for a key or a signature")
    number = 0
    for sign in text:
        if sign not in _PLACE:
            raise NotWellFormed(f"{sign!r} is no sign of base 58")
        number = number * 58 + _PLACE[sign]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def multikey(key: Ed25519PublicKey) -> str:
    """`z6Mk…`: a public Ed25519 key as multibase (0xed01, then its 32 bytes)."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return "z" + base58(_ED25519_PUBLIC + raw)


def from_multikey(text: str) -> Ed25519PublicKey:
    """The key that `z6Mk…` writes. Raises `NotWellFormed` for anything but a public Ed25519 key."""
    if not text.startswith("z"):
        raise NotWellFormed("a Multikey begins with z")
    data = from_base58(text[1:])
    if data[:2] != _ED25519_PUBLIC or len(data) != 34:
        raise NotWellFormed("not a public Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(data[2:])


def of_did_key(identifier: str) -> Ed25519PublicKey:
    """The key inside a did:key, with or without its fragment (1EdTech's samples have some without)."""
    did, _, fragment = identifier.partition("#")
    name = did.removeprefix("did:key:")
    if name == did or (fragment and fragment != name):
        raise NotWellFormed("not a did:key")
    return from_multikey(name)


def did_web(address: str) -> str:
    """The did:web of an address (`https://host[:port][/path]`): a port's colon is written `%3A`."""
    parts = urlsplit(address)
    host = parts.netloc.lower().replace(":", "%3A")
    path = [quote(step, safe="") for step in parts.path.strip("/").split("/") if step]
    return ":".join(["did:web", host, *path])


def address_of_did_web(did: str) -> str:
    """Where the document of a did:web lies. Raises `NotWellFormed`."""
    name = did.partition("#")[0].removeprefix("did:web:")
    steps = [unquote(step) for step in name.split(":")]
    if name == did or not _HOST.fullmatch(steps[0]) or any(not step or "/" in step for step in steps):
        raise NotWellFormed("not a did:web")
    where = "/".join(steps) if len(steps) > 1 else f"{steps[0]}/.well-known"
    return f"https://{where}/did.json"
