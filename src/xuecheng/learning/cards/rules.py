"""Rules of the card's rotating code (C-84 … C-86): no database, no clock.

The same secret, one for each card and device, makes the picture that is scanned and the eight digits that are read
aloud. Both change every half minute.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

STEP_SECONDS = 30
WINDOW = (-1, 0, 1)
"""Steps that are taken: the one of now, and one before and after it for clocks up to half a minute off."""
LOOKED_BACK = 60
"""So many steps around now are looked through for eight digits that are too old or too new, to say by how much."""
DIGITS = 8
SECRET_BYTES = 32
_MAC_BYTES = 10
_FORM = "XC1"
_QR = re.compile(r"XC1\.(44[0-9]{14})\.([0-9]{1,5})\.([0-9]{1,12})\.([A-Za-z0-9_-]{14})")
_SPOKEN = re.compile(r"[0-9]{8}")
_NUMBER_AND_CODE = re.compile(r"([0-9]{16})([0-9]{8})")
_PLAIN = re.compile(r"[\s\-‐-―−+,，、/]+")
# What the address in a printed card's picture ends with.
_ADDRESS = re.compile(r"https?://\S+/card/([0-9]{16})/?", re.IGNORECASE)


def step_of(at: datetime) -> int:
    """The number of the half minute, by the server's clock (C-86)."""
    return int(at.timestamp()) // STEP_SECONDS


def spoken_code(secret: bytes, step: int) -> str:
    """The eight digits of a step: RFC 6238 with SHA-256."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha256)
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def qr_text(secret: bytes, *, card: str, key_version: int, step: int) -> str:
    """What the picture says (C-85): `XC1.<card>.<key version>.<step>.<mac>`, 80 bits of an HMAC-SHA-256."""
    said = f"{_FORM}|{card}|{key_version}|{step}"
    mac = hmac.digest(secret, said.encode(), hashlib.sha256)[:_MAC_BYTES]
    return f"{_FORM}.{card}.{key_version}.{step}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@dataclass(frozen=True)
class Scanned:
    """A picture, read but not believed yet."""

    card: str
    key_version: int
    step: int
    text: str


@dataclass(frozen=True)
class Spoken:
    """A number with eight digits."""

    card: str
    code: str


@dataclass(frozen=True)
class Printed:
    """A number alone: of paper, which proves nothing about who holds it."""

    card: str


Shown = Scanned | Spoken | Printed


def read_text(text: str) -> Shown | None:
    """What somebody scanned or typed, or None. Blanks, dashes and full-width digits are read (C-83)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    scanned = _QR.fullmatch(plain)
    if scanned:
        return Scanned(scanned[1], int(scanned[2]), int(scanned[3]), plain)
    address = _ADDRESS.fullmatch(plain)
    digits = address[1] if address else _PLAIN.sub("", plain)
    both = _NUMBER_AND_CODE.fullmatch(digits)
    if both:
        return Spoken(both[1], both[2])
    return Printed(digits) if re.fullmatch(r"[0-9]{16}", digits) else None


_NDEF_PREFIXES = {"https://": 4, "http://": 3}
"""Beginnings of an address that a URI record abbreviates (NFC Forum, URI Record Type Definition 1.0, table 3)."""
_NDEF_SHORT = 255


def ndef_of(address: str) -> bytes:
    """What is written on an NFC tag or chip: an NDEF message of one short URI record, the address of the printed card.

    Like the printed number it proves nothing about who holds it; a counter asks for the name as well. Raises
    `ValueError` for what a short record does not hold.
    """
    beginning = next((one for one in _NDEF_PREFIXES if address.startswith(one)), "")
    said = bytes([_NDEF_PREFIXES.get(beginning, 0)]) + address.removeprefix(beginning).encode()
    if len(said) > _NDEF_SHORT:
        raise ValueError("the address is too long for a short record")
    # First and last record of its message, short, of a well-known type: "U".
    return bytes([0xD1, 1, len(said)]) + b"U" + said


def is_genuine(shown: Scanned, secret: bytes) -> bool:
    """Whether this device's secret made the picture, whenever that was."""
    made = qr_text(secret, card=shown.card, key_version=shown.key_version, step=shown.step)
    return hmac.compare_digest(made.encode(), shown.text.encode())


def step_spoken(code: str, secret: bytes, *, now: int) -> int | None:
    """The step of eight digits near the step `now`, or None. What is taken is found before what is too old."""
    nearest = sorted(range(now - LOOKED_BACK, now + LOOKED_BACK + 1), key=lambda step: abs(step - now))
    return next((step for step in nearest if step >= 0 and hmac.compare_digest(spoken_code(secret, step), code)), None)


def minutes_off(step: int, *, now: int) -> int:
    """Whole minutes by which a device's clock is ahead; negative when it is slow. 0 for what is taken (C-86)."""
    off = step - now
    if off in WINDOW:
        return 0
    minutes = -(-abs(off) * STEP_SECONDS // 60)
    return minutes if off > 0 else -minutes
