"""Whether the holder that a file names is the person who brings it. Nothing is guessed: what cannot be told waits."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum

from xuecheng.city.pinyin import order_of_person

_SYLLABLE = re.compile(r"([a-zü]+)[1-5]")
_NOT_A_LETTER = re.compile(r"[\W\d_]+")


class Match(StrEnum):
    SAME = "same"
    NAMED = "named"
    """It names somebody of the same name, and nothing more that could be compared."""
    OTHER = "other"
    UNNAMED = "unnamed"
    """It names nobody: whoever has it can show it."""
    UNKNOWN = "unknown"
    """It names somebody by what cannot be compared here."""


def compare(
    *,
    names: Collection[str],
    emails: Collection[str],
    hashes: Collection[tuple[str, str, str]],
    born_on: date | None,
    known_name: str,
    known_emails: Collection[str],
    known_birth_year: int | None,
) -> Match:
    """A proven address fits, or name and year of birth both: the same. A name alone is not enough in a city where
    hundreds have it; one thing that can be compared and differs makes it another's, whatever else fits.
    """
    if not names and not emails and not hashes:
        return Match.UNNAMED
    told: dict[str, bool] = {}
    if names:
        told["name"] = not _forms(known_name).isdisjoint(map(_plain, names))
    if emails and known_emails:
        told["emailAddress"] = not {one.casefold() for one in known_emails}.isdisjoint(map(str.casefold, emails))
    for kind, digest, salt in hashes:
        candidates = {"emailAddress": known_emails, "name": (known_name,)}.get(kind, ())
        if candidates and digest:
            fits = any(_hashed(text, salt) == digest.casefold() for text in _spellings(candidates))
            told[kind] = told.get(kind, False) or fits
    if born_on is not None and known_birth_year is not None:
        told["born"] = born_on.year == known_birth_year
    if not all(told.values()):
        return Match.OTHER
    if "emailAddress" in told or {"name", "born"} <= told.keys():
        return Match.SAME
    return Match.NAMED if "name" in told else Match.UNKNOWN


def _forms(name: str) -> set[str]:
    """A name as it may stand in a file from abroad: as it is, and in pinyin with the surname first or last."""
    syllables = _SYLLABLE.findall(order_of_person(name))
    forms = {_plain(name)}
    for surname in (1, 2):
        if len(syllables) > surname:
            family, given = "".join(syllables[:surname]), "".join(syllables[surname:])
            forms |= {family + given, given + family}
    return forms - {""}


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_A_LETTER.sub("", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def _spellings(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield text
        yield text.lower()


def _hashed(text: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256((text + salt).encode()).hexdigest()
