"""Whoever keeps credentials for their holders is told which organisation looked, and of strangers nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from city.api.programs import Program, a_site, a_token
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.proofs.samples import as_bytes, school, signed_badge
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.proofs import fetching, looked

pytestmark = pytest.mark.django_db


def test_a_look_by_an_organisation_is_told_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    told: list[tuple[str, int, int]] = []

    def note(identifier: str, organisation: Organisation, person: Person, at: datetime) -> None:
        assert at.tzinfo
        told.append((identifier, organisation.pk, person.pk))

    monkeypatch.setattr(looked, "_NOTES", [])
    looked.declare(note)
    looked.declare(note)
    monkeypatch.setattr(fetching, "by_settings", school)
    college = an_organisation(small_city()["五山街道"])
    registrar = a_registrar(college).person
    good = as_bytes(signed_badge()).decode()

    site = a_site(college)

    def ask(person: Person | None, document: str) -> Any:
        program = Program(a_token(person, site) if person else "")
        return program.post("/credentials/verdict", {"credential": document})

    def look(person: Person | None, document: str) -> Any:
        client = Client()
        if person:
            client.force_login(person)
        return client.post("/verify/credential/", {"text": document})

    for person, document in (
        (None, good),
        (a_person("居民"), good),
        (registrar, good.replace("智能", "智慧")),
        (registrar, "{}"),
    ):
        assert look(person, document).status_code == 200
        assert ask(person, document).status_code == 200
    assert told == []
    assert look(registrar, good).status_code == 200
    assert told == [("https://school.example/credentials/1", college.pk, registrar.pk)]
    assert ask(registrar, good).json()["outcome"] == "proven"
    assert len(told) == 2, "a program of theirs is told as the page is"
