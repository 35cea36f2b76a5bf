"""Courses through the interface for programs: the same verbs, refusals with their code, nothing of a draft to strangers."""

from __future__ import annotations

from typing import Any

import pytest

from city.api.programs import Town, a_town, new_id

pytestmark = pytest.mark.django_db
TEXT: dict[str, Any] = {
    "outcome": "会写楷书", "level": 1, "sessions": 8, "minutes": 90, "levels": ["street"], "seats_least": 5, "seats_most": 20,
}  # fmt: skip


@pytest.fixture(scope="module")
def programs(around_the_module: None) -> Town:
    return a_town()


def course(town: Town, **more: Any) -> dict[str, Any]:
    facts = {"title_zh": "书法入门", "subject": "calligraphy", "languages": ["yue"]}
    return {
        "id": new_id(),
        "version_id": new_id(),
        "owner": town.desk.college.code,
        "course": facts,
        "text": TEXT | more,
    }


def test_from_the_first_draft_to_a_copy_nobody_may_have(programs: Town, db: None) -> None:
    registrar, officer, anybody = programs["R"], programs["C"], programs["A"]
    body = course(programs, unit=None)
    answer = registrar.post("/courses", body)
    assert answer.status_code == 201, answer.content
    version = f"/course-versions/{body['version_id']}"
    assert registrar.post("/courses", body).json()["version_id"] == body["version_id"], "asked again, the same"
    assert anybody.get(f"/courses/{body['id']}").status_code == 404
    read = registrar.get(version)
    edited = {"text": TEXT | {"minutes": 60}, "course": body["course"] | {"title_zh": "楷书入门"}}
    assert registrar.put(version, edited).status_code == 428
    assert registrar.put(version, edited, **{"If-Match": read["ETag"]}).json()["minutes"] == 60
    assert registrar.put(version, edited, **{"If-Match": read["ETag"]}).status_code == 412
    assert registrar.post(f"{version}/review").json()["state"] == "in_review"
    assert registrar.post(f"{version}/decision", {"decision": "approve"}).status_code == 403
    refused = officer.post(f"{version}/decision", {"decision": "return"})
    assert (refused.status_code, refused.json()["code"]) == (409, "decision_reason_missing")
    assert officer.post(f"{version}/decision", {"decision": "approve"}).json()["state"] == "approved"
    shown = anybody.get(f"/courses/{body['id']}").json()
    assert (shown["title_zh"], shown["minutes"]) == ("楷书入门", 60)
    assert "decision_reason" not in shown
    assert [one["id"] for one in anybody.get("/courses?text=楷书&is_free=true").json()["items"]] == [body["id"]]
    own = registrar.post(
        f"/courses/{body['id']}/copies", {"id": new_id(), "version_id": new_id(), "owner": body["owner"]}
    )
    assert own.json()["code"] == "copy_of_own"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"entry_requirement": "会写字"}, "entry_reason_missing"),  # L2
        ({"waivers": ["elder"]}, "waiver_without_fee"),
        ({"seats_least": 21}, "seats_wrong"),
        ({"unit": "NO-SUCH"}, "unit_not_open"),
    ],
)
def test_what_is_refused_says_its_code(programs: Town, db: None, more: dict[str, Any], code: str) -> None:
    answer = programs["R"].post("/courses", course(programs, **more))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
