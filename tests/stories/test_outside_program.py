"""A program of a college that knows nothing but the address of the schema: it finds everything else in there.

It gets a token by client credentials, posts records twice under one key, has them recognised, and each learner is
credited once.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from city.situations import TODAY, a_person, holding
from learning.recognition import situations as so
from learning.records.situations import a_learner, card_of
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.linking import services
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.records.models import LearningRecord

SCHEMA = "/api/v1/openapi.json"


class Outside:
    """The program: what it was given by hand are an id and a secret; the rest it reads."""

    def __init__(self, client_id: str, secret: str) -> None:
        self.http = Client()
        self.schema = self.http.get(SCHEMA).json()
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in self.schema["paths"].items()
            for method, operation in methods.items()
        }
        self.token = self._token(client_id, secret)

    def _token(self, client_id: str, secret: str) -> str:
        flow = self.schema["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
        scopes = {one for name in ("enter_record", "start_recognition", "list_results") for one in self._scopes(name)}
        assert scopes <= set(flow["scopes"])
        pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        answer = self.http.post(
            flow["tokenUrl"], {"grant_type": "client_credentials", "scope": " ".join(sorted(scopes))},
            headers={"Authorization": f"Basic {pair}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content
        return str(answer.json()["access_token"])

    def _scopes(self, name: str) -> list[str]:
        security: list[dict[str, list[str]]] = self.operations[name][2]["security"]
        return next(one["oauth2"] for one in security if "oauth2" in one)

    def do(self, name: str, body: Any = None, *, key: str = "", **places: str) -> Any:
        method, path, operation = self.operations[name]
        headers = {"Authorization": f"Bearer {self.token}"}
        for parameter in operation["parameters"]:
            if parameter["in"] == "header" and parameter["required"]:
                assert re.fullmatch(parameter["schema"]["pattern"], key)
                headers[parameter["name"]] = key
        if body is not None:
            self._check(operation["requestBody"]["content"]["application/json"]["schema"], body)
        answer = self.http.generic(
            method, path.format(**places), json.dumps(body) if body is not None else "",
            content_type="application/json", headers=headers,
        )  # fmt: skip
        assert str(answer.status_code) in operation["responses"], (answer.status_code, answer.content)
        return answer

    def _check(self, schema: dict[str, Any], body: dict[str, Any]) -> None:
        """Nothing is sent that the schema does not name, nothing left out that it wants."""
        named = self.schema["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        assert set(named["required"]) <= set(body) <= set(named["properties"])


def work_off() -> None:
    for job in Job.objects.filter(ended_at=None).order_by("pk"):
        running.run(job.pk)


@pytest.mark.django_db
def test_a_program_that_knows_only_the_schema_posts_records_and_credit_comes_once(settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 1_000
    city = so.a_city()
    so.in_force(city)
    operator = a_person("何运维")
    holding(operator, "operator", territory=city.places["广州市"])
    site, secret = services.register_site(
        actor=standing_of(operator, today=TODAY),
        public_id=uuid7(),
        wish=services.SiteWish(
            name_zh="教务系统", name_en="School system", purpose_zh="报送记录", purpose_en="Sends records",
            organisation=city.college, scopes=["records.write", "recognition.read", "recognition.write", "jobs.read"],
            holder=city.registrar.person,
        ),
        at=clock.now(),
        reason="接入",
    )  # fmt: skip
    learners = [a_learner("陈惠芬"), a_learner("何家霖")]
    bodies = [
        {
            "institution": city.college.code, "record_key": f"2026-{number}", "learner": card_of(learner),
            "name": learner.name, "origin": "nonformal", "code": "SQ-TJQ", "title": "二十四式太极拳",
            "started_on": "2026-03-02", "ended_on": "2026-05-15", "minutes": 960,
        }
        for number, learner in enumerate(learners)
    ]  # fmt: skip

    program = Outside(site.client_id, secret)
    # A whole batch is sent, and sent again because the first answer was lost on the way.
    first = [program.do("enter_record", body, key=f"batch-1-{n:04}") for n, body in enumerate(bodies)]
    again = [program.do("enter_record", body, key=f"batch-1-{n:04}") for n, body in enumerate(bodies)]
    assert [answer.status_code for answer in first + again] == [201] * 4
    assert [one.json() for one in again] == [one.json() for one in first]
    assert all(one["Idempotent-Replayed"] == "true" for one in again)
    assert LearningRecord.objects.count() == 2

    wish = {"id": str(uuid4()), "organisation": city.college.code}
    runs = [program.do("start_recognition", wish, key="recognise-0001") for _time in range(2)]
    assert [answer.status_code for answer in runs] == [202, 202]
    work_off()
    run = program.do("get_run", id=wish["id"]).json()
    assert (run["seen"], run["credited"], run["refused"]) == (2, 2, 0)

    results = program.do("list_results").json()["items"]
    assert {(one["record_key"], one["state"], one["gifts"][0]["credits"]) for one in results} == {
        ("2026-0", "credited", 100), ("2026-1", "credited", 100),
    }  # fmt: skip
    # Once more under another key, and recognised once more: nothing is added.
    program.do("enter_record", bodies[0], key="batch-2-0000")
    program.do("start_recognition", {"id": str(uuid4()), "organisation": city.college.code}, key="recognise-0002")
    work_off()
    assert LearningRecord.objects.count() == 2
    assert sorted(Posting.objects.values_list("learner", "credits")) == sorted((one.pk, 100) for one in learners)
