"""Which characters the fonts of the transcript have. A name with one that they lack must not lose it in silence."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from django.conf import settings

_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc")
_MISSING = "〓"
"""What printers have always set for a sort they lack."""


def printable(text: str) -> str:
    """`text` with every character that no font has replaced by the mark for it and its number: 〓(U+20BB7)."""
    known = _known()
    return "".join(each if ord(each) in known or each.isspace() else f"{_MISSING}(U+{ord(each):04X})" for each in text)


@cache
def _known() -> frozenset[int]:
    fonts = [Path(pylopdf_fonts_zh_cn.sans_path()), Path(pylopdf_fonts_zh_cn.serif_path()), *further_fonts()]
    return frozenset().union(*(_characters(font.read_bytes()) for font in fonts))


def further_fonts() -> list[Path]:
    """The fonts that the operator added for characters which the built-in ones lack."""
    if not settings.FONT_FOLDER:
        return []
    return sorted(one for one in Path(settings.FONT_FOLDER).iterdir() if one.suffix.lower() in _SUFFIXES)


def _characters(font: bytes) -> Iterable[int]:
    """The characters of an OpenType font, or of the first of a collection: its cmap subtables of format 12."""
    begins = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", font, begins + 4)
    directory = {
        tag: offset
        for tag, _sum, offset, _length in (
            struct.unpack_from(">4sIII", font, begins + 12 + 16 * n) for n in range(tables)
        )
    }
    cmap = directory[b"cmap"]
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for n in range(subtables):
        _platform, _encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * n)
        if struct.unpack_from(">H", font, cmap + offset) == (12,):
            (groups,) = struct.unpack_from(">I", font, cmap + offset + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", font, cmap + offset + 16 + 12 * group)
                yield from range(first, last + 1)
