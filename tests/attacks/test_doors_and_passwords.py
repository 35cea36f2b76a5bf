"""Promises of sign-in, methods and kinds of answers, each shown by itself."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from city.api.programs import Program, a_town
from city.linking.test_oidc import Site
from city.situations import a_person, an_operator, small_city
from test_routes import ALL, _made_up
from xuecheng.city.people.models import Person

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "xuecheng"
SECRET = "trees and rivers"


def signed_in(person: Person) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET}).status_code == 302
    return client


def with_password() -> Person:
    person = a_person("陈嘉敏")
    person.set_password(SECRET)
    person.save()
    return person


def test_no_command_goes_through_a_shell() -> None:
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            shell = [word for word in node.keywords if word.arg == "shell" and ast.unparse(word.value) != "False"]
            if shell or called in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_eight_signs_are_the_least() -> None:
    validate_password("学而时习之不亦乐")
    with pytest.raises(ValidationError):
        validate_password("学而时习之不亦")


@pytest.mark.parametrize(
    "password",
    ["tqzrvwkmxpld", "TQZRVWKMXPLD", "73915028461937", "学而时习之不亦说乎", "§€¢¥£¿«»…※〒♪", "🌊🌲🌋🍵🐉🏮🪭🥢"],
)
def test_signs_of_one_kind_make_a_password(password: str) -> None:
    validate_password(password)


@pytest.mark.django_db
def test_there_is_no_account_until_somebody_opens_one() -> None:
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_a_password_is_changed_only_with_the_present_one() -> None:
    person = with_password()
    client = signed_in(person)
    new = {"password1": "hills and clouds", "password2": "hills and clouds"}
    for wrong in ({}, {"oldpassword": ""}, {"oldpassword": "hills and clouds"}):
        assert client.post(reverse("account_change_password"), new | wrong).status_code in (200, 422)
    person.refresh_from_db()
    assert person.check_password(SECRET)
    assert client.post(reverse("account_change_password"), new | {"oldpassword": SECRET}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("hills and clouds")


@pytest.mark.django_db
def test_after_signing_out_the_old_cookie_opens_nothing_and_the_browser_forgets() -> None:
    client = signed_in(with_password())
    key = client.cookies["sessionid"].value
    answer = client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get(reverse("identity:show_security")).status_code == 302


@pytest.mark.django_db
def test_an_identity_token_opens_nothing_here_whole_or_changed(settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 1_000
    town = a_town()
    site, reader = Site(town), Client()
    reader.force_login(town.learner)
    tokens = site.redeem(site.code(reader)).json()
    assert Program(tokens["access_token"]).get("/me").status_code == 200
    head, body, signature = tokens["id_token"].split(".")
    for token in (tokens["id_token"], f"{head}.{body}.", f"{head}.{body}.{signature[::-1]}", tokens["refresh_token"]):
        assert Program(token).get("/me").status_code == 401
        asked = Client().get("/identity/o/api/userinfo", headers={"Authorization": f"Bearer {token}"})
        assert asked.status_code in (401, 403)


@pytest.mark.django_db
def test_no_address_answers_trace() -> None:
    operator = Client()
    operator.force_login(an_operator(small_city()["广州市"]).person)
    addresses = [reverse(name, kwargs=_made_up(pattern)) for name, pattern in ALL.items()]
    for address in [*addresses, "/api/v1/records", "/nothing/"]:
        for method in ("TRACE", "TRACK", "CONNECT"):
            assert operator.generic(method, address).status_code == 405, f"{method} {address}"
