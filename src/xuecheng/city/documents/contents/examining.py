"""One file, judged: its type by two witnesses, its soundness, and what it hides.

The library `puremagic` and our own check of the type must agree; text is text only if every byte of it is. A file that
is a second thing besides (a zip behind a picture), that carries a programme, that would unpack or decode to far more
than it is, or that ends too early is refused with its reason (ASVS 5.2.1–5.2.6).
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.documents import rules
from xuecheng.city.refusals import Text

from . import office, pictures, plain

_HEAD = 8_192
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 65_535 + 22
"""So far from the end a zip's directory may begin to end."""


@dataclass(frozen=True)
class ContentType:
    """A type that can be taken: what `puremagic` calls it, its endings, and our own check of a whole file."""

    code: str
    label: Text
    mime: str
    extensions: tuple[str, ...]
    looks_so: Callable[[bytes], bool]
    """Whether the first bytes are of this type."""
    check: Callable[[mmap.mmap], None]
    """Raises a refusal when the whole is not sound."""


def _is_pdf(head: bytes) -> bool:
    return head.startswith(b"%PDF-")


_PROGRAMMES = (b"/JavaScript", b"/Launch", b"/RichMedia")


def _check_pdf(data: mmap.mmap) -> None:
    """A PDF ends with its end mark. Plain signs of programmes and of files within are refused; packed ones are left
    to the scanner and to the reader's own program, since nothing is opened in our pages."""
    if data.find(b"%%EOF", max(0, len(data) - 2_048)) < 0:
        raise rules.FileBroken
    if any(data.find(mark) >= 0 for mark in _PROGRAMMES):
        raise rules.FileActive


TYPES: dict[str, ContentType] = {
    one.code: one
    for one in (
        ContentType("pdf", "PDF", "application/pdf", (".pdf",), _is_pdf, _check_pdf),
        ContentType(
            "jpeg", _("photograph (JPEG)"), "image/jpeg", (".jpg", ".jpeg"), pictures.is_jpeg, pictures.check_jpeg
        ),
        ContentType("png", _("picture (PNG)"), "image/png", (".png",), pictures.is_png, pictures.check_png),
        ContentType("webp", _("picture (WebP)"), "image/webp", (".webp",), pictures.is_webp, pictures.check_webp),
        ContentType(
            "docx",
            _("Word document (docx)"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            (".docx",),
            office.is_zip,
            office.check_docx,
        ),
        ContentType(
            "xlsx",
            _("Excel workbook (xlsx)"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            (".xlsx",),
            office.is_zip,
            office.check_xlsx,
        ),
        ContentType(
            "text", _("plain text"), "text/plain", (".txt", ".csv", ".md"), plain.looks_like_text, plain.check_text
        ),
    )
}
PICTURES = frozenset({"jpeg", "png", "webp"})
_NAMES: dict[str, Text] = {
    "text/html": "HTML",
    "image/svg+xml": "SVG",
    "application/msword": _("old Office file (doc, xls, ppt)"),
    "application/zip": pgettext_lazy("file type", "archive (zip)"),
    "application/vnd.microsoft.portable-executable": pgettext_lazy("file type", "programme"),
    "image/gif": "GIF",
}


def examine(path: Path, *, allowed: Collection[str]) -> ContentType:
    """The type of the file at `path`, which is one of `allowed`.

    Raises `FileEmpty`, `TypeUnknown`, `TypeNotTaken`, `FileBroken`, `FileTwoFaced`, `FileActive`, `ArchiveTooLarge`,
    `PictureTooLarge`.
    """
    if path.stat().st_size == 0:
        raise rules.FileEmpty
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        head = data[:_HEAD]
        found = _type_of(head, data, allowed)
        if found.code not in allowed:
            raise rules.TypeNotTaken(found=str(found.label), types=types_in_words(allowed))
        if found.looks_so is not office.is_zip and _ends_as_zip(data):
            raise rules.FileTwoFaced
        found.check(data)
        return found


def _type_of(head: bytes, data: mmap.mmap, allowed: Collection[str]) -> ContentType:
    claims = _claims(head)
    for code, one in TYPES.items():
        if code != "text" and one.looks_so(head) and (one.mime in claims or one.looks_so is office.is_zip):
            return TYPES[office.kind_of(data) or _unknown(claims, allowed)] if one.looks_so is office.is_zip else one
    if plain.looks_like_text(head) and not plain.is_markup(head) and not claims & set(_NAMES):
        return TYPES["text"]
    raise _refusal(claims | ({"text/html"} if plain.is_markup(head) else set()), allowed)


def _claims(head: bytes) -> set[str]:
    try:
        return {guess.mime_type for guess in puremagic.magic_string(head)}
    except puremagic.PureError:
        return set()


def _unknown(claims: set[str], allowed: Collection[str]) -> str:
    raise _refusal((claims & set(_NAMES)) or {"application/zip"}, allowed)


def _refusal(claims: set[str], allowed: Collection[str]) -> rules.TypeUnknown | rules.TypeNotTaken:
    for mime, label in _NAMES.items():
        if mime in claims:
            return rules.TypeNotTaken(found=str(label), types=types_in_words(allowed))
    return rules.TypeUnknown(types=types_in_words(allowed))


def _ends_as_zip(data: mmap.mmap) -> bool:
    return data.find(_ZIP_END, max(0, len(data) - _ZIP_TAIL)) >= 0


def types_in_words(codes: Collection[str]) -> str:
    """The types in the reader's language, such as "PDF, photograph (JPEG)"."""
    joiner = ", " if (get_language() or "").startswith("en") else "、"
    return joiner.join(str(TYPES[code].label) for code in TYPES if code in codes)
