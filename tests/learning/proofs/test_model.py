"""The W3C's model (VC Data Model 2.0 §4, §5.3): each rule, what keeps it and what breaks it.

The W3C's own suite asks the same of a running server; `docs/conformance.md` has its results.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from xuecheng.learning.proofs import documents, model
from xuecheng.learning.proofs.identifiers import base58

GOOD: dict[str, Any] = {
    "@context": [documents.VC_2],
    "type": ["VerifiableCredential"],
    "issuer": "did:web:city.example",
    "credentialSubject": {"id": "urn:uuid:0195f9a0-0000-7000-8000-000000000001"},
}
SHA256 = hashlib.sha256(documents.packed(documents.VC_2) or b"").digest()
SHA384 = base64.b64encode(hashlib.sha384(documents.packed(documents.VC_2) or b"").digest()).decode()
MULTIHASH = base64.urlsafe_b64encode(b"\x12\x20" + SHA256).decode().rstrip("=")

KEPT: dict[str, dict[str, Any]] = {
    "an id that is a URN": {"id": "urn:uuid:0195f9a0-0000-7000-8000-000000000002"},
    "one type alone": {"type": "VerifiableCredential"},
    "an issuer with a name in two languages": {
        "issuer": {"id": "https://city.example", "name": [{"@value": "学城", "@language": "zh"}, "Xuecheng"]}
    },
    "two subjects": {"credentialSubject": [{"id": "did:example:a"}, {"name": "b"}]},
    "a definition among its contexts": {"@context": [documents.VC_2, {"x": "https://example.org/x"}]},
    "a status": {"credentialStatus": {"type": "BitstringStatusListEntry", "id": "https://city.example/1#2"}},
    "a status without id": {"credentialStatus": {"type": "BitstringStatusListEntry"}},
    "a schema": {"credentialSchema": {"type": "JsonSchema", "id": "https://example.org/schema"}},
    "terms of use": {"termsOfUse": [{"type": "IssuerPolicy"}]},
    "something elsewhere": {"relatedResource": {"id": "https://example.org/x", "digestSRI": "sha256-AAAA"}},
    "a context with its digest": {"relatedResource": {"id": documents.VC_2, "digestSRI": f"md5-x sha384-{SHA384}"}},
    "its multihash": {"relatedResource": [{"id": documents.VC_2, "digestMultibase": f"u{MULTIHASH}"}]},
    "its multihash in base 58": {
        "relatedResource": [{"id": documents.VC_2, "digestMultibase": "z" + base58(b"\x12\x20" + SHA256)}]
    },
    "from and until": {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"},
}
BROKEN: dict[str, dict[str, Any]] = {
    "an id that is no address": {"id": "anna"},
    "two ids": {"id": ["urn:a:b", "urn:a:c"]},
    "no id but null": {"id": None},
    "an address with a space": {"id": "https://a b"},
    "no type": {"type": []},
    "a number for a type": {"type": ["VerifiableCredential", 5]},
    "a number for a context": {"@context": [documents.VC_2, 5]},
    "an issuer that is no address": {"issuer": "the college"},
    "an issuer whose id is null": {"issuer": {"id": None}},
    "an issuer's name that is a number": {"issuer": {"id": "did:example:a", "name": 5}},
    "no subject": {"credentialSubject": []},
    "an empty subject": {"credentialSubject": {}},
    "a subject with two ids": {"credentialSubject": {"id": ["did:example:a", "did:example:b"]}},
    "a status without type": {"credentialStatus": {"id": "https://city.example/1#2"}},
    "a status whose id is no address": {"credentialStatus": {"type": "BitstringStatusListEntry", "id": "2"}},
    "a schema without id": {"credentialSchema": {"type": "JsonSchema"}},
    "evidence without type": {"evidence": [{"type": "Evidence"}, {}]},
    "terms of use that are a text": {"termsOfUse": ["be nice"]},
    "a refresh without type": {"refreshService": {"id": "https://city.example/r"}},
    "an address for something elsewhere": {"relatedResource": ["https://example.org/x"]},
    "something elsewhere without address": {"relatedResource": {"digestSRI": "sha256-AAAA"}},
    "something elsewhere twice": {"relatedResource": [{"id": "https://example.org/x", "digestSRI": "sha256-AAAA"}] * 2},
    "something elsewhere without digest": {"relatedResource": {"id": "https://example.org/x"}},
    "a context with another digest": {"relatedResource": {"id": documents.VC_2, "digestSRI": f"sha256-{SHA384}"}},
    "a context with no digest at all": {"relatedResource": {"id": documents.VC_2, "digestMultibase": "z0"}},
    "one right digest and one wrong": {
        "relatedResource": {"id": documents.VC_2, "digestMultibase": f"u{MULTIHASH}", "digestSRI": "sha384-AAAA"}
    },
    "a name that is an object of something else": {"name": {"@value": "a", "href": "x"}},
    "an end before its beginning": {"validFrom": "2026-01-02T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"},
}


@pytest.mark.parametrize("change", KEPT.values(), ids=KEPT.keys())
def test_what_the_model_allows_breaks_no_rule(change: dict[str, Any]) -> None:
    assert model.fault(GOOD | change) == ""


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_what_the_model_forbids_is_said(change: dict[str, Any]) -> None:
    assert model.fault(GOOD | change) != ""


@pytest.mark.parametrize(
    ("change", "is_kept"),
    [
        ({}, True),
        ({"holder": "did:example:a", "verifiableCredential": [GOOD]}, True),
        ({"verifiableCredential": "eyJ"}, True),
        ({"holder": "anna"}, False),
        ({"verifiableCredential": [5]}, False),
        ({"id": 5}, False),
    ],
)
def test_a_presentation_needs_neither_holder_nor_content_but_both_must_be_what_they_are(
    change: dict[str, Any], is_kept: bool
) -> None:
    shown = {"@context": [documents.VC_2], "type": ["VerifiablePresentation"], **change}
    assert (model.fault(shown, is_shown=True) == "") is is_kept
