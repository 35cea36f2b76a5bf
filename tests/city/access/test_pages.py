"""Pages of roles: granting, ending, one's own."""

from __future__ import annotations

from datetime import date

import pytest

from city.situations import a_person, an_organisation, holding
from xuecheng.city import clock
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


def test_an_operator_grants_and_ends_with_a_reason(operator_client, college):
    person = a_person("梁登记")
    sent = {
        "public_id": str(uuid7()), "person": person.sign_in_name.upper(), "role": "registrar",
        "begins_on": "2026-01-01", "reason": "任命书〔2026〕1号",
    }  # fmt: skip
    for _time in range(2):
        assert operator_client.post(f"/roles/at/{college.code}/grant/", sent).status_code == 302
    made = RoleHolding.objects.get(person=person)
    page = operator_client.get(f"/roles/at/{college.code}/").content.decode()
    assert "梁登记" in page
    assert "任命书〔2026〕1号" in page
    answer = operator_client.post(f"/roles/{made.public_id}/end/", {"on": str(clock.today()), "reason": "调离"})
    assert answer.status_code == 302
    assert "梁登记" in operator_client.get(f"/roles/of/{person.public_id}/").content.decode()


def test_roles_over_a_territory_are_granted_there(operator_client, city):
    person = a_person()
    sent = {"person": person.sign_in_name, "role": "operator", "begins_on": "2026-01-01", "reason": "任命"}
    assert operator_client.post(f"/roles/over/{city['天河区'].code}/grant/", sent).status_code == 302
    assert operator_client.get(f"/roles/over/{city['天河区'].code}/").status_code == 200
    # At an organisation the same role is not even offered.
    college = an_organisation(city["天河区"])
    assert operator_client.post(f"/roles/at/{college.code}/grant/", sent).status_code == 422


def test_what_is_refused_is_told(operator_client, college):
    sent = {"role": "registrar", "begins_on": "2026-01-01", "reason": "任命"}
    answer = operator_client.post(f"/roles/at/{college.code}/grant/", sent | {"person": "nobody-at-all"})
    assert list(answer.context["form"].errors) == ["person"]
    oneself = Person.objects.get(name="何运维")
    answer = operator_client.post(f"/roles/at/{college.code}/grant/", sent | {"person": oneself.sign_in_name})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["person"])


def test_a_resident_sees_only_that_they_hold_none(resident_client, college):
    assert resident_client.get("/roles/").status_code == 200
    for path in (f"at/{college.code}/", f"at/{college.code}/grant/", f"over/{college.territory.code}/"):
        assert resident_client.get(f"/roles/{path}").status_code == 403
    other = a_person()
    assert resident_client.get(f"/roles/of/{other.public_id}/").status_code == 404


def test_a_role_that_ends_is_lost_at_once_in_an_open_session(client, college):
    person = a_person()
    held = holding(person, "operator", territory=college.territory)
    client.force_login(person)
    assert client.get("/people/").status_code == 200
    RoleHolding.objects.filter(pk=held.pk).update(during=(date(2020, 1, 1), clock.today()))
    assert client.get("/people/").status_code == 403
