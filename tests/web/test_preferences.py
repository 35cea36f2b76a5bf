"""How pages look is the reader's choice: kept in cookies, working without scripts, leading nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.web import preferences, views

URL = "/preferences/"
pytestmark = pytest.mark.django_db


def test_large_print_is_one_press_away_and_comes_back_to_the_page(client):
    answer = client.post(URL, {"mode": "elder", "next": "/parts/?frame=public"})
    assert (answer.status_code, answer["Location"]) == (303, "/parts/?frame=public")
    page = client.get("/parts/").content.decode()
    assert 'data-xc-mode="elder"' in page
    assert "data-xc-size" not in page


def test_large_print_takes_the_header_away_from_residents_only(client):
    assert 'class="xc-nav"' in client.get("/parts/", {"frame": "resident"}).content.decode()
    client.post(URL, {"mode": "elder"})
    assert 'class="xc-nav"' not in client.get("/parts/", {"frame": "resident"}).content.decode()
    assert 'class="xc-nav"' in client.get("/parts/", {"frame": "public"}).content.decode()
    assert 'class="xc-rail"' in client.get("/parts/", {"frame": "staff"}).content.decode()


def test_what_is_not_sent_stays(client):
    client.post(URL, {"mode": "elder"})
    client.post(URL, {"size": "largest"})
    client.post(URL, {"theme": "dark"})
    page = client.get("/parts/").content.decode()
    assert 'data-xc-mode="elder" data-xc-size="largest"' in page
    assert 'data-bs-theme="dark"' in page


def test_the_way_back_leaves_no_cookie(client):
    client.post(URL, {"mode": "elder", "contrast": "high"})
    client.post(URL, {"mode": "standard", "contrast": "auto"})
    assert all(not morsel.value for morsel in client.cookies.values())
    assert "data-xc" not in client.get("/parts/").content.decode().partition("<body")[0]


def test_the_type_size_belongs_to_large_print_only(client):
    client.post(URL, {"size": "largest"})
    assert "data-xc-size" not in client.get("/parts/").content.decode()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "javascript:alert(1)",
        "http:evil.example", "https://testserver.evil.example/", "\t//evil.example", "/\t/evil.example", "",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_a_stranger(client, elsewhere):
    assert client.post(URL, {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_a_backslash_leads_to_no_host(client):
    """Browsers take it for a slash: `/` before `\\evil.example` would be an address elsewhere."""
    assert client.post(URL, {"theme": "dark", "next": "\\evil.example"})["Location"] == "/evil.example"


@given(st.text(max_size=40))
def test_whatever_is_asked_the_way_back_is_a_path_of_this_site(wanted):
    request = RequestFactory().get("/")
    path = views.safe_path(request, wanted)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


def test_an_address_of_our_own_keeps_only_its_path(client):
    assert client.post(URL, {"theme": "dark", "next": "http://testserver/parts/?a=1#b"})["Location"] == "/parts/?a=1"


def test_an_unknown_choice_is_refused_at_its_field(client):
    answer = client.post(URL, {"theme": "pink"})
    assert answer.status_code == 422
    assert 'href="#id_theme_0"' in answer.content.decode()
    assert not client.cookies.get("xc_theme")


def test_a_spoilt_cookie_counts_as_no_choice():
    request = RequestFactory().get("/")
    request.COOKIES = {"xc_mode": "<script>", "xc_size": "huge", "django_language": "fr"}
    assert preferences.of(request) == preferences.Preferences()


def test_a_choice_without_its_form_is_refused():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(URL, {"theme": "dark"}).status_code == 403


def test_cookies_of_choice_are_out_of_reach_of_scripts(client):
    client.post(URL, {"mode": "elder", "language": "en"})
    for name in ("xc_mode", "django_language"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_pages_are_chinese_whatever_the_browser_was_made_for(client):
    answer = client.get("/parts/", HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9")
    assert answer["Content-Language"] == "zh-hans"
    assert '<html lang="zh-CN"' in answer.content.decode()


def test_english_is_there_for_those_who_choose_it(client):
    client.post(URL, {"language": "en"})
    answer = client.get("/parts/", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert answer["Content-Language"] == "en"
    assert '<html lang="en"' in answer.content.decode()


def test_the_settings_page_shows_what_is_in_force(client):
    client.post(URL, {"theme": "dark"})
    page = client.get(URL, {"next": "/parts/"}).content.decode()
    assert '<input type="radio" name="theme" value="dark" id="id_theme_2" checked>' in page
    assert '<input type="hidden" name="next" value="/parts/">' in page
