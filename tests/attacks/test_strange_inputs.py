"""Every GET page with what attackers type: nothing breaks, nothing runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from city.situations import a_person, an_organisation, holding, small_city
from test_routes import ALL, ROUTES, _made_up
from xuecheng.learning.creditbank.services.frameworks import load_frameworks

pytestmark = pytest.mark.django_db

NAMES = (
    "q", "name", "kind", "state", "district", "on", "after", "before", "year", "days", "begins", "code", "page", "next",
    "chapter", "level", "institution", "organisation", "person", "number", "from", "to", "field", "framework", "view",
    "step", "role", "channel", "holder", "since", "until",
)  # fmt: skip
WORKED_OUT = str(7731 * 77310007)
"""What a template would make of it; long enough that no number of a page is the same by chance."""

INPUTS = {
    "sql": "x' OR '1'='1') UNION SELECT null, set_config('attack.ran', 'yes', false);"
    " SELECT set_config('attack.ran', 'yes', false); -- %_\\%' ESCAPE '",
    "null": "a\x00b",
    "long": "学" * 400,  # longer than any name, and with all thirty filters more than a server takes as an address
    "negative": "-1",
    "huge": "9" * 40,
    "date": "0000-00-00",
    "template": "{{ 7731*77310007 }}{% debug %}<script>alert(7731)</script>../../../../etc/passwd",
}
# Addresses that end the session at hand.
ENDS = {"account_logout"}


@pytest.fixture
def everybody() -> Client:
    """Somebody who passes nearly every door."""
    city = small_city()
    college = an_organisation(city["天河区"])
    load_frameworks()
    person = a_person("一人多职", territory=city["五山街道"])
    holding(person, "registrar", organisation=college)
    for role in ("certification_officer", "operator", "counter_clerk", "data_protection_officer"):
        holding(person, role, territory=city["广州市"])
    client = Client()
    client.force_login(person)
    return client


class Noted(QueryDict):
    """A query that knows whether any of the names was asked for."""

    asked = False

    def __getitem__(self, key: str) -> Any:
        Noted.asked |= key in NAMES
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        Noted.asked |= key in NAMES
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        Noted.asked |= key in NAMES
        return super().__contains__(key)

    def lists(self) -> Any:
        Noted.asked = True
        return super().lists()


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> type[Noted]:
    monkeypatch.setattr("django.core.handlers.wsgi.QueryDict", Noted)
    return Noted


PAGES = sorted(name for name, row in ROUTES.items() if row not in ("object", "public object") and name not in ENDS)


def test_what_was_injected_would_be_seen(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"select id::text, name from people_person where (name = '{INPUTS['sql']}')")
    assert _has_run()


def _has_run() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('attack.ran', true)")
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("part", range(4))
def test_no_filter_breaks_or_runs_what_it_is_given(everybody: Client, noted: type[Noted], part: int) -> None:
    """With each kind of input; a page that asks for no filter is opened once."""
    everybody.raise_request_exception = False
    broken, echoed, asked = [], [], 0
    for name in PAGES[part::4]:
        noted.asked = False
        for kind, value in INPUTS.items():
            address = reverse(name, kwargs=_made_up(ALL[name]))
            answer = everybody.get(address, dict.fromkeys(NAMES, value))
            if answer.status_code >= 500:
                broken.append((name, kind))
            if not answer.streaming:
                page = answer.content.decode(errors="replace")
                if "<script>alert(7731)" in page or WORKED_OUT in page:
                    echoed.append((name, kind))
            if not noted.asked:
                break
        asked += noted.asked
    assert (broken, echoed, _has_run()) == ([], [], False)
    assert asked > 10


def test_no_template_in_a_filter_is_rendered(everybody: Client) -> None:
    page = everybody.get(reverse("organisations:list_organisations"), {"q": "{{ 7731*77310007 }}{{ request }}"})
    assert WORKED_OUT not in page.content.decode()
    assert "WSGIRequest" not in page.content.decode()


@pytest.mark.parametrize("value", ["-1", "0", "9" * 400, "W10", "WzFd", "WyIxIl0=", "AAAA", "\x00", "%00", "[" * 900])
def test_a_cursor_that_was_made_up_is_no_page_and_no_fault(everybody: Client, value: str) -> None:
    for name in (
        "organisations:list_organisations",
        "jobs:list_jobs",
        "people:list_people",
        "access:list_own_readings",
    ):
        answer = everybody.get(reverse(name), {"after": value})
        assert answer.status_code in (200, 404), name
