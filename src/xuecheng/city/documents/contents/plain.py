"""Text is text only if every byte of it is: UTF-8 or GB18030, no control characters, no markup."""

from __future__ import annotations

import codecs
import mmap
import re

from xuecheng.city.documents import rules

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|object|embed|meta|link|img|style)\b", re.IGNORECASE
)
_PIECE = 1_048_576


def looks_like_text(head: bytes) -> bool:
    return _CONTROL.search(head) is None


def is_markup(data: bytes) -> bool:
    """Whether a browser that looks for itself could take it for a page."""
    return _MARKUP.search(data) is not None


def check_text(data: mmap.mmap) -> None:
    """All of it is text in one encoding, and none of it markup."""
    if any(_decodes(data, encoding) for encoding in ("utf-8-sig", "gb18030")):
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE + 64]
            if not looks_like_text(piece):
                raise rules.FileBroken
            if is_markup(piece):
                raise rules.FileActive
        return
    raise rules.FileBroken


def _decodes(data: mmap.mmap, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
