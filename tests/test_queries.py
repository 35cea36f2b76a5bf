"""No page asks the database more often than its budget allows: in a town where every list has rows (`docs/performance.md`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from browser.pages import Ground, addresses
from stories.town import Story
from test_routes import ALL, OWN_OBJECTS, PUBLIC_OBJECTS, ROUTES
from xuecheng.city import clock
from xuecheng.learning.network import services as network

pytestmark = pytest.mark.counted

MOST, MOST_PUBLIC = 15, 8
"""A page for whoever is signed in; a page for whoever is not."""

MORE: dict[str, tuple[int, str]] = {
    "colleges:show_college": (
        19,
        "one unit with houses, coverage, standard, evidence, what it shares and lends, its classes and its history",
    ),
    "exchange:show_wallet": (
        19,
        "credits held, what redemption took, agreements with terms, units, levels, alignments, caps, requests, one question each",
    ),
    "priorlearning:show_application": (
        23,
        "units, answers, evidence, witnesses, documents, meetings, appeals, draws, one's own part and opinions, each by one question",
    ),
    "priorlearning:assess": (
        16,
        "the case, one's part in it, evidence, ticks, answers and opinions, each by one question",
    ),
    "account:see_account_of": (
        17,
        "balances, points, grants, what ends soon, what was set aside for, records and requests of one person, each by one question",
    ),
    "mydata:open_erasure": (
        22,
        "whatever may hinder an erasure is asked, each kind by one question; however much there is of it",
    ),
    "volunteers:show_own": (
        16,
        "shifts, service, star, identity, trainings, awards, evaluations, certificates, each by one question",
    ),
    "volunteers:show_volunteer": (
        17,
        "the same of a volunteer for the organiser, with the activities that may be evaluated; however many",
    ),
    "collectives:show_account": (
        24,
        "an account with balances, members, keepers, deposits, what was handed on and what the viewer may do, each by one question",
    ),
    "supervision:show_withdrawal": (
        20,
        "a case with its items, statements, hearings, appeals, papers, and what rests on the credit and would, each by one",
    ),
    "account:see_line_of": (
        17,
        "one line with rule, seals and reversals, each in a table of its own; however long the account",
    ),
}
"""Pages that may ask more, each with why."""

_NO_QUESTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> Story:
    settings.FILES_ROOT = tmp_path
    story = Story()
    story.until_credited()
    story.drafted_rule(name_zh="志愿服务转换", name_en="Voluntary service", codes="ZY-*", level="2")
    story.issued_transcript()
    network.roll_up(now=clock.now(), at_once=True)
    return story


def doors(town: Story, ground: Ground) -> Iterator[tuple[Client | None, str]]:
    """Every page that names no object of its own, for everybody who passes its door."""
    people = {
        "A": None,
        "L": town.resident,
        "R": town.registrar,
        "C": town.colleague,
        "O": town.at_browser(ground.other.person),
        "W": town.at_browser(ground.clerk.person),
        "D": town.at_browser(ground.protector.person),
    }
    learner, college = town.learner.public_id, town.college
    arguments: dict[str, Any] = {
        "code": ground.district.code,
        "public_id": learner,
        "person_id": learner,
        "year": 2026,
        "step": "who",
        "kind": "person",
        "number": str(learner),
    }
    of_one: dict[str, dict[str, Any]] = {
        "organisations": {"code": college.code},
        "access:list_holdings": {"code": college.code},
        "access:grant_role": {"code": college.code},
        "access:show_role": {"code": "registrar"},
        "access:draft_role": {"code": "registrar"},
    }
    for name, row in ROUTES.items():
        pattern = ALL[name].pattern
        if row in (OWN_OBJECTS, PUBLIC_OBJECTS) or name.startswith(
            ("idp:", "mfa_", "jobs:show", "jobs:cancel", "jobs:retry")
        ):
            continue
        values = arguments | of_one.get(name.partition(":")[0], {}) | of_one.get(name, {})
        found = {key: values[key] for key in (pattern.converters or pattern.regex.groupindex)}
        for letter in row:
            yield people[letter], reverse(name, kwargs=found)


def asked(client: Client, address: str) -> list[str] | None:
    """The questions that a page asks, what opens and ends a transaction apart; None where there is no page."""
    connection.queries_log.clear()  # it holds so many, and all pages together ask more
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
    if answer.status_code >= 400:
        return None
    return [one["sql"] for one in queries if not one["sql"].startswith(_NO_QUESTIONS)]


def test_no_page_asks_more_than_its_budget(town: Story) -> None:
    over: dict[str, int | str] = {}
    with_things = addresses(town)
    for number, (client, address) in enumerate([*with_things, *doors(town, Ground(town))]):
        questions = asked(client or Client(), address)
        name = resolve(address.partition("?")[0]).view_name
        most, _why = MORE.get(name, (MOST_PUBLIC if client is None else MOST, ""))
        if questions is None and number < len(with_things):
            over[f"{name} {address}"] = "is no page"
        elif questions and len(questions) > most:
            over[f"{name} {address}{' to a visitor' if client is None else ''}"] = len(questions)
    assert over == {}
