"""Credentials as JWTs: VC-JOSE-COSE for VC 2.0, the claim `vc` of VC 1.1, and Open Badges 3.0 §8.2.

The signature alone is not enough: the kind of token must be one for credentials, and the claims must say the same as
the credential.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.utils.translation import gettext as _

from . import keys
from .documents import VC_2, Document
from .keys import Key, moment, text_of
from .reading import Source, part_of_jwt
from .shapes import contexts_of
from .verdicts import Finding, Outcome

_CURVES: Final[Mapping[str, tuple[type[ec.EllipticCurve], hashes.HashAlgorithm, int]]] = {
    "ES256": (ec.SECP256R1, hashes.SHA256(), 32),
    "ES384": (ec.SECP384R1, hashes.SHA384(), 48),
    "ES512": (ec.SECP521R1, hashes.SHA512(), 66),
}
ALGORITHMS: Final = frozenset({"RS256", "Ed25519", "EdDSA", *_CURVES})
_CREDENTIAL_TYPES: Final = frozenset({"jwt", "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt"})
_PRESENTATION_TYPES: Final = frozenset({"jwt", "vp+jwt", "vp+ld+jwt", "vp+ld+json+jwt"})
_CREDENTIAL_CONTENTS: Final = frozenset({"vc", "vc+ld+json", "json"})
_PRESENTATION_CONTENTS: Final = frozenset({"vp", "vp+ld+json", "json"})
_CLAIMS: Final = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud", "nonce", "cnf", "vc", "vp"})


@dataclass(frozen=True)
class Token:
    """A JWT, read but not believed."""

    header: Document
    payload: Document
    signed: bytes
    signature: bytes

    @property
    def document(self) -> Document:
        """The credential or presentation in it: the claim `vc` or `vp` (VC 1.1), or the payload itself."""
        for name in ("vc", "vp"):
            inner = self.payload.get(name)
            if isinstance(inner, dict) and "@context" not in self.payload:
                return self._filled(inner)
        return {name: value for name, value in self.payload.items() if name not in _CLAIMS}

    def _filled(self, inner: Document) -> Document:
        """VC 1.1 §6.3.1: what stands in the claims may be left out of the credential."""
        filled = dict(inner)
        if isinstance(jti := self.payload.get("jti"), str):
            filled.setdefault("id", jti)
        if isinstance(iss := self.payload.get("iss"), str):
            filled.setdefault("issuer" if "vc" in self.payload else "holder", iss)
        return filled


def opened(text: str) -> Token:
    """The parts of a JWT. Raises `Unreadable`."""
    head, body, signature = text.split(".")
    try:
        value = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        value = b""
    return Token(part_of_jwt(head), part_of_jwt(body), f"{head}.{body}".encode(), value)


def findings(token: Token, *, issuer: str, purpose: str, at: datetime, source: Source) -> list[Finding]:
    """Signature, issuer, and whether the claims say the same as the credential."""
    algorithm = token.header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        # `none` among them: a token without a signature is no proof of anything.
        text = _("It is signed in a way (%(alg)s) that is not accepted here.") % {"alg": str(algorithm)[:40]}
        is_none = str(algorithm).lower() == "none" or not token.signature
        return [Finding("signature", Outcome.FAILED if is_none else Outcome.UNPROVEN, text)]
    if "crit" in token.header or token.header.get("b64", True) is not True:
        return [Finding("signature", Outcome.UNPROVEN, _("Its signature asks for rules that are not known here."))]
    key, issuer_finding = _key(token, issuer=issuer, purpose=purpose, at=at, source=source)
    found = [_signature(token, algorithm, key), issuer_finding]
    if (fault := _media_fault(token, is_presentation=purpose == "authentication")) or (fault := _claim_fault(token)):
        found.append(Finding("token", Outcome.FAILED, fault))
    else:
        found.append(Finding("token", Outcome.PROVEN, _("What the token says of the credential is what stands in it.")))
    return found


def _key(token: Token, *, issuer: str, purpose: str, at: datetime, source: Source) -> tuple[Key | None, Finding]:
    name, given = token.header.get("kid"), token.header.get("jwk")
    if isinstance(name, str) and name:
        method = issuer + name if name.startswith("#") else name
        found = keys.find_named(method, issuer=issuer, purpose=purpose, at=at, source=source)
        return found.key, found.issuer
    if isinstance(given, dict):
        text = _("The token brings its own key; nothing says that it belongs to %(issuer)s.") % {"issuer": issuer[:120]}
        return keys.of_jwk(given), Finding("issuer", Outcome.UNPROVEN, text)
    found = keys.only_key(issuer=issuer, purpose=purpose, at=at, source=source)
    return found.key, found.issuer


def _signature(token: Token, algorithm: str, key: Key | None) -> Finding:
    if key is None:
        return Finding(
            "signature", Outcome.UNPROVEN, _("The signature could not be checked: its key is not to be had.")
        )
    if is_signed_with(token, algorithm, key):
        return Finding("signature", Outcome.PROVEN, _("Nothing was changed since it was signed."))
    return Finding("signature", Outcome.FAILED, _("It was changed after it was signed, or signed with another key."))


def is_signed_with(token: Token, algorithm: str, key: Key) -> bool:
    """Whether the signature holds with the key; a key of another kind than the algorithm's is a no."""
    try:
        if algorithm == "RS256" and isinstance(key, RSAPublicKey):
            key.verify(token.signature, token.signed, padding.PKCS1v15(), hashes.SHA256())
        elif algorithm in {"Ed25519", "EdDSA"} and isinstance(key, Ed25519PublicKey):
            key.verify(token.signature, token.signed)
        elif algorithm in _CURVES and isinstance(key, ec.EllipticCurvePublicKey):
            curve, digest, size = _CURVES[algorithm]
            if not isinstance(key.curve, curve) or len(token.signature) != 2 * size:
                return False
            r, s = int.from_bytes(token.signature[:size]), int.from_bytes(token.signature[size:])
            key.verify(encode_dss_signature(r, s), token.signed, ec.ECDSA(digest))
        else:
            return False
    except (InvalidSignature, ValueError):
        return False
    return True


def _media_fault(token: Token, *, is_presentation: bool) -> str:
    kinds = _PRESENTATION_TYPES if is_presentation else _CREDENTIAL_TYPES
    contents = _PRESENTATION_CONTENTS if is_presentation else _CREDENTIAL_CONTENTS
    for name, known in (("typ", kinds), ("cty", contents)):
        value = token.header.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or value.lower().removeprefix("application/") not in known:
            return _("The token says of itself (%(name)s) that it is something else than a credential.") % {
                "name": name
            }
    return ""


def _claim_fault(token: Token) -> str:
    payload, document = token.payload, token.document
    if VC_2 in contexts_of(document) and ("vc" in payload or "vp" in payload):
        return _("It is built by two editions of the standard at once.")
    owner = "issuer" if "issuer" in document else "holder"
    subject = document.get("credentialSubject")
    pairs = (
        ("iss", text_of(document.get(owner))),
        ("jti", text_of(document)),
        ("sub", text_of(subject) if isinstance(subject, dict) else None),
    )
    for name, said in pairs:
        if name in payload and said is not None and payload[name] != said:
            return _not_same(name)
    for claim, names in (("nbf", ("validFrom", "issuanceDate")), ("exp", ("validUntil", "expirationDate"))):
        said_at = next((moment(document[name]) for name in names if name in document), None)
        value = payload.get(claim)
        if claim not in payload:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _not_same(claim)
        if isinstance(value, float) and not math.isfinite(value):
            return _not_same(claim)
        if said_at is not None and int(value) != int(said_at.timestamp()):
            return _not_same(claim)
    return ""


def _not_same(claim: str) -> str:
    return _("What the token says (%(claim)s) is not what stands in the credential.") % {"claim": claim}


def limits(token: Token) -> tuple[datetime | None, datetime | None]:
    """From when and until when the token itself is valid (`nbf`, `exp`), in UTC."""
    return _time(token.payload.get("nbf")), _time(token.payload.get("exp"))


def _time(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
