"""“Sign-in and security”: contact points, password, sessions, each with a fresh proof where it could be abused."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from city.identity.conftest import ASKER, SECRET, ask, has_contact
from city.situations import a_person, an_operator
from city.test_races import at_once
from xuecheng.city import clock, trace
from xuecheng.city.identity import queries
from xuecheng.city.identity.models import Challenge, ContactPoint, OpenSession
from xuecheng.city.identity.services import codes, contacts
from xuecheng.city.people import services as people

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "13800138000", "chen@example.com"
ADD = Challenge.Purpose.ADD


@pytest.fixture
def own(door, elder):
    """The elder's browser, signed in just now with a password."""
    client = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"})
    door.prove(client, elder)
    return client


def password_again(client, password=SECRET):
    return client.post(reverse("account_reauthenticate"), {"way": "password", "password": password})


class TestContactPoints:
    def test_an_email_address_is_added_with_its_code_and_the_phone_is_told(self, door, elder, own):
        assert door.post(own, "identity:add_contact", {"address": EMAIL}).url == reverse("identity:confirm_contact")
        answer = door.post(own, "identity:confirm_contact", {"code": door.newest_code()})
        assert answer.url == reverse("identity:show_security")
        assert {one.shown for one in elder.contact_points.all()} == {"138****8000", "c***@example.com"}
        told = door.messages()[-1]
        assert told["to"] == "138****8000"
        assert "邮箱" in told["text"]
        assert trace.history_of(elder.contact_points.get(kind="email"))[0].by_name == elder.name

    def test_an_address_of_another_is_refused_to_who_proved_it(self, door, elder, own, city):
        other = a_person("别人")
        has_contact(other, EMAIL)
        door.post(own, "identity:add_contact", {"address": EMAIL})
        answer = door.post(own, "identity:confirm_contact", {"code": door.newest_code()})
        assert answer.status_code == 422
        assert ContactPoint.objects.get(kind="email").person == other

    def test_five_are_the_most(self, door, elder, own):
        for number in range(4):
            has_contact(elder, f"chen{number}@example.com")
        door.post(own, "identity:add_contact", {"address": EMAIL})
        assert door.post(own, "identity:confirm_contact", {"code": door.newest_code()}).status_code == 422

    def test_a_code_that_another_signed_in_person_asked_for_adds_nothing(self, door, elder, own):
        """The same browser, another person: the code belongs to who asked."""
        door.post(own, "identity:add_contact", {"address": EMAIL})
        code = door.newest_code()
        other = a_person("别人")
        under_way = {key: own.session[key] for key in ("identity_codes", "identity_nonce")}
        own.force_login(other)
        session = own.session
        session.update(under_way)
        session.save()
        assert door.post(own, "identity:confirm_contact", {"code": code}).status_code == 422
        assert not ContactPoint.objects.filter(kind="email").exists()

    def test_one_is_removed_and_all_are_told(self, door, elder, own):
        email = has_contact(elder, EMAIL)
        assert own.get(reverse("identity:remove_contact", args=[email.public_id])).status_code == 200
        assert door.post(own, "identity:remove_contact", public_id=email.public_id).status_code == 302
        assert [one.kind for one in elder.contact_points.all()] == ["phone"]
        assert {one["to"] for one in door.messages()} == {"138****8000", "c***@example.com"}

    def test_the_last_way_in_stays(self, door, elder):
        with pytest.raises(contacts.LastWayIn):
            contacts.remove_contact(person=elder, public_id=elder.contact_points.get().public_id, at=clock.now())
        elder.set_password(SECRET)
        elder.save()
        contacts.remove_contact(person=elder, public_id=elder.contact_points.get().public_id, at=clock.now())
        assert not elder.contact_points.exists()

    def test_anothers_is_not_found_and_not_removed(self, door, elder, own):
        theirs = has_contact(a_person("别人"), EMAIL)
        assert own.post(reverse("identity:remove_contact", args=[theirs.public_id])).status_code == 404
        contacts.remove_contact(person=elder, public_id=theirs.public_id, at=clock.now())
        assert ContactPoint.objects.filter(pk=theirs.pk).exists()

    def test_the_same_address_added_twice_is_one(self, door, elder):
        now = clock.now()
        for _time in range(2):
            public_id, code = ask(door, ADD, EMAIL, at=now, person=elder)
            codes.check_code(purpose=ADD, public_id=public_id, asker=ASKER, code=code, at=now)
            contacts.add_contact(person=elder, challenge=public_id, asker=ASKER, at=now)
        assert elder.contact_points.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_removed_at_once_one_stays(settings, tmp_path):
    settings.HOME = tmp_path
    person = a_person("陈惠芬")
    one, other = has_contact(person, PHONE), has_contact(person, EMAIL)
    now = clock.now()
    answers = at_once(
        *[
            lambda contact=contact: contacts.remove_contact(person=person, public_id=contact.public_id, at=now)
            for contact in (one, other)
        ]
    )
    assert Counter(type(answer) for answer in answers) == {type(None): 1, contacts.LastWayIn: 1}
    assert person.contact_points.count() == 1


class TestFreshProof:
    SENSITIVE = ("identity:add_contact", "mfa_add_webauthn", "mfa_activate_totp")

    @pytest.mark.parametrize("name", SENSITIVE)
    def test_who_signed_in_just_now_passes(self, door, own, name):
        assert own.get(reverse(name)).status_code == 200

    @pytest.mark.parametrize("name", SENSITIVE)
    def test_ten_minutes_later_a_proof_is_asked_for_and_leads_on(self, door, own, name):
        with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
            answer = own.get(reverse(name))
            assert answer.url == f"{reverse('account_reauthenticate')}?next={reverse(name).replace('/', '%2F')}"
            assert own.get(answer.url).status_code == 200
            assert password_again(own, "wrong").status_code == 422
            assert own.get(reverse(name)).status_code == 302
            assert password_again(own).status_code == 302
            assert own.get(reverse(name)).status_code == 200

    def test_a_session_that_proved_nothing_is_never_recent(self, door, elder):
        client = Client()
        client.force_login(elder)
        for name in self.SENSITIVE:
            assert client.get(reverse(name)).status_code == 302

    def test_a_code_to_ones_own_phone_is_a_proof_too(self, door, elder):
        client = Client()
        client.force_login(elder)
        contact = elder.contact_points.get()
        answer = door.post(client, "identity:prove_by_code", {"contact": str(contact.public_id), "next": "/jobs/"})
        assert client.get(answer.url).status_code == 200
        answer = door.post(client, "identity:prove_by_code", {"code": door.newest_code(), "next": "/jobs/"})
        assert answer.url == "/jobs/"
        assert client.get(reverse("identity:add_contact")).status_code == 200

    @pytest.mark.parametrize("contact", ["theirs", "no-id"])
    def test_a_code_goes_to_ones_own_contact_points_only(self, door, elder, contact):
        theirs = has_contact(a_person("别人"), EMAIL)
        client = Client()
        client.force_login(elder)
        sent = str(theirs.public_id) if contact == "theirs" else contact
        assert door.post(client, "identity:prove_by_code", {"contact": sent}).status_code == 404
        assert door.messages() == []

    def test_tries_are_limited_per_person(self, door, own):
        for _time in range(10):
            password_again(own, "wrong")
        with time_machine.travel(clock.now() + timedelta(minutes=11)):
            assert password_again(own).status_code == 422

    def test_a_stamp_of_the_future_is_no_proof(self, door, own):
        with time_machine.travel(clock.now() - timedelta(hours=1)):
            assert own.get(reverse("identity:add_contact")).status_code == 302


class TestPassword:
    def test_who_forgot_it_chooses_a_new_one_after_a_code(self, door, elder):
        client, elsewhere = Client(), Client()
        door.prove(elsewhere, elder)
        door.sign_in(client, PHONE)
        assert client.get(reverse("identity:choose_password")).status_code == 200
        answer = client.post(reverse("identity:choose_password"), {"password": "hills and clouds"})
        assert answer.url == reverse("identity:show_security")
        elder.refresh_from_db()
        assert elder.check_password("hills and clouds")
        assert client.get(reverse("identity:show_security")).status_code == 200
        assert elsewhere.get(reverse("identity:show_security")).status_code == 302, "other sessions end"
        assert OpenSession.objects.filter(person=elder).count() == 1

    def test_the_password_itself_is_no_proof_for_another_one(self, door, own):
        """Otherwise the change, which asks for the old one anew, could be passed by."""
        answer = own.get(reverse("identity:choose_password"))
        assert answer.url.startswith(reverse("account_reauthenticate"))

    @pytest.mark.parametrize("password", ["short", "guangzhou2026", "12345678", "13800138000", "password123"])
    def test_what_is_guessed_first_is_refused(self, door, elder, password):
        client = Client()
        door.sign_in(client, PHONE)
        answer = client.post(reverse("identity:choose_password"), {"password": password})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["password"])

    def test_sixty_four_signs_are_allowed_and_none_is_cut_off(self, door, elder):
        client = Client()
        door.sign_in(client, PHONE)
        password = "一句很长的话 and more words, " * 3
        client.post(reverse("identity:choose_password"), {"password": password.strip()})
        elder.refresh_from_db()
        assert elder.check_password(password.strip())
        assert not elder.check_password(password.strip()[:60])

    def test_the_change_with_the_old_one_ends_the_other_sessions_too(self, door, elder, own):
        elsewhere = Client()
        elsewhere.post("/sign-in/", {"login": PHONE, "password": SECRET})
        new = {"oldpassword": SECRET, "password1": "hills and clouds", "password2": "hills and clouds"}
        assert own.post("/password/", new).url == reverse("identity:show_security")
        assert own.get(reverse("identity:show_security")).status_code == 200
        assert elsewhere.get(reverse("identity:show_security")).status_code == 302
        assert OpenSession.objects.filter(person=elder).count() == 1

    def test_without_a_password_the_change_leads_to_the_choice(self, door, elder):
        elder.set_unusable_password()
        elder.save()
        client = Client()
        door.sign_in(client, PHONE)
        assert client.get("/password/", follow=True).redirect_chain[0][0] == reverse("account_set_password")


class TestSessions:
    def test_they_are_listed_in_plain_words_and_ended_one_by_one(self, door, elder, own):
        elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120"})
        elsewhere.post("/sign-in/", {"login": PHONE, "password": SECRET})
        page = own.get(reverse("identity:show_security")).content.decode()
        assert "iPhone，微信" in page
        assert "Windows电脑，Edge浏览器" in page
        other = OpenSession.objects.get(browser="edge")
        assert other.key not in page
        own.post(reverse("identity:end_session", args=[other.public_id]))
        assert elsewhere.get(reverse("identity:show_security")).status_code == 302
        assert own.get(reverse("identity:show_security")).status_code == 200

    def test_anothers_session_is_left_alone(self, door, elder, own):
        victim, person = Client(), a_person("别人")
        victim.force_login(person)
        theirs = OpenSession.objects.get(person=person)
        own.post(reverse("identity:end_session", args=[theirs.public_id]))
        assert victim.get(reverse("identity:show_security")).status_code == 200

    def test_all_others_end_at_once(self, door, elder, own):
        others = [Client() for _number in range(3)]
        for client in others:
            client.post("/sign-in/", {"login": PHONE, "password": SECRET})
        own.post(reverse("identity:end_other_sessions"))
        assert all(client.get(reverse("identity:show_security")).status_code == 302 for client in others)
        assert own.get(reverse("identity:show_security")).status_code == 200

    def test_all_end_when_the_account_is_closed(self, door, elder, own, city):
        operator = an_operator(city["广州市"])
        people.close_sign_in(actor=operator, person=elder, reason="离开")
        assert own.get(reverse("identity:show_security")).status_code == 302
        assert not OpenSession.objects.filter(person=elder).exists()
        keys = set(Session.objects.values_list("session_key", flat=True))
        assert own.cookies["sessionid"].value not in keys

    def test_signing_out_takes_it_off_the_list(self, door, elder, own):
        own.post("/sign-out/")
        assert not queries.open_sessions(elder, at=clock.now()).exists()

    def test_use_is_noted_every_ten_minutes_not_on_every_page(self, door, elder, own, django_assert_num_queries):
        before = OpenSession.objects.get(person=elder).seen_at
        own.get(reverse("identity:show_security"))
        assert OpenSession.objects.get(person=elder).seen_at == before
        with time_machine.travel(before + timedelta(minutes=11)):
            own.get(reverse("identity:show_security"))
        assert OpenSession.objects.get(person=elder).seen_at > before

    def test_the_page_takes_a_fixed_number_of_queries(self, door, elder, own, django_assert_max_num_queries):
        for number in range(8):
            Client().post("/sign-in/", {"login": PHONE, "password": SECRET if number % 2 else "wrong"})
        has_contact(elder, EMAIL)
        with django_assert_max_num_queries(12):
            own.get(reverse("identity:show_security"))
