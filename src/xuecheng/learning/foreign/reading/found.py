"""What a file from outside says, before anybody knows what it counts: one `Found` for each achievement in it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import get_language, override

from xuecheng.city.refusals import Refusal

_NOT_A_LETTER = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Holder:
    """Whom the file names. All empty: it names nobody, and whoever has it can show it."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    hashes: tuple[tuple[str, str, str], ...] = ()
    """(type of identifier, `sha256$…`, salt) of Open Badges: compared, never turned back."""
    born_on: date | None = None

    @property
    def token(self) -> str:
        """What tells two holders of one file format apart; no number of an identity card ever is part of it."""
        born = self.born_on.isoformat() if self.born_on else ""
        hashes = sorted(one[1] for one in self.hashes)
        return "\x1f".join([*sorted(map(plain, self.names)), *sorted(self.emails), *hashes, born])


@dataclass(frozen=True)
class Said:
    """One finding in both languages, as it is kept."""

    question: str
    outcome: str
    zh: str
    en: str

    def kept(self) -> Mapping[str, str]:
        return vars(self)


@dataclass(frozen=True)
class Found:
    """One achievement. `place` says where it stands in the file, for people; credits are hundredths of `scheme`."""

    place: str
    issuer_name: str
    issuer_keys: tuple[str, ...]
    title: str
    holder: Holder
    identifier: str = ""
    is_of_holder: bool = False
    """Whether the identifier names this very achievement of this holder, and not a course that many take."""
    kind: str = ""
    code: str = ""
    level: str = ""
    credits: int | None = None
    scheme: str = ""
    grade: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    valid_to: date | None = None
    part_of: str = ""
    """The place of the whole that this is part of."""
    further_wholes: tuple[str, ...] = ()
    """Places of others that it is part of as well."""
    is_verified: bool = False
    signed_by: str = ""
    has_status: bool = False
    findings: tuple[Said, ...] = field(default=())

    @property
    def wholes(self) -> tuple[str, ...]:
        """The places of everything that this is part of."""
        return (*filter(None, [self.part_of]), *self.further_wholes)

    @property
    def claim(self) -> bytes:
        """SHA-256 of what makes it this achievement of this holder: equal whoever brings it, however often (C-11)."""
        if self.is_of_holder:
            return _digest("1", *self.issuer_keys[:1], self.identifier)
        days = (str(self.started_on), str(self.ended_on))
        what = (self.identifier or plain(self.title), self.code)
        return _digest("2", *(self.issuer_keys[:1] or (plain(self.issuer_name),)), self.holder.token, *what, *days)

    @property
    def digest(self) -> bytes:
        """SHA-256 of what it says: the same claim with another content is a conflict (C-11)."""
        return _digest(
            self.kind, self.code, self.title, self.level, str(self.credits), self.scheme, self.grade,
            str(self.started_on), str(self.ended_on), str(self.valid_to),
        )  # fmt: skip


@dataclass(frozen=True)
class Bad:
    """Something in the file that is not taken in: where it stands and why."""

    place: str
    refusal: Refusal
    findings: tuple[Said, ...] = ()
    """What was asked of it, where it is a credential."""

    @property
    def failed(self) -> frozenset[str]:
        """All questions that it failed: `signature`, `status` …"""
        return frozenset(one.question for one in self.findings if one.outcome == "failed")

    def kept(self) -> dict[str, str]:
        return {"place": self.place, "code": self.refusal.code, **said(self.refusal)}


@dataclass(frozen=True)
class Contents:
    """All of a file."""

    kind: str
    found: tuple[Found, ...]
    bad: tuple[Bad, ...] = ()


@dataclass(frozen=True)
class Both:
    """A text that was made in both languages, in the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh


def said(text: object) -> dict[str, str]:
    """A text in both languages, as it is kept."""
    shown = {}
    for language, key in (("zh-hans", "zh"), ("en", "en")):
        with override(language):
            shown[key] = str(text)[:600]
    return shown


def plain(text: str) -> str:
    """A name or title as it is compared: NFKC, lower case, without accents, blanks, marks and digits."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_A_LETTER.sub("", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def clean(text: object, most: int) -> str:
    """One line of text from outside: no control characters, no more than `most` signs."""
    if not isinstance(text, str):
        return ""
    kept = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join(kept.split())[:most]


def _digest(*parts: str) -> bytes:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()
