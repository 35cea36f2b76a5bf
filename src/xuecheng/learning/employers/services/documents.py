"""A whole credential in a row: what its proof says, ours or anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from xuecheng.city import clock
from xuecheng.learning.badges import addresses
from xuecheng.learning.proofs.fetching import Fetch
from xuecheng.learning.proofs.verdicts import Outcome, Verdict
from xuecheng.learning.proofs.verifying import verify

_MATTERS_OF_TIME = frozenset({"time", "status"})
"""What may change after it was issued; everything else must be proven for it to say anything."""


@dataclass(frozen=True)
class Document:
    """What a row's credential is worth."""

    is_single: bool
    """Not a record or presentation with several inside."""
    is_signed: bool = False
    """Shape, signature and issuer are proven."""
    holds: bool = False
    """It is valid today, and not revoked; as far as its issuer could be asked."""
    own_number: str = ""
    """Its number, where it names itself one of ours."""
    subjects: tuple[Mapping[str, Any], ...] = field(default=())
    titles: tuple[str, ...] = field(default=())
    days: tuple[date, ...] = field(default=())


def looked_at(text: str, *, at: datetime, fetch: Fetch | None) -> Document:
    """The credential in a cell, verified. Asks its issuer where this installation asks any."""
    verdict = verify(text.encode("utf-8", "replace"), at=at, fetch=fetch)
    document = verdict.credential
    if document is None:
        return Document(is_single=False)
    own = _own_number(document.get("id"))
    told = verdict.findings
    is_signed = bool(told) and all(
        one.outcome is Outcome.PROVEN for one in told if one.question not in _MATTERS_OF_TIME
    )
    # A revocation that could not be asked is not known to hold: such a credential confirms nothing.
    unknown = any(one.outcome is Outcome.UNPROVEN for one in told if one.question in _MATTERS_OF_TIME)
    subjects = _many(document.get("credentialSubject")) or _many(document.get("recipient"))
    return Document(
        is_single=not verdict.inside,
        is_signed=is_signed and (bool(own) or not unknown),
        holds=verdict.outcome is Outcome.PROVEN,
        own_number=own,
        subjects=tuple(subjects),
        titles=tuple(_titles(verdict, document, subjects)),
        days=tuple(_days(document, subjects)),
    )


def _own_number(identifier: object) -> str:
    if not isinstance(identifier, str):
        return ""
    try:
        number = UUID(identifier.rpartition("/")[2])
    except ValueError:
        return ""
    return str(number) if identifier == addresses.credential(number) else ""


def _many(value: object) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _titles(verdict: Verdict, document: Mapping[str, Any], subjects: list[Mapping[str, Any]]) -> list[str]:
    # Of an Open Badge 2.0 what it is says its class, never the badge itself.
    whats = (
        [verdict.behind[0]] if verdict.behind else [one for each in subjects for one in _many(each.get("achievement"))]
    )
    names = [document.get("name"), *(one.get("name") for one in whats)]
    return [text for name in names for text in _texts(name)]


def _texts(value: object) -> list[str]:
    """A text, or each of a text in several languages."""
    if isinstance(value, str):
        return [value]
    found = []
    for one in _many(value):
        found += [text for key, text in one.items() if isinstance(text, str) and key not in ("@language", "@direction")]
    return found


def _days(document: Mapping[str, Any], subjects: list[Mapping[str, Any]]) -> list[date]:
    said = [document.get(name) for name in ("awardedDate", "validFrom", "issuanceDate", "issuedOn")]
    said += [one.get("activityEndDate") for one in subjects]
    return [day for one in said if (day := _day(one)) is not None]


def _day(value: object) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return clock.date_of(found) if found.tzinfo is not None else found.date()
    except (ValueError, OverflowError):
        return None
