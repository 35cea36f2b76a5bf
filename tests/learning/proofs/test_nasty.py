"""What a stranger may hand over to do harm: too much for the doors, and addresses that lead inside, in every place."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import SplitResult

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.proofs.samples import AT, Held, as_bytes, badge
from learning.proofs.test_pages import API, PAGE
from xuecheng.learning.proofs import asking, fetching, own
from xuecheng.learning.proofs.documents import NotSafe
from xuecheng.learning.proofs.fetching import Guarded, NotFetched
from xuecheng.learning.proofs.integrity import signed
from xuecheng.learning.proofs.verifying import verify

INSIDE = (
    "127.0.0.1",
    "localhost",
    "169.254.169.254",
    "[::1]",
    "10.1.2.3",
    "2130706433",
    "[fe80::1]",
    "[::ffff:7f00:1]",
)
MEGABYTES_10 = '{"@context":"' + "x" * 10_000_000 + '"}'


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["file", "text", "program"])
def test_ten_megabytes_are_refused_at_each_door_before_anybody_reads_them(
    client: Client, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("it was read")

    cache.clear()
    monkeypatch.setattr(asking, "of_bytes", never)
    if way == "program":
        answer = client.post(API, {"credential": MEGABYTES_10}, content_type="application/json")
    elif way == "text":
        answer = client.post(PAGE, {"text": MEGABYTES_10})
    else:
        answer = client.post(PAGE, {"file": SimpleUploadedFile("a.json", MEGABYTES_10.encode())})
    assert answer.status_code == (422 if way == "file" else 413)
    assert way == "program" or "<h1" in answer.text


WHOLE = badge(
    id="https://school.example/1",
    credentialStatus={
        "id": "https://school.example/status/1#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": "7", "statusListCredential": "https://school.example/status/1",
    },
    credentialSchema=[{"id": "https://school.example/schema", "type": "1EdTechJsonSchemaValidator2019"}],
    evidence=[{"id": "https://school.example/evidence", "type": ["Evidence"]}],
    image={"id": "https://school.example/image", "type": "Image"},
    refreshService={"id": "https://school.example/refresh", "type": "1EdTechCredentialRefresh"},
)  # fmt: skip


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a text stands."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*path, key))


@pytest.fixture(scope="module")
def nobody_is_asked() -> Iterator[None]:
    """No connection is opened; what would be one fails the test."""

    def never(*_args: object, **_more: object) -> socket.socket:
        raise AssertionError("somebody was asked")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", never)
        patch.setattr(fetching, "_numbers", _numbers_without_asking)
        # What lies here is answered here; no matter of this.
        patch.setattr(own, "_ANSWERS", [])
        yield


def _numbers_without_asking(host: str, port: int) -> list[str]:
    """Names that are not numbers of this machine have none: a resolver is somebody too."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return ["127.0.0.1"] if host == "localhost" else []
    return [str(one[4][0]) for one in found]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from([path for path in places(WHOLE) if path[0] != "@context"] + [("issuer",)]),
    host=st.sampled_from(INSIDE),
    form=st.sampled_from(["https://{}/x", "https://{}:8443/x#7", "http://{}/x", "did:web:{}", "did:web:{}:issuers:1"]),
)
def test_an_address_inside_is_asked_from_no_place_of_a_well_signed_credential(
    nobody_is_asked: None, place: tuple[Any, ...], host: str, form: str
) -> None:
    document: Any = deepcopy(WHOLE)
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = form.format(host)
    issuer = document["issuer"] if isinstance(document["issuer"], str) else document["issuer"]["id"]
    try:
        made = signed(document, by=Held(method=f"{issuer}#key-1"), at=AT)
    except NotSafe:
        return
    verdict = verify(as_bytes(made), at=AT, fetch=Guarded())
    assert verdict.findings
    # Its issuer cannot be asked either, so whatever it says stays unproven at best.
    assert not verdict.is_good


@pytest.mark.parametrize(
    "leads_to", ["https://127.0.0.1/", "//169.254.169.254/latest/meta-data", "https://[::1]/", "https://localhost/x"]
)
def test_what_leads_on_to_the_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, leads_to: str) -> None:
    asked = []

    def moved(self: Guarded, parts: SplitResult, number: str, ends: float) -> str:
        asked.append(number)
        return leads_to

    fetching.forget()
    outside = {"school.example": ["93.184.216.34"]}
    monkeypatch.setattr(
        fetching, "_numbers", lambda host, port: outside.get(host) or _numbers_without_asking(host, port)
    )
    monkeypatch.setattr(Guarded, "_one", moved)
    with pytest.raises(NotFetched) as caught:
        Guarded()("https://school.example/.well-known/did.json")
    assert (caught.value.reason, asked) == ("inside", ["93.184.216.34"])
