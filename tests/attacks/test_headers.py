"""Every answer bears the headers that keep it to itself, whatever kind it is and whoever asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse

from city.situations import a_person, an_operator, small_city
from test_routes import ALL, _made_up, _walk
from xuecheng.config.urls import handler400, handler403, handler404, handler500
from xuecheng.config.urls import urlpatterns as all_urls

pytestmark = pytest.mark.django_db


def broken(request: Any) -> None:
    raise ZeroDivisionError


def unclear(request: Any) -> None:
    raise SuspiciousOperation("as planned")


def slow(request: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 20")
        cursor.execute("select pg_sleep(5)")


broken.is_public = unclear.is_public = slow.is_public = True  # type: ignore[attr-defined]  # the mark of a public view
urlpatterns = [path("broken/", broken), path("unclear/", unclear), path("slow/", slow), *all_urls]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


def missing_of(answer: Any) -> list[str]:
    """What the answer lacks, in words."""
    policy = answer.headers.get("Content-Security-Policy", "")
    held = {
        "policy": "default-src 'none'" in policy,
        "no unsafe": "unsafe" not in policy,
        "objects": "object-src" in policy or "default-src 'none'" in policy,
        "base": "base-uri 'none'" in policy or "sandbox" in policy,
        "frames": "frame-ancestors 'none'" in policy,
        "nosniff": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": answer.headers.get("Referrer-Policy") in ("same-origin", "no-referrer", "strict-origin", "origin"),
        "opener": answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "framing": answer.headers.get("X-Frame-Options") == "DENY",
        "no other site": "Access-Control-Allow-Origin" not in answer.headers,
    }
    flags = {
        f"cookie {name}": bool(one["httponly"])
        and one["samesite"] == "Lax"
        and one["path"] == "/"
        and not one["domain"]
        for name, one in answer.cookies.items()
        if one.value  # a cookie that is taken back is empty
    }
    return [name for name, is_held in (held | flags).items() if not is_held]


INSIDE = (
    "Traceback", "DEBUG", "django", "Django", "psycopg", "SELECT", "pg_sleep", "statement timeout", "site-packages",
    "/src/", ".py", "granian", "whitenoise", "ZeroDivision", "as planned", "xuecheng.", "PostgreSQL", "Python",
)  # fmt: skip
"""Words of the inside: of frameworks, files, versions and statements."""


def leaks_of(answer: Any) -> list[str]:
    """What the answer tells of the inside."""
    said = b"" if isinstance(answer, StreamingHttpResponse) else answer.content
    told = said.decode() + " ".join(f"{name}: {value}" for name, value in answer.headers.items())
    return [word for word in INSIDE if word in told]


@pytest.mark.urls(__name__)
def test_each_kind_of_answer_keeps_to_itself(client: Client) -> None:
    city = small_city()
    person = a_person()
    client.raise_request_exception = False
    signed_in = Client()
    signed_in.force_login(person)
    operator = Client()
    operator.force_login(an_operator(city["广州市"]).person)
    answers = {
        "page": (200, client.get(reverse("organisations:list_organisations"))),
        "redirect": (302, client.get(reverse("account:see_account"))),
        "denied": (403, signed_in.get(reverse("vault:show_keys"))),
        "not found": (404, client.get("/nothing/")),
        "fault": (500, client.get("/broken/")),
        "not understood": (400, client.get("/unclear/")),
        "too slow": (503, _in_its_own_transaction(client, "/slow/")),
        "address of old browsers": (302, client.get("/favicon.ico")),
        "export": (200, client.get(reverse("organisations:export_organisations"))),
        "API": (200, client.get("/api/v1/organisations")),
        "API denied": (401, client.get("/api/v1/people")),
        "API not found": (404, client.get("/api/v1/nothing")),
        "host refused": (400, client.get("/", headers={"host": "evil.example"})),
        "form refused": (403, Client(enforce_csrf_checks=True).post(reverse("account_login"))),
        "method refused": (405, client.post(reverse("organisations:list_organisations"))),
        "operator's page": (200, operator.get(reverse("vault:show_keys"))),
        "form with errors": (422, client.post(reverse("web:set_preferences"), {"theme": "pink"})),
    }
    assert {name: answer.status_code for name, (_, answer) in answers.items()} == {
        name: wanted for name, (wanted, _) in answers.items()
    }
    assert {name: lacks for name, (_, answer) in answers.items() if (lacks := missing_of(answer))} == {}
    errors = {
        name: answer for name, (status, answer) in answers.items() if status >= 400 and name != "form with errors"
    }
    assert {name: told for name, answer in errors.items() if (told := leaks_of(answer))} == {}


def _in_its_own_transaction(client: Client, address: str) -> Any:
    # The database ends the statement and with it the transaction around it; the test goes on after it.
    with transaction.atomic():
        answer = client.get(address)
        transaction.set_rollback(True)
    return answer


FOR_EVERY_SITE = {
    "idp:oidc:configuration", "idp:oidc:jwks",
    "badges:platform_did", "badges:issuer_did", "badges:key_set", "badges:status_list",
}  # fmt: skip
"""Public keys and lists without names, by which programs on other sites verify."""


def test_every_address_answers_with_the_headers_and_none_of_a_signed_in_person_is_kept(client: Client) -> None:
    operator = Client()
    person = an_operator(small_city()["广州市"]).person
    operator.force_login(person)
    lacking, kept, encoded = {}, set(), {}
    for name, pattern in ALL.items():
        address = reverse(name, kwargs=_made_up(pattern))
        for who, asking in (("anybody", client), ("operator", operator)):
            answer = asking.get(address)
            assert answer.status_code < 500, name
            lacks = set(missing_of(answer)) - ({"no other site"} if name in FOR_EVERY_SITE else set())
            if lacks:
                lacking[f"{name} {who}"] = lacks
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            kept.add(name)
        kind = answer.headers.get("Content-Type", "")
        if (answer.streaming or answer.content) and (
            not kind or (kind.startswith("text/") and "charset=utf-8" not in kind.lower())
        ):
            encoded[name] = kind
        if SESSION_KEY not in operator.session:
            operator.force_login(person)  # one of the addresses signs out
    assert lacking == {}
    assert encoded == {}, "every text says how it is encoded"
    # Keys of signatures, the worker, the manifest and what machines ask for are public and the same for everybody.
    assert kept - FOR_EVERY_SITE - {"web:worker", "web:manifest", "web:robots", "web:favicon"} == set()


def test_every_address_for_programs_answers_with_the_headers_and_tells_nothing_of_the_inside(client: Client) -> None:
    small_city()
    lacking = {}
    names = {name: pattern for name, pattern in _walk(get_resolver()) if name.startswith("api:")}
    assert len(names) > 50
    for name, pattern in names.items():
        answer = client.get(reverse(name, kwargs=_made_up(pattern)))
        assert answer.status_code < 500, name
        lacks = missing_of(answer) + (leaks_of(answer) if answer.status_code >= 400 else [])
        if lacks:
            lacking[name] = lacks
    assert lacking == {}


def test_a_public_page_may_be_kept_by_who_has_no_session(client: Client) -> None:
    answer = client.get(reverse("workdays:show_year", kwargs={"year": 2026}))
    assert "no-store" not in answer.headers.get("Cache-Control", "")
