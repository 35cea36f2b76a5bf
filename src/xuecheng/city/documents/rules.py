"""The law of documents: names that are safe to hand on, how long a document is kept, and what is refused."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal, Text

LONGEST_NAME = 120
_FALLBACK = "file"
# Characters that end a path, that a shell or a header might read as more than text, and what no reader sees.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_DANGEROUS = frozenset({
    ".apk", ".app", ".bat", ".bin", ".chm", ".cmd", ".com", ".cpl", ".dll", ".dmg", ".exe", ".gadget", ".hta",
    ".htm", ".html", ".iso", ".jar", ".js", ".jse", ".lnk", ".mht", ".mhtml", ".msc", ".msi", ".pif", ".php",
    ".ps1", ".py", ".reg", ".scf", ".scr", ".sct", ".sh", ".shtml", ".svg", ".svgz", ".swf", ".url", ".vb", ".vbe",
    ".vbs", ".wsf", ".xhtml", ".xml",
})  # fmt: skip


class FileMissing(Refusal):
    message = _("Choose a file.")
    field = "file"


class FileEmpty(Refusal):
    message = _("The file is empty. Choose another one.")
    field = "file"


class FileTooLarge(Refusal):
    message = _("The file is larger than %(limit)s MB, the most that is taken here.")
    remedy = _("Send a smaller one: fewer pages, or pictures of a lower resolution.")
    field = "file"


class TypeUnknown(Refusal):
    message = _("What this file holds cannot be told from its content, whatever its name says.")
    remedy = _("Taken here: %(types)s.")
    field = "file"


class TypeNotTaken(Refusal):
    message = _("By its content this is a file of the type %(found)s, which is not taken here.")
    remedy = _("Taken here: %(types)s.")
    field = "file"


class FileBroken(Refusal):
    """A truncated picture or PDF, or one that contradicts itself."""

    message = _("The file is damaged or was cut off.")
    remedy = _("Open it once on your device; if it shows there, send it again.")
    field = "file"


class FileTwoFaced(Refusal):
    """A polyglot: valid as two types at once."""

    message = _("The file is two files in one: behind what it shows lies something else.")
    remedy = _("Print or save it anew as PDF and send that.")
    field = "file"


class FileActive(Refusal):
    message = _("The file holds a programme (a macro or a script), which is not taken.")
    remedy = _("Save it without macros, or as PDF.")
    field = "file"


class ArchiveTooLarge(Refusal):
    message = _("Unpacked, the file would be far larger than it is.")
    remedy = _("Save it as PDF and send that.")
    field = "file"


class PictureTooLarge(Refusal):
    message = _("The picture has more than %(limit)s million pixels.")
    remedy = _("Save it in a lower resolution and send that.")
    field = "file"


class KnownMalware(Refusal):
    message = _("The malware scanner has found this file to be infected.")
    remedy = _("Clean your device, then send the file from its source.")
    field = "file"


class ThingClosed(Refusal):
    message = _("Nothing can be added here any more.")


class TooManyFiles(Refusal):
    message = _("There are %(count)s files here already, the most that are kept in one place.")
    remedy = _("Put several pages into one PDF, or remove what is not needed.")
    field = "file"


class DocumentGone(Refusal):
    message = _("This document was removed meanwhile.")


class DocumentHeld(Refusal):
    message = _("This document is held for a legal reason: %(reason)s.")
    remedy = _("It can be removed once an officer has lifted the hold.")


class HoldUnchanged(Refusal):
    message = _("The hold was set or lifted by somebody else meanwhile.")


def clean_name(name: str, *, extensions: Sequence[str]) -> str:
    """The name under which a file is kept and handed on, its ending being one of `extensions`, the first if none fits.

    Path parts, control and bidirectional characters go; endings of other types behind or before the true one go too,
    so that `bill.pdf.exe`, which is a PDF, is called `bill.pdf`.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(
        sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    text = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", text)).strip(" .")
    kept = next((ending for ending in extensions if text.lower().endswith(ending)), "")
    stem = text[: len(text) - len(kept)] if kept else text
    while (cut := _last_ending(stem)) is not None:
        stem = cut
    ending = kept or extensions[0]
    stem = stem.strip(" .")[: LONGEST_NAME - len(ending)].strip(" .") or _FALLBACK
    # Names that a system from Redmond reads as devices.
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem):
        stem = f"_{stem}"
    return stem + ending


def _last_ending(stem: str) -> str | None:
    """`stem` without its last ending, if that is one that some system acts on."""
    head, dot, ending = stem.rstrip(" .").rpartition(".")
    candidate = f".{ending.lower()}"
    return head if dot and (candidate in _DANGEROUS or candidate in mimetypes.types_map) else None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long documents of a place are kept, in whole years from the day on which the newest version came, and why."""

    years: int
    basis: Text

    def keep_until(self, came_on: date) -> date:
        """The first day on which it may be removed; 29 February becomes 1 March in a common year."""
        try:
            return came_on.replace(year=came_on.year + self.years)
        except ValueError:
            return date(came_on.year + self.years, 3, 1)
