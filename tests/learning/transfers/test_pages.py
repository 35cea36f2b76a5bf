"""Pages and doors of giving: two officers, a mother, her child; who is denied."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, small_city
from learning.redemption.situations import give_points
from learning.transfers.live import a_tie, an_officer, in_force, offered
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.transfers.models import Gift, GivingRules

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


def test_rules_are_for_officers_only(city: None) -> None:
    rules, somebody = in_force(), by(a_person("外人"))
    assert somebody.get(at("list_rules")).status_code == 403
    assert somebody.get(at("draft_rules")).status_code == 403
    assert somebody.post(at("move_rules", rules.public_id, "end")).status_code == 403


def test_a_gift_is_for_the_two_only(city: None) -> None:
    gift = offered(a_person("麦母亲"), a_person("麦女儿"))
    assert "麦母亲" not in text(by(a_person("外人")), at("list_own"))
    assert gift.state == "offered"
