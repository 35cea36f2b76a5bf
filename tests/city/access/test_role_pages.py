"""Pages of the catalogue of roles: what each may do, a draft, another operator's decision, what ends soon."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.situations import a_person, an_operator, an_organisation, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access.models import Role, RoleHolding, RoleVersion
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def two(client, city):
    return client, an_operator(city["广州市"], name="起草人").person, an_operator(city["广州市"], name="批准人").person


def test_a_role_is_drafted_by_one_and_approved_by_another(two):
    client, drafter, approver = two
    client.force_login(drafter)
    assert client.get("/roles/catalogue/").status_code == 200
    page = client.get("/roles/catalogue/registrar/draft/")
    form = page.context["form"]
    acts = [act for act in form.initial["acts"] if act != "records.enter_record"]
    sent = {"public_id": str(form.initial["public_id"]), "acts": acts, "reason": "先收窄"}
    assert client.post("/roles/catalogue/registrar/draft/", sent | {"reason": ""}).status_code == 422
    for _time in range(2):
        assert client.post("/roles/catalogue/registrar/draft/", sent).status_code == 302
    version = RoleVersion.objects.get(state="draft")
    address = f"/roles/drafts/{version.public_id}/"
    answer = {"decision": "approve", "begins_on": str(clock.today()), "reason": "同意"}
    assert 'name="decision"' not in client.get(address).content.decode(), "who drafted it gets no form"
    assert client.post(address, answer).status_code == 422
    client.force_login(approver)
    assert "起草人" in client.get("/roles/waiting/").content.decode()
    assert client.post(address, answer).status_code == 302
    version.refresh_from_db()
    assert version.state == "approved"
    shown = client.get("/roles/catalogue/registrar/")
    assert len(shown.context["versions"]) == 2
    assert "<del>" in shown.content.decode()


def test_a_role_of_ones_own_is_made_and_can_then_be_granted(two, city):
    client, drafter, approver = two
    client.force_login(drafter)
    made = {
        "name_zh": "图书员",
        "name_en": "Librarian",
        "code": "librarian",
        "held_at": "organisation",
        "reason": "需要",
    }
    assert client.post("/roles/catalogue/new/", made | {"code": "No Code"}).status_code == 422
    assert client.post("/roles/catalogue/new/", made).url == "/roles/catalogue/librarian/draft/"
    college = an_organisation(city["天河区"])
    grant = f"/roles/at/{college.code}/grant/"
    assert "librarian" not in client.get(grant).content.decode(), "what may do nothing is not offered"
    sent = {"public_id": str(uuid7()), "acts": ["records.see_record"], "reason": "看记录"}
    assert client.post("/roles/catalogue/librarian/draft/", sent).status_code == 302
    client.force_login(approver)
    version = Role.objects.get(code="librarian").versions.get()
    answer = {"decision": "approve", "begins_on": str(clock.today()), "reason": "同意"}
    assert client.post(f"/roles/drafts/{version.public_id}/", answer).status_code == 302
    assert "librarian" in client.get(grant).content.decode()


def test_a_role_that_is_no_longer_granted_is_shown_to_holders_by_its_name(two, city):
    client, drafter, _approver = two
    person = a_person("旧")
    RoleHolding.objects.create(
        person=person,
        role="abolished",
        organisation=an_organisation(city["天河区"]),
        during=(clock.today(), None),
        reason="旧",
    )
    client.force_login(person)
    assert "abolished" in client.get("/roles/").content.decode()
    client.force_login(drafter)
    assert client.get("/roles/catalogue/abolished/").status_code == 404


def test_what_ends_soon_is_listed_where_one_may_see_roles(two, city):
    client, _drafter, _approver = two
    near, far = a_person("近的"), a_person("远的")
    for person, place, days in ((near, "天河区", 10), (far, "天河区", 100), (a_person("从化的"), "从化区", 10)):
        held = holding(person, "counter_clerk", territory=city[place])
        RoleHolding.objects.filter(pk=held.pk).update(during=(clock.today(), clock.today() + timedelta(days=days)))
    client.force_login(an_operator(city["天河区"], name="天河运维").person)
    page = client.get("/roles/expiring/").content.decode()
    assert "近的" in page
    assert "远的" not in page
    assert "从化的" not in page
    table = b"".join(client.get("/roles/expiring.csv").streaming_content).decode()
    assert "近的" in table
    assert "从化的" not in table


def test_roles_of_a_person_are_those_one_may_see(two, city):
    client, _drafter, _approver = two
    person = a_person("两处")
    here, there = an_organisation(city["天河区"], name_zh="甲学院"), an_organisation(city["从化区"], name_zh="乙学院")
    for place in (here, there):
        holding(person, "registrar", organisation=place)
    client.force_login(an_operator(city["天河区"], name="天河运维").person)
    page = client.get(f"/roles/of/{person.public_id}/").content.decode()
    assert "甲学院" in page
    assert "乙学院" not in page
