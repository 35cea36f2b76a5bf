"""Pages and doors of giving: two officers, a mother, her child; who is denied."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import TODAY, a_person, holding, small_city
from learning.redemption.situations import give_points
from learning.transfers.live import a_kinship, a_tie, an_officer, in_force, offered
from xuecheng.city.access.queries import standing_of
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.transfers.models import Gift, GivingRules, Kinship

pytestmark = pytest.mark.django_db


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"transfers:{name}", args=words)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def city(db: None) -> None:
    small_city()
    load_frameworks()


def test_from_rules_to_a_gift(city: None) -> None:
    drafter, approver = by(an_officer("起草欧").person), by(an_officer("批准梁").person)
    mother, child = a_person("麦母亲"), a_person("麦女儿")
    assert "没有规则允许" in text(by(mother), at("list_own"))
    assert by(mother).get(at("offer")).status_code == 404
    said = {
        "public_id": str(uuid4()), "relations": ["parent_to_child"], "most_a_year": "50", "answer_days": "14",
        "source": "市教育局〔2026〕12号", "begins_on": "2020-01-01", "ends_on": "",
    }  # fmt: skip
    assert drafter.post(at("draft_rules"), said | {"relations": []}).status_code == 422
    assert drafter.post(at("draft_rules"), said).status_code == 302
    rules = GivingRules.objects.get()
    refused = drafter.post(at("move_rules", rules.public_id, "approve"))
    assert refused.status_code == 422
    assert approver.post(at("move_rules", rules.public_id, "approve")).status_code == 302
    assert "没有登记" in text(by(mother), at("list_own"))
    tie = a_tie(mother, child)
    give_points(mother, 3000)
    assert "30" in text(by(mother), at("offer"))
    sent = {"public_id": str(uuid4()), "tie": str(tie.public_id), "points": "31"}
    few = by(mother).post(at("offer"), sent)
    assert few.status_code == 422
    assert "30" in few.content.decode()
    assert by(mother).post(at("offer"), sent | {"points": "51"}).status_code == 422
    assert by(mother).post(at("offer"), sent | {"points": "20"}).status_code == 302
    gift = Gift.objects.get()
    assert "麦母亲" in text(by(child), at("list_own"))
    assert by(mother).post(at("move_gift", gift.public_id, "accept")).status_code == 403
    assert by(a_person("外人")).post(at("move_gift", gift.public_id, "accept")).status_code == 404
    assert by(child).post(at("move_gift", gift.public_id, "burn")).status_code == 404
    assert by(child).post(at("move_gift", gift.public_id, "accept")).status_code == 302
    assert by(mother).post(at("move_gift", gift.public_id, "take-back")).status_code == 422
    assert approver.post(at("move_rules", rules.public_id, "end")).status_code == 302
    assert "没有规则允许" in text(by(mother), at("list_own"))


def test_a_relation_is_recorded_at_the_counter_and_agreed_by_both(city: None) -> None:
    there = small_city()["五山街道"]
    wife, husband, window = a_person("陈妻子", territory=there), a_person("陈丈夫", territory=there), a_person("窗口甲")
    holding(window, "counter_clerk", territory=there)
    clerk = by(window)
    said = {
        "public_id": str(uuid4()), "one": wife.sign_in_name, "one_name": "陈妻子", "other": husband.sign_in_name,
        "other_name": "陈丈", "kind": "spouse", "proof": "结婚证，二号柜",
    }  # fmt: skip
    # One digit more or less in a sign-in name harms nobody: the name must be that one's.
    assert "登录名和姓名对不上" in clerk.post(at("record_kinship"), said).content.decode()
    said["other_name"] = "陈丈夫"
    assert clerk.post(at("record_kinship"), said | {"proof": "证号 440106199001011234"}).status_code == 422
    assert clerk.post(at("record_kinship"), said).status_code == 302
    assert by(wife).get(at("record_kinship")).status_code == 403
    row = Kinship.objects.get()
    in_force(relations=["spouse_to_spouse"])
    page = text(by(husband), at("list_own"))
    assert "陈妻子" in page
    assert "等您确认" in page
    assert by(a_person("外人")).post(at("move_kinship", row.public_id, "agree")).status_code == 404
    for who in (wife, husband):
        assert by(who).post(at("move_kinship", row.public_id, "agree")).status_code == 302
    give_points(wife, 3000)
    sent = {"public_id": str(uuid4()), "tie": str(row.public_id), "points": "20"}
    assert by(wife).post(at("offer"), sent).status_code == 302
    assert by(husband).post(at("move_gift", Gift.objects.get().public_id, "accept")).status_code == 302
    assert by(husband).post(at("move_kinship", row.public_id, "end")).status_code == 302
    assert by(wife).get(at("offer")).status_code == 404


def test_a_relation_that_is_over_is_ended_at_the_counter_with_a_reason(city: None) -> None:
    there = small_city()["五山街道"]
    wife, husband, window = a_person("陈妻子", territory=there), a_person("陈丈夫", territory=there), a_person("窗口甲")
    holding(window, "counter_clerk", territory=there)
    row = a_kinship(wife, husband, clerk=standing_of(window, today=TODAY), is_agreed=True)
    clerk, finding, ending = by(window), at("find_kinships"), at("end_at_counter", row.public_id)
    assert clerk.post(finding, {"one": husband.sign_in_name, "one_name": "陈妻子"}).status_code == 422
    found = clerk.post(finding, {"one": husband.sign_in_name, "one_name": "陈丈夫"}).content.decode()
    assert "陈妻子" in found
    assert ending in found
    for who in (wife, a_person("外人")):
        assert by(who).get(finding).status_code == 403
        assert by(who).get(ending).status_code == 403
    assert clerk.post(ending, {"why": ""}).status_code == 422
    assert clerk.post(ending, {"why": "别的"}).status_code == 422
    assert clerk.post(ending, {"why": "parted"}).status_code == 302
    shown = text(clerk, ending)
    assert "窗口甲" in shown
    assert clerk.post(ending, {"why": "died"}).status_code == 422
    own = text(by(wife), at("list_own"))
    assert "陈丈夫" in own
    assert "证件" in own, "the reason"


def test_rules_are_for_officers_only(city: None) -> None:
    rules, somebody = in_force(), by(a_person("外人"))
    assert somebody.get(at("list_rules")).status_code == 403
    assert somebody.get(at("draft_rules")).status_code == 403
    assert somebody.post(at("move_rules", rules.public_id, "end")).status_code == 403


def test_a_gift_is_for_the_two_only(city: None) -> None:
    gift = offered(a_person("麦母亲"), a_person("麦女儿"))
    assert "麦母亲" not in text(by(a_person("外人")), at("list_own"))
    assert gift.state == "offered"
