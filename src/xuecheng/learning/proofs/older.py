"""Open Badges 2.0: hosted ones, proven by what lies at their address, and signed ones (JWS).

Sources: Open Badges 2.0 §3 (Assertion, BadgeClass, Profile, VerificationObject), §4.2 (verification).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext as _

from . import jwts
from .documents import Document
from .fetching import NotFetched
from .keys import Key, listed, moment, text_of
from .reading import Source, Unreadable
from .shapes import kind_of, types_of
from .times import within
from .verdicts import Finding, Outcome, Verdict

_NEEDED: Final = ("id", "type", "recipient", "badge", "verification", "issuedOn")
_NEEDED_OF_CLASS: Final = ("id", "type", "name", "description", "criteria", "issuer")
_NEEDED_OF_ISSUER: Final = ("id", "type", "name", "url")


def hosted(document: Document, *, at: datetime, source: Source) -> Verdict:
    """A badge that its issuer publishes: what is handed over only says where."""
    address = text_of(document)
    findings = [_shape(document, _NEEDED)]
    if not address.startswith(("https://", "http://")):
        findings.append(_of("signature", Outcome.FAILED, _("It does not say where its issuer publishes it.")))
        return Verdict(kind_of(document), tuple(findings), document)
    try:
        published = source.document(address)
    except (NotFetched, Unreadable) as missing:
        findings.append(_missing("signature", missing))
        return Verdict(kind_of(document), tuple(findings), document)
    if published.get("revoked") is True:
        findings.append(_of("status", Outcome.FAILED, _("It was revoked by its issuer.")))
        return Verdict(kind_of(document), tuple(findings), document)
    if any(published.get(name) != value for name, value in document.items()) or published.keys() != document.keys():
        text = _("What its issuer publishes at %(address)s is not the same as this.") % {"address": address[:120]}
        findings.append(_of("signature", Outcome.FAILED, text))
        return Verdict(kind_of(document), tuple(findings), document)
    text = _("Its issuer publishes the same at %(address)s.") % {"address": address[:120]}
    findings.append(_of("signature", Outcome.PROVEN, text))
    findings += within(document, at=at)
    badge, issuer, found = _behind(document, source)
    findings += found
    if badge is None or issuer is None:
        return Verdict(kind_of(document), tuple(findings), document)
    findings.append(_origin(address, badge, issuer))
    findings.append(_of("status", Outcome.PROVEN, _("It is not marked as revoked where it is published.")))
    return Verdict(kind_of(document), tuple(findings), document, behind=(badge, issuer))


def signed(token: jwts.Token, *, at: datetime, source: Source) -> Verdict:
    """A badge as JWS: the key that it names must be its issuer's."""
    document = token.payload
    findings = [_shape(document, _NEEDED), *within(document, at=at)]
    badge, issuer, found = _behind(document, source)
    findings += found
    if badge is None or issuer is None:
        text = _("The signature could not be checked: its key is not to be had.")
        findings.append(_of("signature", Outcome.UNPROVEN, text))
        return Verdict(kind_of(document), tuple(findings), document)
    verification = document.get("verification")
    creator = text_of(verification.get("creator")) if isinstance(verification, dict) else ""
    own = [text_of(one) for one in listed(issuer.get("publicKey"))]
    method = creator or (own[0] if len(own) == 1 else "")
    findings += _signature(token, method, own, issuer, source)
    findings.append(_revocation(document, issuer, source))
    return Verdict(kind_of(document), tuple(findings), document, behind=(badge, issuer))


def _signature(token: jwts.Token, method: str, own: list[str], issuer: Document, source: Source) -> list[Finding]:
    algorithm = token.header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in jwts.ALGORITHMS or "crit" in token.header:
        text = _("It is signed in a way (%(alg)s) that is not accepted here.") % {"alg": str(algorithm)[:40]}
        return [_of("signature", Outcome.FAILED, text)]
    if not method or method not in own:
        text = _("%(issuer)s does not list the key %(key)s.") % {"issuer": text_of(issuer)[:120], "key": method[:120]}
        return [_of("issuer", Outcome.FAILED, text)]
    try:
        described = next(
            (one for one in listed(issuer.get("publicKey")) if isinstance(one, dict) and text_of(one) == method), None
        ) or source.document(method)
    except (NotFetched, Unreadable) as missing:
        return [_missing("signature", missing)]
    if text_of(described.get("owner")) != text_of(issuer):
        text = _("The key %(key)s belongs to somebody else.") % {"key": method[:120]}
        return [_of("issuer", Outcome.FAILED, text)]
    key = _key(described.get("publicKeyPem"))
    if key is None:
        text = _("The key %(key)s is of a kind that is not known here.") % {"key": method[:120]}
        return [_of("signature", Outcome.UNPROVEN, text)]
    text = _("The key is listed by %(issuer)s itself.") % {"issuer": text_of(issuer)[:120]}
    found = [_of("issuer", Outcome.PROVEN, text)]
    if jwts.is_signed_with(token, algorithm, key):
        found.append(_of("signature", Outcome.PROVEN, _("Nothing was changed since it was signed.")))
    else:
        text = _("It was changed after it was signed, or signed with another key.")
        found.append(_of("signature", Outcome.FAILED, text))
    return found


def _revocation(document: Document, issuer: Document, source: Source) -> Finding:
    address = text_of(issuer.get("revocationList"))
    if not address:
        text = _("Its issuer named no list of revocations, so it cannot be revoked.")
        return _of("status", Outcome.PROVEN, text)
    try:
        published = source.document(address)
    except (NotFetched, Unreadable) as missing:
        return _missing("status", missing)
    ours = {text_of(document), str(document.get("uid", ""))} - {""}
    for row in listed(published.get("revokedAssertions")):
        names = {text_of(row), str(row.get("uid", ""))} if isinstance(row, dict) else {str(row)}
        if names & ours:
            return _of("status", Outcome.FAILED, _("It was revoked by its issuer."))
    # Whose list it is says its address alone, which the issuer's own document names (§3).
    is_list = "RevocationList" in types_of(published) and isinstance(published.get("revokedAssertions"), list)
    is_whose = text_of(published.get("issuer")) or text_of(issuer)
    if not is_list or text_of(published) != address or is_whose != text_of(issuer) or not ours:
        text = _("Whether it was revoked could not be asked: the list is not well-formed.")
        return _of("status", Outcome.UNPROVEN, text)
    return _of("status", Outcome.PROVEN, _("It is not in its issuer's list of revoked credentials."))


def _behind(document: Document, source: Source) -> tuple[Document | None, Document | None, list[Finding]]:
    """The badge's class and its issuer, each as its own address says."""
    findings: list[Finding] = []
    found: list[Document | None] = []
    value: object = document.get("badge")
    for question, needed in (("shape", _NEEDED_OF_CLASS), ("issuer", _NEEDED_OF_ISSUER)):
        try:
            # Also where it is written out in the badge: only its own address says who somebody is.
            part = source.document(text_of(value))
        except (NotFetched, Unreadable) as missing:
            findings.append(_missing(question, missing))
            return (found[0] if found else None), None, findings
        name = text_of(value)
        fault = _missing_part(part, needed)
        if fault or text_of(part) != name:
            text = fault or _("The document at %(address)s is somebody else's.") % {"address": name[:120]}
            findings.append(_of(question, Outcome.FAILED, text))
            return (found[0] if found else None), None, findings
        found.append(part)
        value = part.get("issuer")
    return found[0], found[1], findings


def _origin(address: str, badge: Document, issuer: Document) -> Finding:
    """Hosted badges are trusted only where their issuer says that it publishes (`allowedOrigins`, `startsWith`).

    The class of a badge may narrow that and never widen it: anybody can write a class in the name of an issuer.
    """
    name = str(issuer.get("name", ""))[:120]
    if all(_allows(one.get("verification"), address, text_of(issuer)) for one in (badge, issuer)):
        return _of("issuer", Outcome.PROVEN, _("It is published at an address of %(issuer)s.") % {"issuer": name})
    return _of("issuer", Outcome.FAILED, _("%(issuer)s does not publish badges at this address.") % {"issuer": name})


def _allows(rules: object, address: str, issuer: str) -> bool:
    rules = rules if isinstance(rules, dict) else {}
    origins = [one.lower() for one in listed(rules.get("allowedOrigins")) if isinstance(one, str)]
    begins = [one for one in listed(rules.get("startsWith")) if isinstance(one, str)]
    host = urlsplit(address).netloc.lower()
    if host not in (origins or [urlsplit(issuer).netloc.lower()]):
        return False
    return not begins or address.startswith(tuple(begins))


def _shape(document: Document, needed: tuple[str, ...]) -> Finding:
    if fault := _missing_part(document, needed):
        return _of("shape", Outcome.FAILED, fault)
    if "Assertion" not in types_of(document) or moment(document.get("issuedOn")) is None:
        return _of("shape", Outcome.FAILED, _("It is not built as the standard says."))
    return _of("shape", Outcome.PROVEN, _("It is built as Open Badges 2.0 says."))


def _missing_part(document: Document, needed: tuple[str, ...]) -> str:
    missing = [name for name in needed if not document.get(name)]
    if not missing:
        return ""
    where = text_of(document)[:120] or _("the credential")
    return _("In %(where)s the part %(missing)s is missing.") % {"where": where, "missing": ", ".join(missing)}


def _key(pem: object) -> Key | None:
    try:
        key = load_pem_public_key(pem.encode() if isinstance(pem, str) else b"")
    except (ValueError, TypeError):
        return None
    return key if isinstance(key, (RSAPublicKey, Ed25519PublicKey, EllipticCurvePublicKey)) else None


def _missing(question: str, missing: NotFetched | Unreadable) -> Finding:
    if isinstance(missing, NotFetched) and missing.reason == "gone":
        return _of("status", Outcome.FAILED, _("Its issuer took it down, which means that it was revoked."))
    why = missing.sentence() if isinstance(missing, NotFetched) else str(missing)
    return _of(question, Outcome.UNPROVEN, _("This could not be asked: %(why)s.") % {"why": why.rstrip(".。")})


def _of(question: str, outcome: Outcome, text: str) -> Finding:
    return Finding(question, outcome, text)
