"""Classes through the interface for programs: the same verbs, each date's codes, and no teacher for the public."""

from __future__ import annotations

from typing import Any

import pytest

from city.api.programs import Town, a_town, new_id
from city.situations import TODAY
from coordination.classes.situations import a_live_class, a_teacher, moved, sessions
from xuecheng.city.access.queries import standing_of
from xuecheng.city.territories.models import Territory
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


def test_near_is_a_filter_and_each_class_says_how_far(programs: Town, db: None) -> None:
    named = {one.name_zh: one for one in Territory.objects.all()}
    here, there, far = (a_class(programs, state="open") for _number in range(3))
    moved(here, named["五山街道"], km="0")
    moved(there, named["员村街道"], km="1.23")
    moved(far, named["员村街道"], km="6")
    anybody, wushan = programs["A"], named["五山街道"].code
    found = anybody.get(f"/classes?near={wushan}").json()["items"]
    assert [(one["id"], one["distance_km"]) for one in found] == [(str(there.public_id), 1.2)]
    assert anybody.get(f"/classes?near={wushan}&subject=dance").json()["items"] == []
    assert {one["distance_km"] for one in anybody.get("/classes").json()["items"]} == {None}
    for code in (named["天河区"].code, "440106999000"):
        assert anybody.get(f"/classes?near={code}").status_code == 404, code


def test_without_a_point_no_distance_is_said(programs: Town, db: None) -> None:
    wushan, yuancun = (Territory.objects.get(name_zh=name) for name in ("五山街道", "员村街道"))
    there = a_class(programs, state="open")
    moved(there, yuancun, km="1")
    found = programs["A"].get(f"/classes?near={wushan.code}&text={there.code}").json()["items"]
    assert [(one["id"], one["distance_km"]) for one in found] == [(str(there.public_id), None)]
