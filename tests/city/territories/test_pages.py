"""Pages of divisions: public, as of a day, changed by operators."""

from __future__ import annotations

import pytest

from xuecheng.city.territories.models import Territory

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_city_its_districts_and_what_lies_in_them(client, city):
    page = client.get("/territories/").content.decode()
    assert "天河区" in page
    assert "从化区" in page
    page = client.get(f"/territories/{city['天河区'].code}/").content.decode()
    assert "五山街道" in page
    assert "何运维" not in page


def test_a_division_can_be_seen_as_of_a_day(client, city):
    code = city["天河区"].code
    assert "五山街道" in client.get(f"/territories/{code}/?on=2024-01-01").content.decode()
    assert "五山街道" not in client.get(f"/territories/{code}/?on=2001-01-01").content.decode()
    assert client.get(f"/territories/{code}/?on=nonsense").status_code == 200


def test_search_answers_with_links_and_an_unknown_code_with_404(client, city):
    assert city["五山街道"].code in client.get("/territories/?q=五山").content.decode()
    assert client.get("/territories/999999999999/").status_code == 404


def test_before_a_city_is_loaded_the_page_says_so(client):
    assert client.get("/territories/").status_code == 200


def test_an_operator_renames_and_sees_the_history(operator_client, city):
    code = city["五山街道"].code
    answer = operator_client.post(
        f"/territories/{code}/name/",
        {"name_zh": "石牌街道", "on": "2025-01-01", "reason": "穗府函〔2025〕1号"},
        follow=True,
    )
    assert "穗府函〔2025〕1号" in answer.content.decode()
    assert Territory.objects.get(code=code).name_zh == "石牌街道"


def test_a_refusal_stands_at_its_field_with_status_422(operator_client, city):
    code = city["五山街道"].code
    answer = operator_client.post(f"/territories/{code}/parent/", {"parent": "1", "on": "2025-01-01", "reason": "x"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["parent"]
    answer = operator_client.post(
        f"/territories/{code}/merge/",
        {"into": city["员村街道"].code, "on": "2001-01-01", "reason": "x"},
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["on"]


def test_the_number_of_queries_does_not_grow_with_the_city(client, city, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/territories/")
