"""A division is named by typing: a code or the only one of a name is taken, else one chooses among what is found."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from city.situations import KNOWN_SINCE, TODAY, a_person, rows
from xuecheng.city import rights
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.city.territories import queries, services
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.territories.picking import DivisionField
from xuecheng.web.picking import MOST_FOUND

pytestmark = pytest.mark.django_db


class Asking(forms.Form):
    place = DivisionField(label="住在哪里", levels=[Level.DISTRICT, Level.STREET, Level.COMMUNITY])


@pytest.fixture
def city(city: dict[str, Territory]) -> dict[str, Territory]:
    """The small city, with a street of the same name in another district."""
    services.load_territories(
        rows(
            *[(one.code, one.name_zh, one.level, one.parent.code if one.parent else "") for one in city.values()],
            ("440117005000", "五山街道", "street", "440117000000"),
        ),
        actor=rights.OWNER, valid_from=KNOWN_SINCE, today=TODAY, reason="两条同名的街道",
    )  # fmt: skip
    return city


def answer(**sent: str) -> Asking:
    form = Asking(sent)
    form.is_valid()
    return form


@pytest.mark.parametrize("typed", ["440106001000", " 员村街道 ", "华农社区居民委员会"])
def test_a_code_and_a_name_that_only_one_bears_are_taken(city: dict[str, Territory], typed: str) -> None:
    place = answer(place=typed).cleaned_data["place"]
    assert typed.strip() in (place.code, place.name_zh)


def test_a_name_that_two_bear_is_asked_about_and_the_choice_is_taken(city: dict[str, Territory]) -> None:
    form = answer(place="五山街道")
    assert form.errors == {"place": ["请选择您指的是哪一个。"]}
    shown = str(form["place"])
    assert shown.count('type="radio"') == 2
    assert "天河区 440106001000" in shown
    assert "从化区 440117005000" in shown
    assert "checked" not in shown
    chosen = answer(place="五山街道", place_key="440117005000", place_of="五山街道")
    assert chosen.cleaned_data["place"].code == "440117005000"


def test_part_of_a_name_is_never_taken_by_itself_but_offered_ready_to_confirm(city: dict[str, Territory]) -> None:
    form = answer(place="昌乐")
    assert form.errors
    assert 'value="440106002001" checked' in str(form["place"])


def test_a_choice_made_for_other_words_does_not_count(city: dict[str, Territory]) -> None:
    form = answer(place="员村街道", place_key="440117005000", place_of="五山街道")
    assert form.cleaned_data["place"] == city["员村街道"]


@pytest.mark.parametrize("typed", ["没有这里", "广州市", "440100000000", "黄龙带水库", "440117404000", "999999999999"])
def test_what_is_not_there_or_of_another_level_or_no_division_is_refused(
    city: dict[str, Territory], typed: str
) -> None:
    form = answer(place=typed)
    assert form.errors == {"place": ["没有找到这个名称。请输入名称的一部分或代码。"]}


def test_a_key_that_may_not_be_chosen_is_no_way_around(city: dict[str, Territory]) -> None:
    assert answer(place="水库", place_key="440117404000", place_of="水库").errors


def test_what_was_ended_may_only_stay(city: dict[str, Territory]) -> None:
    Territory.objects.filter(pk=city["员村街道"].pk).update(is_current=False)
    assert answer(place=city["员村街道"].code).errors
    form = Asking({"place": city["员村街道"].code})
    form.fields["place"].also = city["员村街道"]  # type: ignore[attr-defined]
    assert form.is_valid()
    assert answer(place=city["员村街道"].code).errors, "a form of its own for each"


def test_names_above_help_where_the_own_name_does_not(city: dict[str, Territory]) -> None:
    assert [one.code for one in queries.search("从化区五山")] == ["440117005000"]
    assert [one.code for one in queries.search("天河 五山")] == ["440106001000"]
    assert [one.name_zh for one in queries.search("天河区")] == ["天河区"]


def test_an_empty_line_is_no_place_and_a_form_begins_with_the_present_one(city: dict[str, Territory]) -> None:
    assert answer(place=" ").errors
    form = Asking(initial={"place": Territory.objects.select_related("parent__parent").get(pk=city["五山街道"].pk)})
    shown = str(form["place"])
    assert 'value="五山街道"' in shown
    assert 'value="440106001000" checked' in shown


def test_more_than_anybody_reads_are_cut_and_one_is_told_so(city: dict[str, Territory]) -> None:
    parent = city["五山街道"]
    for number in range(MOST_FOUND + 3):
        Territory.objects.create(
            code=f"4401060019{number:02}", level="community", name_zh=f"穗园{number}社区", parent=parent,
            path=f"{parent.path}9{number}/",
        )  # fmt: skip
    shown = str(answer(place="穗园")["place"])
    assert shown.count('type="radio"') == MOST_FOUND
    assert "还有更多" in shown


SENT = {"name": "陈惠芬", "sign_in_name": "chen.huifen", "birth_year": "1958", "reason": "柜台开户"}


class TestOpeningAnAccount:
    def test_without_scripts_one_types_chooses_and_sends_again(self, operator_client: Any, city: Any) -> None:
        first = operator_client.post("/people/new/", SENT | {"public_id": str(uuid7()), "territory": "五山"})
        assert first.status_code == 422
        assert first.content.decode().count('name="territory_key"') == 2
        assert not Person.objects.filter(sign_in_name="chen.huifen").exists()
        again = {"territory": "五山", "territory_of": "五山", "territory_key": "440106001000"}
        assert operator_client.post("/people/new/", SENT | {"public_id": str(uuid7())} | again).status_code == 302
        assert Person.objects.get(sign_in_name="chen.huifen").territory == city["五山街道"]

    def test_a_script_asks_the_page_for_what_is_found_and_gets_no_more(
        self, operator_client: Any, city: Any, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(6):
            found = operator_client.get("/people/new/", {"pick": "territory", "territory": "五山"}).content.decode()
        assert found.count('type="radio"') == 2
        assert "<html" not in found
        assert operator_client.get("/people/new/", {"pick": "name", "name": "五山"}).content.startswith(b"<!DOCTYPE")
        assert operator_client.get("/people/new/", {"pick": "territory"}).content == b""

    def test_who_may_not_open_accounts_finds_nothing_there(self, resident_client: Any, city: Any) -> None:
        assert resident_client.get("/people/new/", {"pick": "territory", "territory": "五山"}).status_code == 403

    def test_the_page_does_not_grow_with_the_city(self, operator_client: Any, city: Any) -> None:
        for number in range(300):
            Territory.objects.create(
                code=f"4401069{number:05}", level="street", name_zh=f"第{number}街道", parent=city["天河区"],
                path=f"{city['天河区'].path}9{number}/",
            )  # fmt: skip
        page = operator_client.get("/people/new/").content
        assert len(page) < 40_000
        assert "第299街道".encode() not in page

    def test_what_was_typed_is_shown_as_text(self, operator_client: Any, city: Any) -> None:
        evil = '"><script>alert(1)</script>'
        found = operator_client.get("/people/new/", {"pick": "territory", "territory": evil})
        assert b"<script>alert" not in found.content
        page = operator_client.post("/people/new/", SENT | {"territory": evil})
        assert b"<script>alert" not in page.content

    def test_changing_the_facts_keeps_a_residence_that_has_ended(self, operator_client: Any, city: Any) -> None:
        person = a_person("陈一", territory=city["员村街道"])
        Territory.objects.filter(pk=city["员村街道"].pk).update(is_current=False)
        page = operator_client.get(f"/people/{person.public_id}/facts/").content.decode()
        assert 'value="员村街道"' in page
        facts = {
            "birth_year": "1960", "territory": "员村街道", "territory_of": "员村街道",
            "territory_key": city["员村街道"].code, "reason": "补录出生年份",
        }  # fmt: skip
        assert operator_client.post(f"/people/{person.public_id}/facts/", facts).status_code == 302
        person.refresh_from_db()
        assert (person.birth_year, person.territory) == (1960, city["员村街道"])
