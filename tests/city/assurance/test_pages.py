"""Pages of the security standard: public, filtered, in both languages, without a query for the list."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from xuecheng.city.assurance import queries, rules

pytestmark = pytest.mark.django_db


def test_everybody_sees_counts_and_the_reasons_of_deviations(client: Client) -> None:
    page = client.get(reverse("assurance:show_security"))
    assert page.status_code == 200
    for one in queries.requirements():
        if one.state == rules.DEVIATION:
            assert one.why_zh in page.content.decode()


def test_the_list_is_narrowed_by_chapter_state_and_level(client: Client) -> None:
    page = client.get(reverse("assurance:list_requirements"), {"chapter": "V6", "state": "deviation", "level": "2"})
    assert [one["id"] for one in page.context["page"]] == ["V6.3.3"]


def test_a_filter_that_does_not_exist_shows_everything(client: Client) -> None:
    page = client.get(reverse("assurance:list_requirements"), {"chapter": "V99"})
    assert page.context["number"] == 253


def test_pages_follow_one_another_and_each_requirement_comes_once(client: Client) -> None:
    seen, after = [], ""
    while True:
        page = client.get(reverse("assurance:list_requirements"), {"after": after} if after else {})
        seen += [one["id"] for one in page.context["page"]]
        after = page.context["page"].next_cursor
        if not after:
            break
    assert seen == [one.id for one in queries.requirements()]


def test_a_spoilt_cursor_is_no_page(client: Client) -> None:
    assert client.get(reverse("assurance:list_requirements"), {"after": "V0.0.0"}).status_code == 404


def test_nothing_found_says_so(client: Client) -> None:
    page = client.get(reverse("assurance:list_requirements"), {"chapter": "V17", "state": "held"})
    assert "没有这样的要求" in page.content.decode()


def test_english_speaks_english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get(reverse("assurance:list_requirements"), {"chapter": "V6", "state": "deviation"})
    assert "Residents, many of them old" in page.content.decode()


def test_the_file_holds_what_the_page_shows(client: Client) -> None:
    answer = client.get(reverse("assurance:export_requirements"), {"state": "open"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 1 + sum(one.state == "open" for one in queries.requirements())


def test_points_of_law_bear_their_marks(client: Client) -> None:
    page = client.get(reverse("assurance:show_law")).content.decode()
    assert page.count("待核实") >= len([one for one in queries.legal_points() if one.sure != "V"])


def test_the_pages_ask_no_more_than_the_shell(client: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(2):
        client.get(reverse("assurance:list_requirements"))
