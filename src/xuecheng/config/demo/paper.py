"""Files of the demonstration: what stands for a scanned sheet."""

from __future__ import annotations

import struct
import zlib


def blank_page() -> bytes:
    """A blank page as a picture: a file that is one, of a few hundred bytes."""
    width, height = 210, 297

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = b"".join(b"\0" + b"\xff" * width for _row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
