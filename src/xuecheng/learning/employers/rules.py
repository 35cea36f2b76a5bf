"""What a row of an employer's list is, and what the employer is told of it (C-89, C-90). No database, no clock."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

_DOTS: Final = str.maketrans(dict.fromkeys("•・‧∙⋅", "·"))
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_TOKEN = re.compile(r"[0-9a-f]{40}")


class Told(StrEnum):
    """What an employer is told of a row."""

    CONFIRMED = "confirmed"
    CHANGED = "confirmed_but_changed"
    NAME_DIFFERS = "name_differs"
    NOT_CONFIRMED = "not_confirmed"
    MALFORMED = "malformed"


class Kind(StrEnum):
    """What stands in the cell that names a credential."""

    NUMBER = "number"
    """A credential of ours, by its address or number."""
    CODE = "code"
    """Perhaps the twelve characters of a transcript or certificate of ours."""
    SHARE = "share"
    """A link under which a holder shares credentials."""
    DOCUMENT = "document"
    """A whole credential, JSON or JWT, ours or anybody's."""
    NONE = "none"
    """Nothing that can be looked up here."""


@dataclass(frozen=True, slots=True)
class Cell:
    kind: Kind
    value: str = ""
    """The number, code, secret of the link, or the credential itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came; `is_broken` where a cell of it cannot be read."""

    row_no: int
    credential: str
    name: str
    title: str = ""
    day: date | None = None
    share: str = ""
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What we have under a number or code."""

    learner_id: int
    names: set[str]
    """Every name that is right: today's and the one that was printed."""
    titles: Collection[str]
    days: Collection[date]
    holds: bool
    is_genuine: bool = True
    may_be_told: bool = True
    """Not of somebody who left: nobody can agree any more."""


def plain_name(name: str) -> str:
    """A name as it is compared (C-90): NFKC, trimmed, one middle dot, no case. Nothing fuzzy."""
    return unicodedata.normalize("NFKC", name).strip().translate(_DOTS).casefold()


def same_name(claimed: str, *right: str) -> bool:
    """Whether a claimed name is one of the right ones; an empty one is nobody's."""
    return bool(plain_name(claimed)) and plain_name(claimed) in {plain_name(one) for one in right}


def read_cell(text: str, *, root: str) -> Cell:
    """What a cell names. `root`: the address of this installation, without a slash at its end."""
    text = text.strip()
    if text.startswith("{") or (_JWT.fullmatch(text) and len(text) > 60):
        return Cell(Kind.DOCUMENT, text)
    if _UUID.fullmatch(text):
        return Cell(Kind.NUMBER, str(UUID(text)))
    if text.startswith((f"{root}/", "/")):
        return _read_address(text.removeprefix(root))
    if "/" in text or not text:
        return Cell(Kind.NONE)
    return Cell(Kind.CODE, text[:40])


def _read_address(path: str) -> Cell:
    parts = [one for one in re.split(r"[?#]", path)[0].split("/") if one]
    match parts:
        case ["credentials", number] if _UUID.fullmatch(number):
            return Cell(Kind.NUMBER, str(UUID(number)))
        case ["share", token] if _TOKEN.fullmatch(token):
            return Cell(Kind.SHARE, token)
        case ["verify", code]:
            return Cell(Kind.CODE, code[:40])
        case _:
            return Cell(Kind.NONE)


def told_of_ours(row: Row, known: Known | None, *, is_agreed: bool) -> Told:
    """The answer to a row that names something of ours. Without consent the answer is that of what does not exist."""
    if known is None or not is_agreed or not known.may_be_told or not known.is_genuine:
        return Told.NOT_CONFIRMED
    return _told(
        row, is_named=same_name(row.name, *known.names), titles=known.titles, days=known.days, holds=known.holds
    )


def told_of_others(
    row: Row, *, is_signed: bool, holds: bool, subjects: Iterable[Mapping[str, Any]], titles: Collection[str],
    days: Collection[date],
) -> Told:  # fmt: skip
    """The answer to a row with somebody else's credential: what it proves by itself, and nothing of anybody here.

    One whose signature or issuer is not proven confirms nothing, nor one that names nobody by name.
    """
    named = [_is_named(row.name, one) for one in subjects]
    if not is_signed or not named or None in named:
        return Told.NOT_CONFIRMED
    return _told(row, is_named=all(named), titles=titles, days=days, holds=holds)


def _told(row: Row, *, is_named: bool, titles: Collection[str], days: Collection[date], holds: bool) -> Told:
    if not is_named:
        return Told.NAME_DIFFERS
    if row.title and not same_name(row.title, *titles):
        return Told.NOT_CONFIRMED
    if row.day is not None and row.day not in days:
        return Told.NOT_CONFIRMED
    return Told.CONFIRMED if holds else Told.CHANGED


def _is_named(name: str, subject: Mapping[str, Any]) -> bool | None:
    """Whether a subject is called so; None where it has no name to compare. Hashed names are hashed to compare."""
    given = subject.get("identifier")
    identities = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, dict)]
    names = [one for one in (subject.get("name"),) if isinstance(one, str) and one.strip()]
    hashes: list[tuple[str, str]] = []
    for one in identities:
        text, salt = one.get("identityHash"), one.get("salt", "")
        if one.get("identityType") != "name" or not isinstance(text, str) or not isinstance(salt, str):
            continue
        if one.get("hashed") is True:
            hashes.append((text.casefold(), salt))
        else:
            names.append(text)
    if not names and not hashes:
        return None
    spelt = {name.strip(), unicodedata.normalize("NFKC", name).strip()}
    is_hashed = any(_hashed(one, salt) == digest for digest, salt in hashes for one in spelt)
    return is_hashed or (bool(names) and same_name(name, *names))


def _hashed(text: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256((text + salt).encode()).hexdigest()
