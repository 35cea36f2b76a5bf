"""Callers of the interface in a small city: one for each role, with every scope, and a way to ask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from allauth.idp.oidc.models import Client as OidcClient
from allauth.idp.oidc.models import Token
from django.test import Client

from city.situations import a_person, an_organisation, holding
from learning.records.situations import Desk, a_desk, a_learner
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import services
from xuecheng.city.linking.models import LinkedSite
from xuecheng.city.linking.scopes import SCOPES
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services.frameworks import load_frameworks

ALL_SCOPES = tuple(SCOPES)
_numbers = count(1)


def a_site(organisation: Organisation, *, scopes: tuple[str, ...] = ALL_SCOPES) -> LinkedSite:
    """A linked site, as the database has it."""
    client = OidcClient.objects.create(
        id=f"site{next(_numbers)}x{services.random_signs(6)}", name="学友网", secret="!", scopes="\n".join(scopes)
    )
    return LinkedSite.objects.create(
        client=client,
        name_zh="学友网",
        name_en="Learning Friends",
        purpose_zh="在一处看到您学过的东西",
        purpose_en="See in one place what you learnt",
        organisation=organisation,
        registered_at=clock.now(),
    )


def a_token(person: Person, site: LinkedSite, *, scopes: tuple[str, ...] = ALL_SCOPES) -> str:
    """An access token of a site that `person` has linked."""
    services.give_link(person=person, client=site.client, scopes=scopes, at=clock.now())
    value = services.random_signs(40)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=site.client,
        user=person,
        expires_at=clock.now() + timedelta(hours=1),
        scopes="\n".join(scopes),
    )
    token.set_value(value)
    token.save()
    return value


@dataclass
class Program:
    """Somebody's program: asks with its credential, writes with a fresh key unless one is given."""

    credential: str = ""

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, raw: bytes = b"", **headers: str
    ) -> Any:
        more: dict[str, Any] = {"headers": dict(headers)}
        if self.credential:
            more["headers"]["Authorization"] = f"Bearer {self.credential}"
        if method != "GET":
            more["headers"]["Idempotency-Key"] = key or uuid4().hex
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        elif raw:
            more |= {"data": raw, "content_type": more["headers"].pop("Content-Type")}
        elif method != "GET":
            more["content_type"] = "application/json"
        return Client().generic(method, f"/api/v1{path}", **more)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        return self.ask("POST", path, body, key=key, **headers)

    def put(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        return self.ask("PUT", path, body, key=key, **headers)


@dataclass
class Town:
    """A college with its records, and a program for each letter: Anonymous, Learner, Registrar, Certification officer,
    Operator, counter clerk (W for window), Data protection officer."""

    desk: Desk
    learner: Person
    people: dict[str, Person]
    programs: dict[str, Program]
    asking: str = "O"
    """Whose turn it is, where a request is made out of what its caller read."""

    def __getitem__(self, letter: str) -> Program:
        return self.programs[letter]


def a_town() -> Town:
    desk = a_desk()
    city = desk.district.parent
    body = an_organisation(city, kind="certification_body", name_zh="学分银行管理中心")
    load_frameworks()
    learner = a_learner("陈丽华")
    officer, operator = a_person("林美玲"), a_person("何运维")
    clerk, protector = a_person("窗口员"), a_person("保护员")
    holding(officer, "certification_officer", territory=city)
    holding(operator, "operator", territory=city)
    holding(clerk, "counter_clerk", territory=city)
    holding(protector, "data_protection_officer", territory=city)
    people = {"L": learner, "R": desk.registrar.person, "C": officer, "O": operator, "W": clerk, "D": protector}
    site = a_site(body)
    programs = {"A": Program()} | {letter: Program(a_token(one, site)) for letter, one in people.items()}
    return Town(desk=desk, learner=learner, people=people, programs=programs)


def record_body(town: Town, **more: Any) -> dict[str, Any]:
    """A record that passes every gate."""
    row = town.desk.row(town.learner)
    return {
        "institution": row.institution_code,
        "record_key": row.record_key,
        "learner": row.person_ref,
        "name": row.name,
        "origin": row.origin,
        "code": row.code,
        "title": row.title,
        "started_on": "2026-03-02",
        "ended_on": "2026-06-28",
        "minutes": row.minutes,
        "contact_minutes": row.contact_minutes,
        "grade": row.grade,
        "grade_scale": row.grade_scale,
    } | more


def new_id() -> str:
    return str(uuid7())
