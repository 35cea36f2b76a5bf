"""A person with several roles acts in one of them at a time, and the trace says in which."""

from __future__ import annotations

import pytest

from city.situations import a_person, an_organisation, holding, small_city
from xuecheng.city import trace
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def both(client, city):
    """A registrar of two colleges who is an operator of the city too."""
    person = a_person("多面手")
    first = holding(person, "registrar", organisation=an_organisation(city["天河区"], name_zh="甲学院"))
    second = holding(person, "registrar", organisation=an_organisation(city["从化区"], name_zh="乙学院"))
    third = holding(person, "operator", territory=city["广州市"])
    client.force_login(person)
    return client, first, second, third


def act_in(client, holding_or_resident):
    key = holding_or_resident if isinstance(holding_or_resident, str) else str(holding_or_resident.public_id)
    return client.post("/capacity/", {"capacity": key})


def test_only_the_chosen_role_allows(both):
    client, first, _second, third = both
    assert client.get("/records/").status_code == 200
    assert client.get("/organisations/new/").status_code == 403
    act_in(client, third)
    assert client.get("/organisations/new/").status_code == 200
    assert client.get("/records/").status_code == 403
    act_in(client, "resident")
    for path in ("/records/", "/organisations/new/"):
        assert client.get(path).status_code == 403
    act_in(client, first)
    assert client.get("/records/").status_code == 200


def test_a_page_that_is_shut_offers_the_role_that_opens_it(both):
    client, _first, _second, third = both
    answer = client.get("/organisations/new/")
    assert answer.status_code == 403
    assert str(third.public_id) in answer.content.decode()
    client.force_login(a_person())
    assert client.get("/organisations/new/").context["other_roles"] == []


def test_what_is_done_is_kept_as_done_in_that_role(both, city):
    client, _first, _second, third = both
    act_in(client, third)
    elder = a_person("冯国强", territory=city["五山街道"])
    sent = {"name": "冯国强", "reason": "照旧"} | {"name": "冯国壮"}
    assert client.post(f"/people/{elder.public_id}/name/", sent).status_code == 302
    entry = trace.history_of(Person.objects.get(pk=elder.pk))[0]
    assert entry.by_name == "多面手"
    assert entry.role
    assert entry.place == "广州市"


def test_somebody_elses_role_is_not_taken(both, city):
    client, *_own = both
    foreign = holding(a_person("别人"), "counter_clerk", territory=city["广州市"])
    act_in(client, foreign)
    assert client.get("/records/").status_code == 200, "the first of one's own goes on"
