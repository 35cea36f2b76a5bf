"""Is this credential genuine: asked of what somebody hands over, ours and others', answered in plain words.

Each question gives one finding: shape, signature, issuer, time, status, and for a presentation holder. What could not
be asked is said to be unproven and is never taken for good; what is malformed is an answer too, never a crash.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext as _

from . import jwts, keys, older, shapes, statuses
from .documents import Document, NotSafe, TooLarge, Work
from .fetching import Fetch, NotFetched
from .integrity import SUITES, holds, proofs_of
from .keys import listed, moment, text_of
from .reading import Readable, Source, Unreadable, of_text, read
from .times import SKEW, within
from .verdicts import Finding, Outcome, Verdict

_MOST_INSIDE: Final = 500
_DEEPEST: Final = 3
_MOST_PROOFS: Final = 8
_WRAPPED: Final = frozenset({"application/vc+jwt", "application/vc+ld+json+jwt", "application/jwt"})


def verify(given: bytes, *, at: datetime, fetch: Fetch | None = None) -> Verdict:
    """The verdict on a credential: JSON, JWT, or a PNG or SVG picture that carries one.

    `fetch` is the way to others' documents, `fetching.by_settings()` in pages and jobs; None asks nobody, and what only
    others could tell is then unproven. Raises nothing for what others wrote.
    """
    source = Source(fetch)
    try:
        return judge(read(given), at=at, source=source)
    except Unreadable as broken:
        return unreadable(str(broken))


def unreadable(why: str) -> Verdict:
    """Of what cannot be read at all."""
    return Verdict("", (Finding("shape", Outcome.FAILED, why),))


def judge(given: Readable, *, at: datetime, source: Source) -> Verdict:
    """The verdict on what was read. Raises `Unreadable` for a text that is no JWT."""
    return _Case(at, source).judged(given)


@dataclass
class _Case:
    at: datetime
    source: Source
    depth: int = 0
    with_status: bool = True

    def judged(self, given: Readable) -> Verdict:
        if isinstance(given, str):
            if given.startswith(("https://", "http://")):
                return self._at(given)
            return self._of_token(jwts.opened(given))
        return self._of_document(given)

    def _at(self, address: str) -> Verdict:
        """A picture of Open Badges 2.0 may carry only the address of its badge."""
        try:
            return self._of_document(self.source.document(address))
        except NotFetched as missing:
            text = _("This could not be asked: %(why)s.") % {"why": missing.sentence().rstrip(".。")}
            return Verdict("", (Finding("signature", Outcome.UNPROVEN, text),))

    def _of_token(self, token: jwts.Token) -> Verdict:
        if shapes.is_old_badge(token.payload):
            return older.signed(token, at=self.at, source=self.source)
        document = token.document
        if shapes.is_presentation(document):
            return self._presentation(document, token)
        issuer = text_of(document.get("issuer"))
        found = [shapes.shape(document)]
        found += jwts.findings(token, issuer=issuer, purpose="assertionMethod", at=self.at, source=self.source)
        begins, ends = jwts.limits(token)
        return self._credential(document, found, begins=begins, ends=ends)

    def _of_document(self, document: Document) -> Verdict:
        if shapes.is_old_badge(document):
            return older.hosted(document, at=self.at, source=self.source)
        if shapes.is_presentation(document):
            return self._presentation(document, None)
        if "EnvelopedVerifiableCredential" in shapes.types_of(document):
            inner = _unwrapped(document)
            return _not_known() if inner is None else self.judged(inner)
        issuer = text_of(document.get("issuer"))
        found = [shapes.shape(document), *self._proofs(document, who=issuer, purpose="assertionMethod")]
        return self._credential(document, found)

    def _credential(
        self, document: Document, found: list[Finding], *, begins: datetime | None = None, ends: datetime | None = None
    ) -> Verdict:
        """What is asked of every credential, however it is signed, and of those inside it."""
        found += within(document, at=self.at, begins=begins, ends=ends)
        # Of what was changed anybody may have written which lists are asked.
        is_changed = any(one.outcome is Outcome.FAILED and one.question == "signature" for one in found)
        if self.with_status and not is_changed:
            own = replace(self, with_status=False, depth=self.depth + 1)
            issuer = text_of(document.get("issuer"))
            found += statuses.status(document, issuer=issuer, source=self.source, judge=own.judged)
        inside: tuple[Verdict, ...] = ()
        if "ClrCredential" in shapes.types_of(document):
            subject = document.get("credentialSubject")
            inside = self._inside(subject.get("verifiableCredential") if isinstance(subject, dict) else None)
        return Verdict(shapes.kind_of(document), tuple(found), document, inside)

    def _presentation(self, document: Document, token: jwts.Token | None) -> Verdict:
        """Whoever shows credentials signs for it; each credential is judged by itself."""
        holder = text_of(document.get("holder"))
        found = [shapes.shape(document)]
        if token is not None:
            found += jwts.findings(token, issuer=holder, purpose="authentication", at=self.at, source=self.source)
            begins, ends = jwts.limits(token)
            found += within({}, at=self.at, begins=begins, ends=ends)
        elif proofs_of(document):
            found += self._proofs(document, who=holder, purpose="authentication")
            found = found if holder else [_nameless(one) for one in found]
        else:
            text = _("Nobody signed for showing these credentials; each is judged by itself.")
            found.append(Finding("holder", Outcome.UNPROVEN, text))
        found = [replace(one, question="holder") if one.question == "issuer" else one for one in found]
        inside = self._inside(document.get("verifiableCredential"))
        if not inside:
            found.append(Finding("shape", Outcome.UNPROVEN, _("There is no credential in it.")))
        subjects = {subject for verdict in inside for subject in _subjects(verdict)}
        if holder and inside and subjects != {holder}:
            text = _("Whoever shows them is not, or not provably, the person that they speak of.")
            found.append(Finding("holder", Outcome.UNPROVEN, text))
        return Verdict(shapes.kind_of(document), tuple(found), document, inside)

    def _inside(self, value: object) -> tuple[Verdict, ...]:
        given = listed(value)
        if len(given) > _MOST_INSIDE or (given and self.depth >= _DEEPEST):
            return (unreadable(_("There are more credentials inside it than are looked at.")),)
        deeper = replace(self, depth=self.depth + 1)
        return tuple(deeper.one_inside(one) for one in given)

    def one_inside(self, value: Any) -> Verdict:
        try:
            if isinstance(value, str):
                return self.judged(of_text(value))
            return self.judged(value) if isinstance(value, dict) else unreadable(_("It is JSON, but no credential."))
        except Unreadable as broken:
            return unreadable(str(broken))

    def _proofs(self, document: Document, *, who: str, purpose: str) -> list[Finding]:
        """Every embedded signature that is known here must hold, and one there must be."""
        given = proofs_of(document)
        if not given or len(given) > _MOST_PROOFS:
            text = _("It bears no signature.") if not given else _("It bears more signatures than are looked at.")
            return [Finding("signature", Outcome.FAILED, text)]
        known = [one for one in given if (one.get("type"), one.get("cryptosuite")) in SUITES]
        if not known:
            kind = str(given[0].get("cryptosuite") or given[0].get("type"))[:60]
            text = _("It is signed in a way (%(kind)s) that is not known here.") % {"kind": kind}
            return [Finding("signature", Outcome.UNPROVEN, text)]
        answers = []
        for one in known:
            answers.append(self._proof(document, one, who=who, purpose=purpose))
            if answers[-1][0].outcome is Outcome.FAILED:
                break
        worst = max(answers, key=lambda pair: max(_RANK[one.outcome] for one in pair))
        if len(known) < len(given) and worst[0].outcome is Outcome.PROVEN:
            text = _("Nothing was changed since it was signed. Further signatures are of a kind not known here.")
            return [replace(worst[0], text=text), *worst[1:]]
        return worst

    def _proof(self, document: Document, proof: Document, *, who: str, purpose: str) -> list[Finding]:
        if fault := self._terms_fault(proof, purpose):
            return [Finding("signature", Outcome.FAILED, fault)]
        method = text_of(proof.get("verificationMethod"))
        found = keys.find(method, issuer=who, purpose=purpose, at=self.at, source=self.source)
        return [_signature(document, proof, found.key, self.source.work), found.issuer]

    def _terms_fault(self, proof: Document, purpose: str) -> str:
        """What the signature says of itself: for what it was made, and when."""
        if proof.get("proofPurpose") != purpose:
            return _("It was signed for another purpose.")
        created, expires = (moment(proof.get(name)) for name in ("created", "expires"))
        if ("created" in proof and created is None) or ("expires" in proof and expires is None):
            return _("The time of its signature is none.")
        if created and created > self.at + SKEW:
            return _("It was signed at a time that has not come yet.")
        if expires and expires < self.at - SKEW:
            return _("Its signature has expired.")
        return ""


def _nameless(finding: Finding) -> Finding:
    """A presentation need not say who shows it (§4.13): its signature then stands for its key alone."""
    if finding.question != "issuer" or finding.outcome is not Outcome.FAILED:
        return finding
    return replace(finding, outcome=Outcome.UNPROVEN, text=_("It does not say who shows these credentials."))


_RANK: Final = {Outcome.PROVEN: 0, Outcome.UNPROVEN: 1, Outcome.FAILED: 2}


def _signature(document: Document, proof: Document, key: keys.Key | None, work: Work) -> Finding:
    if key is None:
        text = _("The signature could not be checked: its key is not to be had.")
        return Finding("signature", Outcome.UNPROVEN, text)
    if not isinstance(key, Ed25519PublicKey):
        return Finding("signature", Outcome.FAILED, _("Its key is of another kind than its signature."))
    try:
        if holds(document, proof, key, work=work):
            return Finding("signature", Outcome.PROVEN, _("Nothing was changed since it was signed."))
    except NotSafe as broken:
        text = _("What it says is not defined wholly, so that a signature under it proves nothing: %(why)s.")
        return Finding("signature", Outcome.FAILED, text % {"why": str(broken)[:300]})
    except TooLarge:
        text = _("It has more parts, or parts more alike, than are looked at.")
        return Finding("signature", Outcome.FAILED, text)
    return Finding("signature", Outcome.FAILED, _("It was changed after it was signed, or signed with another key."))


def _subjects(verdict: Verdict) -> list[str]:
    document = verdict.credential or {}
    return [text_of(one) for one in listed(document.get("credentialSubject"))]


def _not_known() -> Verdict:
    text = _("The credential inside is wrapped in a way that is not known here.")
    return Verdict("", (Finding("signature", Outcome.UNPROVEN, text),))


def _unwrapped(document: Document) -> Readable | None:
    """The JWT in a `data:` address (VC 2.0 §4.13); None for other kinds (COSE, SD-JWT). Raises `Unreadable`."""
    head, _comma, body = text_of(document).partition(",")
    media = head.removeprefix("data:").removesuffix(";base64")
    if media == head:
        raise Unreadable(_("It is not a well-formed JWT."))
    if media.split(";")[0] not in _WRAPPED:
        return None
    try:
        text = (base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)).decode("ascii")
    except (binascii.Error, ValueError) as broken:
        raise Unreadable(_("It is not a well-formed JWT.")) from broken
    return of_text(text)
