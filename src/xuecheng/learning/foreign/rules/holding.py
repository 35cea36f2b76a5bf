"""Whether the holder that a file names is the person who brings it. Nothing is guessed: what cannot be told waits."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from enum import StrEnum

from xuecheng.city.pinyin import order_of_person

_SYLLABLE = re.compile(r"([a-zü]+)[1-5]")
_NOT_A_LETTER = re.compile(r"[\W\d_]+")


class Match(StrEnum):
    SAME = "same"
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
    known_name: str,
    known_emails: Collection[str],
) -> Match:
    """One identifier that fits is enough; where all that can be compared differ, it is another's."""
    if not names and not emails and not hashes:
        return Match.UNNAMED
    told = [not _forms(known_name).isdisjoint(map(_plain, names))] if names else []
    if emails and known_emails:
        told.append(not {one.casefold() for one in known_emails}.isdisjoint(one.casefold() for one in emails))
    for kind, digest, salt in hashes:
        candidates = {"emailAddress": known_emails, "name": (known_name,)}.get(kind, ())
        if candidates and digest:
            told.append(any(_hashed(text, salt) == digest.casefold() for text in _spellings(candidates)))
    if not told:
        return Match.UNKNOWN
    return Match.SAME if any(told) else Match.OTHER


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
