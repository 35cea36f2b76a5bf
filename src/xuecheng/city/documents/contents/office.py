"""Office documents: zips of a known build, without programmes, that unpack to a bounded size."""

from __future__ import annotations

import io
import mmap
import re
import zipfile

from xuecheng.city.documents import rules

MOST_UNPACKED = 300_000_000
MOST_ENTRIES = 5_000
MOST_RATIO = 150
"""Real documents are packed by 10 to 40; their bombs by 1,000 and more."""
_LIST = "[Content_Types].xml"
_LIST_MOST = 1_000_000
_MAIN = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_PROGRAMME = re.compile(
    r"vbaproject|vbadata|activex|oleobject|macrosheets|dialogsheets|\.(?:bin|docm|xlsm|pptm|dotm|xltm|exe|dll|js|vbs|jar|zip|html?)$",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"printerSettings\d*\.bin$", re.IGNORECASE)
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)


def is_zip(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04")


def kind_of(data: mmap.mmap) -> str | None:
    """docx or xlsx by the list of parts within; None for every other zip, those with macros among them."""
    listed = _parts_list(data)
    if listed is None:
        return None
    if _MACRO_TYPE.search(listed):
        raise rules.FileActive
    return next((code for code, mark in _MAIN.items() if mark in listed), None)


def check_docx(data: mmap.mmap) -> None:
    _check(data)


def check_xlsx(data: mmap.mmap) -> None:
    _check(data)


def _open(data: mmap.mmap) -> zipfile.ZipFile:
    try:
        # A copy: the reader wants a file of its own; places limit it to some megabytes.
        return zipfile.ZipFile(io.BytesIO(data[:]))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise rules.FileBroken from None


def _parts_list(data: mmap.mmap) -> bytes | None:
    with _open(data) as archive:
        try:
            with archive.open(_LIST) as part:
                listed = part.read(_LIST_MOST + 1)
        except KeyError:
            return None
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError, EOFError):
            raise rules.FileBroken from None
    if len(listed) > _LIST_MOST:
        raise rules.ArchiveTooLarge
    return listed


def _check(data: mmap.mmap) -> None:
    """By the directory alone; what it says of sizes is believed only as far as it refuses. Nothing else is unpacked
    here or anywhere else in the house."""
    with _open(data) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > min(MOST_UNPACKED, max(10_000_000, len(data) * MOST_RATIO)):
        raise rules.ArchiveTooLarge
    if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise rules.FileTwoFaced
    if any(_PROGRAMME.search(name) and not _HARMLESS.search(name) for name in names):
        raise rules.FileActive
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise rules.FileBroken
