"""Verification of a credential against bare cryptography: canonicalize with PyLD, hash, and verify with Ed25519."""

from __future__ import annotations

import hashlib
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyld import jsonld

from xuecheng.learning.proofs.documents import OB_3, VC_2, Document, _load
from xuecheng.learning.proofs.identifiers import from_base58, multikey
from xuecheng.learning.proofs.integrity import signed
from xuecheng.learning.proofs.verifying import verify

from .frame import Context, Sides, alternate, measure

ISSUER = "did:web:bench.example"
AT = datetime(2026, 11, 30, tzinfo=UTC)


class Held:
    """A key in memory."""

    verification_method = f"{ISSUER}#key-1"
    key = Ed25519PrivateKey.from_private_bytes(b"\x05" * 32)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


def _badge() -> Document:
    achievement = {
        "id": "https://bench.example/achievements/1",
        "type": ["Achievement"],
        "name": "智能手机应用",
        "description": "会用手机办事",
        "criteria": {"narrative": "上满八次课"},
    }
    document = {
        "@context": [VC_2, OB_3],
        "id": "https://bench.example/credentials/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "学校"},
        "validFrom": "2026-11-20T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:1", "type": ["AchievementSubject"], "achievement": achievement},
    }
    return signed(document, by=Held(), at=AT)


def _bare(document: Document) -> None:
    """What no verifier of `eddsa-rdfc-2022` can do without, and nothing else."""
    proof = dict(document["proof"][0])
    signature = from_base58(proof.pop("proofValue")[1:])
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    parts: list[Any] = [{**proof, "@context": document["@context"]}, unsecured]
    data = b"".join(hashlib.sha256(str(jsonld.normalize(part, options)).encode()).digest() for part in parts)
    Held.key.public_key().verify(signature, data)


@measure(
    "P1",
    "verifying a badge (reading, schema, signature, issuer's key, times; p95 in ms), against PyLD and Ed25519 alone",
    target="≤ 3",
)
def p1(context: Context) -> list[Sides]:
    """The issuer's document is at hand on our side: what is measured is work, not the network."""
    document = _badge()
    given = json.dumps(document).encode()
    method = {"id": Held.verification_method, "type": "Multikey", "controller": ISSUER}
    page = json.dumps(
        {
            "id": ISSUER,
            "verificationMethod": [{**method, "publicKeyMultibase": multikey(Held.key.public_key())}],
            "assertionMethod": [Held.verification_method],
        }
    ).encode()
    if not verify(given, at=AT, fetch=lambda _address: page).is_good:
        raise RuntimeError("the badge of this measurement does not verify")
    count = context.amount(60, 200)

    def p95(work: Callable[[], object]) -> float:
        times = []
        for _ in range(count):
            began = time.perf_counter()
            work()
            times.append((time.perf_counter() - began) * 1000)
        return statistics.quantiles(times, n=20)[-1]

    ours, bare = alternate(
        lambda _number: p95(lambda: verify(given, at=AT, fetch=lambda _address: page)),
        lambda _number: p95(lambda: _bare(document)),
    )
    return [Sides(ours, bare, "ms, p95")]
