"""A ZIP of files from outside, as an institution hands them in: each achievement in each file is one row.

Whose a file is says a card number in its name or in that of its folder, or the list `people.csv` beside; else whoever
proved the e-mail address that it names. Names of files lead nowhere: nothing is unpacked to disk.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_lazy as _

from xuecheng.city.imports.files import Column, match, open_table
from xuecheng.city.imports.files import Kind as CellKind
from xuecheng.city.imports.files.refusals import FileRefusal as TableRefusal
from xuecheng.city.refusals import Refusal

from .found import Contents, Found
from .refusals import FileRefusal, FileTooLarge

MOST_FILES = 20_000
MOST_UNPACKED = 1_000_000_000
"""Bytes of all files together, as the ZIP declares them; no more than is declared is ever unpacked."""
PEOPLE = "people.csv"
_CARD = re.compile(r"(?<![0-9])([0-9]{4})[ -]?([0-9]{4})[ -]?([0-9]{4})[ -]?([0-9]{4})(?![0-9])")
_UTF8 = 0x800
_ENCRYPTED = 0x1
_LIST = (
    Column(name="file", title_zh="文件", title_en="File", required=True, max_length=300),
    Column(
        name="person_ref", title_zh="学习卡号", title_en="Card number", kind=CellKind.CODE, required=True, max_length=64
    ),
)

Read = Callable[[bytes], Contents]


class NotAZip(TableRefusal):
    message = _("This is no ZIP file.")
    remedy = _("Pack the files as they were issued into one ZIP and bring that.")


class TooManyFiles(TableRefusal):
    message = _("The ZIP has more than %(most)s files, or more than 1 GB unpacked.")
    remedy = _("Bring it in parts.")


class FilesMissing(TableRefusal):
    message = _("No file lies in this ZIP.")
    remedy = _("Pack the files as they were issued into one ZIP and bring that.")


class ListUnreadable(TableRefusal):
    message = _("The list people.csv cannot be read: %(why)s")
    remedy = _("It has two columns, file and person_ref: the name of a file, and the card number.")


class FileLocked(FileRefusal):
    message = _("This file is protected by a password.")
    remedy = _("Pack it without a password.")


class FileDamaged(FileRefusal):
    message = _("This file is damaged within the ZIP.")
    remedy = _("Pack it anew.")


@dataclass(frozen=True)
class Entry:
    """One row: an achievement in a file, or why a file or something in it is left out."""

    file: str
    person_ref: str
    """The card number by which the file is somebody's; "" where nothing says so."""
    data: bytes
    found: Found | None = None
    bad: Refusal | None = None
    all_found: tuple[Found, ...] = ()
    """Everything in the same file, so that its parts can be told."""


@dataclass(frozen=True)
class Bundle:
    archive: zipfile.ZipFile
    files: tuple[zipfile.ZipInfo, ...]
    people: dict[str, str]

    def entries(self, reads: Read, *, most_bytes: int) -> Iterator[Entry]:
        """File by file in the order of the ZIP. How many rows a file has does not depend on what others answer."""
        for info in self.files:
            yield from self._of(info, reads, most_bytes=most_bytes)

    def _of(self, info: zipfile.ZipInfo, reads: Read, *, most_bytes: int) -> Iterator[Entry]:
        name = name_of(info)
        ref = self.people.get(name) or self.people.get(PurePosixPath(name).name) or card_in(name)
        try:
            data = self._bytes(info, most_bytes=most_bytes)
            contents = reads(data)
        except FileRefusal as refusal:
            yield Entry(name, ref, b"", bad=refusal)
            return
        for one in contents.found:
            yield Entry(name, ref, data, found=one, all_found=contents.found)
        for bad in contents.bad:
            yield Entry(name, ref, b"", bad=bad.refusal)

    def _bytes(self, info: zipfile.ZipInfo, *, most_bytes: int) -> bytes:
        if info.flag_bits & _ENCRYPTED:
            raise FileLocked
        if info.file_size > most_bytes:
            raise FileTooLarge(most=most_bytes // 1_000_000)
        try:
            return self.archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as broken:
            raise FileDamaged from broken


def open_bundle(path: Path) -> Bundle:
    """The files of a ZIP, still packed. Raises `NotAZip`, `TooManyFiles`, `FilesMissing`, `ListUnreadable`."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise NotAZip from broken
    files = tuple(one for one in archive.infolist() if _is_meant(one))
    if len(files) > MOST_FILES or sum(one.file_size for one in files) > MOST_UNPACKED:
        raise TooManyFiles(most=MOST_FILES)
    lists = [one for one in files if name_of(one).casefold() == PEOPLE]
    files = tuple(one for one in files if one not in lists)
    if not files:
        raise FilesMissing
    return Bundle(archive, files, _people(archive, lists[0]) if lists else {})


def _is_meant(info: zipfile.ZipInfo) -> bool:
    """Not what programs put beside: folders, and what begins with a dot."""
    parts = PurePosixPath(info.filename).parts
    return not info.is_dir() and bool(parts) and not any(one.startswith((".", "__MACOSX")) for one in parts)


def name_of(info: zipfile.ZipInfo) -> str:
    """Its name; programs that do not say so write Chinese names as GB18030."""
    if info.flag_bits & _UTF8:
        return info.filename[:300]
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename[:300]
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)[:300]
        except UnicodeDecodeError:
            continue
    return info.filename[:300]


def card_in(name: str) -> str:
    """The one card number in the name of a file or its folders; "" where there is none, or more than one."""
    cards = {"".join(one) for one in _CARD.findall(name)}
    return cards.pop() if len(cards) == 1 else ""


def _people(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> dict[str, str]:
    if info.file_size > 10_000_000:
        raise ListUnreadable(why=info.file_size)
    try:
        with open_table(io.BytesIO(archive.read(info))) as table:
            rows = list(match(table, _LIST))
    except TableRefusal as refusal:
        raise ListUnreadable(why=str(refusal)) from refusal
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as broken:
        raise ListUnreadable(why=str(FileDamaged())) from broken
    return {row.values[0]: row.values[1] for row in rows if not row.problems}
