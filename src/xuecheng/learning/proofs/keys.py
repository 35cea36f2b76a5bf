"""Whose key signed: from the name of a verification method to the key, and whether the issuer lists it.

Controlled Identifiers 1.0 §3.3 (the method is named by its controller's document, for this purpose), did:key, did:web,
and keys at https addresses (JWK, JWK Set) as Open Badges 3.0 §8.2 knows them.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from .documents import Document
from .fetching import NotFetched
from .identifiers import NotWellFormed, address_of_did_web, from_multikey, of_did_key
from .own import own_document
from .reading import Source, Unreadable
from .verdicts import Finding, Outcome

Key = Ed25519PublicKey | RSAPublicKey | EllipticCurvePublicKey
_KINDS: Final[dict[object, type[RSAKey | ECKey | OKPKey]]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_LEAST_RSA_BITS: Final = 2048
_LEAST_RSA_SIGNS: Final = 342
"""2,048 bits as base64url; the library warns of shorter ones where it should refuse."""
_SET_PATHS: Final = frozenset({"/keys", "/jwks.json", "/.well-known/jwks.json", "/jwks"})
"""Where a whole host keeps its keys; for an issuer that is the whole host, such a set is its own."""


@dataclass(frozen=True)
class Found:
    """The key of a signature, if there is one, and whether it is the issuer's."""

    key: Key | None
    issuer: Finding


def text_of(value: object) -> str:
    """A text, or the `id` of an object; "" for anything else."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def listed(value: object) -> list[Any]:
    """JSON-LD writes one of something with or without a list around it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def find(method: str, *, issuer: str, purpose: str, at: datetime, source: Source) -> Found:
    """The key that `method` names, for a signature in the name of `issuer`. Never raises for what others wrote."""
    if ":" not in method:
        return Found(None, _failed(_("The signature does not say with which key it was made.")))
    base = _base(method)
    if base.startswith("did:key:"):
        try:
            key: Key | None = of_did_key(method)
        except NotWellFormed:
            return Found(
                None, _failed(_("The name of the key (%(key)s) is not well-formed.") % {"key": _short(method)})
            )
        if base == issuer:
            return Found(key, _by_itself(purpose))
        return Found(key, _by_document(method, issuer=issuer, purpose=purpose, at=at, source=source)[1])
    if base == issuer or _is_under(base, issuer):
        return _own_key(method, issuer=issuer, purpose=purpose, at=at, source=source)
    key, finding = _by_document(method, issuer=issuer, purpose=purpose, at=at, source=source)
    return Found(key, finding)


def _by_itself(purpose: str) -> Finding:
    """Of a signature in the name of the key that made it."""
    if purpose == "authentication":
        return _proven(_("Whoever shows it holds the key by which they are named."))
    return _unproven(_("It was issued in the name of a key alone; nothing says who holds that key."))


def find_named(name: str, *, issuer: str, purpose: str, at: datetime, source: Source) -> Found:
    """As `find`, for a JWT's `kid`, which may be a name that only the issuer's document explains."""
    if ":" in name:
        return find(name, issuer=issuer, purpose=purpose, at=at, source=source)
    return _own_key(name, issuer=issuer, purpose=purpose, at=at, source=source)


def only_key(*, issuer: str, purpose: str, at: datetime, source: Source) -> Found:
    """For a JWT that names no key: the issuer's only one."""
    return _own_key("", issuer=issuer, purpose=purpose, at=at, source=source)


def _own_key(method: str, *, issuer: str, purpose: str, at: datetime, source: Source) -> Found:
    """The method lies in the issuer's own document, or in its set of keys."""
    base = _base(method) if ":" in method else issuer
    address = _address(base)
    inner = _in_fragment(method)
    if not address:
        return Found(
            inner, _unproven(_("Identifiers such as %(issuer)s are not known here.") % {"issuer": _short(issuer)})
        )
    try:
        document = source.document(address)
    except (NotFetched, Unreadable) as missing:
        why = missing.sentence() if isinstance(missing, NotFetched) else str(missing)
        return Found(
            inner,
            _unproven(
                _("Whether the key belongs to %(issuer)s could not be asked at %(address)s: %(why)s.")
                % {"issuer": _short(issuer), "address": _short(address), "why": why.rstrip(".。")}
            ),
        )
    key, finding = _judged(document, method, base=base, issuer=issuer, purpose=purpose, at=at)
    return Found(key if key is not None else inner, finding)


def _by_document(method: str, *, issuer: str, purpose: str, at: datetime, source: Source) -> tuple[Key | None, Finding]:
    """The method has another name than the issuer: only the issuer's own document can make it the issuer's."""
    address = _address(issuer)
    other = _("It was signed with a key of %(key)s, which is not the issuer (%(issuer)s).") % {
        "key": _short(_base(method)),
        "issuer": _short(issuer),
    }
    if issuer.startswith("urn:"):
        return _in_fragment(method), _unproven(
            _("The issuer calls itself %(issuer)s; anybody can, and no key belongs to it.") % {"issuer": _short(issuer)}
        )
    if not address:
        return None, _failed(other)
    try:
        document = source.document(address)
    except (NotFetched, Unreadable):
        return None, _failed(other)
    key, finding = _judged(document, method, base=issuer, issuer=issuer, purpose=purpose, at=at)
    return (key, finding) if finding.outcome is Outcome.PROVEN else (None, _failed(other))


def _judged(
    document: Document, method: str, *, base: str, issuer: str, purpose: str, at: datetime
) -> tuple[Key | None, Finding]:
    """The key in a document, and whether the document's owner lets it be used so."""
    if isinstance(document.get("keys"), list) or "kty" in document:
        return _of_set(document.get("keys", [document]), method, issuer)
    if text_of(document) != base:
        return None, _failed(_("The document at %(address)s is somebody else's.") % {"address": _short(base)})
    entries = [one for one in _methods(document) if not method or _is_named(one, method, base)]
    if not entries or (not method and len(entries) > 1):
        return None, _failed(_not_listed(method, issuer))
    if fault := _use_fault(entries[0], document, base=base, issuer=issuer, purpose=purpose, at=at):
        return None, _failed(fault)
    key = _key_of(entries[0])
    if key is None:
        return None, _unproven(_("The key %(key)s is of a kind that is not known here.") % {"key": _short(method)})
    return key, _proven(_listed(issuer))


def _use_fault(entry: Document, document: Document, *, base: str, issuer: str, purpose: str, at: datetime) -> str:
    """Why a key that the document describes must not be used; "" if it may."""
    names = {"issuer": _short(issuer), "key": _short(text_of(entry))}
    if entry.get("controller", base) not in (base, [base]):
        return _("The key %(key)s belongs to somebody else.") % names
    if _whole(text_of(entry), base) not in [_whole(text_of(one), base) for one in listed(document.get(purpose))]:
        return _("%(issuer)s lists the key %(key)s, but not for this purpose.") % names
    if any((ended := moment(entry.get(name))) is not None and ended <= at for name in ("revoked", "expires")):
        return _("%(issuer)s has withdrawn the key %(key)s.") % names
    return ""


def _listed(issuer: str) -> str:
    return _("The key is listed by %(issuer)s itself.") % {"issuer": _short(issuer)}


def _not_listed(method: str, issuer: str) -> str:
    return _("%(issuer)s does not list the key %(key)s.") % {"issuer": _short(issuer), "key": _short(method)}


def _of_set(keys: list[object], method: str, issuer: str) -> tuple[Key | None, Finding]:
    fragment = method.partition("#")[2]
    known = [one for one in keys if isinstance(one, dict)]
    named = [one for one in known if one.get("kid") in (method, fragment)]
    chosen = named or (known if len(known) == 1 and not fragment else [])
    key = of_jwk(chosen[0]) if len(chosen) == 1 else None
    return (key, _proven(_listed(issuer))) if key else (None, _failed(_not_listed(method, issuer)))


def _methods(document: Document) -> Iterator[Document]:
    """Every method that a document describes, also within a purpose."""
    for name in ("verificationMethod", "assertionMethod", "authentication"):
        yield from (one for one in listed(document.get(name)) if isinstance(one, dict))


def _is_named(entry: Document, method: str, base: str) -> bool:
    if _whole(text_of(entry), base) == _whole(method, base):
        return True
    jwk = entry.get("publicKeyJwk")
    # A JWT may name the key by its `kid` only.
    return ":" not in method and (
        text_of(entry).partition("#")[2] == method or (isinstance(jwk, dict) and jwk.get("kid") == method)
    )


def _key_of(entry: Document) -> Key | None:
    text, jwk = entry.get("publicKeyMultibase"), entry.get("publicKeyJwk")
    if isinstance(text, str):
        try:
            return from_multikey(text)
        except NotWellFormed:
            return None
    return of_jwk(jwk) if isinstance(jwk, dict) else None


def of_jwk(value: Document) -> Key | None:
    """A public key from a JWK; None for kinds and sizes that are not trusted."""
    kind = _KINDS.get(value.get("kty")) if isinstance(value.get("kty"), str) else None
    if kind is None or "d" in value or (kind is RSAKey and len(str(value.get("n"))) < _LEAST_RSA_SIGNS):
        return None
    try:
        key = kind.import_key({name: text for name, text in value.items() if isinstance(text, str)}).public_key
    except (JoseError, ValueError, TypeError, KeyError, binascii.Error):
        return None
    if isinstance(key, RSAPublicKey):
        return key if key.key_size >= _LEAST_RSA_BITS else None
    return key if isinstance(key, (Ed25519PublicKey, EllipticCurvePublicKey)) else None


def moment(value: object) -> datetime | None:
    """A time as credentials write it, with its zone; None for anything else."""
    if not isinstance(value, str) or "T" not in value.upper():
        return None
    try:
        found = datetime.fromisoformat(value)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _base(name: str) -> str:
    return name.partition("#")[0]


def _whole(name: str, base: str) -> str:
    return base + name if name.startswith("#") else name


def _address(identifier: str) -> str:
    """Where the document of an identifier lies; "" where it has none."""
    if identifier.startswith("did:web:"):
        try:
            return address_of_did_web(identifier)
        except NotWellFormed:
            return ""
    return identifier if identifier.startswith(("https://", "http://")) else ""


def _is_under(base: str, issuer: str) -> bool:
    """Whether an address of keys is certainly the issuer's: below its own address, or its whole host's set.

    Of a did:web without a path nothing but its DID document says so: a host may keep one set for many, as we do.
    """
    try:
        ours = urlsplit(_home(issuer))
        theirs = urlsplit(base)
    except ValueError:
        return False
    if (
        ours.query
        or not ours.netloc
        or theirs.scheme not in {"https", "http"}
        or ours.netloc.lower() != theirs.netloc.lower()
    ):
        return False
    if ".." in theirs.path or "%" in theirs.path:
        return False
    home = ours.path.rstrip("/")
    if home:
        return theirs.path.startswith(home + "/")
    return not issuer.startswith("did:web:") and theirs.path in _SET_PATHS and own_document(base) is None


def _home(issuer: str) -> str:
    """The address that an issuer stands for: of a did:web the place of its document."""
    address = _address(issuer)
    if issuer.startswith("did:web:"):
        return address.removesuffix("/did.json").removesuffix("/.well-known")
    return address


def _in_fragment(method: str) -> Ed25519PublicKey | None:
    """1EdTech's issuers write the key itself behind the `#`: a key, though nobody's yet."""
    try:
        return from_multikey(method.partition("#")[2])
    except NotWellFormed:
        return None


def _short(name: str) -> str:
    return name if len(name) <= 120 else name[:119] + "…"


def _proven(text: str) -> Finding:
    return Finding("issuer", Outcome.PROVEN, text)


def _unproven(text: str) -> Finding:
    return Finding("issuer", Outcome.UNPROVEN, text)


def _failed(text: str) -> Finding:
    return Finding("issuer", Outcome.FAILED, text)
