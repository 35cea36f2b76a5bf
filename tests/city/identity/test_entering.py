"""Signing in and signing up by a code, by a slip, by a password with phone or e-mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from city.identity.conftest import SECRET, has_contact
from city.situations import a_person, forget_what_is_kept
from xuecheng.city import clock, trace
from xuecheng.city.identity.models import Challenge, ContactPoint, OpenSession, SignInTry
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


def told(**more):
    return {"public_id": str(uuid7()), "name": "陈惠芬", "birth_year": "1958", "territory": ""} | more


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_somebody_new_signs_up_with_a_phone_number(door, client, city):
    assert door.post(client, "account_signup", {"address": "138 0013 8000"}).url == reverse("identity:give_code")
    page = client.get(reverse("identity:give_code")).content.decode()
    assert "138****8000" in page
    assert PHONE not in page
    assert door.give(client, door.newest_code()).url == reverse("identity:tell_name")
    answer = door.post(client, "identity:tell_name", told(territory=city["五山街道"].code))
    assert answer.url == reverse("identity:welcome")
    person = Person.objects.get(name="陈惠芬")
    assert signed_in(client) == str(person.pk)
    assert (person.birth_year, person.territory) == (1958, city["五山街道"])
    assert [one.shown for one in person.contact_points.all()] == ["138****8000"]
    assert LearningAccount.objects.filter(person=person).count() == 1
    entry = trace.history_of(person)[0]
    assert (entry.by_name, entry.what) == ("陈惠芬", "insert")
    assert client.get(reverse("identity:welcome")).status_code == 200
    assert client.get(reverse("desk:home")).status_code == 302


def test_an_email_address_does_as_well_and_only_the_name_is_needed(door, client):
    door.sign_in(client, "Chen@Example.com")
    door.post(client, "identity:tell_name", told(birth_year=""))
    assert Person.objects.get(name="陈惠芬").contact_points.get().kind == "email"


def test_who_has_an_account_is_let_in_by_the_same_way(door, client, elder):
    answer = door.sign_in(client, "+86 138-0013-8000")
    assert answer.url == reverse("desk:home")
    assert signed_in(client) == str(elder.pk)
    newest = SignInTry.objects.get(person=elder)
    assert (newest.way, newest.worked) == ("code", True)


def test_sending_the_name_twice_opens_one_account(door, client):
    door.ask(client, PHONE)
    door.give(client, door.newest_code())
    sent, before = told(), dict(client.cookies)
    door.post(client, "identity:tell_name", sent)
    assert before
    challenge = Challenge.objects.get()
    assert challenge.person == Person.objects.get(name="陈惠芬")
    assert Person.objects.filter(name="陈惠芬").count() == 1


def test_a_wrong_name_is_told_and_the_proof_is_not_lost(door, client):
    door.sign_in(client, PHONE)
    answer = door.post(client, "identity:tell_name", told(name="王5"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["name"]
    answer = door.post(client, "identity:tell_name", told(birth_year="1800"))
    assert list(answer.context["form"].errors) == ["birth_year"]
    assert door.post(client, "identity:tell_name", told()).status_code == 302


def test_without_a_code_there_is_no_name_to_tell(door, client):
    assert client.get(reverse("identity:tell_name")).url == reverse("account_signup")
    door.ask(client, PHONE)
    assert client.get(reverse("identity:tell_name")).url == reverse("account_signup")
    assert door.post(client, "identity:tell_name", told()).status_code == 422
    assert not Person.objects.filter(name="陈惠芬").exists()


def test_half_an_hour_later_the_proof_is_over(door, client):
    with time_machine.travel(clock.now()) as traveller:
        door.sign_in(client, PHONE)
        traveller.shift(timedelta(minutes=30))
        answer = door.post(client, "identity:tell_name", told())
    assert answer.status_code == 422
    assert not Person.objects.filter(name="陈惠芬").exists()


def test_an_address_that_somebody_took_meanwhile_is_refused(door, client, city):
    door.sign_in(client, PHONE)
    has_contact(a_person("别人"), PHONE)
    assert door.post(client, "identity:tell_name", told()).status_code == 422
    assert not Person.objects.filter(name="陈惠芬").exists()
    assert ContactPoint.objects.count() == 1


def test_a_wrong_address_or_code_is_told_at_its_field(door, client):
    answer = door.ask(client, "12345")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["address"])
    door.ask(client, PHONE)
    code = door.newest_code()
    answer = door.give(client, f"{(int(code) + 1) % 10**6:06}")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["code"])


def test_a_closed_account_is_told_so_after_the_code(door, client, elder):
    Person.objects.filter(pk=elder.pk).update(is_active=False)
    assert door.sign_in(client, PHONE).url == reverse("account_inactive")
    assert signed_in(client) is None


@pytest.mark.parametrize("login", ["138 0013 8000", "+8613800138000", "chen@EXAMPLE.com", "sign-in name"])
def test_a_password_goes_with_phone_email_or_name(door, client, elder, login):
    has_contact(elder, "chen@example.com")
    elder.set_password(SECRET)
    elder.save()
    sent = {"login": elder.sign_in_name if login == "sign-in name" else login, "password": SECRET}
    assert client.post("/sign-in/", sent).status_code == 302
    assert signed_in(client) == str(elder.pk)
    assert OpenSession.objects.get(person=elder).way == "password"


def test_it_leads_back_to_where_one_wanted_to_go(door, client, elder):
    client.get(f"{reverse('identity:ask_code')}?next=/people/")
    door.post(client, "identity:ask_code", {"address": PHONE, "next": "/jobs/"})
    assert door.give(client, door.newest_code()).url == "/jobs/"


def test_who_is_in_already_needs_no_door(door, resident_client):
    for name in ("identity:ask_code", "account_signup", "identity:give_start_code"):
        assert resident_client.get(reverse(name)).status_code == 302


class TestInbox:
    """The demonstration's inbox shows what this browser asked for, and stands nowhere else."""

    def test_it_is_nowhere_but_in_the_demonstration(self, door, client):
        door.ask(client, PHONE)
        assert client.get(reverse("identity:show_outbox")).status_code == 404

    def test_it_shows_ones_own_messages_only(self, door, client, city):
        from xuecheng.city.territories.models import Installation

        Installation.objects.update_or_create(defaults={"city": city["广州市"], "is_demonstration": True})
        forget_what_is_kept()
        door.ask(client, PHONE)
        page = client.get(reverse("identity:show_outbox")).content.decode()
        assert door.newest_code() in page
        assert PHONE not in page
        assert door.newest_code() not in Client().get(reverse("identity:show_outbox")).content.decode()
