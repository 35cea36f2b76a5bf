"""Requests that another site, another host or a line end would like to make."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import an_operator, small_city
from test_routes import ALL, _made_up

pytestmark = pytest.mark.django_db

# Programs show a secret or code of their own there; the browser sends no cookie that would count.
BY_PROGRAMS = {
    "idp:oidc:token",
    "idp:oidc:revoke",
    "idp:oidc:userinfo",
    "idp:oidc:authorization",
    "idp:oidc:jwks",
    "idp:oidc:configuration",
}
STRANGERS = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/%0d%0aSet-Cookie:x=1//evil.example",
    "http://testserver@evil.example/",
    "https://testserver.evil.example/",
    "///evil.example",
    "\t//evil.example",
    "no-address-but-a-word",
]


def test_no_post_without_its_token_does_anything() -> None:
    """403 whoever posts and wherever, or 405 where nothing is posted; never anything else."""
    person = an_operator(small_city()["广州市"]).person
    clients = {is_signed_in: Client(enforce_csrf_checks=True) for is_signed_in in (True, False)}
    clients[True].force_login(person)
    passed = {}
    for name, pattern in ALL.items():
        for is_signed_in, client in clients.items():
            answer = client.post(reverse(name, kwargs=_made_up(pattern)), {"next": "/"})
            if answer.status_code != 403 and name not in BY_PROGRAMS:
                passed[f"{name} {is_signed_in}"] = answer.status_code
    assert passed == {}


@pytest.mark.parametrize("wanted", STRANGERS)
def test_next_leads_to_no_stranger(client: Client, wanted: str) -> None:
    """From every page that leads on."""
    person = an_operator(small_city()["广州市"]).person
    person.set_password("a long sentence of mine")
    person.save()
    sign_in = reverse("account_login")
    answers = [
        client.post(
            f"{sign_in}", {"login": person.sign_in_name, "password": "a long sentence of mine", "next": wanted}
        ),
        client.get(sign_in, {"next": wanted}),
        client.post(reverse("web:set_preferences"), {"mode": "elder", "next": wanted}),
        client.post(reverse("account_reauthenticate"), {"password": "a long sentence of mine", "next": wanted}),
        client.get(reverse("account_reauthenticate"), {"next": wanted}),
        client.get(reverse("identity:welcome"), {"next": wanted}),
        client.post(reverse("desk:switch_capacity"), {"capacity": "x", "next": wanted}),
        client.post(reverse("care:stop_acting"), {"next": wanted}),
        client.post(reverse("account_logout"), {"next": wanted}),
    ]
    assert answers[0].status_code == 302, "signed in"
    for answer in answers:
        assert answer.status_code < 500
        place = answer.headers.get("Location", "/")
        parts = urlsplit(place)
        assert place.startswith("/"), place
        assert not place.startswith(("//", "/\\")), place
        assert parts.netloc in ("", "testserver"), place
        assert "Set-Cookie:x" not in "".join(
            f"{key}:{value}" for key, value in answer.headers.items() if key != "Location"
        )


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "evil.example:80"]
)
def test_a_host_of_strangers_is_refused(client: Client, host: str) -> None:
    answer = client.get(reverse("account_login"), headers={"host": host})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_a_forwarded_host_changes_nothing(client: Client) -> None:
    answer = client.get(reverse("account:see_account"), headers={"x-forwarded-host": "evil.example"})
    assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["q", "after", "kind", "next", "district"])
def test_no_line_end_reaches_a_header(client: Client, name: str) -> None:
    for address in ("organisations:list_organisations", "organisations:export_organisations", "workdays:show_today"):
        answer = client.get(reverse(address), {name: "x\r\nSet-Cookie: stolen=1\r\n\r\n<script>"})
        assert answer.status_code < 500
        assert "stolen" not in answer.cookies
        assert all("\r" not in value and "\n" not in value for value in answer.headers.values())
