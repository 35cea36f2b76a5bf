"""The credit bank's desks by programs: the same verbs, in order, with the same refusals as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from city.api.asks import _supervised, _suspicion
from city.api.programs import Program, Town, a_site, a_token, a_town, new_id
from city.situations import a_person, holding
from learning.supervision.live import an_audit
from xuecheng.city import clock
from xuecheng.learning.supervision.models import Hearing, Withdrawal

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Any) -> Town:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 100_000
    return a_town()


def another_officer(town: Town) -> Program:
    person = a_person("第二员")
    holding(person, "certification_officer", territory=town.desk.district.parent)
    return Program(a_token(person, a_site(town.desk.college)))


def test_a_case_goes_from_suspicion_to_a_decision_of_another_officer_c71(town: Town) -> None:
    row, other = _suspicion(town), another_officer(town)
    wish = {"id": new_id(), "record": row.record_ids[0], "ground": "double", "reason": "同一门课入账两次"}
    path = f"/suspicions/{row.public_id}/withdrawals"
    assert town["C"].post(path, wish | {"record": max(row.record_ids) + 1}).status_code == 404
    made = town["C"].post(path, wish)
    assert made.status_code == 201, made.content
    assert town["C"].post(path, wish).json()["id"] == made.json()["id"]
    case = f"/withdrawals/{made.json()['id']}"
    hearing = {"held_at": clock.now().isoformat(), "words": "双方到场"}
    assert town["C"].post(f"{case}/hearings", hearing).status_code == 409
    assert town["R"].post(f"{case}/notice", {}).status_code == 404
    assert town["C"].post(f"{case}/notice", {}).json()["state"] == "noticed"
    late = hearing | {"held_at": (clock.now() + timedelta(days=1)).isoformat()}
    assert town["C"].post(f"{case}/hearings", late).status_code == 409
    for wrong in ("2026-11-23T19:00:00", "昨天"):
        assert town["C"].post(f"{case}/hearings", hearing | {"held_at": wrong}).status_code == 422
    now = {"held_at": clock.now().isoformat(), "words": "双方到场"}
    assert town["C"].post(f"{case}/hearings", now).json()["state"] == "heard"
    assert Hearing.objects.count() == 1
    verdict = {"withdraws": True, "words": "同一次学习"}
    Withdrawal.objects.update(due_on=clock.today() - timedelta(days=1))
    # Whoever opened the case does not decide it.
    assert town["C"].post(f"{case}/decision", verdict).status_code == 409
    assert other.post(f"{case}/decision", verdict).json()["state"] == "withdrawn"
    assert town["R"].post(f"{case}/appeals", {"words": "学校不服"}).status_code == 200
    assert other.post(f"{case}/appeal-decision", {"side": "issuer", "grants": False, "answer": "否"}).status_code == 409
    assert (
        other.post(f"{case}/appeal-decision", {"side": "learner", "grants": False, "answer": "否"}).status_code == 404
    )


def test_an_auditor_finds_item_by_item_and_then_publishes_c80(town: Town) -> None:
    audit = an_audit(_supervised(town), a_person("陈嘉敏"))
    assert town["C"].post(f"/audits/{audit.public_id}/publication", {}).status_code == 409
    said = {"own_credits": 300, "is_proven": True, "words": "签到表与结业名单相符"}
    for number in audit.items.values_list("number", flat=True):
        path = f"/audits/{audit.public_id}/items/{number}/finding"
        assert town["R"].post(path, said).status_code == 404
        assert town["C"].post(path, said).json()["finding"] == "right"
    assert town["C"].post(f"/audits/{audit.public_id}/publication", {}).json()["state"] == "published"
