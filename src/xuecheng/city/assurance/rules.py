"""A requirement of the standard and how it stands here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HELD, PARTLY, OPEN, DEVIATION, NONE = "held", "partly", "open", "deviation", ""
STATES = [
    (HELD, pgettext_lazy("requirement", "held")),
    (PARTLY, pgettext_lazy("requirement", "partly")),
    (OPEN, pgettext_lazy("requirement", "open")),
    (DEVIATION, pgettext_lazy("requirement", "deviation")),
]
DOES_NOT_APPLY = pgettext_lazy("requirement", "does not apply")
CHAPTERS = {
    "V1": _("Encoding and sanitisation"),
    "V2": _("Validation and business logic"),
    "V3": _("The browser’s side"),
    "V4": _("Interfaces and web services"),
    "V5": _("Files"),
    "V6": _("Authentication"),
    "V7": _("Sessions"),
    "V8": _("Authorisation"),
    "V9": _("Self-contained tokens"),
    "V10": _("Linked sites and programs (OAuth, OIDC)"),
    "V11": _("Cryptography"),
    "V12": _("Secure communication"),
    "V13": _("Configuration"),
    "V14": _("Data protection"),
    "V15": _("Coding and architecture"),
    "V16": _("Logging and faults"),
    "V17": _("Calls between browsers (WebRTC)"),
}
SURE = {
    "V": _("read in the text itself"),
    "S": _("read elsewhere, to be checked"),
    "K": _("background knowledge, to be checked"),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement in its authors' words, and our judgement of it in ours."""

    id: str
    chapter: str
    section: str
    text: str
    level: int
    applies: str
    state: str
    control: str
    control_zh: str
    where: tuple[str, ...]
    test: str
    why_en: str
    why_zh: str


@dataclass(frozen=True, slots=True)
class LegalPoint:
    """A point of law that this system takes as a parameter, and how sure we are of it."""

    point_en: str
    point_zh: str
    parameter_en: str
    parameter_zh: str
    sure: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter and how many of its requirements stand how."""

    id: str
    held: int
    partly: int
    open: int
    deviation: int
    not_applying: int


def by_chapter(requirements: Iterable[Requirement]) -> list[Chapter]:
    """The chapters in order, each with its counts."""
    counted = Counter((one.chapter, one.state) for one in requirements)
    return [
        Chapter(
            id=chapter,
            held=counted[chapter, HELD],
            partly=counted[chapter, PARTLY],
            open=counted[chapter, OPEN],
            deviation=counted[chapter, DEVIATION],
            not_applying=counted[chapter, NONE],
        )
        for chapter in CHAPTERS
    ]
