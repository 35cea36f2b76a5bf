"""The search finds what is planted, in each form and in each kind of place."""

from __future__ import annotations

import base64
import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from attacks.leaks.needles import Search
from city.situations import a_person

NEEDLE = "44010619580315101X"
logger = logging.getLogger("xuecheng.planted")


@pytest.fixture
def search() -> Search:
    made = Search()
    made.hide(number=NEEDLE, code="738291")
    return made


@pytest.mark.parametrize(
    "text",
    [
        f"({NEEDLE})", NEEDLE.lower(), f"\\x{NEEDLE.encode().hex()}", base64.b64encode(NEEDLE.encode()).decode(),
        base64.b64encode(b"a" + NEEDLE.encode() + b"zz").decode(), base64.urlsafe_b64encode(b"ab" + NEEDLE.encode()).decode(),
        "your code 738291.",
    ],
)  # fmt: skip
def test_a_needle_is_found_however_it_is_written(search: Search, text: str) -> None:
    search.look("somewhere", f"x {text} y")
    assert len(search.found()) == 1


@pytest.mark.parametrize("text", ["", "44010619580315", "2026-11-28 10:00:00.738291+00", "a738291f", "07382910"])
def test_what_only_looks_like_one_is_none(search: Search, text: str) -> None:
    search.look("somewhere", text)
    assert search.found() == []


def test_an_email_address_in_a_query_is_found() -> None:
    search = Search()
    search.hide(email="huifen.chen@example.com")
    search.look("address asked", "/people/?q=huifen.chen%40example.com")
    assert search.found() == ["email stands in address asked"]


@pytest.mark.django_db
def test_each_kind_of_place_is_looked_into(
    search: Search, client: Client, caplog: pytest.LogCaptureFixture, as_owner: None
) -> None:
    caplog.set_level(logging.DEBUG)
    a_person(NEEDLE)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('x', 'y', %s)",
            [f'{{"n": "{NEEDLE}"}}'],
        )
    session = SessionStore()
    session["kept"] = NEEDLE
    session.create()
    logger.debug("Somebody said %s", NEEDLE)
    search.look_at(client.get("/nothing/", {"q": NEEDLE}))
    search.look_into_the_database()
    search.look_into_the_log(caplog.records)
    assert {
        "number stands in table people_person", "number stands in table procrastinate_jobs", "number stands in session, opened",
        "number stands in log xuecheng.planted", "number stands in address asked",
    } <= set(search.found())  # fmt: skip


def test_what_is_allowed_is_allowed_there_only(search: Search) -> None:
    search.allowed[("number", "page 200 /one/")] = "the one page"
    search.look("page 200 /one/", NEEDLE)
    assert search.found() == []
    search.look("page 200 /other/", NEEDLE)
    assert search.found() == ["number stands in page 200 /other/"]
    assert search.used == {("number", "page 200 /one/")}
