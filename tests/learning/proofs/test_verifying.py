"""What must not be believed, at each boundary; and that nothing anybody writes is a crash."""

from __future__ import annotations

import base64
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from learning.proofs.samples import (
    AT,
    DATA,
    ISSUER,
    KEY,
    Held,
    World,
    as_bytes,
    badge,
    controller,
    outcomes,
    school,
    signed_badge,
)
from xuecheng.learning.proofs import documents, fetching, integrity, own, reading, statuslist, verifying
from xuecheng.learning.proofs.documents import VC_2
from xuecheng.learning.proofs.identifiers import multikey
from xuecheng.learning.proofs.integrity import signed
from xuecheng.learning.proofs.reading import Source
from xuecheng.learning.proofs.verdicts import Outcome, Verdict
from xuecheng.learning.proofs.verifying import verify

LIST = "https://school.example/status/1"
DID = "https://school.example/.well-known/did.json"
MINUTES_5 = timedelta(minutes=5)


def seen(document: object, world: World | None = None, at: datetime = AT) -> Verdict:
    return verify(as_bytes(document), at=at, fetch=world or school())


def test_a_good_badge_is_proven_in_every_question() -> None:
    verdict = seen(signed_badge())
    assert verdict.is_good
    assert list(outcomes(verdict)) == ["shape", "signature", "issuer", "time", "status"]
    assert verdict.kind == "OpenBadgeCredential 3.0"
    assert all(str(finding.text) for finding in verdict.findings)


def test_one_changed_number_an_undefined_term_and_a_stripped_status_are_refused() -> None:
    changed = signed_badge()
    changed["credentialSubject"]["creditsEarned"] = 20.0
    assert outcomes(seen(changed))["signature"] == "failed"
    assert outcomes(seen({**signed_badge(), "grade": "A"}))["signature"] == "failed"
    stripped = signed_badge(credentialStatus=entry(7))
    del stripped["credentialStatus"]
    assert outcomes(seen(stripped))["signature"] == "failed"


def test_without_a_way_out_the_issuer_is_unproven_and_nobody_is_asked() -> None:
    verdict = verify(as_bytes(signed_badge()), at=AT)
    assert verdict.outcome is Outcome.UNPROVEN
    assert outcomes(verdict)["issuer"] == "unproven"


def test_our_own_documents_need_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    page = json.loads(school().pages[DID])
    monkeypatch.setattr(own, "_ANSWERS", [lambda address: page if address == DID else None])
    assert verify(as_bytes(signed_badge()), at=AT).is_good


KEY_1 = {"id": f"{ISSUER}#key-1", "publicKeyMultibase": multikey(KEY.public_key())}


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (controller(ISSUER, KEY_1), "proven"),
        (controller(ISSUER, {**KEY_1, "id": "#key-1"}), "proven"),
        (controller(ISSUER, KEY_1, assertionMethod=[]), "failed"),
        (controller(ISSUER, KEY_1, assertionMethod=[], authentication=[KEY_1["id"]]), "failed"),
        (controller("did:web:other.example", KEY_1), "failed"),
        (controller(ISSUER, {**KEY_1, "controller": "did:web:other.example"}), "failed"),
        (controller(ISSUER, {**KEY_1, "id": f"{ISSUER}#key-2"}), "failed"),
        (controller(ISSUER, {**KEY_1, "revoked": "2026-11-25T00:00:00Z"}), "failed"),
        (controller(ISSUER, {**KEY_1, "revoked": "2027-11-25T00:00:00Z"}), "proven"),
        (controller(ISSUER, {**KEY_1, "publicKeyMultibase": "zQ3sh"}), "unproven"),
        ({"id": ISSUER, "verificationMethod": 7, "assertionMethod": {"a": 1}}, "failed"),
    ],
)
def test_a_key_counts_only_where_its_issuer_lists_it_for_this(page: dict[str, Any], outcome: str) -> None:
    verdict = seen(signed_badge(), World({DID: page}))
    assert outcomes(verdict)["issuer"] == outcome
    assert verdict.is_good == (outcome == "proven")


def test_another_key_than_the_issuers_is_refused_however_good_its_signature() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    name = f"did:key:{multikey(other.public_key())}"
    for method in (
        name,
        f"{name}#{name.removeprefix('did:key:')}",
        "https://evil.example/k#1",
        "xxx:1",
        "did:web:e.example#1",
    ):
        world = school()
        world.add("https://e.example/.well-known/did.json", controller("did:web:e.example"))
        verdict = seen(signed(badge(), by=Held(other, method), at=AT), world)
        assert outcomes(verdict)["issuer"] == "failed", method
    forged = signed(badge(), by=Held(other), at=AT)
    assert outcomes(seen(forged))["signature"] == "failed"


def test_a_key_in_the_issuers_own_document_may_have_another_name() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    name = f"did:key:{multikey(other.public_key())}"
    method = f"{name}#{name.removeprefix('did:key:')}"
    page = controller(ISSUER, KEY_1, assertionMethod=[method])
    page["verificationMethod"].append(
        {"id": method, "type": "Multikey", "controller": ISSUER, "publicKeyMultibase": name[8:]}
    )
    assert seen(signed(badge(), by=Held(other, method), at=AT), World({DID: page})).is_good


@pytest.mark.parametrize(
    ("valid", "at", "outcome"),
    [
        ({"validFrom": "2026-11-30T04:05:00Z"}, AT, "proven"),
        ({"validFrom": "2026-11-30T04:05:01Z"}, AT, "failed"),
        ({"validUntil": "2026-11-30T03:55:00Z"}, AT, "proven"),
        ({"validUntil": "2026-11-30T03:54:59Z"}, AT, "failed"),
        ({"validUntil": "9999-12-31T23:59:59Z"}, AT, "proven"),
        ({"validFrom": "0001-01-01T00:00:00Z"}, AT, "proven"),
        ({"validFrom": "2026-11-20T00:00:00Z", "validUntil": "2026-11-19T00:00:00Z"}, AT, "failed"),
    ],
)
def test_clocks_may_differ_by_five_minutes_and_no_more(valid: dict[str, str], at: datetime, outcome: str) -> None:
    assert outcomes(seen(signed_badge(**valid), at=at))["time"] == outcome


def test_a_signature_of_the_future_for_another_purpose_or_that_expired_is_refused() -> None:
    later = signed(badge(), by=Held(), at=AT + MINUTES_5 + timedelta(seconds=1))
    assert outcomes(seen(later))["signature"] == "failed"
    assert seen(signed(badge(), by=Held(), at=AT + MINUTES_5)).is_good
    for more in ({"proofPurpose": "authentication"}, {"expires": "2026-11-21T00:00:00Z"}, {"expires": "soon"}):
        assert outcomes(seen(signed(badge(), by=Held(), at=AT, more=more)))["signature"] == "failed"


def entry(index: object, **more: object) -> dict[str, Any]:
    return {
        "id": f"{LIST}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LIST,
        **more,
    }


def status_list(*indexes: int, **more: Any) -> dict[str, Any]:
    bits = bytes(statuslist.LENGTH // 8)
    for index in indexes:
        bits = statuslist.with_bit(bits, index, to=True)
    subject = {
        "id": f"{LIST}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": statuslist.encoded(bits),
    } | more.pop("subject", {})
    return {
        "@context": [VC_2],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-11-20T00:00:00Z",
        "credentialSubject": subject,
        **more,
    }


def listing(document: dict[str, Any], **more: Any) -> str:
    world = school()
    world.add(LIST, signed(document, by=Held(), at=AT))
    return outcomes(seen(signed_badge(credentialStatus=entry(7, **more)), world))["status"]


def test_a_list_says_which_were_revoked_and_only_a_genuine_one_that_none_was() -> None:
    assert listing(status_list()) == "proven"
    assert listing(status_list(8)) == "proven"
    assert listing(status_list(7)) == "failed"
    assert listing(status_list(issuer="did:web:other.example")) == "unproven"
    assert listing(status_list(subject={"statusPurpose": "suspension"})) == "unproven"
    assert listing(status_list(subject={"statusPurpose": ["suspension", "revocation"]})) == "proven"
    assert listing(status_list(subject={"encodedList": statuslist.encoded(bytes(100))})) == "unproven"
    assert listing(status_list(validUntil="2026-11-29T00:00:00Z")) == "unproven"
    assert listing(status_list(), statusListIndex=str(statuslist.LENGTH)) == "unproven"
    for index in ("-1", "7.0", "", "٧"):
        assert listing(status_list(), statusListIndex=index) == "failed"
    world = school()
    world.add(LIST, status_list())
    assert outcomes(seen(signed_badge(credentialStatus=entry(7)), world))["status"] == "unproven"


def test_a_list_that_unpacks_without_end_is_given_up() -> None:
    bomb = base64.urlsafe_b64encode(gzip.compress(bytes(64 * 1024 * 1024), 9)).decode().rstrip("=")
    began = time.monotonic()
    assert listing(status_list(subject={"encodedList": "u" + bomb})) == "unproven"
    assert time.monotonic() - began < 2


def test_1edtechs_list_of_revoked_ids() -> None:
    address = "https://school.example/revoked"
    document = signed_badge(credentialStatus={"id": address, "type": "1EdTechRevocationList"})
    whole = {"id": address, "type": "1EdTechRevocationList", "issuer": ISSUER, "revokedCredential": []}
    for rows, outcome in (
        ([], "proven"),
        ([{"id": "https://school.example/credentials/1", "revoked": True}], "failed"),
    ):
        world = school()
        world.add(address, whole | {"revokedCredential": rows})
        assert outcomes(seen(document, world))["status"] == outcome
    for page in (
        {},
        {"error": "not found"},
        whole | {"issuer": "did:web:other.example"},
        {name: value for name, value in whole.items() if name != "issuer"},
        whole | {"id": "https://school.example/another"},
        whole | {"type": "Page"},
        {name: value for name, value in whole.items() if name != "revokedCredential"},
    ):
        world = school()
        world.add(address, page)
        assert outcomes(seen(document, world))["status"] == "unproven", page


def test_more_lists_than_are_looked_at_are_said_and_each_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine entries in one list: eight are looked at, the list is verified once, and the ninth is not passed over."""
    world = school()
    judged: list[tuple[Any, ...]] = []
    world.add(LIST, signed(status_list(), by=Held(), at=AT))
    holds = integrity.holds

    def counted(*given: Any, **more: Any) -> bool:
        judged.append(given)
        return holds(*given, **more)

    monkeypatch.setattr(verifying, "holds", counted)
    plain = {
        "@context": [VC_2],
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "credentialSubject": {"id": "urn:uuid:1"},
    }
    eight = signed_badge(**plain, credentialStatus=[entry(index) for index in range(8)])
    assert seen(eight, world).is_good
    assert len(judged) == 2
    nine = signed_badge(**plain, credentialStatus=[entry(index) for index in range(9)])
    assert outcomes(seen(nine, world))["status"] == "unproven"


def test_of_what_was_changed_no_list_is_asked() -> None:
    world = school()
    assert "status" not in outcomes(seen({**signed_badge(credentialStatus=entry(7)), "name": "!"}, world))
    assert LIST not in world.asked


def test_our_own_documents_are_counted_and_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def answer(address: str) -> dict[str, Any]:
        read.append(address)
        return {"id": address}

    monkeypatch.setattr(own, "_ANSWERS", [answer])
    source = Source(None)
    for _ in range(2):
        for number in range(fetching.MOST_ASKED):
            source.document(f"https://city.example/{number}#{_}")
    assert len(read) == fetching.MOST_ASKED
    with pytest.raises(fetching.NotFetched):
        source.document("https://city.example/more")


RSA = RSAKey.generate_key(2048)
EC = ECKey.generate_key("P-256")


def token(header: dict[str, Any] | None = None, key: Any = RSA, **claims: Any) -> bytes:
    document = badge()
    payload = {
        **document,
        "iss": ISSUER,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(datetime(2026, 11, 20, tzinfo=UTC).timestamp()),
        **claims,
    }
    head = {"alg": "RS256", "kid": "https://school.example/keys#rsa-1"} if not header or "jwk" not in header else {}
    head = {"alg": "RS256", **head, **(header or {})}
    registry = jws.JWSRegistry(algorithms=["RS256", "ES256"], strict_check_header=False)
    return jws.serialize_compact(head, json.dumps(payload), key, registry=registry).encode()


def with_keys() -> World:
    """The school's keys stand in its own document, under the names by which its tokens call them."""
    keys: dict[str, Any] = {"rsa-1": RSA, "ec-1": EC}
    named = [
        {"id": f"https://school.example/keys#{name}", "type": "JsonWebKey", "publicKeyJwk": key.as_dict(private=False)}
        for name, key in keys.items()
    ]
    return World({DID: controller(ISSUER, KEY_1, *named)})


@pytest.mark.parametrize(
    ("given_token", "failed"),
    [
        (token(), set()),
        (token({"typ": "vc+jwt", "cty": "vc"}), set()),
        (token({"alg": "ES256", "kid": "https://school.example/keys#ec-1"}, EC), set()),
        (token({"kid": "https://school.example/keys#ec-1"}), {"signature"}),
        (token({"kid": "https://school.example/keys#none"}), {"issuer"}),
        (token({"kid": "https://evil.example/keys#rsa-1"}), {"issuer"}),
        (token({"kid": "https://school.example/~pupil/keys#rsa-1"}), {"issuer"}),
        (token({"typ": "at+jwt"}), {"token"}),
        (token(iss="did:web:other.example"), {"token"}),
        (token(jti="urn:uuid:1"), {"token"}),
        (token(sub="urn:uuid:1"), {"token"}),
        (token(nbf=1), {"token"}),
        (token(exp=int(AT.timestamp()) - 301), {"time"}),
        (token(exp="never"), {"token"}),
    ],
)
def test_a_token_says_the_same_as_its_credential_and_is_signed_by_its_issuer(
    given_token: bytes, failed: set[str]
) -> None:
    verdict = verify(given_token, at=AT, fetch=with_keys())
    assert {one for one, outcome in outcomes(verdict).items() if outcome == "failed"} == failed
    assert verdict.is_good == (not failed)


def test_one_set_of_keys_for_many_issuers_makes_no_key_the_hosts_own() -> None:
    """A did:web without a path says in its document which keys are its own; one with a path may keep a set below it."""
    keys = {"keys": [{**RSA.as_dict(private=False), "kid": "rsa-1"}]}
    world = school()
    world.add("https://school.example/keys", keys)
    assert outcomes(verify(token(), at=AT, fetch=world))["issuer"] == "failed"
    below = "did:web:school.example:d"
    document = badge(issuer={"id": below, "type": ["Profile"]})
    of_below = token({"kid": "https://school.example/d/keys#rsa-1"}, issuer=document["issuer"], iss=below)
    world.add("https://school.example/d/keys", keys)
    assert verify(of_below, at=AT, fetch=world).is_good


@pytest.mark.parametrize("claim", ["nbf", "exp"])
def test_a_time_beyond_all_numbers_is_no_crash(claim: str) -> None:
    head, body, signature = token().decode().split(".")
    said = base64.urlsafe_b64decode(body + "==").decode()
    said = f'{said[:-1]},"x":1}}'.replace('"nbf"', '"n"').replace('"x":1', f'"{claim}":1e400')
    changed = base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
    assert verify(f"{head}.{changed}.{signature}".encode(), at=AT, fetch=with_keys()).outcome is Outcome.FAILED
    more: dict[str, Any] = {"validUntil": "2030-01-01T00:00:00Z", claim: 10**400}
    huge = token(None, **more)
    assert verify(huge, at=AT, fetch=with_keys()).outcome is Outcome.FAILED
    for text in ('{"a":1e400}', '{"a":-1e400}'):
        with pytest.raises(reading.Unreadable):
            reading.document_of(text)


def test_a_key_alone_proves_the_text_and_names_nobody() -> None:
    name = multikey(KEY.public_key())
    did = f"did:key:{name}"
    document = badge(issuer={"id": did, "type": ["Profile"], "name": "中山大学"})
    verdict = seen(signed(document, by=Held(method=f"{did}#{name}"), at=AT))
    assert verdict.outcome is Outcome.UNPROVEN
    assert {one for one, outcome in outcomes(verdict).items() if outcome != "proven"} == {"issuer"}
    # A list by the same key is as good as the badge.
    world = school()
    world.add(LIST, signed(status_list(issuer=did), by=Held(method=f"{did}#{name}"), at=AT))
    listed_one = signed({**document, "credentialStatus": entry(7)}, by=Held(method=f"{did}#{name}"), at=AT)
    assert outcomes(seen(listed_one, world))["status"] == "proven"


ENDS = "2026-11-25T00:00:00Z"
W3C = "https://www.w3.org/2018/credentials#"
DATE = "http://www.w3.org/2001/XMLSchema#dateTime"


def _moved() -> dict[str, dict[str, Any]]:
    """What a holder may write in place of `validUntil` and `credentialStatus`, meaning the same."""
    contexts = [*badge()["@context"]]
    timed = {"@type": DATE, "@value": ENDS}
    whole = entry(7)
    return {
        "nest": {"@context": [*contexts, {"more": "@nest"}], "more": {"validUntil": ENDS, "credentialStatus": whole}},
        "keyword nest": {"@nest": {"validUntil": ENDS, "credentialStatus": whole}},
        "whole IRIs": {f"{W3C}validUntil": timed, f"{W3C}credentialStatus": whole},
        "aliases": {
            "@context": [
                *contexts,
                {"until": {"@id": f"{W3C}validUntil", "@type": DATE}, "state": {"@id": f"{W3C}credentialStatus"}},
            ],
            "until": ENDS,
            "state": whole,
        },
        "prefix": {
            "@context": [*contexts, {"w": {"@id": W3C, "@prefix": True}}],
            "w:validUntil": timed,
            "w:credentialStatus": whole,
        },
        "vocabulary": {
            "@context": [*contexts, {"@vocab": "https://www.w3.org/2018/"}],
            "credentials#validUntil": timed,
            "credentials#credentialStatus": whole,
        },
        "said again": {
            "validUntil": ENDS,
            "credentialStatus": None,
            "evidence": {
                "id": badge()["id"],
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "credentialStatus": whole,
            },
        },
    }


@pytest.mark.parametrize("way", list(_moved()))
def test_an_end_or_a_list_under_another_name_is_no_good_credential(way: str) -> None:
    """Signed is the meaning: the same statements under names that nobody reads must not pass for none."""
    kept = {"evidence": {"id": badge()["id"], "type": ["Evidence"]}} if way == "said again" else {}
    honest = signed_badge(validUntil=ENDS, credentialStatus=entry(7), **kept)
    world = school()
    world.add(LIST, signed(status_list(7), by=Held(), at=AT))
    assert {"time", "status"} <= {one for one, said in outcomes(seen(honest, world)).items() if said == "failed"}
    moved = {name: value for name, value in honest.items() if name not in {"validUntil", "credentialStatus"}}
    verdict = seen({**moved, **_moved()[way]}, world)
    assert outcomes(verdict)["signature"] == "failed"
    with pytest.raises(documents.NotSafe):
        documents.canonical_rdf({**badge(), **_moved()[way]})


def test_an_inline_context_for_words_of_ones_own_is_taken() -> None:
    document = badge()
    document["@context"].append({"canteen": "https://school.example/words#canteen"})
    document["credentialSubject"]["canteen"] = "no"
    assert seen(signed(document, by=Held(), at=AT)).is_good


def test_parts_that_are_alike_cost_one_measure_for_all_signatures_together() -> None:
    """200 nameless parts, each linked with six: a quarter of a minute for each of eight signatures, now given up."""
    names = [f"_:n{number}" for number in range(200)]
    web = [{"id": one, "p": [names[(at + step) % 200] for step in (1, 2, 3, 4, 5, 6)]} for at, one in enumerate(names)]
    document = badge()
    document["@context"].append({"p": {"@id": "urn:p", "@type": "@id"}, "q": "urn:q"})
    document["q"] = web
    proof = signed_badge()["proof"][0]
    began = time.thread_time()
    verdict = seen({**document, "proof": [proof] * 8})
    assert outcomes(verdict)["signature"] == "failed"
    inside = seen(presented(*[{**document, "name": str(number), "proof": [proof] * 8} for number in range(6)]))
    assert inside.outcome is Outcome.FAILED
    assert time.thread_time() - began < 8


def test_a_document_is_written_out_once_for_all_its_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bool] = []
    whole = documents.canonical_rdf

    def counted(given: dict[str, Any], **more: Any) -> bytes:
        written.append("credentialSubject" in given)
        return whole(given, **more)

    monkeypatch.setattr(documents, "canonical_rdf", counted)
    document = badge()
    for second in range(4):
        document = signed(document, by=Held(), at=AT + timedelta(seconds=second))
    written.clear()
    assert seen(document).is_good
    assert sum(written) == 1


@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_token_without_a_signature_with_a_shared_secret_or_with_its_own_key_is_not_good() -> None:
    _head, body, signature = token().decode().split(".")

    def under(header: dict[str, Any], ending: str = signature) -> Verdict:
        text = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
        return verify(f"{text}.{body}.{ending}".encode(), at=AT, fetch=with_keys())

    assert outcomes(under({"alg": "none"}, ""))["signature"] == "failed"
    assert not under({"alg": "HS256", "kid": "https://school.example/keys#rsa-1"}).is_good
    assert not under({"alg": "RS256", "crit": ["b64"], "b64": False}).is_good
    brought = verify(token({"jwk": RSA.as_dict(private=False)}), at=AT, fetch=with_keys())
    assert outcomes(brought) | {"issuer": "unproven"} == outcomes(brought)
    weak = RSAKey.generate_key(1024)
    world = school()
    named = {"id": "https://school.example/keys#rsa-1", "publicKeyJwk": weak.as_dict(private=False)}
    world.add(DID, controller(ISSUER, named))
    assert not verify(token(key=weak), at=AT, fetch=world).is_good


def presented(*credentials: object, holder: str = ISSUER, **more: Any) -> dict[str, Any]:
    return {
        "@context": [VC_2],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": list(credentials),
        **more,
    }


def test_presentations_are_signed_by_their_holder_for_showing() -> None:
    world = school(authentication=[f"{ISSUER}#key-1"])
    shown = presented(signed_badge())
    by_holder = signed(shown, by=Held(), at=AT, more={"proofPurpose": "authentication"})
    verdict = seen(by_holder, world)
    assert [one.outcome for one in verdict.inside] == [Outcome.PROVEN]
    assert outcomes(verdict)["signature"] == "proven"
    assert outcomes(verdict)["holder"] == "unproven"  # whoever shows is not whom the badge speaks of
    assert outcomes(seen(signed(shown, by=Held(), at=AT), world))["signature"] == "failed"
    assert seen(shown, world).outcome is Outcome.UNPROVEN
    broken = signed_badge()
    broken["name"] = "!"
    assert seen(presented(broken), world).outcome is Outcome.FAILED
    assert outcomes(seen(presented(), world))["shape"] == "unproven"
    mine = signed_badge()["credentialSubject"]
    own_badge = signed_badge(credentialSubject={**mine, "id": ISSUER})
    good = signed(presented(own_badge), by=Held(), at=AT, more={"proofPurpose": "authentication"})
    assert seen(good, world).is_good


def test_what_is_inside_what_is_inside_ends() -> None:
    document: Any = signed_badge()
    for _ in range(9):
        document = presented(document)
    assert seen(document).outcome is Outcome.FAILED
    many = presented(*[{}] * 600)
    assert seen(many).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "given_bytes",
    [
        b"",
        b"\xff\xfe\x00",
        b"7",
        b"null",
        b"[]",
        b"{}",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"a":"' + b"x" * 10_000_000 + b'"}',
        b"a.b.c",
        b"eyJhbGciOiJSUzI1NiJ9.W10.AAAA",
        b"<svg></svg>",
        b'<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        b'<!DOCTYPE svg SYSTEM "http://127.0.0.1/x"><svg/>',
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 4_000,
    ],
    ids=lambda given_bytes: f"{given_bytes[:12]!r}-{len(given_bytes)}",
)
def test_what_is_no_credential_is_said_to_be_none(given_bytes: bytes) -> None:
    began = time.monotonic()
    verdict = verify(given_bytes, at=AT, fetch=World())
    assert verdict.outcome is Outcome.FAILED
    assert time.monotonic() - began < 2


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def picture(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def test_pictures_carry_one_credential_and_no_bomb() -> None:
    text = as_bytes(signed_badge())
    one = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + text)
    packed = chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(text))
    bomb = chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(200 * 1024 * 1024), 9))
    half = chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(2 * 1024 * 1024 - 1), 9))
    tracemalloc.start()
    assert verify(picture(*[half] * 200), at=AT, fetch=school()).outcome is Outcome.FAILED
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * 1024 * 1024
    assert verify(picture(one), at=AT, fetch=school()).is_good
    assert verify(picture(packed), at=AT, fetch=school()).is_good
    for given_bytes in (
        picture(one, one),
        picture(bomb),
        picture(),
        picture(one)[:-20],
        picture(chunk(b"iTXt", b"openbadges\0")),
    ):
        assert verify(given_bytes, at=AT, fetch=school()).outcome is Outcome.FAILED


def test_contexts_that_lead_in_a_circle_or_elsewhere_are_refused() -> None:
    inner: dict[str, Any] = {"@import": VC_2}
    for context in (inner, "https://school.example/context", {"@context": inner}, "http://127.0.0.1/", None, 7):
        document = badge()
        document["@context"] = [*document["@context"], context]
        world = school()
        proof = {**signed_badge()["proof"][0]}
        assert not seen({**document, "proof": [proof]}, world).is_good
        assert set(world.asked) <= {DID}


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*path, key))


WHOLE = signed_badge(credentialStatus=entry(7))
PLACES = [path for path in places(WHOLE) if path]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=9) | st.sampled_from(["@id", "id", "type", "@context", "@type", "@value"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), anything)
def test_any_value_in_any_place_is_answered_and_never_good(path: tuple[Any, ...], value: object) -> None:
    document: Any = deepcopy(WHOLE)
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    if place[path[-1]] == value:
        return
    place[path[-1]] = value
    world = school()
    world.add(LIST, signed(status_list(), by=Held(), at=AT))
    verdict = seen(document, world)
    assert [str(finding.text) for finding in verdict.findings]
    # Where another text means the same: a set of one, or an array of one proof.
    assert not verdict.is_good or value in ([place], [WHOLE], {})


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(places(json.loads(school().pages[DID])))[1:]), anything)
def test_any_value_in_an_issuers_document_is_answered(path: tuple[Any, ...], value: object) -> None:
    page: Any = json.loads(school().pages[DID])
    place: Any = page
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert seen(signed_badge(), World({DID: page})).findings


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "cty", "jwk", "crit", "b64"]), anything), anything)
def test_any_token_is_answered(header: dict[str, Any], payload: object) -> None:
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (header, payload)]
    verdict = verify(".".join([*parts, "AAAA"]).encode(), at=AT, fetch=with_keys())
    assert not verdict.is_good


@pytest.mark.parametrize("name", ["simple.jwt", "simple-revoked.jwt", "basic-assertion.json"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_value_in_a_badge_of_2_0_is_answered(name: str, data: st.DataObject) -> None:
    document = json.loads((DATA / "1edtech/ob20/basic-assertion.json").read_bytes())
    document[data.draw(st.sampled_from(sorted(document)))] = data.draw(anything)
    document["@context"] = "https://w3id.org/openbadges/v2"
    if name.endswith(".json"):
        given_bytes = as_bytes(document)
    else:
        head, _body, signature = (DATA / "1edtech/ob20" / name).read_text().strip().split(".")
        body = base64.urlsafe_b64encode(as_bytes(document)).decode().rstrip("=")
        given_bytes = f"{head}.{body}.{signature}".encode()
    assert not verify(given_bytes, at=AT, fetch=World()).is_good
