"""The credit bank's desks by programs: the same verbs, in order, with the same refusals as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from city.api.asks import _exchange, _supervised, _suspicion
from city.api.programs import Program, Town, a_site, a_token, a_town, new_id
from city.situations import a_person, a_registrar, an_organisation, holding
from learning.exchange.live import a_statement
from learning.supervision.live import an_audit
from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.services import load_frameworks
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


def test_an_accreditation_is_proposed_decided_suspended_and_lifted_by_two(town: Town) -> None:
    load_frameworks()
    today, other = clock.today(), another_officer(town)
    place = an_organisation(town.desk.district, name_zh="待准入学校").code
    said = {
        "id": new_id(), "institution": place, "kinds": ["formal"], "framework": "GD-LEQ", "lowest_level": "2",
        "highest_level": "4", "begins_on": f"{today}", "ends_on": f"{today + timedelta(days=900)}", "why": "师资合格",
    }  # fmt: skip
    assert town["C"].post("/accreditations", said | {"lowest_level": "99", "id": new_id()}).status_code == 404
    assert town["C"].post("/accreditations", said | {"institution": "NO-SUCH", "id": new_id()}).status_code == 404
    made = [town["C"].post("/accreditations", said) for _twice in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    assert (made[0].json()["lowest_level"], made[0].json()["state"]) == ("2", "proposed")
    one = f"/accreditations/{said['id']}"
    pause = {"on": f"{today}", "reason": "师资变动"}
    assert town["C"].post(f"{one}/suspension", pause).status_code == 409, "it is not in force yet"
    assert town["C"].post(f"{one}/decision", {"grants": True}).status_code == 409, "who proposed does not decide"
    assert other.post(f"{one}/decision", {"grants": True}).status_code == 200
    assert town["C"].post(f"{one}/suspension", pause).json()["suspensions"][0]["reason"] == "师资变动"
    assert town["C"].post(f"{one}/lifting", {"reason": "已补足"}).status_code == 409, "who suspended does not lift"
    assert other.post(f"{one}/lifting", {"reason": "已补足"}).status_code == 200


def test_a_phase_is_planned_by_one_officer_and_opened_by_another(town: Town) -> None:
    said = {
        "id": new_id(), "code": "P9", "place": 9, "name_zh": "第九阶段", "about_zh": "先认证书。",
        "kinds": ["certificate"], "institutions": [town.desk.college.code],
    }  # fmt: skip
    assert town["C"].post("/rollout-phases", said | {"institutions": ["NO-SUCH"]}).status_code == 404
    assert town["C"].post("/rollout-phases", said).json()["institutions"] == [town.desk.college.code]
    assert town["C"].post("/rollout-phases", said | {"place": 8}).json()["place"] == 8, "while only planned it changes"
    opening = {"decision": "市学分办〔2026〕9号"}
    assert town["C"].post(f"/rollout-phases/{said['id']}/opening", opening).status_code == 409
    assert another_officer(town).post(f"/rollout-phases/{said['id']}/opening", opening).json()["state"] == "open"
    assert town["C"].post("/rollout-phases", said).status_code == 409, "what was opened stays"


def test_an_offer_is_worded_stocked_put_up_and_taken_off(town: Town) -> None:
    load_frameworks()
    said = {
        "id": new_id(), "organisation": town.desk.college.code, "kind": "goods", "title_zh": "环保袋", "points": 500,
        "place": "一楼服务台", "opens_on": "2020-01-01",
    }  # fmt: skip
    for wrong in ({"points": 0}, {"place": ""}):
        assert town["R"].post("/redemption-offers", said | wrong | {"id": new_id()}).status_code == 409
    assert town["R"].post("/redemption-offers", said).json()["state"] == "draft"
    one = f"/redemption-offers/{said['id']}"
    assert Program().get(one).status_code == 404, "nobody sees a draft"
    assert town["R"].post(f"{one}/publication", {}).status_code == 409, "there is nothing to hand out"
    assert town["R"].post(f"{one}/stock", {"id": new_id(), "kind": "received", "amount": 3}).status_code == 201
    assert town["R"].post(f"{one}/publication", {}).json()["state"] == "published"
    assert Program().get(one).json()["left"] == 3
    assert town["L"].post(f"{one}/closing", {"why": "不要了"}).status_code == 404
    assert town["R"].post(f"{one}/closing", {"why": "换新款"}).json()["state"] == "closed"


def test_a_period_is_acknowledged_by_each_side_for_itself_and_closed(town: Town) -> None:
    statement = a_statement(_exchange(town))
    one, period = f"/clearing-statements/{statement.public_id}", f"/clearing-periods/{statement.period.public_id}"
    side = {"side": town.desk.college.code}
    assert town["C"].post(f"{period}/closing", {}).status_code == 409
    university = Organisation.objects.exclude(pk=town.desk.college.pk).get(
        pk__in=[statement.one_id, statement.other_id]
    )
    assert town["R"].post(f"{one}/acknowledgement", {"side": university.code}).status_code == 403
    assert town["R"].post(f"{one}/acknowledgement", {"side": "NO-SUCH"}).status_code == 404
    assert town["R"].post(f"{one}/acknowledgement", side).json()["is_acknowledged"] is False
    keeper = Program(a_token(a_registrar(university).person, a_site(university)))
    assert keeper.post(f"{one}/acknowledgement", {"side": university.code}).json()["is_acknowledged"] is True
    assert town["R"].post(f"{period}/closing", {}).status_code == 403
    for _twice in range(2):
        assert town["C"].post(f"{period}/closing", {}).json()["state"] == "closed"
    listed = town["C"].get("/clearing-periods").json()["items"]
    assert (str(statement.period.public_id), "closed") in {(row["id"], row["state"]) for row in listed}
