"""Pictures: whole from the first mark to the last, and of a size that can be decoded."""

from __future__ import annotations

import io
import mmap
import struct
import warnings
from typing import cast

from PIL import Image, UnidentifiedImageError

from xuecheng.city.documents import rules

MOST_PIXELS = 50_000_000
"""A telephone's largest picture; decoded it takes 200 MB."""
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN = 0xDA


def is_jpeg(head: bytes) -> bool:
    return head.startswith(b"\xff\xd8\xff")


def is_png(head: bytes) -> bool:
    return head.startswith(b"\x89PNG\r\n\x1a\n")


def is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def check_jpeg(data: mmap.mmap) -> None:
    """The segments lead to a scan, and the scan to the end mark; the thumbnail within has marks that do not count."""
    at = 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise rules.FileBroken
        mark = data[at + 1]
        if mark == 0xFF or mark in _STANDALONE:
            at += 1 if mark == 0xFF else 2
            continue
        if mark == _START_OF_SCAN:
            break
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + max(2, length)
    if data.find(b"\xff\xd9", at) < 0:
        raise rules.FileBroken
    _check_size(data, "JPEG")


def check_png(data: mmap.mmap) -> None:
    """The last chunk is the end chunk, and nothing comes after it."""
    if data[-12:-4] != b"\x00\x00\x00\x00IEND":
        raise rules.FileBroken if data.find(b"IEND") < 0 else rules.FileTwoFaced
    _check_size(data, "PNG")


def check_webp(data: mmap.mmap) -> None:
    """The container's length is the file's."""
    (length,) = struct.unpack("<I", data[4:8])
    length += 8 + length % 2
    if length != len(data):
        raise rules.FileBroken if length > len(data) else rules.FileTwoFaced
    _check_size(data, "WEBP")


def _check_size(data: mmap.mmap, pillow_format: str) -> None:
    """By the header alone: nothing is decoded here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            data.seek(0)
            with Image.open(cast("io.BytesIO", _View(data)), formats=[pillow_format]) as picture:
                width, height = picture.size
    except Image.DecompressionBombError:
        raise rules.PictureTooLarge(limit=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error):
        raise rules.FileBroken from None
    if width * height > MOST_PIXELS:
        raise rules.PictureTooLarge(limit=MOST_PIXELS // 1_000_000)


class _View(io.RawIOBase):
    """A mapped file that is not closed with the picture that read it."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data, self._at = data, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        ends = len(self._data) if size is None or size < 0 else min(len(self._data), self._at + size)
        found = self._data[self._at : ends]
        self._at = max(self._at, ends)
        return found
