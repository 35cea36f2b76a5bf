"""Codes of transcripts, and the digest of what was certified (C-88)."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

# Crockford's base 32: no I, L, O, U, so that a code survives being read aloud and written by hand.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_DIGITS = 12
_BITS = 5 * _DIGITS
_BYTES = -(-_BITS // 8)


class TranscriptCodeWrong(Refusal):
    message = _("This is not a transcript code.")
    remedy = _("Check the twelve characters on the transcript, such as M6SH-CDC2-YJ8J.")
    field = "code"


def transcript_code(random_bytes: bytes) -> str:
    """A code from 8 random bytes, of which the last 60 bits are used: three groups of four, "M6SH-CDC2-YJ8J"."""
    if len(random_bytes) != _BYTES:
        raise ValueError(f"a transcript code is made from {_BYTES} random bytes")
    number = int.from_bytes(random_bytes) & (1 << _BITS) - 1
    digits = "".join(_ALPHABET[number >> shift & 31] for shift in range(_BITS - 5, -1, -5))
    return _grouped(digits)


def normalise_transcript_code(text: str) -> str:
    """The code a person meant: case, blanks, dashes, full-width letters, and O for 0, I or L for 1.

    Raises `TranscriptCodeWrong`, the same for every kind of slip.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_READ_AS)
    digits = "".join(sign for sign in plain if not (sign.isspace() or _is_dash(sign)))
    if len(digits) != _DIGITS or not set(digits) <= set(_ALPHABET):
        raise TranscriptCodeWrong
    return _grouped(digits)


def _is_dash(sign: str) -> bool:
    return sign == "−" or unicodedata.category(sign) == "Pd"


def snapshot_digest(content: Mapping[str, Any]) -> str:
    """The digest of a transcript's content as it was certified: equal for equal content, whatever the order of keys.

    The content is what JSON can hold without floats; lists keep their order.
    """
    _check_exact(content)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _check_exact(value: object) -> None:
    """Floats and foreign types would digest differently elsewhere: our own mistake."""
    match value:
        case None | bool() | int() | str():
            return
        case Mapping():
            for name, part in value.items():
                if not isinstance(name, str):
                    raise TypeError(f"the key {name!r} of a snapshot must be a text")
                _check_exact(part)
        case list() | tuple():
            for part in value:
                _check_exact(part)
        case _:
            raise TypeError(f"{value!r} cannot be part of a snapshot")


def _grouped(digits: str) -> str:
    return "-".join(digits[at : at + 4] for at in range(0, _DIGITS, 4))
