"""Credentials of others for tests, and a world in which their issuers answer: a mapping of addresses, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xuecheng.learning.proofs.documents import OB_3, OB_EXTENSIONS, VC_2
from xuecheng.learning.proofs.fetching import NotFetched
from xuecheng.learning.proofs.identifiers import address_of_did_web, multikey
from xuecheng.learning.proofs.integrity import signed
from xuecheng.learning.proofs.verdicts import Verdict

DATA = Path(__file__).parent / "data"
AT = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
ISSUER = "did:web:school.example"


class Held:
    """A private key in a test's hand."""

    def __init__(self, key: Ed25519PrivateKey = KEY, method: str = f"{ISSUER}#key-1") -> None:
        self.key, self.verification_method = key, method

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


class World:
    """Who answers at which address, and who was asked."""

    def __init__(self, pages: Mapping[str, object] | None = None) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        for address, page in (pages or {}).items():
            self.add(address, page)

    def add(self, address: str, page: object) -> None:
        self.pages[address] = page if isinstance(page, bytes) else json.dumps(page).encode()

    def __call__(self, address: str) -> bytes:
        self.asked.append(address)
        if address not in self.pages:
            raise NotFetched("status")
        return self.pages[address]


def controller(name: str, *methods: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document that lists keys."""
    listed = [{"type": "Multikey", "controller": name, **one} for one in methods]
    return {"id": name, "verificationMethod": listed, "assertionMethod": [one["id"] for one in listed], **more}


def school(**more: Any) -> World:
    """The world of the tests' own issuer."""
    key = {"id": f"{ISSUER}#key-1", "publicKeyMultibase": multikey(KEY.public_key())}
    return World({"https://school.example/.well-known/did.json": controller(ISSUER, key, **more)})


def badge(**more: Any) -> dict[str, Any]:
    """An unsigned badge as the guide shapes it (standards.md §2.1)."""
    return {
        "@context": [VC_2, OB_3, OB_EXTENSIONS],
        "id": "https://school.example/credentials/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "智能手机应用结业",
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "学校"},
        "validFrom": "2026-11-20T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": "urn:uuid:7a9f2e30-0000-4000-8000-000000000001",
            "creditsEarned": 2.0,
            "achievement": {
                "id": "https://school.example/achievements/1",
                "type": ["Achievement"],
                "achievementType": "Course",
                "name": "智能手机应用",
                "description": "会用手机办事",
                "criteria": {"narrative": "上满八次课"},
            },
        },
        **more,
    }


def signed_badge(**more: Any) -> dict[str, Any]:
    return signed(badge(**more), by=Held(), at=datetime(2026, 11, 20, 1, tzinfo=UTC))


def as_bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def outcomes(verdict: Verdict) -> dict[str, str]:
    """The worst outcome of each question."""
    order = ["proven", "unproven", "failed"]
    found: dict[str, str] = {}
    for finding in verdict.findings:
        found[finding.question] = max(found.get(finding.question, "proven"), finding.outcome.value, key=order.index)
    return found


LISTED = {
    "https://example.com/issuers/876543": (
        "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
        "z6MkrvfzkMnvCroEUP2DVc9SHPE48CRsvHiVSusHioxTYu1x",
        "z6MknNHHrBzPytzu6CUBP9Lg7fg4KSBjzimc2Frh693YbMiv",
        "z6MkvREVgsHx7Ppae68vCoByy73ZD4aMSJiPML2cryVL8JAx",
    ),
    "https://example.edu/issuers/565049": ("z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",),
    "https://1edtech.edu/issuers/565049": (
        "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
        "z6Mknyb2Gb4NxzW3xSr9ChTtdQZ1zs77piQ3r9SaJ9vMzmrs",
    ),
    "did:web:dc.1edtech.org:wellspring2022:wellspring-portal:org:da1e96e9-afcc-4eed-b9a2-2ddf7353214c": (
        "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",
    ),
}
"""The keys with which 1EdTech signed its samples: its validator reads them from the name of the key alone."""


def of_1edtech() -> World:
    """The world of 1EdTech's samples: issuers that list the keys that their samples name."""
    world = World()
    for issuer, keys in LISTED.items():
        methods = [{"id": f"{issuer}#{key}", "publicKeyMultibase": key} for key in keys]
        world.add(address_of_did_web(issuer) if issuer.startswith("did:") else issuer, controller(issuer, *methods))
    folder = DATA / "1edtech"
    raw = "https://raw.githubusercontent.com/1EdTech/digital-credentials-public-validator/refs/heads/main"
    world.add(
        f"{raw}/inspector-vc/src/test/resources/ob30/bit-string-list/testlist", (folder / "ob30/testlist").read_bytes()
    )
    for file in (folder / "ob20/assets").glob("*.json"):
        for scheme in ("https", "http"):
            world.add(f"{scheme}://example.org/{file.name}", file.read_bytes())
    return world
