"""The database is cut off under people and workers: a plain page, nothing half-written, and it goes on by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from city.situations import a_person, holding, small_city
from faults.statements import Contents, contents, filled, tables, written
from faults.wires import Wire, wire_to
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)
_NOTED_EACH_TIME = {"public.django_session", "public.config_cache"}
"""What a request notes of whoever asks, before and apart from what they do."""


def server_of_the_tests() -> Path | tuple[str, int]:
    where = connection.settings_dict
    port = int(where["PORT"] or 5432)
    return Path(where["HOST"]) / f".s.PGSQL.{port}" if where["HOST"].startswith("/") else (where["HOST"], port)


@pytest.fixture
def wire(transactional_db: None, acts_as_application: None) -> Iterator[Wire]:
    """Before the tests' database; Django's connection leads over it, the rest of the house's does not."""
    where = connection.settings_dict
    before = {name: where[name] for name in ("HOST", "PORT", "OPTIONS")}
    with wire_to(server_of_the_tests()) as made:
        connection.close()
        where.update(HOST="127.0.0.1", PORT=str(made.port), OPTIONS=before["OPTIONS"] | {"connect_timeout": "2"})
        try:
            yield made
        finally:
            connection.close()
            where.update(before)


class Reader(Client):
    """A browser whose requests begin as a server's do: with a look at the connection kept from the last one."""

    def request(self, **asked: Any) -> Any:
        connection.close_if_unusable_or_obsolete()
        return super().request(**asked)


@pytest.fixture
def reader(wire: Wire) -> Reader:
    places = small_city()
    person = a_person("何运维")
    holding(person, "operator", territory=places["广州市"])
    made = Reader(raise_request_exception=False)
    made.force_login(person)
    made.cookies["django_language"] = "en"
    return made


def everything() -> Contents:
    """Of all tables, as the ones without rows have nothing to say of themselves."""
    names = [name for name in tables() if name not in _NOTED_EACH_TIME]
    return dict.fromkeys(names, (0, 0)) | contents(filled(names))


def is_plain(answer: Any) -> bool:
    page = answer.content.decode()
    assert "Traceback" not in page
    assert "psycopg" not in page
    return bool(answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0 and "pauses for a moment" in page)


class CutAt:
    """The wire is cut just before a statement is sent."""

    def __init__(self, number: int, wire: Wire) -> None:
        self.number, self.seen, self._wire = number, 0, wire

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.number:
            self._wire.reset()
        return execute(sql, params, many, context)


def test_a_verb_cut_at_any_statement_leaves_all_or_nothing_and_the_form_may_be_sent_again(
    reader: Client, wire: Wire
) -> None:
    form = {
        "name_zh": "天河区图书馆", "code": "TH-TSG", "kind": "library", "territory": "440106000000", "on": "2024-01-01",
        "reason": "登记", "public_id": str(uuid7()),
    }  # fmt: skip
    before, states = everything(), []
    for number in range(1, 60):
        fault = CutAt(number, wire)
        with connection.execute_wrapper(fault):
            answer = reader.post("/organisations/new/", form)
        if fault.seen < number:
            break
        assert is_plain(answer), f"cut at statement {number}: {answer.status_code}"
        connection.close()
        left = written(before, everything())
        if left not in states:
            states.append(left)
    # Nothing while the change was open; all of it where the cut came after its end, however often it was sent.
    assert [bool(left) for left in states] == [False, True]
    assert number > 5
    before = everything()
    other = form | {"code": "TH-TSG-2", "public_id": str(uuid7())}
    assert reader.post("/organisations/new/", other).status_code == 302
    assert written(before, everything()) == states[1]
    assert answer.status_code == 302
    assert Organisation.objects.filter(code="TH-TSG").count() == 1
    # Sent once more by somebody who saw the page of a pause: it counts once.
    assert reader.post("/organisations/new/", form).status_code == 302
    assert Organisation.objects.filter(code="TH-TSG").count() == 1


def test_while_it_is_away_pages_and_programs_are_told_and_afterwards_served(
    reader: Client, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.cut()
    with caplog.at_level(logging.WARNING):
        assert is_plain(reader.get("/organisations/"))
        # The session is asked for before any view is: the page needs neither.
        assert is_plain(reader.get("/roles/"))
        told = Client(raise_request_exception=False).get("/api/v1/territories")
    assert (told.status_code, told["Content-Type"]) == (503, "application/problem+json")
    assert told.json()["code"] == "away"
    assert told.headers["Retry-After"]
    entries = [one for one in caplog.records if "database is away" in one.getMessage()]
    assert len(entries) == 2
    assert not any(one.exc_info for one in entries)
    wire.mend()
    assert reader.get("/organisations/").status_code == 200


def test_a_server_that_takes_calls_and_says_nothing_is_given_up_soon(reader: Client, wire: Wire) -> None:
    connection.close()
    wire.go_silent()
    began = time.monotonic()
    assert is_plain(reader.get("/organisations/"))
    assert time.monotonic() - began < 10
    wire.mend()
    assert reader.get("/organisations/").status_code == 200


def test_one_that_handed_over_and_only_reads_is_let_go(reader: Client) -> None:
    """After a fail-over a connection may still lead to the old one: it answers, and would be kept for a minute."""
    with connection.cursor() as cursor:
        cursor.execute("set session characteristics as transaction read only")
    form = {
        "name_zh": "天河区图书馆", "code": "TH-TSG", "kind": "library", "territory": "440106000000", "on": "2024-01-01",
        "reason": "登记", "public_id": str(uuid7()),
    }  # fmt: skip
    assert is_plain(reader.post("/organisations/new/", form))
    assert reader.post("/organisations/new/", form).status_code == 302
