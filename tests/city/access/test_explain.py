"""Who can see a thing, and why: the page says what the check does, no more and no less."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.situations import TODAY, a_person, an_operator, an_organisation, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access import queries, rules, services
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Scope, standing_of
from xuecheng.city.care import services as care
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def people(city):
    """Somebody with every role at every place."""
    college, other = an_organisation(city["天河区"]), an_organisation(city["从化区"])
    made = []
    for code, role in rules.ROLES.items():
        places = (
            [{"organisation": college}, {"organisation": other}]
            if role.held_at == "organisation"
            else [{"territory": city[name]} for name in ("广州市", "天河区", "从化区", "五山街道")]
        )
        for number, place in enumerate(places):
            person = a_person(f"{code}{number}")
            holding(person, code, **place)
            made.append(person)
    return made, college


@pytest.mark.parametrize("kind", ["person", "organisation", "territory"])
def test_it_lists_exactly_those_whom_the_check_lets_in(people, city, kind):
    everybody, college = people
    elder = a_person("冯国强", territory=city["五山街道"])
    number = {"person": str(elder.public_id), "organisation": college.code, "territory": city["五山街道"].code}[kind]
    thing = queries.explained(kind, number)
    listed = {row.person_id for row in queries.holders_who_see(thing.places, today=TODAY)}
    let_in = {
        person.pk
        for person in everybody
        if any(standing_of(person, today=TODAY).may(act, place.scope) for place in thing.places for act in place.acts)
    }
    assert listed == let_in
    assert let_in


def test_what_has_no_place_is_seen_by_the_city_only(people):
    _everybody, _college = people
    nowhere = a_person("无居住地")
    thing = queries.explained("person", str(nowhere.public_id))
    for row in queries.holders_who_see(thing.places, today=TODAY):
        assert standing_of(row.person, today=TODAY).may("people.see_person", Scope(person_id=nowhere.pk))
        assert row.territory.name_zh == "广州市"


def test_it_says_by_which_acts_granted_by_whom_and_until_when(client, city):
    elder = a_person("冯国强", territory=city["五山街道"])
    operator = an_operator(city["广州市"])
    officer = a_person("区咏仪")
    made = services.grant_role(
        actor=operator, public_id=uuid7(), person=officer, role="counter_clerk", territory=city["天河区"],
        begins_on=TODAY, ends_on=TODAY + timedelta(days=400), reason="任命",
    )  # fmt: skip
    daughter = a_person("冯嘉敏")
    care.grant_proxy(
        actor=queries.Standing(person=elder), public_id=uuid7(), helper=daughter, tasks=["account"],
        ends_on=clock.today() + timedelta(days=3), at=clock.now(),
    )  # fmt: skip
    client.force_login(elder)
    answer = client.get(f"/roles/who-sees/person/{elder.public_id}/")
    page = answer.content.decode()
    for name in ("区咏仪", "何运维", "冯嘉敏"):
        assert name in page
    acts = {face.holding.pk: acts for face, acts in answer.context["rows"]}
    assert len(acts[made.pk]) == 1
    assert not Reading.objects.exists(), "one's own page is one's own"


def test_others_see_it_only_where_they_may_explain(client, city):
    elder = a_person("冯国强", territory=city["五山街道"])
    college = an_organisation(city["天河区"])
    address = f"/roles/who-sees/person/{elder.public_id}/"
    for actor, status in (
        (a_person("路人"), 404),
        (an_operator(city["从化区"], name="从化运维").person, 404),
        (an_operator(city["天河区"], name="天河运维").person, 200),
    ):
        client.force_login(actor)
        assert client.get(address).status_code == status, actor.name
    assert client.get(f"/roles/who-sees/organisation/{college.code}/").status_code == 200
    assert client.get("/roles/who-sees/organisation/NOTHING/").status_code == 404
    assert client.get("/roles/who-sees/secret/1/").status_code == 404
    client.force_login(a_person())
    assert client.get(f"/roles/who-sees/organisation/{college.code}/").status_code == 403


@pytest.mark.parametrize("count", [3, 40])
def test_a_fixed_number_of_queries_however_many_may(client, city, count, django_assert_max_num_queries):
    elder = a_person("冯国强", territory=city["五山街道"])
    for number in range(count):
        holding(a_person(f"窗口{number}"), "counter_clerk", territory=city["天河区"])
    client.force_login(elder)
    with django_assert_max_num_queries(18):
        answer = client.get(f"/roles/who-sees/person/{elder.public_id}/")
    assert bool(answer.context["page"].next_cursor) is (count > 25)
