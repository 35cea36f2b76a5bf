"""Agreements, accreditations, doubts and relations by programs: the same verbs, in order, with the same refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from city.api.asks import _doubt, _supervised
from city.api.asks_of_credit import _in_force
from city.api.programs import Program, Town, a_site, a_token, a_town, new_id
from city.situations import TODAY, a_person, a_registrar, an_organisation, holding
from learning.exchange.live import at_unit
from learning.supervision.live import a_suspicion
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import standing_of
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.learning.exchange.models import Agreement, StatementLine
from xuecheng.learning.supervision.models import Suspicion

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: Any) -> Town:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 100_000
    return a_town()


def registrar_of(place: Organisation) -> Program:
    return Program(a_token(a_registrar(place, f"登记{place.pk}").person, a_site(place)))


def another_officer(town: Town) -> Program:
    person = a_person("第二员")
    holding(person, "certification_officer", territory=town.desk.district.parent)
    return Program(a_token(person, a_site(town.desk.college)))


def test_an_agreement_is_drafted_signed_approved_followed_and_ended_c32(town: Town) -> None:
    university = at_unit(standing_of(town.people["R"], today=TODAY), town.desk.college).open_university
    mine, theirs, today = town["R"], registrar_of(university), clock.today()
    said: dict[str, Any] = {
        "id": new_id(), "drafted_for": town.desk.college.code, "others": [university.code], "name_zh": "学分互认协议",
        "effect_from": f"{today}", "most_per_learner": 1200, "notice_days": 30,
    }  # fmt: skip
    assert mine.post("/kept-exchange-agreements", said | {"others": ["NO-SUCH"]}).status_code == 404
    assert mine.post("/kept-exchange-agreements", said | {"effect_to": f"{today}"}).status_code == 409
    assert theirs.post("/kept-exchange-agreements", said).status_code == 403, "nobody drafts for another side"
    made = [mine.post("/kept-exchange-agreements", said) for _twice in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    changed = mine.post("/kept-exchange-agreements", said | {"price_fen": 5000})
    assert changed.json()["price_fen"] == 5000, "while a draft, it changes"
    one = f"/kept-exchange-agreements/{said['id']}"
    assert theirs.get(one).status_code == 404, "a draft is its writers'"
    assert Program().get(f"/exchange-agreements/{said['id']}").status_code == 404
    assert mine.post(f"{one}/offer", {}).status_code == 409, "it says nothing yet"
    line = {
        "source": university.code, "target": town.desk.college.code, "basis": "level", "of_kind": "formal",
        "of_level": "2", "as_kind": "formal", "as_level": "2", "num": 2, "den": 3,
    }  # fmt: skip
    assert mine.post(f"{one}/terms", line | {"as_kind": "reward"}).status_code == 422, (
        "points are never exchanged (C-39)"
    )
    assert mine.post(f"{one}/terms", line | {"num": 4}).status_code == 409, "one credit never becomes more (C-33)"
    assert mine.post(f"{one}/terms", line | {"of_level": "99"}).status_code == 404
    for _twice in range(2):
        assert len(mine.post(f"{one}/terms", line).json()["terms"]) == 1
    back = line | {"source": town.desk.college.code, "target": university.code}
    assert [row["number"] for row in mine.post(f"{one}/terms", back).json()["terms"]] == [1, 2]
    assert [row["number"] for row in mine.post(f"{one}/term-removal", {"number": 2}).json()["terms"]] == [1]
    assert mine.post(f"{one}/offer", {}).json()["state"] == "offered"
    assert mine.post(f"{one}/terms", back).status_code == 409, "what was offered is never edited"
    assert mine.post(f"{one}/signature", {"side": university.code}).status_code == 403
    waiting = theirs.get("/kept-exchange-agreements?waiting=true").json()["items"]
    assert [row["id"] for row in waiting] == [said["id"]]
    assert theirs.post(f"{one}/decision", {"approves": True}).status_code == 403
    assert theirs.post(f"{one}/signature", {"side": university.code}).json()["state"] == "signed"
    assert [bool(row["signed_at"]) for row in mine.get(one).json()["signatures"]] == [True, True]
    for _twice in range(2):
        assert town["C"].post(f"{one}/decision", {"approves": True}).json()["state"] == "approved"
    assert Program().get(f"/exchange-agreements/{said['id']}").json()["terms"][0]["num"] == 2
    notice = {"side": university.code, "on": f"{today + timedelta(days=29)}", "why": "专业调整"}
    assert theirs.post(f"{one}/notice", notice).status_code == 409, "thirty days of notice"
    later = said | {"id": new_id(), "follows": said["id"], "effect_from": f"{today + timedelta(days=9)}"}
    following = mine.post("/kept-exchange-agreements", later).json()
    assert (following["version"], len(following["terms"])) == (2, 1)
    ended = theirs.post(f"{one}/notice", notice | {"on": f"{today + timedelta(days=30)}"}).json()
    assert (ended["state"], ended["ended_because"]) == ("ended", "专业调整")


def test_a_side_that_does_not_sign_sends_it_back_with_the_reason(town: Town) -> None:
    world = at_unit(standing_of(town.people["R"], today=TODAY), town.desk.college)
    theirs = registrar_of(world.open_university)
    said = {
        "id": new_id(), "drafted_for": world.open_university.code, "others": [town.desk.college.code],
        "name_zh": "学分互认协议", "effect_from": f"{clock.today()}",
    }  # fmt: skip
    one = f"/kept-exchange-agreements/{theirs.post('/kept-exchange-agreements', said).json()['id']}"
    pair = {
        "source": world.open_university.code, "target": town.desk.college.code, "basis": "course",
        "of_code": "OU-CS101", "as_unit": "VC-EL001",
    }  # fmt: skip
    assert theirs.post(f"{one}/terms", pair).status_code == 201
    assert theirs.post(f"{one}/offer", {}).status_code == 200
    assert town["R"].post(f"{one}/decision", {"approves": False}).status_code == 409, "it says why"
    sent_back = town["R"].post(f"{one}/decision", {"approves": False, "why": "课程大纲不同"}).json()
    assert (sent_back["state"], sent_back["decision_reason"]) == ("rejected", "课程大纲不同")


def test_nobody_drafts_the_next_version_of_an_agreement_of_others(town: Town) -> None:
    university = at_unit(standing_of(town.people["R"], today=TODAY), town.desk.college).open_university
    row = _in_force(town)
    stranger = an_organisation(town.desk.district, kind=Kind.SCHOOL, name_zh="外校")
    said = {
        "id": new_id(), "drafted_for": stranger.code, "others": [university.code], "name_zh": "抢注",
        "effect_from": f"{clock.today() + timedelta(days=9)}", "follows": str(row.public_id),
    }  # fmt: skip
    assert registrar_of(stranger).post("/kept-exchange-agreements", said).status_code == 404
    assert Agreement.objects.filter(code=row.code).count() == 1


def test_an_accreditation_is_renewed_and_ended_by_officers(town: Town) -> None:
    today, other = clock.today(), another_officer(town)
    place = an_organisation(town.desk.district, name_zh="待准入学校").code
    said: dict[str, Any] = {
        "id": new_id(), "institution": place, "kinds": ["formal"], "begins_on": f"{today}",
        "ends_on": f"{today + timedelta(days=300)}", "why": "师资合格",
    }  # fmt: skip
    assert town["C"].post("/accreditations", said).status_code == 201
    waiting = town["C"].get("/kept-accreditations?state=proposed").json()["items"]
    assert [row["id"] for row in waiting] == [said["id"]]
    assert Program().get(f"/accreditations?institution={place}").json()["items"] == [], "a proposal is no decision"
    one = f"/accreditations/{said['id']}"
    ending = {"on": f"{today + timedelta(days=100)}", "reason": "学校停办"}
    assert town["C"].post(f"{one}/ending", ending).status_code == 409, "it is not in force yet"
    assert other.post(f"{one}/decision", {"grants": True}).status_code == 200
    renewal = said | {
        "id": new_id(), "begins_on": said["ends_on"], "ends_on": f"{today + timedelta(days=900)}", "why": "复评合格",
        "renews": said["id"],
    }  # fmt: skip
    elsewhere = an_organisation(town.desk.district, name_zh="别的学校").code
    assert town["C"].post("/accreditations", renewal | {"institution": elsewhere}).status_code == 409
    assert town["C"].post("/accreditations", renewal | {"renews": new_id()}).status_code == 404
    assert town["C"].post("/accreditations", renewal).json()["state"] == "proposed"
    assert other.post(f"/accreditations/{renewal['id']}/decision", {"grants": True}).status_code == 200
    assert town["R"].post(f"{one}/ending", ending).status_code in (403, 404)
    for _twice in range(2):
        assert town["C"].post(f"{one}/ending", ending).json()["state"] == "ended"


def test_an_institution_explains_what_looks_wrong(town: Town) -> None:
    row = a_suspicion(_supervised(town), a_person("别人"))
    Suspicion.objects.filter(pk=row.pk).update(taken_by=town.people["C"])
    path = f"/suspicions/{row.public_id}"
    assert town["C"].post(f"{path}/notes", {"words": "签到表上是两期"}).status_code == 201
    said = {"id": new_id(), "institution": town.desk.college.code, "words": "是同一个班吗？"}
    outside = an_organisation(town.desk.district, name_zh="外校").code
    assert town["C"].post(f"{path}/questions", said | {"institution": outside}).status_code == 409
    assert town["C"].post(f"{path}/questions", said | {"institution": "NO-SUCH"}).status_code == 404
    for _twice in range(2):
        asked = town["C"].post(f"{path}/questions", said).json()
    (listed,) = town["R"].get("/supervision-questions").json()["items"]
    assert (listed["id"], listed["words"], listed["answer"]) == (asked["id"], "是同一个班吗？", "")
    answer = f"/supervision-questions/{asked['id']}/answer"
    assert town["C"].post(answer, {"answer": "不是我的事"}).status_code == 404
    for _twice in range(2):
        assert town["R"].post(answer, {"answer": "是两期课程"}).json()["answer"] == "是两期课程"
    assert town["R"].post(answer, {"answer": "又想了想"}).status_code == 409
    assert town["R"].get("/supervision-questions").json()["items"] == []
    assert len(town["R"].get("/supervision-questions?answered=true").json()["items"]) == 1
    assert town["C"].post(f"{path}/return", {}).json()["state"] == "found"


def test_a_doubted_line_is_explained_by_the_other_side(town: Town) -> None:
    path, said, _headers = _doubt(town)
    line = StatementLine.objects.select_related("statement", "case__source", "case__target").get()
    explaining = path.replace("/doubts", "/explanations")
    wish = {"exchange": said["exchange"], "answer": "该学员在册"}
    assert town["R"].post(explaining, wish).status_code == 404, "nobody doubted it"
    assert town["R"].post(path, said).status_code == 200
    (row,) = town["R"].get(path.replace("/doubts", "/lines")).json()["items"]
    assert (row["exchange"], row["credits"]) == (said["exchange"], line.credits)
    assert (row["doubt"]["words"], row["doubt"]["answer"]) == (said["words"], "")
    assert town["R"].post(explaining, wish).status_code == 409, "the other side explains"
    other = registrar_of(line.case.source)
    assert other.post(explaining, wish).status_code == 200
    (row,) = other.get(path.replace("/doubts", "/lines")).json()["items"]
    assert row["doubt"]["answer"] == "该学员在册"


def test_a_relation_is_recorded_agreed_and_ended_at_the_counter(town: Town) -> None:
    there = town.desk.college.territory
    one, other = a_person("陈妻子", territory=there), a_person("陈丈夫", territory=there)
    own = {who: Program(a_token(who, a_site(town.desk.college))) for who in (one, other)}
    said = {"id": new_id(), "other": other.sign_in_name, "kind": "spouse", "proof": "结婚证，二号柜"}
    path = f"/people/{one.public_id}/kinships"
    assert town["W"].post(path, said | {"other": "nobody-here"}).status_code == 404
    assert town["W"].post(path, said | {"proof": "证号 440106199001011234"}).status_code == 409, "no numbers"
    made = [town["W"].post(path, said) for _twice in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    for who in (one, other):
        assert [row["id"] for row in own[who].get("/me/kinships").json()["items"]] == [said["id"]]
        assert own[who].post(f"/kinships/{said['id']}/agreement", {}).status_code == 200
    assert town["L"].post(f"/kinships/{said['id']}/agreement", {}).status_code == 404
    assert town["W"].post(f"/kinships/{said['id']}/ending", {}).status_code == 409, "a counter says why"
    for _twice in range(2):
        ended = town["W"].post(f"/kinships/{said['id']}/ending", {"why": "parted"}).json()
    assert (ended["ended_because"], bool(ended["ended_at"])) == ("parted", True)
    assert {row.person_id for row in Notice.objects.filter(kind="transfers.kinship_ended")} == {one.pk, other.pk}
    (listed,) = town["W"].get(path).json()["items"]
    assert listed["ended_because"] == "parted"
    readers = Reading.objects.filter(what="family", person__in=[one, other]).values_list("reader", flat=True)
    assert set(readers) == {town.people["W"].pk}
