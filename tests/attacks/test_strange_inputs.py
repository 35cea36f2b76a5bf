"""Every GET page with what attackers type: nothing breaks, nothing runs, nothing waits."""

from __future__ import annotations

import time

import pytest
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
INPUTS = {
    "sql": "x' OR '1'='1') UNION SELECT null, pg_sleep(3); SELECT pg_sleep(3); -- %_\\%' ESCAPE '",
    "null": "a\x00b",
    "long": "学" * 400,  # longer than any name, and with all thirty filters more than a server takes as an address
    "negative": "-1",
    "huge": "9" * 40,
    "date": "0000-00-00",
    "template": "{{ 7731*7 }}{% debug %}<script>alert(7731)</script>../../../../etc/passwd",
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


@pytest.mark.parametrize("kind", list(INPUTS))
def test_no_filter_breaks_or_runs_what_it_is_given(everybody: Client, kind: str) -> None:
    everybody.raise_request_exception = False
    value = INPUTS[kind]
    broken, slow, echoed = [], [], []
    for name, row in ROUTES.items():
        if row in ("object", "public object") or name in ENDS:
            continue
        began = time.monotonic()
        answer = everybody.get(reverse(name, kwargs=_made_up(ALL[name])), dict.fromkeys(NAMES, value))
        if answer.status_code >= 500:
            broken.append(name)
        if time.monotonic() - began > 2.5:
            slow.append(name)
        if not answer.streaming:
            page = answer.content.decode(errors="replace")
            if "<script>alert(7731)" in page or "54117" in page:
                echoed.append(name)
    assert (broken, slow, echoed) == ([], [], [])


def test_no_template_in_a_filter_is_rendered(everybody: Client) -> None:
    page = everybody.get(reverse("organisations:list_organisations"), {"q": "{{ 7731*7 }}{{ request }}"})
    assert "54117" not in page.content.decode()
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
