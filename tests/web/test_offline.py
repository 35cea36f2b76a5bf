"""The site on a phone of one's own: its name and mark, and the page for no network, which knows nobody."""

from __future__ import annotations

import gzip
import struct

import pytest
from django.test import Client

from city.situations import a_person
from xuecheng.web import build, offline, preferences

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("query", "lang", "name"), [("", "zh-CN", "学城"), ("?language=en", "en", "Xuecheng")])
def test_the_manifest_speaks_the_language_that_its_address_names(
    client: Client, query: str, lang: str, name: str
) -> None:
    answer = client.get(f"/manifest.webmanifest{query}")
    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["lang"], told["short_name"], told["display"], told["scope"]) == (lang, name, "standalone", "/")
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512"}
    assert any(icon.get("purpose") == "maskable" for icon in told["icons"])


def test_the_icons_are_as_large_as_the_manifest_says(client: Client) -> None:
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        if icon["type"] != "image/png":
            continue
        head = (offline.WORKER.parent / icon["src"].rpartition("/")[2]).read_bytes()[:24]
        width, height = struct.unpack(">II", head[16:24])
        assert icon["sizes"] == f"{width}x{height}"


def test_pages_name_the_manifest_and_the_colour(client: Client) -> None:
    page = client.get("/parts/").content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert '<meta name="theme-color" content="#0a5f55">' in page
    client.post("/preferences/", {"language": "en"})
    assert 'href="/manifest.webmanifest?language=en"' in client.get("/parts/").content.decode()


def test_the_page_for_no_network_knows_nobody_and_asks_nothing(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    person = a_person("陈惠芬")
    with django_assert_num_queries(0):
        page = client.get("/offline/?mode=elder&size=largest&language=en").content.decode()
    assert 'lang="en" data-xc-mode="elder" data-xc-size="largest"' in page
    assert "No network" in page
    client.force_login(person)
    answer = client.get("/offline/?mode=%3Cscript%3E")
    assert "陈惠芬" not in answer.content.decode()
    assert 'lang="zh-CN">' in answer.content.decode()


def test_choices_come_back_from_their_words() -> None:
    chosen = preferences.Preferences(mode="elder", size="larger", theme="dark", language="en")
    assert chosen.as_words == "mode=elder&size=larger&theme=dark&language=en"
    assert preferences.Preferences().as_words == ""


def test_the_worker_stands_before_every_page(client: Client) -> None:
    answer = client.get("/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-store" not in answer["Cache-Control"]


def test_the_scripts_of_the_shell_stay_small() -> None:
    """§3.6: a few KB together, beside htmx."""
    ours = [*(build.ASSETS / "js").glob("*.js"), offline.WORKER]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in ours) < 10_000
