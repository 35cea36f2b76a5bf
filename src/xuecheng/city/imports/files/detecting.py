"""What a file is, told by its content: names and declared types lie."""

from __future__ import annotations

import codecs
import enum
import io
import re
from dataclasses import dataclass
from typing import BinaryIO

from .gb18030 import HAS_MOVED
from .limits import Limits
from .refusals import (
    EncodingUnknown,
    FileEmpty,
    NotATable,
    OldSpreadsheet,
    RowTooLong,
    SheetEncrypted,
    TooLarge,
    What,
)

_CHUNK = 262_144
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF-", What.PDF),
    (b"\x89PNG\r\n", What.IMAGE),
    (b"\xff\xd8\xff", What.IMAGE),
    (b"GIF8", What.IMAGE),
    (b"II*\0", What.IMAGE),
    (b"MM\0*", What.IMAGE),
    (b"{\\rtf", What.DOCUMENT),
    (b"Rar!\x1a", What.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", What.ARCHIVE),
    (b"\x1f\x8b", What.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", What.ARCHIVE),
    (b"SQLite format 3\0", What.BINARY),
    (b"\x7fELF", What.BINARY),
    (b"MZ\x90", What.BINARY),
)
_MARKUP = re.compile(r"[\s\ufeff]*<(?:[a-z!?])", re.IGNORECASE)


class Format(enum.Enum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class TextShape:
    """How the text of a CSV file is written."""

    encoding: str
    """Python's name: "utf-8", "utf-8-sig", "gb18030" or "utf-16"."""
    delimiter: str
    lines: int
    has_separator_line: bool
    """The first line says `sep=;`, for the spreadsheet program only; it hides it and counts from the next."""
    has_quotes: bool
    has_moved_characters: bool
    """Some of its characters are among `gb18030.MOVED`."""


def size_of(source: BinaryIO) -> int:
    return source.seek(0, 2)


def format_of(source: BinaryIO, *, limits: Limits) -> Format:
    """Tell a table by its first bytes.

    Raises:
        FileEmpty, TooLarge, NotATable, OldSpreadsheet, SheetEncrypted: what the file is instead, before it is read.
    """
    size = size_of(source)
    if size == 0:
        raise FileEmpty
    if size > limits.bytes:
        raise TooLarge(size=-(-size // 1_000_000), limit=limits.bytes // 1_000_000)
    source.seek(0)
    head = source.read(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format.XLSX
    if head.startswith(_OLE):
        raise _ole_refusal(source, head)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise NotATable(what=what)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise NotATable(what=What.IMAGE)
    if head[4:8] == b"ftyp":
        raise NotATable(what=What.IMAGE)
    return Format.CSV


def _ole_refusal(source: BinaryIO, head: bytes) -> NotATable | SheetEncrypted:
    """OLE containers are the old formats of the office programs, or a workbook with a password."""
    sector_shift = int.from_bytes(head[30:32], "little")
    first_directory_sector = int.from_bytes(head[48:52], "little")
    directory = b""
    if sector_shift in (9, 12):
        source.seek(min((first_directory_sector + 1) << sector_shift, size_of(source)))
        directory = source.read(4096)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        return SheetEncrypted()
    if "WordDocument".encode("utf-16-le") in directory:
        return NotATable(what=What.DOCUMENT)
    return OldSpreadsheet()


def text_shape(source: BinaryIO, *, limits: Limits) -> TextShape:
    """Read a text file once from end to end and tell its encoding and delimiter. Memory does not depend on its size.

    Other text hardly ever passes as UTF-8. What is not UTF-8 is GB18030, in which Chinese spreadsheet programs save
    CSV, if every byte of it is.

    Raises:
        NotATable: it holds zero bytes or begins like a web page.
        EncodingUnknown: neither encoding explains all of it.
        RowTooLong: a line is longer than any row may be.
    """
    source.seek(0)
    head = source.read(4)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise EncodingUnknown(line=1)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    failed_on = 0
    for encoding in candidates:
        walk = _walk(source, encoding, limits=limits)
        if walk.is_sound:
            delimiter, has_separator_line = _delimiter(source, encoding, limits=limits)
            return TextShape(
                encoding=encoding,
                delimiter=delimiter,
                lines=walk.lines,
                has_separator_line=has_separator_line,
                has_quotes=walk.has_quotes,
                has_moved_characters=walk.has_moved_characters,
            )
        failed_on = max(failed_on, walk.lines + 1)
    raise EncodingUnknown(line=failed_on)


@dataclass
class _Walk:
    """What a walk through the whole file saw; `lines` ended before its end or its first wrong byte."""

    lines: int = 0
    is_sound: bool = False
    has_quotes: bool = False
    has_moved_characters: bool = False


def _walk(source: BinaryIO, encoding: str, *, limits: Limits) -> _Walk:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    source.seek(0)
    walk = _Walk()
    since_line_end = 0
    is_first = True
    while not walk.is_sound:
        chunk = source.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            walk.lines += error.object[: error.start].count(b"\n")
            return walk
        if is_first and _MARKUP.match(text):
            raise NotATable(what=What.WEB_PAGE)
        if "\0" in text:
            raise NotATable(what=What.BINARY)
        is_first = False
        walk.is_sound = not chunk
        walk.has_quotes = walk.has_quotes or '"' in text
        if encoding == "gb18030":
            walk.has_moved_characters = walk.has_moved_characters or HAS_MOVED.search(text) is not None
        since_line_end = _since_line_end(text, since_line_end, line=walk.lines + 1, limits=limits)
        walk.lines += text.count("\n")
    return walk


def _since_line_end(text: str, before: int, *, line: int, limits: Limits) -> int:
    """Characters since the last \\n or \\r, `before` of them ahead of `text`. Within one chunk no line is too long."""
    if (last := max(text.rfind("\n"), text.rfind("\r"))) < 0:
        since = before + len(text)
    else:
        first = min(place for place in (text.find("\n"), text.find("\r")) if place >= 0)
        if before + first > max(limits.row_chars, _CHUNK):
            raise RowTooLong(row=line, limit=limits.row_chars)
        since = len(text) - last - 1
    if since > max(limits.row_chars, _CHUNK):
        raise RowTooLong(row=line + text.count("\n"), limit=limits.row_chars)
    return since


_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n?\Z", re.IGNORECASE)


def _delimiter(source: BinaryIO, encoding: str, *, limits: Limits) -> tuple[str, bool]:
    """The delimiter that parts the first line with words in it most often, quoted stretches left out."""
    source.seek(0)
    reader = io.TextIOWrapper(source, encoding=encoding, newline="")
    try:
        for _ in range(20):
            line = reader.readline(limits.row_chars)
            if said := _SEPARATOR_LINE.match(line):
                return said[1], True
            bare = re.sub(r'"[^"]*"', "", line)
            if bare.strip(" ,;\t\r\n") or '"' in line:
                return max(",;\t", key=bare.count), False
    finally:
        reader.detach()
    return ",", False
