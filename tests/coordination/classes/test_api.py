"""Classes through the interface for programs: the same verbs, each date's codes, and no teacher for the public."""

from __future__ import annotations

from typing import Any

import pytest

from city.api.programs import Town, a_town, new_id
from city.situations import TODAY
from coordination.classes.situations import a_live_class, a_teacher, sessions
from xuecheng.city.access.queries import standing_of
from xuecheng.coordination.classes.models import CourseClass

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def programs(around_the_module: None) -> Town:
    return a_town()


def a_class(town: Town, **more: Any) -> CourseClass:
    return a_live_class(standing_of(town.people["R"], today=TODAY), town.desk.college, **more)


def test_each_date_has_the_codes_of_what_speaks_against_it(programs: Town, db: None) -> None:
    registrar, taken, row = programs["R"], sessions(a_class(programs))[0], a_class(programs, count=0)
    assert taken.space
    assert taken.teaching
    wish = {
        "sessions": [
            {"id": new_id(), "begins_at": one.during.lower.isoformat(), "ends_at": one.during.upper.isoformat()}
            for one in [taken]
        ],
        "room": str(taken.space.public_id),
    }
    tried = registrar.post(f"/classes/{row.public_id}/trial", wish)
    assert [one["codes"] for one in tried.json()["sessions"]] == [["space_taken"]]
    refused = registrar.post(f"/classes/{row.public_id}/sessions", wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "sessions_conflict")
    assert not row.sessions.exists()
    whole = registrar.post(f"/classes/{row.public_id}/sessions", wish | {"room": None})
    assert whole.status_code == 201, whole.content
    # One session of two, without a room and without a teacher.
    assert len(whole.json()["problems"]) == 3
    early = registrar.post(f"/classes/{row.public_id}/state", {"state": "open"})
    assert (early.status_code, early.json()["code"]) == (409, "sessions_missing")


def test_the_public_reads_an_open_class_without_its_teacher(programs: Town, db: None) -> None:
    row, draft = a_class(programs, state="open", title_zh="接口书法"), a_class(programs)
    anybody = programs["A"]
    shown = anybody.get(f"/classes/{row.public_id}").json()
    assert (shown["title_zh"], shown["places_left"], len(shown["sessions"])) == ("接口书法", 20, 2)
    assert "teacher" not in shown["sessions"][0]
    assert "problems" not in shown
    assert anybody.get(f"/classes/{draft.public_id}").status_code == 404
    found = [one["id"] for one in anybody.get("/classes?text=接口书法&subject=calligraphy").json()["items"]]
    assert found == [str(row.public_id)]
    planned = programs["R"].get(f"/planned-classes/{row.public_id}").json()
    assert planned["sessions"][0]["teacher"]
    assert planned["problems"] == []


def test_a_substitute_is_one_of_those_who_are_offered(programs: Town, db: None) -> None:
    row = a_class(programs, state="open")
    first = sessions(row)[0]
    other = a_teacher(programs.desk.college, "冯代课")
    there = f"/class-sessions/{first.public_id}/teacher"
    answer = programs["R"].post(there, {"teacher": str(other.public_id), "onward": True, "reason": "出差"})
    assert {one["teacher"] for one in answer.json()["sessions"]} == {str(other.public_id)}
    assert programs["R"].post(there, {"teacher": new_id(), "reason": "出差"}).status_code == 404
