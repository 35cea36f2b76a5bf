"""The public page, the operation and the command: one answer in three places, and nothing of it kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from learning.proofs.samples import DATA, as_bytes, school, signed_badge
from xuecheng.learning.proofs import fetching, pace
from xuecheng.learning.proofs.commands import verify
from xuecheng.learning.proofs.fetching import Fetch

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
        ({"text": as_bytes(signed_badge()).decode()}, "这份凭证是真的"),
        ({"text": as_bytes(changed()).decode()}, "不要相信这份凭证"),
        ({"text": "<script>alert(1)</script>"}, "不要相信这份凭证"),
        ({"link": "https://school.example/credentials/1"}, "这份凭证是真的"),
        ({"link": "https://school.example/credentials/none"}, "有些事没能证实"),
        ({"file": SimpleUploadedFile("a.json", as_bytes(signed_badge()))}, "这份凭证是真的"),
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
