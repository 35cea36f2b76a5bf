"""At the counter: a slip for an elder without a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from city.identity.conftest import SECRET, has_contact
from city.situations import TODAY, a_person, a_registrar, a_stranger, an_operator, an_organisation, holding
from xuecheng.city import clock, rights, trace
from xuecheng.city.identity.models import StartCode
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import accounts
from xuecheng.city.ids import uuid7
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import LearningAccount

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def counter(city):
    college = an_organisation(city["天河区"])
    return {
        "place": Scope(organisation_id=college.pk, territory_path=college.territory.path),
        "registrar": a_registrar(college),
        "elsewhere": a_registrar(an_organisation(city["街口街道"])),
        "operator": an_operator(city["广州市"]),
        "street": city["五山街道"],
    }


def an_elder(counter, **more):
    return replace(
        accounts.NewResident(
            public_id=uuid7(), name="何阿婆", birth_year=1948, territory=counter["street"], language="zh-hans"
        ),
        **more,
    )


def open_at(counter, actor="registrar", resident=None, at=NOW):
    return accounts.open_at_counter(
        actor=counter[actor], at_place=counter["place"], resident=resident or an_elder(counter), reason="看过身份证",
        at=at, today=TODAY,
    )  # fmt: skip


def enter(slip, code=None, at=NOW, client="203.0.113.7"):
    return accounts.enter_by_start_code(
        sign_in_name=slip.person.sign_in_name, code=code or slip.code, client=client, at=at
    )


def test_a_registrar_opens_an_account_and_the_slip_lets_in_once(door, counter):
    slip = open_at(counter)
    assert LearningAccount.objects.filter(person=slip.person).exists()
    assert trace.history_of(slip.person)[0].why == "看过身份证"
    assert enter(slip) == slip.person
    with pytest.raises(law.StartCodeWrong):
        enter(slip)


def test_the_code_stands_nowhere(door, counter):
    slip = open_at(counter)
    assert slip.code.replace(" ", "") not in str(StartCode.objects.values().get())


def test_another_college_a_stranger_and_a_district_elsewhere_are_denied(door, counter, city):
    counter["stranger"] = a_stranger()
    counter["district"] = an_operator(city["从化区"])
    for actor in ("elsewhere", "stranger", "district"):
        with pytest.raises(rights.Denied):
            open_at(counter, actor)
    assert not Person.objects.filter(name="何阿婆").exists()


def test_sent_twice_it_is_one_account_and_the_newer_slip_counts(door, counter):
    resident = an_elder(counter)
    first, second = open_at(counter, resident=resident), open_at(counter, resident=resident)
    assert first.person == second.person
    with pytest.raises(law.StartCodeWrong):
        enter(first)
    assert enter(second)
    with pytest.raises(FormUsedBefore):
        open_at(counter, resident=resident)


def test_the_id_of_a_form_opens_no_account_that_is_there_already(door, counter):
    victim = a_person("何阿婆", territory=counter["street"])
    with pytest.raises(FormUsedBefore):
        open_at(counter, resident=an_elder(counter, public_id=victim.public_id))


def test_five_wrong_codes_and_the_slip_is_worth_nothing(door, counter):
    slip = open_at(counter)
    for _try in range(5):
        with pytest.raises(law.StartCodeWrong):
            enter(slip, code="00000000")
    with pytest.raises(law.StartCodeWrong):
        enter(slip)


@pytest.mark.parametrize(
    ("after", "counts"),
    [(law.START_LIFE - timedelta(seconds=1), True), (law.START_LIFE, False), (-timedelta(hours=1), False)],
)
def test_it_counts_for_two_weeks(door, counter, after, counts):
    slip = open_at(counter)
    if counts:
        assert enter(slip, at=NOW + after)
    else:
        with pytest.raises(law.StartCodeWrong):
            enter(slip, at=NOW + after)


def test_names_that_nobody_has_are_slowed_down_too(door):
    for _try in range(10):
        with pytest.raises(law.StartCodeWrong):
            accounts.enter_by_start_code(sign_in_name="nobody", code="1", client="203.0.113.7", at=NOW)
    with pytest.raises(law.TooManyTries):
        accounts.enter_by_start_code(sign_in_name="nobody", code="1", client="203.0.113.9", at=NOW)


def test_a_new_slip_is_made_for_who_has_no_other_way(door, counter):
    person = a_person(territory=counter["street"])
    slip = accounts.give_start_code(actor=counter["operator"], person=person, reason="纸条丢了", at=NOW)
    assert enter(slip) == person
    with pytest.raises(rights.Denied):
        accounts.give_start_code(actor=counter["registrar"], person=person, reason="纸条丢了", at=NOW)


def test_nobody_makes_a_slip_for_themselves(door, counter):
    with pytest.raises(people.OwnSignInKept):
        accounts.give_start_code(actor=counter["operator"], person=counter["operator"].person, reason="x", at=NOW)


def test_who_has_ways_of_their_own_gets_no_slip_and_no_password_from_one_of_the_staff(door, counter):
    person = a_person(territory=counter["street"])
    has_contact(person, "13800138000")
    with pytest.raises(accounts.RecoversElsewhere):
        accounts.give_start_code(actor=counter["operator"], person=person, reason="x", at=NOW)
    with pytest.raises(accounts.RecoversElsewhere):
        people.set_password(actor=counter["operator"], person=person, password=SECRET, reason="x")


def test_a_closed_account_is_not_entered(door, counter):
    slip = open_at(counter)
    people.close_sign_in(actor=counter["operator"], person=slip.person, reason="x")
    with pytest.raises(law.StartCodeWrong):
        enter(slip)


def test_on_pages_from_the_counter_to_the_elders_own_password(door, counter, client):
    """An elder without a phone: opened by staff, entered with the slip, a password chosen."""
    client.force_login(Person.objects.get(public_id=counter["registrar"].person.public_id))
    assert client.get(reverse("identity:open_at_counter")).status_code == 200
    sent = {
        "public_id": str(uuid7()), "name": "何阿婆", "birth_year": "1948", "territory": counter["street"].code,
        "reason": "看过身份证",
    }  # fmt: skip
    page = client.post(reverse("identity:open_at_counter"), sent)
    slip = page.context["slip"]
    assert slip.code in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    elders = Client()
    answer = elders.post(
        reverse("identity:give_start_code"), {"sign_in_name": slip.person.sign_in_name, "code": slip.code}
    )
    assert answer.url == reverse("identity:welcome")
    assert "启用码已经用掉了" in elders.get(answer.url).content.decode()
    answer = elders.post(reverse("identity:choose_password"), {"password": SECRET})
    assert answer.url == reverse("identity:show_security")
    again = Client()
    again.post("/sign-in/", {"login": slip.person.sign_in_name, "password": SECRET})
    assert again.get(reverse("identity:show_security")).status_code == 200


@pytest.mark.parametrize("residence", ["五山街道", "街口街道", None])
def test_a_counter_clerk_opens_accounts_for_whoever_comes_to_the_counter(door, city, client, residence):
    """The district is that of the counter: an elder of another one, or who names none, is served too."""
    clerk = a_person("麦窗口")
    holding(clerk, "counter_clerk", territory=city["天河区"])
    client.force_login(clerk)
    answer = client.post(
        reverse("identity:open_at_counter"),
        {
            "public_id": str(uuid7()), "name": "何阿婆", "birth_year": "",
            "territory": city[residence].code if residence else "", "reason": "看过身份证",
        },
    )  # fmt: skip
    assert answer.status_code == 200
    assert enter(answer.context["slip"], at=clock.now()).name == "何阿婆"


def test_a_missing_document_and_a_wrong_name_are_told(door, counter, client):
    client.force_login(Person.objects.get(public_id=counter["registrar"].person.public_id))
    answer = client.post(
        reverse("identity:open_at_counter"), {"public_id": str(uuid7()), "name": "王5", "reason": "证"}
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    answer = client.post(reverse("identity:open_at_counter"), {"public_id": str(uuid7()), "name": "王五"})
    assert list(answer.context["form"].errors) == ["reason"]
