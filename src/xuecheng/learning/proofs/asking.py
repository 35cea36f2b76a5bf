"""A verification as pages, programs and the command line ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from . import fetching, shapes
from .documents import Document
from .keys import listed, moment, text_of
from .reading import Source, Unreadable
from .verdicts import Finding, Outcome, Verdict
from .verifying import judge, unreadable, verify

QUESTIONS = {
    "shape": pgettext_lazy("credential", "How it is built"),
    "signature": pgettext_lazy("credential", "Unchanged since it was signed"),
    "issuer": pgettext_lazy("credential", "Whose signature"),
    "token": pgettext_lazy("credential", "Its token"),
    "time": pgettext_lazy("credential", "Within its dates"),
    "status": pgettext_lazy("credential", "Not revoked"),
    "holder": pgettext_lazy("credential", "Who shows it"),
}
HEADINGS = {
    Outcome.PROVEN: gettext_lazy("This credential is genuine"),
    Outcome.UNPROVEN: gettext_lazy("Not everything could be proven"),
    Outcome.FAILED: gettext_lazy("Do not rely on this credential"),
}


def of_bytes(given: bytes, *, at: datetime) -> Verdict:
    """The verdict on a file, a picture or a text, with requests to others where this installation makes any."""
    return verify(given, at=at, fetch=fetching.by_settings())


def of_link(address: str, *, at: datetime) -> Verdict:
    """The verdict on what lies at an address: ours without a request, others' through the one way out."""
    source = Source(fetching.by_settings())
    try:
        return judge(source.get(address), at=at, source=source)
    except fetching.NotFetched as missing:
        text = _("This could not be asked: %(why)s.") % {"why": missing.sentence().rstrip(".。")}
        return Verdict("", (Finding("signature", Outcome.UNPROVEN, text),))
    except Unreadable as broken:
        return unreadable(str(broken))


@dataclass(frozen=True)
class Said:
    """What a credential says of itself, for people; only as good as its verdict."""

    name: str
    issuer: str
    issuer_place: str
    """The host that answers for it, or its identifier: the name beside is what it calls itself."""
    subject: str
    begins: datetime | None
    ends: datetime | None


def said_by(document: Document | None) -> Said | None:
    """The few facts that people compare; None of what is no credential."""
    if not document or shapes.is_presentation(document):
        return None
    issuer = document.get("issuer")
    subject = next((one for one in listed(document.get("credentialSubject")) if isinstance(one, dict)), {})
    achievement = subject.get("achievement")
    names = (document.get("name"), achievement.get("name") if isinstance(achievement, dict) else None)
    return Said(
        name=next((text for text in map(_plain, names) if text), ""),
        issuer=_plain(issuer.get("name")) if isinstance(issuer, dict) else "",
        issuer_place=_place(text_of(issuer))[:200],
        subject=_plain(subject.get("name")),
        begins=_moment(document, "validFrom", "issuanceDate", "issuedOn"),
        ends=_moment(document, "validUntil", "expirationDate", "expires"),
    )


def _place(identifier: str) -> str:
    """`school.example` of a did:web without a path; anything else, of which a host may have many, is written out."""
    host = identifier.removeprefix("did:web:")
    return identifier if host == identifier or ":" in host else unquote(host)


def _plain(value: object) -> str:
    """A text, or the first of a text in several languages."""
    if isinstance(value, list):
        value = next(iter(value), "")
    if isinstance(value, dict):
        value = value.get("@value") or next(iter(value.values()), "")
    return value[:200] if isinstance(value, str) else ""


def _moment(document: Document, *names: str) -> datetime | None:
    found = next((at for name in names if (at := moment(document.get(name)))), None)
    # The last day of year 9999 means without end, and does not exist in every zone.
    return found if found and 1 < found.year < 9999 else None
