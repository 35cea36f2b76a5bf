"""Proofs against the W3C's own vectors (vc-di-eddsa, `TestVectors/`), byte for byte, and what must not be believed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.proofs import documents, statuslist
from xuecheng.learning.proofs.documents import NotSafe, TooLarge, canonical_json, canonical_rdf
from xuecheng.learning.proofs.identifiers import (
    NotWellFormed,
    address_of_did_web,
    base58,
    did_web,
    from_base58,
    from_multikey,
    multikey,
    of_did_key,
)
from xuecheng.learning.proofs.integrity import hash_data, holds, proofs_of, signed

VECTORS = Path(__file__).parent / "data" / "w3c-vc-di-eddsa"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
HASHES = {
    "credentials-v2.json": "59955ced",
    "ob-3.0.3.json": "3d34f4d4",
    "clr-2.0.1.json": "880f1902",
}
"""What the guide names (standards.md §2.8): the published bytes begin so."""


class Held:
    """A private key in a test's hand."""

    def __init__(self, key: Ed25519PrivateKey, method: str) -> None:
        self.key, self.verification_method = key, method

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


def read(name: str) -> Any:
    text = (VECTORS / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text.strip("\n")


@pytest.fixture(autouse=True)
def the_context_of_the_examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The vectors use the W3C's context for examples, which no credential of anybody's may."""
    monkeypatch.setattr(
        documents, "CONTEXTS", {**documents.CONTEXTS, EXAMPLES: str(VECTORS.resolve() / "examples-v2.json")}
    )
    documents._context.cache_clear()
    yield
    documents._context.cache_clear()


def w3c_key() -> Held:
    pair = read("keyPair.json")
    return Held(
        Ed25519PrivateKey.from_private_bytes(from_base58(pair["privateKeyMultibase"][1:])[2:]),
        f"did:key:{pair['publicKeyMultibase']}#{pair['publicKeyMultibase']}",
    )


@pytest.mark.parametrize(
    ("folder", "end"), [("eddsa-rdfc-2022", "DataInt"), ("eddsa-jcs-2022", "JCS")], ids=["rdfc", "jcs"]
)
def test_every_step_of_the_w3c_vectors_is_the_same_byte_for_byte(folder: str, end: str) -> None:
    document = read("unsigned.json")
    given_proof = read(f"{folder}/proofConfig{end}.json")
    of_rdfc = folder == "eddsa-rdfc-2022"
    canonical = canonical_rdf if of_rdfc else canonical_json
    assert canonical(document).decode().strip("\n") == read(f"{folder}/canonDoc{end}.txt")
    assert canonical(given_proof).decode().strip("\n") == read(f"{folder}/proofCanon{end}.txt")
    proof = {name: value for name, value in given_proof.items() if not (of_rdfc and name == "@context")}
    data = hash_data(document, proof)
    assert data.hex() == read(f"{folder}/combinedHash{end}.txt")
    assert "z" + base58(w3c_key().sign(data)) == read(f"{folder}/sigBTC58{end}.txt")


@pytest.mark.parametrize("name", ["eddsa-rdfc-2022/signedDataInt.json", "eddsa-jcs-2022/signedJCS.json"])
def test_what_the_w3c_signed_holds_and_a_changed_letter_does_not(name: str) -> None:
    document = read(name)
    proof = document["proof"]
    key = of_did_key(proof["verificationMethod"])
    assert holds(document, proof, key)
    document["credentialSubject"]["alumniOf"] += "!"
    assert not holds(document, proof, key)


def test_what_we_sign_is_what_the_w3c_signed() -> None:
    theirs = read("eddsa-rdfc-2022/signedDataInt.json")
    ours = signed(read("unsigned.json"), by=w3c_key(), at=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    assert ours == {**theirs, "proof": [theirs["proof"]]}


@pytest.mark.parametrize("name", [f"signedProof{kind}{number}.json" for kind in ("Set", "Chain") for number in (1, 2)])
def test_sets_and_chains_of_proofs_hold_each(name: str) -> None:
    document = read(f"proof-set-chain/{name}")
    found = proofs_of(document)
    assert len(found) > 1 or name.endswith("1.json")
    assert all(holds(document, proof, of_did_key(proof["verificationMethod"])) for proof in found)
    cut = {**document, "proof": found[1:]}
    if chained := [proof for proof in cut["proof"] if proof.get("previousProof")]:
        with pytest.raises(NotSafe):
            hash_data(cut, chained[0])


UNSAFE: dict[str, dict[str, Any]] = {
    "an undefined term": {"heightInMoons": 3},
    "an undefined term deep inside": {
        "credentialSubject": {"id": "did:example:a", "type": ["AchievementSubject"], "x": 1}
    },
    "an undefined type": {"type": ["VerifiableCredential", "NeverHeardOf"]},
    "a relative address": {"credentialSubject": {"id": "anna"}},
    "a context from anywhere": {"@context": [documents.VC_2, "http://169.254.169.254/latest/meta-data"]},
    "a context in the document that loads another": {"@context": [documents.VC_2, {"@import": "http://127.0.0.1/"}]},
    "no context": {"@context": []},
    "a number for a context": {"@context": 5},
}


@pytest.mark.parametrize("change", UNSAFE.values(), ids=UNSAFE.keys())
def test_a_document_that_does_not_mean_what_it_says_is_refused(change: dict[str, Any]) -> None:
    document = {
        "@context": [documents.VC_2, documents.OB_3],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:a"},
    }
    assert canonical_rdf(document)
    with pytest.raises(NotSafe):
        canonical_rdf(document | change)


def test_depth_and_number_of_parts_are_bounded() -> None:
    deep: Any = {}
    for _ in range(documents.MOST_DEPTH):
        deep = {"a": deep}
    documents.sized(deep)
    with pytest.raises(TooLarge):
        documents.sized({"a": deep})
    documents.sized({str(name): 0 for name in range(documents.MOST_NODES - 1)})
    with pytest.raises(TooLarge):
        documents.sized({str(name): 0 for name in range(documents.MOST_NODES)})


def test_long_lists_and_parts_that_are_alike_are_bounded() -> None:
    """The processor compares each with each; telling many like ones apart would take for ever (RDFC-1.0 §7.1)."""
    documents.sized([0] * 707)
    with pytest.raises(TooLarge):
        documents.sized([0] * 708)
    context = [documents.VC_2, {"p": {"@id": "urn:p", "@type": "@id"}, "q": "urn:q"}]

    def clique(count: int) -> Any:
        names = [f"_:n{number}" for number in range(count)]
        return {"@context": context, "q": [{"id": a, "p": [b for b in names if b != a]} for a in names]}

    assert canonical_rdf(clique(4))
    with pytest.raises(TooLarge):
        canonical_rdf(clique(9))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=9) | st.sampled_from(["@id", "@type", "@value", "@context", "type"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@given(
    field=st.sampled_from(["@context", "type", "issuer", "validFrom", "credentialSubject", "proof", "id"]),
    value=anything,
)
def test_any_value_in_any_field_is_bytes_or_a_refusal(field: str, value: Any) -> None:
    document = {**deepcopy(read("unsigned.json")), field: value}
    for canonical in (canonical_rdf, canonical_json):
        with suppress(NotSafe, TooLarge):
            assert isinstance(canonical(document), bytes)


def test_each_context_is_the_published_one() -> None:
    for name, beginning in HASHES.items():
        found = hashlib.sha256((documents._FOLDER / name).read_bytes()).hexdigest()
        assert found.startswith(beginning), name
    assert {file.name for file in documents._FOLDER.iterdir()} == {
        name for name in documents.CONTEXTS.values() if "/" not in name
    }


@given(st.binary(max_size=64))
def test_base_58_there_and_back(data: bytes) -> None:
    assert from_base58(base58(data)) == data


def test_a_multikey_there_and_back_and_what_is_none() -> None:
    key = Ed25519PrivateKey.generate().public_key()
    assert from_multikey(multikey(key)) == key
    for bad in ("", "x", "z", "z0", "z" + base58(b"\x80\x24" + bytes(33)), multikey(key)[:-1]):
        with pytest.raises(NotWellFormed):
            from_multikey(bad)


@pytest.mark.parametrize(
    ("address", "did", "where"),
    [
        ("https://xuecheng.example", "did:web:xuecheng.example", "https://xuecheng.example/.well-known/did.json"),
        ("http://localhost:8000/", "did:web:localhost%3A8000", "https://localhost:8000/.well-known/did.json"),
        ("https://a.example/issuers/x", "did:web:a.example:issuers:x", "https://a.example/issuers/x/did.json"),
    ],
)
def test_where_a_did_lies(address: str, did: str, where: str) -> None:
    assert did_web(address) == did
    assert address_of_did_web(did + "#key-1") == where


@pytest.mark.parametrize(
    "bad", ["did:web:", "did:web:a%2Fb", "did:key:z", "did:web:a:..%2f", "did:web:a b", "did:web:a::b"]
)
def test_what_is_no_did_web(bad: str) -> None:
    with pytest.raises(NotWellFormed):
        address_of_did_web(bad)


@given(st.sets(st.integers(0, statuslist.LENGTH - 1), max_size=5))
def test_a_status_list_there_and_back(chosen: set[int]) -> None:
    bits = bytes(statuslist.LENGTH // 8)
    for index in chosen:
        bits = statuslist.with_bit(bits, index, to=True)
    found = statuslist.decoded(statuslist.encoded(bits))
    assert found == bits
    assert all(statuslist.bit(found, index) for index in chosen)
    assert sum(each.bit_count() for each in found) == len(chosen)


def test_bit_0_is_the_left_most_and_outside_is_nothing() -> None:
    bits = statuslist.with_bit(bytes(statuslist.LENGTH // 8), 0, to=True)
    assert bits[0] == 0b1000_0000
    for outside in (-1, statuslist.LENGTH):
        with pytest.raises(NotWellFormed):
            statuslist.bit(bits, outside)


def test_a_list_that_would_unpack_to_far_too_much_is_refused() -> None:
    with pytest.raises(NotWellFormed):
        statuslist.decoded(statuslist.encoded(bytes(5 * 1024 * 1024)))
