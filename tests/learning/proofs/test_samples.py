"""Known answers: the samples of 1EdTech's own validator, and the W3C's inputs for VC-JOSE-COSE."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from openbadgeslib.ob3 import ldp
from openbadgeslib.ob3.verifier import OB3VerificationError

from learning.proofs.samples import AT, DATA, LISTED, World, controller, of_1edtech, outcomes
from xuecheng.learning.proofs.documents import CONTEXTS
from xuecheng.learning.proofs.identifiers import NotWellFormed, from_multikey
from xuecheng.learning.proofs.integrity import RDFC, NotSafe, holds, proofs_of
from xuecheng.learning.proofs.verdicts import Outcome
from xuecheng.learning.proofs.verifying import verify

ONE = DATA / "1edtech"
GOOD = [
    "ob30/simple.json",
    "ob30/simple.1ob",
    "ob30/simple_v1.json",
    "ob30/simple-context-alias.json",
    "ob30/simple-context-version.json",
    "ob30/simple-did-web-method.json",
    "ob30/simple-multiple-proofs.json",
    "ob30/simple-json.png",
    "ob30/simple-json.svg",
    "ob30/testlist",
    "clr20/simple.json",
    "ob20/simple.jwt",
    "ob20/simple-not-revoked.jwt",
]
UNPROVEN = {
    # Its list of revocations lies at an address that nobody answers.
    "ob30/complete.json": "status",
    "ob30/list-revoked.json": "status",
    "ob30/endorsement-valid.json": "issuer",
    # An issuer that is only a number: nobody can say whose key signed.
    "ob30/simple-did-key-method.json": "issuer",
    "clr20/simple_v1.json": "issuer",
    # The key stands in the token itself.
    "ob30/simple-jwt.png": "issuer",
    "ob30/simple-jwt.svg": "issuer",
    # A kind of before the recommendation.
    "ob30/simple-eddsa-2022.json": "signature",
}
SUBJECT = "ob30/simple-err-credential-subject"
FAULTY = {
    "ob30/simple-err-context.json": "shape",
    f"{SUBJECT}-achievement-result-description-type.json": "signature",
    f"{SUBJECT}-identifier-type.json": "shape",
    f"{SUBJECT}-profile-type.json": "signature",
    f"{SUBJECT}-result-type.json": "shape",
    f"{SUBJECT}-type.json": "shape",
    "ob30/simple-err-evidence-type.json": "signature",
    "ob30/simple-err-expired.json": "time",
    "ob30/simple-err-issued.json": "time",
    "ob30/simple-err-issuer-otheridentifier-type.json": "shape",
    "ob30/simple-err-issuer-parentorg-type.json": "shape",
    "ob30/simple-err-issuer-type.json": "shape",
    "ob30/simple-err-issuer.json": "shape",
    "ob30/simple-err-proof-method-no-scheme.json": "issuer",
    "ob30/simple-err-proof-method-unknown-did-method.json": "issuer",
    "ob30/simple-err-proof-method-unknown-scheme.json": "issuer",
    "ob30/simple-err-proof-method.json": "issuer",
    "ob30/simple-err-proof-value.json": "signature",
    "ob30/simple-err-type.json": "signature",
    "ob30/endorsement-err-schema-status-refresh.json": "signature",
    "ob30/simple-noproof.json": "signature",
    "ob30/simple.jwt": "signature",
    "ob30/velocity.jwt": "issuer",
    "ob30/complete_v1.json": "time",
    "ob30/bitstring-revoked.json": "status",
    "ob30/bitstring-revoked-blank-nodes.json": "status",
    "clr20/simple-noproof.json": "signature",
    "clr20/simple_old_safesigned.json": "signature",
    "clr20/simple.jwt": "shape",
    "ob20/simple-revoked.jwt": "status",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_1edtech_calls_good_is_proven(name: str) -> None:
    verdict = verify((ONE / name).read_bytes(), at=AT, fetch=of_1edtech())
    assert outcomes(verdict) == dict.fromkeys(outcomes(verdict), "proven")
    assert verdict.is_good
    assert verdict.kind


@pytest.mark.parametrize(("name", "question"), UNPROVEN.items())
def test_what_nobody_answers_for_is_unproven_and_not_good(name: str, question: str) -> None:
    verdict = verify((ONE / name).read_bytes(), at=AT, fetch=of_1edtech())
    assert verdict.outcome is Outcome.UNPROVEN
    assert outcomes(verdict)[question] == "unproven"


@pytest.mark.parametrize(("name", "question"), FAULTY.items())
def test_what_1edtech_made_faulty_is_refused_for_its_fault(name: str, question: str) -> None:
    verdict = verify((ONE / name).read_bytes(), at=AT, fetch=of_1edtech())
    assert verdict.outcome is Outcome.FAILED
    assert outcomes(verdict)[question] == "failed"


def test_every_sample_of_1edtech_has_its_answer_here() -> None:
    files = {str(file.relative_to(ONE)) for folder in ("ob30", "clr20") for file in (ONE / folder).iterdir()}
    # Its parts follow 1.1 and its outside 2.0, which the official schema refuses and 1EdTech's validator lets pass.
    assert files - {*GOOD, *UNPROVEN, *FAULTY} == {"clr20/complex.json"}


def test_a_second_verifier_agrees_on_every_embedded_signature() -> None:
    """openbadgeslib, by another author: where it takes a signature with the key that is named, so do we."""
    compared = 0
    for file in sorted((ONE / "ob30").glob("simple*.json")):
        document = json.loads(file.read_bytes())
        for proof in proofs_of(document):
            if proof.get("cryptosuite") != RDFC or not set(map(str, document["@context"])) <= CONTEXTS.keys():
                continue
            try:
                key = from_multikey(proof["verificationMethod"].rpartition("#")[2])
            except NotWellFormed:
                continue
            pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            try:
                ldp.verify_data_integrity_proof({**document, "proof": proof}, pem)
                theirs = True
            except OB3VerificationError:
                theirs = False
            try:
                ours = holds(document, proof, key)
            except NotSafe:
                ours = False
            compared += 1
            assert ours == theirs, file.name
    assert compared >= 15


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("basic-assertion.json", ""),
        ("basic-assertion-expired.json", "time"),
        ("basic-assertion-expired-before-issued.json", "time"),
        ("basic-assertion-in-future.json", "time"),
        ("basic-assertion-invalid-context.json", "shape"),
        ("basic-assertion-invalid-type.json", "shape"),
    ],
)
def test_hosted_badges_of_2_0_are_what_lies_at_their_address(name: str, question: str) -> None:
    given = (ONE / "ob20" / name).read_bytes()
    world = of_1edtech()
    world.add("https://example.org/beths-robotics-badge.json", given)
    verdict = verify(given, at=AT, fetch=world)
    failed = {one for one, outcome in outcomes(verdict).items() if outcome == "failed"}
    assert (question in failed) if question else verdict.is_good
    world.add(
        "https://example.org/beths-robotics-badge.json", {**json.loads(given), "evidence": "https://else.example"}
    )
    assert verify(given, at=AT, fetch=world).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Page"},
        {"id": "http://example.org/another.json"},
        {"revokedAssertions": None},
        {"issuer": "http://example.org/somebody.json"},
    ],
)
def test_a_list_of_2_0_that_is_none_or_anothers_says_nothing(change: dict[str, object]) -> None:
    world = of_1edtech()
    for address in [one for one in world.pages if one.endswith("revocation-list.json") and "-with-" not in one]:
        world.add(address, {**json.loads(world.pages[address]), **change})
    verdict = verify((ONE / "ob20/simple-not-revoked.jwt").read_bytes(), at=AT, fetch=world)
    assert outcomes(verdict)["status"] == "unproven"


def of_w3c() -> World:
    methods: list[dict[str, Any]] = []
    for name in ("ed25519", "p256", "p384", "p521"):
        one = json.loads((DATA / f"w3c-vc-jose-cose/vm-{name}.json").read_bytes())
        one.pop("secretKeyJwk")
        methods.append(one)
    issuer = "https://example.issuer/vc-jose-cose"
    page = controller(issuer, *methods, authentication=[one["id"] for one in methods])
    return World({issuer: page})


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("credential-jose-minimal", set()),
        ("credential-jose-unknown-extensions", set()),
        ("credential-jose-bad-signature", {"signature"}),
        ("credential-jose-bad-media-type", {"token"}),
        ("credential-jose-vc-vp-claims", {"token"}),
        ("presentation-jose-bad-media-type", {"token"}),
        ("presentation-jose-multiple", set()),
    ],
)
def test_the_w3cs_inputs_for_jose(name: str, faults: set[str]) -> None:
    """The sample with a bad media type has a good signature: only the kind of token gives it away."""
    given = (DATA / f"w3c-vc-jose-cose/{name}.txt").read_bytes()
    verdict = verify(given, at=datetime(2024, 12, 15, 20, tzinfo=UTC), fetch=of_w3c())
    assert {one for one, outcome in outcomes(verdict).items() if outcome == "failed"} == faults


def test_a_presentation_is_judged_with_everything_inside_it() -> None:
    verdict = verify(
        (DATA / "w3c-vc-jose-cose/presentation-jose-bad-credential.txt").read_bytes(), at=AT, fetch=of_w3c()
    )
    assert [one.outcome for one in verdict.inside] == [Outcome.FAILED]
    assert verdict.kind == "VerifiablePresentation 2.0"


def test_a_key_that_only_its_own_name_holds_proves_the_text_and_not_the_issuer() -> None:
    """1EdTech's validator takes it; anybody could write a key of their own behind another's address."""
    verdict = verify((ONE / "ob30/simple.json").read_bytes(), at=AT)
    assert outcomes(verdict)["signature"] == "proven"
    assert outcomes(verdict)["issuer"] == "unproven"
    other = World({next(iter(LISTED)): controller(next(iter(LISTED)))})
    assert outcomes(verify((ONE / "ob30/simple.json").read_bytes(), at=AT, fetch=other))["issuer"] == "failed"
