"""A sensitive role needs two people: proposed by one, approved by another, neither of them who gets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import TODAY, a_person, a_registrar, a_stranger, an_operator, an_organisation, holding, small_city
from xuecheng.city import trace
from xuecheng.city.access import queries, services
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def proposer(city):
    return an_operator(city["广州市"], name="提出人")


@pytest.fixture
def approver(city):
    return an_operator(city["广州市"], name="批准人")


def propose(proposer, person, city, **more):
    wished = {
        "actor": proposer,
        "public_id": uuid7(),
        "person": person,
        "role": "certification_officer",
        "territory": city["天河区"],
        "begins_on": TODAY,
        "reason": "任命书〔2026〕9号",
    } | more
    return services.grant_role(**wished)


def decide(act, actor, made, today=TODAY):
    return act(actor=actor, holding=made, today=today, reason="核对过")


def test_it_counts_only_once_another_operator_approved_it(proposer, approver, city):
    person = a_person()
    made = propose(proposer, person, city)
    assert standing_of(person, today=TODAY).holdings == ()
    decide(services.approve_holding, approver, made)
    assert [one.role for one in standing_of(person, today=TODAY).holdings] == ["certification_officer"]
    approved, proposed = trace.history_of(made)
    assert (proposed.by_name, approved.by_name, approved.why) == ("提出人", "批准人", "核对过")


def test_an_ordinary_role_counts_at_once(proposer, city):
    person = a_person()
    college = an_organisation(city["天河区"])
    propose(proposer, person, city, role="registrar", organisation=college, territory=None)
    assert standing_of(person, today=TODAY).holdings


def test_it_was_not_held_before_it_was_approved(proposer, approver, city):
    person = a_person()
    made = propose(proposer, person, city, begins_on=TODAY - 10 * DAY)
    decide(services.approve_holding, approver, made)
    assert not standing_of(person, today=TODAY - DAY).holdings
    assert standing_of(person, today=TODAY).holdings


def test_neither_proposer_nor_receiver_approves_not_even_in_the_database(proposer, city):
    receiver = a_person("得到者")
    holding(receiver, "operator", territory=city["广州市"])
    made = propose(proposer, receiver, city)
    for actor in (proposer, standing_of(receiver, today=TODAY)):
        with pytest.raises(services.DecidedByAnother):
            decide(services.approve_holding, actor, made)
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleHolding.objects.filter(pk=made.pk).update(decided_by=actor.person.pk, state="approved")


def test_only_an_operator_over_that_place_decides(proposer, city):
    made = propose(proposer, a_person(), city)
    college = an_organisation(city["天河区"])
    for actor in (a_stranger(), a_registrar(college), an_operator(city["从化区"], name="从化运维")):
        for act in (services.approve_holding, services.refuse_holding):
            with pytest.raises(services.Denied):
                decide(act, actor, made)


def test_it_is_decided_once(proposer, approver, city):
    person = a_person()
    made = propose(proposer, person, city)
    decide(services.refuse_holding, approver, made)
    for act in (services.approve_holding, services.refuse_holding):
        with pytest.raises(services.AlreadyDecided):
            decide(act, approver, made)
    assert not standing_of(person, today=TODAY).holdings
    # What was refused stands in nobody's way.
    assert propose(proposer, person, city)


def test_a_proposal_whose_time_is_over_is_not_approved(proposer, approver, city):
    made = propose(proposer, a_person(), city, ends_on=TODAY + 5 * DAY)
    with pytest.raises(services.RoleHasEndedMeanwhile):
        decide(services.approve_holding, approver, made, today=TODAY + 5 * DAY)
    assert decide(services.approve_holding, approver, made, today=TODAY + 4 * DAY).state == "approved"


def test_each_operator_sees_what_waits_where_they_may_approve(proposer, approver, city):
    made = propose(proposer, a_person(), city)
    assert list(queries.proposed(approver)) == [made]
    assert list(queries.proposed(an_operator(city["从化区"], name="从化运维"))) == []
    assert list(queries.proposed(a_stranger())) == []


def test_the_command_line_of_the_owner_needs_no_second(city):
    person = a_person()
    propose(None, person, city, role="operator", territory=city["广州市"])
    assert standing_of(person, today=TODAY).holdings


def test_pages_propose_and_decide(client, proposer, approver, city):
    person = a_person("新认证员")
    client.force_login(proposer.person)
    sent = {"person": person.sign_in_name, "role": "certification_officer", "begins_on": "2026-01-01", "reason": "任命"}
    assert client.post(f"/roles/over/{city['天河区'].code}/grant/", sent).status_code == 302
    made = RoleHolding.objects.get(person=person)
    assert made.state == "proposed"
    page = client.get(f"/roles/{made.public_id}/decide/").content.decode()
    assert 'name="decision"' not in page, "who proposed it gets no form"
    answer = {"decision": "approve", "reason": "同意"}
    assert client.post(f"/roles/{made.public_id}/decide/", answer).status_code == 422
    client.force_login(approver.person)
    assert "新认证员" in client.get("/roles/waiting/").content.decode()
    assert client.get("/today/").status_code == 200
    assert client.post(f"/roles/{made.public_id}/decide/", answer).status_code == 302
    assert RoleHolding.objects.get(pk=made.pk).state == "approved"
