"""Pages of organisations: the public register, its download, its changes by operators."""

from __future__ import annotations

import pytest

from city.situations import an_organisation
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def test_the_register_is_public_its_history_is_not(client, college):
    assert "天河区社区学院" in client.get("/organisations/").content.decode()
    page = client.get(f"/organisations/{college.code}/")
    assert page.status_code == 200
    assert page.context["history"] is None
    assert client.get("/organisations/NOBODY/").status_code == 404


def test_filters_narrow_and_nothing_found_says_what_to_do(client, city, college):
    an_organisation(city["从化区"], kind="library", name_zh="从化区图书馆")
    page = client.get("/organisations/?kind=library").content.decode()
    assert "从化区图书馆" in page
    assert "天河区社区学院" not in page
    assert "天河区社区学院" in client.get("/organisations/?district=440106000000").content.decode()
    assert "/organisations/" in client.get("/organisations/?q=nowhere").content.decode()


def test_the_register_downloads_as_filtered_and_harmless(client, city, college):
    an_organisation(city["从化区"], kind="library", name_zh="=HYPERLINK(1)")
    body = b"".join(client.get("/organisations/organisations.csv").streaming_content).decode("utf-8-sig")
    assert "天河区社区学院" in body
    assert "'=HYPERLINK(1)" in body
    body = b"".join(client.get("/organisations/organisations.csv?kind=library").streaming_content).decode()
    assert "天河区社区学院" not in body


def test_the_list_pages_by_key(client, city):
    for _number in range(30):
        an_organisation(city["天河区"], kind="library")
    first = client.get("/organisations/")
    cursor = first.context["page"].next_cursor
    second = client.get("/organisations/", {"after": cursor})
    codes = [[one.code for one in page.context["page"]] for page in (first, second)]
    assert len(codes[0]) == 25
    assert len(codes[1]) == 5
    assert not set(codes[0]) & set(codes[1])
    assert client.get("/organisations/?after=rubbish").status_code == 404


def test_an_operator_enters_one_once_even_if_the_form_is_sent_twice(operator_client, city):
    sent = {
        "public_id": str(uuid7()), "name_zh": "天河区图书馆", "code": "th-tsg", "kind": "library",
        "credit_code": "91110000600037341L", "territory": city["天河区"].code, "on": "2024-01-01", "reason": "登记",
    }  # fmt: skip
    for _time in range(2):
        assert operator_client.post("/organisations/new/", sent).status_code == 302
    made = Organisation.objects.get(code="TH-TSG")
    assert made.credit_code == "91110000600037341L"


def test_a_mistyped_credit_code_is_told_at_its_field(operator_client, city):
    sent = {
        "name_zh": "天河区图书馆", "code": "TH-TSG", "kind": "library", "credit_code": "91110000600037341K",
        "territory": city["天河区"].code, "on": "2024-01-01", "reason": "登记",
    }  # fmt: skip
    answer = operator_client.post("/organisations/new/", sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["credit_code"]


def test_an_operator_changes_facts_and_status(operator_client, college):
    sent = {
        "name_zh": "天河社区大学", "code": college.code, "kind": "community_college", "tier": "district",
        "territory": college.territory.code, "reason": "更名",
    }  # fmt: skip
    assert operator_client.post(f"/organisations/{college.code}/change/", sent).status_code == 302
    suspended = {"state": "suspended", "on": "2025-01-01", "reason": "装修"}
    assert operator_client.post(f"/organisations/{college.code}/status/", suspended).status_code == 302
    college.refresh_from_db()
    assert (college.name_zh, college.is_active) == ("天河社区大学", False)
    page = operator_client.get(f"/organisations/{college.code}/").content.decode()
    assert "更名" in page
    assert "装修" in page
    # What cannot follow is not even offered.
    states = operator_client.get(f"/organisations/{college.code}/status/").context["form"].fields["state"].choices
    assert [value for value, _label in states] == ["active", "closed"]


def test_others_are_denied(resident_client, college):
    for path in ("new/", f"{college.code}/change/", f"{college.code}/status/"):
        assert resident_client.get(f"/organisations/{path}").status_code == 403
