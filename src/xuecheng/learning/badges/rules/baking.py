"""A credential inside a picture (Open Badges 3.0 §5.3): PNG in one `iTXt` chunk, SVG in an element of its own."""

from __future__ import annotations

import struct
import zlib
from typing import Final
from xml.sax.saxutils import escape

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def baked_png(picture: bytes, text: str) -> bytes:
    """The picture with the credential in it, uncompressed, right after the header."""
    if not picture.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    header_ends = len(_SIGNATURE) + 12 + int.from_bytes(picture[8:12])
    baked = _chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + text.encode())
    return picture[:header_ends] + baked + picture[header_ends:]


def unbaked_png(picture: bytes) -> str:
    """The credential in a picture that `baked_png` made; "" if there is none."""
    at = len(_SIGNATURE)
    while at + 8 <= len(picture):
        length, kind = int.from_bytes(picture[at : at + 4]), picture[at + 4 : at + 8]
        data = picture[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(KEYWORD + b"\0"):
            return data[len(KEYWORD) + 5 :].decode()
        at += 12 + length
    return ""


def baked_svg(picture: str, text: str) -> str:
    """The drawing with the credential in it."""
    begins = picture.index("<svg") + 4
    ends = picture.index(">", begins) + 1
    inside = f"<openbadges:credential>{escape(text)}</openbadges:credential>"
    return f'{picture[:begins]} xmlns:openbadges="{NAMESPACE}"{picture[begins:ends]}{inside}{picture[ends:]}'
