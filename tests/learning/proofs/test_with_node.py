"""Ours judged by others' verifiers, and theirs by ours: the npm packages of the W3C's editors (standards.md §2.6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from learning.proofs.samples import AT, DATA, ISSUER, KEY, Held, World, as_bytes, badge, controller, signed_badge
from learning.proofs.test_verifying import LIST, entry, status_list
from learning.proofs.verifiers import Case, judge
from xuecheng.learning.proofs.documents import DID_1, MULTIKEY_1, OB_3, OB_EXTENSIONS, VC_2, _context
from xuecheng.learning.proofs.identifiers import multikey
from xuecheng.learning.proofs.integrity import signed
from xuecheng.learning.proofs.verifying import verify

DID = "https://school.example/.well-known/did.json"
DOCUMENT = {
    "@context": [DID_1, MULTIKEY_1],
    **controller(ISSUER, {"id": f"{ISSUER}#key-1", "publicKeyMultibase": multikey(KEY.public_key())}),
}
CONTEXTS = {address: _context(address) for address in (OB_3, OB_EXTENSIONS, DID_1)}


def of_list(*indexes: int) -> dict[str, Any]:
    return signed(status_list(*indexes), by=Held(), at=AT)


def case(document: dict[str, Any], published: dict[str, Any] | None = None) -> Case:
    return {"document": document, "pages": {**CONTEXTS, ISSUER: DOCUMENT, LIST: published or of_list()}}


def stripped() -> dict[str, Any]:
    return {
        name: value for name, value in signed_badge(credentialStatus=entry(7)).items() if name != "credentialStatus"
    }


def with_another_number() -> dict[str, Any]:
    changed = signed_badge()
    changed["credentialSubject"]["creditsEarned"] = 20.0
    return changed


CASES: dict[str, tuple[Case, bool, bool]] = {
    "good": (case(signed_badge()), True, False),
    "good with a status": (case(signed_badge(credentialStatus=entry(7))), True, False),
    "one changed number": (case(with_another_number()), False, False),
    "one undefined term": (case({**signed_badge(), "grade": "A"}), False, False),
    "status stripped": (case(stripped()), False, False),
    "revoked": (case(signed_badge(credentialStatus=entry(7)), of_list(7)), True, True),
    "another's key": (case(signed(badge(), by=Held(method="did:web:other.example#key-1"), at=AT)), False, False),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return dict(zip(CASES, judge([given for given, _verified, _revoked in CASES.values()]), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_ours_and_theirs_say_the_same(name: str, answers: dict[str, Any]) -> None:
    given, verified, is_revoked = CASES[name]
    assert answers[name]["verified"] is verified, answers[name]
    assert answers[name].get("isRevoked", False) is is_revoked
    world = World({DID: DOCUMENT, LIST: given["pages"][LIST]})
    ours = verify(as_bytes(given["document"]), at=AT, fetch=world)
    assert ours.is_good == (verified and not is_revoked), [str(one.text) for one in ours.findings]


def test_the_w3cs_vectors_hold_with_them_too() -> None:
    vectors = DATA / "w3c-vc-di-eddsa"
    examples = {"https://www.w3.org/ns/credentials/examples/v2": json.loads((vectors / "examples-v2.json").read_text())}
    documents = [
        json.loads((vectors / name).read_text())
        for name in ("eddsa-rdfc-2022/signedDataInt.json", "eddsa-jcs-2022/signedJCS.json")
    ]
    cases: list[Case] = []
    for document in documents:
        method = document["proof"]["verificationMethod"]
        did, _, key = method.partition("#")
        page = {"@context": [DID_1, MULTIKEY_1], **controller(did, {"id": method, "publicKeyMultibase": key})}
        # Their issuer is an https address that lists the key of another name.
        issuer = document["issuer"]
        owner = {"@context": [DID_1, MULTIKEY_1], "id": issuer, "assertionMethod": [method]}
        pages = {VC_2: _context(VC_2), **examples, DID_1: _context(DID_1), did: page, issuer: owner}
        changed = {**document, "credentialSubject": {**document["credentialSubject"], "alumniOf": "!"}}
        cases += [{"document": document, "pages": pages}, {"document": changed, "pages": pages}]
    assert [answer["verified"] for answer in judge(cases)] == [True, False, True, False]
