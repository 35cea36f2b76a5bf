"""An employer's program brings a list and reads the answers; a person's says who may ask, and sees who did."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from city.api.programs import Program, a_site, a_token
from learning.employers.situations import UNKNOWN, World, a_file, a_row
from xuecheng.city import clock
from xuecheng.city.jobs import running
from xuecheng.learning.employers.models import CheckedList

pytestmark = pytest.mark.django_db


def test_a_list_and_its_answers(world: World) -> None:
    site = a_site(world.school)
    desk, her, other = (
        Program(a_token(one, site)) for one in (world.desk.person, world.learner, world.stranger.person)
    )
    until = (clock.now() + timedelta(days=90)).isoformat()
    said = {"id": str(uuid4()), "organisation": world.company.code, "until": until}
    assert her.post("/me/employer-consents", said | {"until": "2099-01-01T00:00:00+08:00"}).status_code == 409
    assert her.post("/me/employer-consents", said).status_code == 201
    name = str(uuid4())
    path = f"/credential-lists?id={name}&organisation={world.company.code}&file_name=a.csv"
    data = a_file([a_row(world.transcript.code), a_row(UNKNOWN)])
    plain = {"Content-Type": "application/octet-stream"}
    assert other.ask("POST", path, raw=data, **plain).status_code == 404
    assert her.ask("POST", path, raw=data, **plain).status_code == 403
    made = desk.ask("POST", path, raw=data, **plain)
    assert made.status_code == 201, made.content.decode()
    assert made.json()["state"] == "checking"
    assert desk.get(f"/credential-lists/{name}/answers").json()["items"] == []
    row = CheckedList.objects.get()
    assert row.job_id is not None
    running.run(row.job_id)
    assert desk.get(f"/credential-lists/{name}").json()["confirmed"] == 1
    found = desk.get(f"/credential-lists/{name}/answers").json()["items"]
    assert [(one["row"], one["answer"]) for one in found] == [(2, "confirmed"), (3, "not_confirmed")]
    narrowed = desk.get(f"/credential-lists/{name}/answers?answer=confirmed").json()["items"]
    assert [one["credential"] for one in narrowed] == [world.transcript.code]
    assert other.get(f"/credential-lists/{name}/answers").status_code == 404
    (asked,) = her.get("/me/employer-inquiries").json()["items"]
    assert (asked["code"], asked["was_agreed"], asked["answer"]) == (world.transcript.code, True, "confirmed")
    assert her.post(f"/me/employer-consents/{said['id']}/withdrawal").json()["ended_at"]
