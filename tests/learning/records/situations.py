"""Situations of learning records: a college with its registrar, residents with cards, rows that pass every gate."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection

from city.situations import TODAY, a_person, a_registrar, an_organisation, holding, small_city
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import card_number
from xuecheng.learning.records import services
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Source

NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True)
class Desk:
    """A college of the district, and who keeps its register."""

    college: Organisation
    registrar: Standing
    district: Territory

    def row(self, learner: Person, **columns: Any) -> Entry:
        """A row that passes every gate, with `columns`."""
        defaults: dict[str, Any] = {
            "institution_code": self.college.code,
            "record_key": f"K-{next(_numbers):05}",
            "person_ref": card_of(learner),
            "name": learner.name,
            "origin": "formal",
            "code": "GY-101",
            "title": "粤语会话入门（一）",
            "started_on": date(2026, 3, 2),
            "ended_on": date(2026, 6, 28),
            "minutes": 32 * 60,
            "contact_minutes": 24 * 60,
            "grade": "86",
            "grade_scale": "percent",
        }
        return Entry(**(defaults | columns))

    def enter(self, *entries: Entry, at: datetime = NOW) -> services.Entered:
        return services.enter_records(actor=self.registrar, entries=entries, source=Source.IMPORT, at=at)

    def record(self, learner: Person | None = None, **columns: Any) -> LearningRecord:
        """A record that stands, entered by hand."""
        return services.enter_record(actor=self.registrar, entry=self.row(learner or a_learner(), **columns), at=NOW)


def a_desk(*, name: str = "天河社区学院", city: dict[str, Territory] | None = None) -> Desk:
    city = city or _city()
    college = an_organisation(city["天河区"], name_zh=name)
    return Desk(college=college, registrar=a_registrar(college), district=city["天河区"])


def _city() -> dict[str, Territory]:
    known = {territory.name_zh: territory for territory in Territory.objects.all()}
    return known or small_city()


def a_learner(name: str = "陈丽华") -> Person:
    """A resident with a learning account and a card."""
    learner = a_person(name)
    LearningAccount.objects.create(
        person=learner, card_number=card_number(f"{next(_numbers):012}"), opened_at=NOW - timedelta(days=400)
    )
    return learner


def card_of(learner: Person) -> str:
    return LearningAccount.objects.get(person=learner).card_number


def standing(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def an_officer(territory: Territory, name: str = "林美玲") -> Standing:
    """A certification officer over a territory."""
    person = a_person(name)
    holding(person, "certification_officer", territory=territory)
    return standing(person)


def outcomes(entered: services.Entered) -> list[str]:
    return [arrival.outcome.value for arrival in entered.arrivals]


def codes(entered: services.Entered) -> list[list[str]]:
    """Codes of the refusals, row by row."""
    return [[refusal.code for refusal in arrival.refusals] for arrival in entered.arrivals]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do `acts` in threads that start together; what each returned, or raised."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            start.wait(10)
            answers[number] = acts[number]()
        except BaseException as error:  # noqa: BLE001  # told to the test
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
