"""Pages of people: for staff as far as their right reaches, for residents themselves."""

from __future__ import annotations

import pytest
from django.urls import reverse

from city.situations import a_person
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


def test_a_resident_sees_themselves_and_nobody_else(resident_client, city):
    other = a_person("别人", territory=city["五山街道"])
    oneself = Person.objects.get(name="路人")
    assert resident_client.get(f"/people/{oneself.public_id}/").status_code == 200
    assert resident_client.get(f"/people/{other.public_id}/").status_code == 404
    assert resident_client.get("/people/").status_code == 403
    assert resident_client.get(f"/people/{oneself.public_id}/name/").status_code == 403


def test_an_operator_opens_an_account_that_can_sign_in(operator_client, client, city):
    sent = {
        "public_id": str(uuid7()), "name": "买买提•吐尔逊", "sign_in_name": "Mai.Tu",
        "password": "trees and rivers", "territory": city["五山街道"].code, "birth_year": "1958", "reason": "柜台开户",
    }  # fmt: skip
    assert operator_client.post("/people/new/", sent).status_code == 302
    made = Person.objects.get(sign_in_name="mai.tu")
    assert (made.name, made.territory) == ("买买提·吐尔逊", city["五山街道"])
    client.logout()
    answer = client.post("/sign-in/", {"login": "MAI.tu", "password": "trees and rivers"})
    assert answer.status_code == 302
    assert answer.url == reverse("desk:home")


def test_a_weak_password_is_told_at_its_field(operator_client):
    answer = operator_client.post(
        "/people/new/", {"name": "陈", "sign_in_name": "chen", "password": "12345678", "reason": "开户"}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["password"]


def test_name_facts_password_and_sign_in_change_with_a_reason(operator_client, city):
    person = a_person("陈一", territory=city["五山街道"])
    base = f"/people/{person.public_id}"
    assert operator_client.post(f"{base}/name/", {"name": "陈二", "reason": "更名"}).status_code == 302
    facts = {"birth_year": "1960", "territory": city["员村街道"].code, "reason": "搬家"}
    assert operator_client.post(f"{base}/facts/", facts).status_code == 302
    password = {"password": "trees and rivers", "reason": "忘记"}
    assert operator_client.post(f"{base}/password/", password).status_code == 302
    assert operator_client.post(f"{base}/sign-in/", {"reason": "离开"}).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.birth_year, person.is_active) == ("陈二", 1960, False)
    assert person.check_password("trees and rivers")
    page = operator_client.get(f"{base}/").content.decode()
    assert "搬家" in page
    assert operator_client.post(f"{base}/name/", {"name": "陈三", "reason": ""}).status_code == 422


def test_pages_with_people_are_kept_by_no_cache(operator_client):
    assert "no-store" in operator_client.get("/people/")["Cache-Control"]


def test_the_list_takes_a_fixed_number_of_queries(operator_client, city, django_assert_max_num_queries):
    for _number in range(30):
        a_person(territory=city["五山街道"])
    with django_assert_max_num_queries(12):
        operator_client.get("/people/")
