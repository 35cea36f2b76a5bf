"""Landing after sign-in, capacities, and the operator's day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from city.situations import TODAY, a_job, a_person, an_organisation, holding
from xuecheng.city import clock
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.jobs.models import RoutineRun
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
