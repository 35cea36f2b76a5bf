"""Embedded proofs: Data Integrity with `eddsa-rdfc-2022` and `eddsa-jcs-2022`, and their forerunner.

Sources: W3C vc-di-eddsa §3.2, §3.3; the community draft of `Ed25519Signature2020`.

Ours are made with `eddsa-rdfc-2022`, the only embedded kind that Open Badges certification takes; the others are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .documents import Document, NotSafe, Work, canonical_json
from .identifiers import NotWellFormed, base58, from_base58

RDFC: Final = "eddsa-rdfc-2022"
JCS: Final = "eddsa-jcs-2022"
ED25519_2020: Final = "Ed25519Signature2020"
SUITES: Final = (("DataIntegrityProof", RDFC), ("DataIntegrityProof", JCS), (ED25519_2020, None))
"""What is read here: a proof's type and its cryptosuite."""
_OLD_CONTEXT: Final = "https://w3id.org/security/suites/ed25519-2020/v1"
_SIGNATURE_BYTES: Final = 64


class Signer(Protocol):
    """Whoever holds a private key: a file's, a database's, or a hardware module's. The key itself never comes out."""

    @property
    def verification_method(self) -> str:
        """Where the public key is found: `did:web:…#key-1`."""

    def sign(self, data: bytes) -> bytes:
        """Ed25519 over the bytes; 64 bytes."""


def stamp(at: datetime) -> str:
    """A moment as credentials write it: whole seconds in UTC, ending in Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def proofs_of(document: Document) -> list[Document]:
    """The embedded proofs; something else in their place is left out."""
    found = document.get("proof")
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def hash_data(document: Document, proof: Document, *, work: Work | None = None) -> bytes:
    """What is signed: SHA-256 of the canonical proof options, then of the canonical document without its proofs.

    A proof that names `previousProof` covers those proofs too (VC Data Integrity §4.3). Raises `NotSafe`, `TooLarge`.
    """
    if (proof.get("type"), proof.get("cryptosuite")) not in SUITES:
        raise NotSafe("the kind of its signature is not known here")
    rdf = (work or Work()).rdf
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    if covered := _previous(document, proof):
        unsecured["proof"] = covered
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if proof["type"] == ED25519_2020:
        options["@context"] = _OLD_CONTEXT
        return hashlib.sha256(rdf(options)).digest() + hashlib.sha256(rdf(unsecured)).digest()
    if proof["cryptosuite"] == RDFC:
        options["@context"] = document.get("@context", [])
        return hashlib.sha256(rdf(options)).digest() + hashlib.sha256(rdf(unsecured)).digest()
    if "@context" in options:
        _same_contexts(document, options)
        unsecured["@context"] = options["@context"]
    return hashlib.sha256(canonical_json(options)).digest() + hashlib.sha256(canonical_json(unsecured)).digest()


def _previous(document: Document, proof: Document) -> list[Document]:
    names = proof.get("previousProof", [])
    names = names if isinstance(names, list) else [names]
    found = [each for each in proofs_of(document) if each.get("id") in names]
    if len(found) != len(names):
        raise NotSafe("it builds on a signature that is not there")
    return found


def _same_contexts(document: Document, options: Document) -> None:
    """§3.3.2: the proof's contexts are the first of the document's."""
    ours, theirs = (
        value if isinstance(value, list) else [value] for value in (options["@context"], document.get("@context", []))
    )
    if theirs[: len(ours)] != ours:
        raise NotSafe("its contexts are not those that were signed")


def signed(document: Document, *, by: Signer, at: datetime, more: Mapping[str, Any] | None = None) -> Document:
    """The document with one more `eddsa-rdfc-2022` proof. Raises `NotSafe` where a term of it is not defined."""
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": RDFC,
        "created": stamp(at),
        "verificationMethod": by.verification_method,
        "proofPurpose": "assertionMethod",
        **(more or {}),
    }
    value = by.sign(hash_data(document, proof))
    return {**document, "proof": [*proofs_of(document), {**proof, "proofValue": "z" + base58(value)}]}


def holds(document: Document, proof: Document, key: Ed25519PublicKey, *, work: Work | None = None) -> bool:
    """Whether this proof of the document was made with the key. Raises `NotSafe`, `TooLarge`."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        return False
    try:
        signature = from_base58(value[1:])
    except NotWellFormed:
        return False
    if len(signature) != _SIGNATURE_BYTES:
        return False
    try:
        key.verify(signature, hash_data(document, proof, work=work))
    except InvalidSignature:
        return False
    return True
