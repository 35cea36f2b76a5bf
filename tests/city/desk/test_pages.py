"""Landing after sign-in, capacities, and the operator's day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from city.realname.numbers import a_number, claimed
from city.situations import TODAY, a_job, a_person, an_organisation, holding
from xuecheng.city import clock
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import RoutineRun
from xuecheng.city.mydata import services as mydata
from xuecheng.city.people import duplicates
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory

pytestmark = pytest.mark.django_db


def test_each_lands_at_the_home_of_their_capacity_and_can_switch(client, city, college):
    person = a_person("两职")
    operator = holding(person, "operator", territory=city["广州市"])
    registrar = holding(person, "registrar", organisation=college)
    client.force_login(person)
    assert client.get("/home/").url == reverse("desk:show_today")
    client.post("/capacity/", {"capacity": str(registrar.public_id)})
    assert client.session["capacity"] == str(registrar.public_id)
    client.post("/capacity/", {"capacity": str(operator.public_id)})
    assert client.get("/home/").url == reverse("desk:show_today")
    client.post("/capacity/", {"capacity": "resident"})
    assert client.get("/home/").url != reverse("desk:show_today")
    assert client.get("/roles/").status_code == 200


def test_a_capacity_of_somebody_else_changes_nothing(resident_client, college):
    other = holding(a_person(), "registrar", organisation=college)
    resident_client.post("/capacity/", {"capacity": str(other.public_id)})
    assert "capacity" not in resident_client.session


def test_the_operators_day_tells_what_waits(operator_client, city, college):
    a_job(state="failed", result={"fault": "J1-3"}, organisation=college)
    held = holding(a_person("快到期"), "registrar", organisation=college)
    RoleHolding.objects.filter(pk=held.pk).update(during=(TODAY, clock.today() + timedelta(days=5)))
    Territory.objects.filter(pk=city["从化区"].pk).update(is_current=False)
    an_organisation(city["从化区"], kind="library", name_zh="被撤并的图书馆")
    page = operator_client.get("/today/").content.decode()
    for told in ("写入名单", "快到期", "被撤并的图书馆"):
        assert told in page


def test_a_day_with_nothing_waiting_says_so(operator_client):
    now = clock.now()
    from xuecheng.city.jobs.registry import ROUTINES

    RoutineRun.objects.bulk_create(RoutineRun(name=name, ran_for=now, began_at=now, ended_at=now) for name in ROUTINES)
    answer = operator_client.get("/today/")
    assert answer.context["waiting"].count() == 0


def test_a_district_operator_is_told_of_their_district_only(client, city, college):
    person = a_person()
    holding(person, "operator", territory=city["从化区"])
    a_job(state="failed", result={"fault": "J1-3"}, organisation=college)
    client.force_login(person)
    assert "写入名单" not in client.get("/today/").content.decode()


def test_it_takes_a_fixed_number_of_queries(operator_client, city, college, django_assert_max_num_queries):
    for _number in range(10):
        a_job(state="failed", result={"fault": "J1-3"}, organisation=college)
    with django_assert_max_num_queries(19):
        operator_client.get("/today/")


def test_others_are_denied(resident_client):
    assert resident_client.get("/today/").status_code == 403


def test_the_counter_is_told_what_waits_and_what_people_come_for(client, city):
    clerk = a_person("窗口员")
    holding(clerk, "counter_clerk", territory=city["广州市"])
    client.force_login(clerk)
    assert client.get("/home/").url == reverse("desk:show_counter")
    page = client.get(reverse("desk:show_counter"))
    assert page.context["waiting"].count() == 0
    assert reverse("identity:open_at_counter") in page.content.decode()

    pair = [a_person("梁美玲", territory=city["五山街道"]) for _number in range(2)]
    Person.objects.filter(pk__in=[one.pk for one in pair]).update(birth_year=1958)
    pair[0].refresh_from_db()
    duplicates.find_for(pair[0], at=clock.now())
    claimed(standing_of(clerk, today=clock.today()), pair[0], a_number())
    waiting = client.get(reverse("desk:show_counter")).context["waiting"]
    assert (waiting.documents, waiting.duplicates, waiting.erasures) == (1, 1, 0)


def test_another_districts_counter_is_told_of_nothing(client, city):
    clerk = a_person("从化窗口员")
    holding(clerk, "counter_clerk", territory=city["从化区"])
    elsewhere = a_person("市窗口员")
    holding(elsewhere, "counter_clerk", territory=city["广州市"])
    person = a_person("梁美玲", territory=city["五山街道"])
    claimed(standing_of(elsewhere, today=clock.today()), person, a_number())
    client.force_login(clerk)
    assert client.get(reverse("desk:show_counter")).context["waiting"].count() == 0


def test_who_protects_data_is_told_of_requests(client, city):
    officer, asker = a_person("护数员"), a_person("问的人", territory=city["五山街道"])
    holding(officer, "data_protection_officer", territory=city["广州市"])
    mydata.ask(
        actor=Standing(person=asker), public_id=uuid7(), kind="explain", words="为什么有我的出生年份", at=clock.now()
    )
    client.force_login(officer)
    assert client.get("/home/").url == reverse("desk:show_today")
    page = client.get("/today/")
    assert page.context["waiting"].requests == 1
    assert reverse("mydata:list_requests") in page.content.decode()


def test_the_counters_day_takes_a_fixed_number_of_queries(client, city, django_assert_max_num_queries):
    clerk = a_person("窗口员")
    holding(clerk, "counter_clerk", territory=city["广州市"])
    client.force_login(clerk)
    with django_assert_max_num_queries(12):
        client.get(reverse("desk:show_counter"))
