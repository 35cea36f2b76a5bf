"""Open Badges, CLR and other verifiable credentials, as `proofs.verifying` answers them: each achievement a `Found`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import override

from xuecheng.city import clock
from xuecheng.learning.proofs.documents import Document
from xuecheng.learning.proofs.fetching import Fetch, NotFetched
from xuecheng.learning.proofs.shapes import is_old_badge, is_record
from xuecheng.learning.proofs.verdicts import Outcome, Verdict
from xuecheng.learning.proofs.verifying import verify

from . import hierarchy
from .found import Bad, Both, Contents, Found, Holder, Said, clean
from .refusals import (
    ContentElsewhere,
    CredentialUnreadable,
    FileUnknown,
    NothingAchieved,
    NotProven,
    TitleMissing,
    TooMuchInFile,
)

MOST: Final = 500
HOLDER: Final = "holder"
"""The question that is answered here, where the learner is known."""
_ASKS: Final = "credentialStatus"
"""Where a credential says how to ask whether it was revoked; of Open Badges 2.0 every one can be asked."""


def read(data: bytes, *, at: datetime, fetch: Fetch | None = None) -> Contents:
    """All achievements of a credential file, verified. Raises the refusals of files."""
    # The words of a verdict are made when it is; both are made of the same answers, so that each address is asked once.
    fetch = _once(fetch)
    with override("zh-hans"):
        verdict = verify(data, at=at, fetch=fetch)
    with override("en"):
        english = verify(data, at=at, fetch=fetch)
    if verdict.credential is None:
        why = next((Both(one.zh, one.en) for one in _told(verdict, english).findings), None)
        raise CredentialUnreadable(why=why) if why is not None else FileUnknown
    found: list[Found] = []
    bad: list[Bad] = []
    told = _told(verdict, english)
    for one in _each(told, "1", ()):
        (found if isinstance(one, Found) else bad).append(one)  # type: ignore[arg-type]  # told apart just here
        if len(found) > MOST:
            raise TooMuchInFile(most=MOST)
    places_of: dict[str, list[str]] = defaultdict(list)
    said: list[hierarchy.Said] = []
    for name, place in _names(told, "1", said):
        places_of[name].append(place)
    return Contents(verdict.kind[:60], hierarchy.linked(found, said, places_of), tuple(bad))


def _names(verdict: _Told, place: str, said: list[hierarchy.Said]) -> Iterator[tuple[str, str]]:
    """How associations may name what stands at a place: by credential or by achievement. Notes what is associated."""
    subjects = _many(verdict.document.get("credentialSubject"))
    for subject in subjects:
        said += hierarchy.associations(subject.get("association"))
    achievements = [one for subject in subjects for one in _many(subject.get("achievement"))]
    for name in {clean(one.get("id"), 300) for one in (verdict.document, *_shown_here(verdict.document, achievements))}:
        if name:
            yield name, place
    for number, inside in enumerate(verdict.inside, start=1):
        yield from _names(inside, f"{place}.{number}", said)


def _shown_here(document: Document, achievements: list[Document]) -> list[Document]:
    """Of a record of many, the achievements beside are only described; each is shown by a credential within."""
    return [] if is_record(document) else achievements


def _once(fetch: Fetch | None) -> Fetch | None:
    """The same way out, which asks each address once, a missing answer too."""
    if fetch is None:
        return None
    asked: dict[str, bytes | NotFetched] = {}

    def answer(address: str) -> bytes:
        if address not in asked:
            try:
                asked[address] = fetch(address)
            except NotFetched as missing:
                asked[address] = missing
        found = asked[address]
        if isinstance(found, NotFetched):
            raise found
        return found

    return answer


@dataclass(frozen=True)
class _Told:
    """A verdict whose findings are told in both languages."""

    document: Document
    findings: tuple[Said, ...]
    inside: tuple[_Told, ...]
    behind: tuple[Document, Document] | None


def _told(verdict: Verdict, english: Verdict) -> _Told:
    findings = tuple(
        Said(zh.question, zh.outcome.value, str(zh.text)[:600], str(en.text)[:600])
        for zh, en in zip(verdict.findings, english.findings, strict=False)
    )
    inside = tuple(_told(zh, en) for zh, en in zip(verdict.inside, english.inside, strict=False))
    return _Told(verdict.credential or {}, findings, inside, verdict.behind)


def _each(verdict: _Told, place: str, around: tuple[Said, ...]) -> Iterator[Found | Bad]:
    """What the credential says, then those inside it; what speaks against the whole speaks against its parts."""
    document = verdict.document
    findings = (*around, *verdict.findings)
    wrong = next((one for one in findings if one.outcome == Outcome.FAILED), None)
    if is_old_badge(document):
        yield _of_old(verdict, place, findings, wrong)
        return
    subjects = _many(document.get("credentialSubject"))
    if wrong is not None and not verdict.inside and not any("achievement" in one for one in subjects):
        yield Bad(place, NothingAchieved(why=Both(wrong.zh, wrong.en)), findings)
        return
    for subject in subjects:
        if isinstance(subject.get("achievement"), dict) and not is_record(document):
            yield _one(document, subject, subject["achievement"], place, findings)
    failed = tuple(one for one in findings if one.outcome == Outcome.FAILED)
    for number, inside in enumerate(verdict.inside, start=1):
        yield from _each(inside, f"{place}.{number}", failed)


def _of_old(verdict: _Told, place: str, findings: tuple[Said, ...], wrong: Said | None) -> Found | Bad:
    """An Open Badge 2.0: what it is and who issued it say the documents behind it, never the badge itself (anybody can
    write a famous issuer into a badge of their own); the badge says for whom it is and when.
    """
    if verdict.behind is None:
        elsewhere = NothingAchieved(why=Both(wrong.zh, wrong.en)) if wrong is not None else ContentElsewhere()
        return Bad(place, elsewhere, findings)
    achievement, issuer = verdict.behind
    plain = {name: verdict.document.get(name) for name in ("id", "issuedOn", "expires")}
    verification = next(iter(_many(verdict.document.get("verification"))), {})
    told = plain | {"issuer": issuer, "proof": {"verificationMethod": verification.get("creator")}, _ASKS: {}}
    return _one(told, {"recipient": verdict.document.get("recipient")}, achievement, place, findings)


def _is_enough(finding: Said, issuer: Document) -> bool:
    """Whether an answer is what verified learning needs.

    Who holds a bare key (`did:key`) nobody can say, and it need not be said: it counts only as the issuer whom officers
    recognised by that very key.
    """
    by_key = finding.question == "issuer" and str(issuer.get("id", "")).startswith("did:key:")
    return finding.outcome == Outcome.PROVEN or (by_key and finding.outcome == Outcome.UNPROVEN)


def _one(
    document: Document, subject: Document, achievement: Document, place: str, findings: tuple[Said, ...]
) -> Found | Bad:
    title = clean(achievement.get("name"), 200)
    if not title:
        return Bad(place, TitleMissing())
    if broken := next((one for one in findings if one.outcome == Outcome.FAILED), None):
        return Bad(place, NotProven(title=title, why=Both(broken.zh, broken.en)), findings)
    issuer = _issuer(document)
    asked = [one for one in findings if one.question != HOLDER]
    ended_on = _day(subject.get("activityEndDate")) or next(
        (day for name in ("awardedDate", "issuedOn", "validFrom", "issuanceDate") if (day := _day(document.get(name)))),
        None,
    )
    started_on = _day(subject.get("activityStartDate"))
    return Found(
        place=place,
        issuer_name=clean(issuer.get("name"), 200) or clean(issuer.get("id"), 200),
        issuer_keys=tuple(filter(None, [clean(issuer.get("id"), 300)])),
        title=title,
        holder=_holder(subject),
        identifier=clean(document.get("id"), 300),
        is_of_holder=bool(clean(document.get("id"), 300)) and bool(issuer.get("id")),
        kind=_kind(achievement),
        code=clean(achievement.get("humanCode"), 60) or clean(achievement.get("id"), 60),
        credits=_credits(subject, achievement),
        grade=next((clean(one.get("value"), 40) for one in _many(subject.get("result"))), ""),
        started_on=started_on if started_on is None or ended_on is None or started_on <= ended_on else None,
        ended_on=ended_on,
        valid_to=next(
            (day for name in ("validUntil", "expirationDate", "expires") if (day := _day(document.get(name)))), None
        ),
        is_verified=bool(asked) and all(_is_enough(one, issuer) for one in asked),
        signed_by=next((clean(one.get("verificationMethod"), 300) for one in _many(document.get("proof"))), "")
        or clean(issuer.get("id"), 300),
        has_status=isinstance(document.get(_ASKS), dict | list),
        findings=findings,
    )


def _many(value: object) -> list[Document]:
    """One object or a list of them; whatever else stands there is passed over."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _issuer(document: Document) -> Document:
    said_issuer = document.get("issuer")
    return {"id": said_issuer} if isinstance(said_issuer, str) else next(iter(_many(said_issuer)), {})


def _kind(achievement: Document) -> str:
    kind = clean(achievement.get("achievementType"), 40)
    return kind or "Badge"


def _credits(subject: Document, achievement: Document) -> int | None:
    """What was earned, else what it is worth; hundredths, rounded down (C-19)."""
    for value in (subject.get("creditsEarned"), achievement.get("creditsAvailable")):
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10_000:
            return int(Decimal(str(value)) * 100)
    return None


def _holder(subject: Document) -> Holder:
    """Open Badges 3 names holders by identifiers, hashed or not; 2 by one recipient."""
    names: list[str] = []
    emails: list[str] = []
    hashes: list[tuple[str, str, str]] = []
    for one in _many(subject.get("identifier")):
        kind, text = clean(one.get("identityType"), 40), clean(one.get("identityHash"), 200)
        if one.get("hashed"):
            hashes.append((kind, text, clean(one.get("salt"), 200)))
        elif kind == "emailAddress":
            emails.append(text.lower())
        elif kind == "name":
            names.append(text)
        else:
            hashes.append((kind, text, ""))
    if name := clean(subject.get("name"), 120):
        names.append(name)
    for one in _many(subject.get("recipient")):
        text = clean(one.get("identity"), 200)
        if one.get("hashed"):
            hashes.append(("emailAddress", text, clean(one.get("salt"), 200)))
        elif one.get("type") == "email":
            emails.append(text.lower())
    return Holder(tuple(names), tuple(emails), tuple(hashes))


def _day(value: object) -> date | None:
    """The city's date of an instant, or a date as it stands; None for what is neither, and for the last year there is,
    by which issuers mean that something has no end.
    """
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if found.year == MAXYEAR:
        return None
    try:
        return clock.date_of(found) if found.tzinfo is not None else found.date()
    except OverflowError:
        return None
