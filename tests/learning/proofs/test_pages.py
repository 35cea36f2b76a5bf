"""The public page, the operation and the command: one answer in three places, and nothing of it kept."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from learning.proofs.samples import AT, DATA, KEY, Held, as_bytes, badge, school, signed_badge
from xuecheng.learning.proofs import fetching, pace
from xuecheng.learning.proofs.commands import verify
from xuecheng.learning.proofs.fetching import Fetch
from xuecheng.learning.proofs.identifiers import multikey
from xuecheng.learning.proofs.integrity import signed

PAGE = "/verify/credential/"
API = "/api/v1/credentials/verdict"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    world = school()
    world.add("https://school.example/credentials/1", signed_badge())

    def out() -> Fetch:
        return world

    monkeypatch.setattr(fetching, "by_settings", out)


def changed() -> dict[str, Any]:
    return {**signed_badge(), "name": "!"}


def test_the_page_is_one_click_from_the_code_of_a_paper(client: Client) -> None:
    assert PAGE in client.get(reverse("credentials:verify")).text
    page = client.get(PAGE)
    assert page.status_code == 200
    assert reverse("credentials:verify") in page.text


@pytest.mark.parametrize(
    ("given", "heading"),
    [
        ({"text": as_bytes(signed_badge()).decode()}, "这份证书是真的"),
        ({"text": as_bytes(changed()).decode()}, "不要相信这份证书"),
        ({"text": "<script>alert(1)</script>"}, "不要相信这份证书"),
        ({"link": "https://school.example/credentials/1"}, "这份证书是真的"),
        ({"link": "https://school.example/credentials/none"}, "有些事没能证实"),
        ({"file": SimpleUploadedFile("a.json", as_bytes(signed_badge()))}, "这份证书是真的"),
        (
            {"file": SimpleUploadedFile("a.png", (DATA / "1edtech/ob30/simple-json.png").read_bytes())},
            "有些事没能证实",
        ),
    ],
)
def test_a_credential_is_answered_in_plain_words(client: Client, given: dict[str, Any], heading: str) -> None:
    page = client.post(PAGE, given)
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in page.text
    assert "<script>alert" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_the_name_of_an_issuer_is_what_it_calls_itself(client: Client) -> None:
    """Anybody may sign in the name of a key of their own and call themselves a university."""
    name = multikey(KEY.public_key())
    did = f"did:key:{name}"
    document = badge(issuer={"id": did, "type": ["Profile"], "name": "中山大学"})
    made = signed(document, by=Held(method=f"{did}#{name}"), at=AT - timedelta(days=1))
    page = client.post(PAGE, {"text": as_bytes(made).decode()})
    assert "<h1>有些事没能证实</h1>" in page.text
    assert page.text.index(did) < page.text.index("自称中山大学")
    ours = client.post(PAGE, {"text": as_bytes(signed_badge()).decode()})
    assert ours.text.index("school.example") < ours.text.index("自称学校")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"link": "http://school.example/"},
        {"link": "https://a.example/", "text": "{}"},
        {"file": SimpleUploadedFile("a.json", b"")},
        {"file": SimpleUploadedFile("a.png", b"x" * (4 * 1024 * 1024 + 1))},
    ],
)
def test_what_is_not_one_of_the_three_is_asked_for_again(client: Client, given: dict[str, Any]) -> None:
    assert client.post(PAGE, given).status_code == 422


def test_a_qr_code_of_our_own_paper_leads_to_the_page_of_its_code(client: Client) -> None:
    page = client.post(PAGE, {"link": "https://testserver/verify/M6SH-CDC2-YJ8J/"}, secure=True)
    assert page.headers["Location"] == "/verify/M6SH-CDC2-YJ8J/"
    for link in (
        "https://testserver/verify/../admin/",
        "https://testserver/verify/",
        "https://testserver.evil/verify/A/",
    ):
        assert client.post(PAGE, {"link": link}, secure=True).status_code == 200


def test_a_link_of_ours_leads_to_its_page_and_no_other_address_of_ours_does(client: Client) -> None:
    number = "0192e4a0-0000-7000-8000-000000000001"
    for path in (f"/share/{'a1' * 20}/", f"/credentials/{number}"):
        answer = client.post(PAGE, {"link": f" http://testserver{path}?from=qr"})
        assert (answer.status_code, answer.headers.get("Location")) == (302, path)
    for elsewhere in (
        "http://testserver/sign-out/", "http://testserver//evil.example/", f"http://evil.example/credentials/{number}",
        "http://testserver/credentials/../sign-out/",
    ):  # fmt: skip
        assert client.post(PAGE, {"link": elsewhere}).status_code != 302


def test_after_twenty_in_a_minute_the_client_waits(client: Client) -> None:
    for _ in range(pace.MOST):
        assert client.post(PAGE, {"text": "{}"}).status_code == 200
    page = client.post(PAGE, {"text": "{}"})
    assert (page.status_code, page.headers["Retry-After"]) == (429, "60")
    answer = client.post(API, {"credential": "{}"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")


def test_a_large_one_counts_as_many(client: Client) -> None:
    large = json.dumps({"a": "x" * 700_000})
    assert client.post(PAGE, {"text": large}).status_code == 200
    assert client.post(PAGE, {"text": "{}"}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_requests_at_the_same_moment_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, Any] = {}

    class Slow:
        """Each read takes long enough for another to begin."""

        def get(self, key: str, default: Any) -> Any:
            found = kept.get(key, default)
            time.sleep(0.1)
            return found

        def set(self, key: str, value: Any, _seconds: float) -> None:
            kept[key] = value

    monkeypatch.setattr(pace, "cache", Slow())

    def ask() -> bool:
        try:
            return pace.is_too_fast(RequestFactory().get("/"), 0)
        finally:
            connection.close()

    monkeypatch.setattr(pace, "MOST", 3)
    with ThreadPoolExecutor(4) as pool:
        answers = [one.result() for one in [pool.submit(ask) for _ in range(4)]]
    assert sorted(answers) == [False, False, False, True]


def test_programs_get_the_same_answer_without_signing_in(client: Client) -> None:
    good = client.post(API, {"credential": as_bytes(signed_badge()).decode()}, content_type="application/json")
    assert good.status_code == 200
    assert (good.json()["outcome"], good.json()["kind"]) == ("proven", "OpenBadgeCredential 3.0")
    assert [one["outcome"] for one in good.json()["findings"]] == ["proven"] * 5
    bad = client.post(API, {"credential": as_bytes(changed()).decode()}, content_type="application/json")
    assert bad.json()["outcome"] == "failed"
    by_link = client.post(API, {"credential": "https://school.example/credentials/1"}, content_type="application/json")
    assert by_link.json()["outcome"] == "proven"
    record = (DATA / "1edtech/clr20/simple.json").read_text()
    assert len(client.post(API, {"credential": record}, content_type="application/json").json()["inside"]) == 1


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"credential":""}', '{"credential":7}', '{"credential":"a","b":1}'])
def test_a_body_that_is_none_is_refused(client: Client, body: str) -> None:
    assert client.post(API, body, content_type="application/json").status_code in {400, 422}


def test_the_command_says_by_its_exit_code_what_was_found(tmp_path: Path) -> None:
    files = {"good": signed_badge(), "bad": changed()}
    for name, document in files.items():
        (tmp_path / name).write_bytes(as_bytes(document))

    def run(*names: str) -> tuple[int, str]:
        result = CliRunner().invoke(verify, [str(tmp_path / name) if name in files else name for name in names])
        return result.exit_code, result.output

    assert run("good")[0] == 0
    assert run("good", "bad")[0] == 1
    code, said = run("--json", "--offline", "good")
    assert (code, json.loads(said)["outcome"]) == (3, "unproven")
