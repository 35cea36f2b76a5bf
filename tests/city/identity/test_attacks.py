"""What somebody tries who wants into another's account, or to learn who has one."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.identity.conftest import ASKER, SECRET, has_contact
from city.situations import TODAY, a_person, forget_what_is_kept
from city.test_races import at_once
from xuecheng.city import clock
from xuecheng.city.identity.models import Challenge, SignInTry
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.rules.codes import ProofOver
from xuecheng.city.identity.services import accounts, codes
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.senders import Parcel
from xuecheng.city.notices.senders.mail import MailSender
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db
PHONE, NOBODYS = "13800138000", "13900000000"


def signed_in(client):
    return client.session.get("_auth_user_id")


def plain(page):
    """A page without what differs by chance: tokens, and the mask that the visitor typed themselves."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
    return re.sub(r"1\d{2}\*{4}\d{4}", "MASK", text).replace(PHONE, "TYPED").replace(NOBODYS, "TYPED")


def statements(act):
    with CaptureQueriesContext(connection) as caught:
        answer = act()
    return answer, len(caught)


class TestWhoHasAnAccount:
    """Neither the words nor the number of statements tell who has one (ASVS 6.3.8)."""

    @pytest.mark.parametrize("name", ["identity:ask_code", "account_signup", "identity:recover_by_contact"])
    def test_asking_for_a_code(self, door, elder, name):
        found = []
        for address in (NOBODYS, PHONE, "139 0000 0001"):
            client = Client()
            client.get(reverse("network:show_home"))
            answer, count = statements(
                lambda client=client, address=address: door.post(client, name, {"address": address})
            )
            check = client.get(answer.url)
            found.append((answer.status_code, answer.url, plain(check), count))
        assert found[0][:3] == found[1][:3]
        assert found[1][3] == found[2][3]

    def test_a_wrong_password(self, door, elder, client):
        elder.set_password(SECRET)
        elder.save()
        answers = []
        for login in (PHONE, NOBODYS, elder.sign_in_name, "nobody-at-all"):
            forget_what_is_kept()
            answer, count = statements(
                lambda login=login: client.post("/sign-in/", {"login": login, "password": "wrong and long"})
            )
            answers.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode()), count))
        assert answers[0] == answers[1]
        assert answers[2] == answers[3]

    def test_a_wrong_code_at_the_door(self, door, elder):
        answers = []
        # The first unwraps the keys of this process, whoever asks.
        for address in ("139 0000 0001", NOBODYS, PHONE):
            client = Client()
            door.ask(client, address)
            code = f"{(int(door.newest_code()) + 1) % 10**6:06}"
            answer, count = statements(lambda client=client, code=code: door.give(client, code))
            answers.append((answer.status_code, plain(answer).replace(code, "CODE"), count))
        assert answers[1] == answers[2]

    def test_a_slip_a_recovery_code_and_a_claim(self, door, elder, client):
        pages = {
            "identity:give_start_code": lambda name: {"sign_in_name": name, "code": "12345678"},
            "identity:recover_by_code": lambda name: {"account": name, "code": "1234567890"},
            "identity:finish_recovery": lambda name: {"account": name, "claim": "ABCD", "password": SECRET},
        }
        for page, data in pages.items():
            answers = []
            for name in (elder.sign_in_name, "nobody-at-all"):
                answer = door.post(client, page, data(name))
                text = re.sub(r'value="[^"]*"', "", answer.content.decode())
                # The claim number itself is drawn anew each time.
                answers.append((answer.status_code, re.sub(r"[A-Z2-9]{4} [A-Z2-9]{4} [A-Z2-9]{4}", "CLAIM", text)))
            assert answers[0] == answers[1], page


class TestBruteForce:
    def test_passwords_are_slowed_down_per_account_however_it_is_named(self, door, elder, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
        has_contact(elder, "chen@example.com")
        elder.set_password(SECRET)
        elder.save()
        for login in (PHONE, "chen@example.com", elder.sign_in_name):
            client.post("/sign-in/", {"login": login, "password": "wrong"})
        client.post("/sign-in/", {"login": PHONE, "password": SECRET})
        assert signed_in(client) is None

    def test_passwords_are_slowed_down_per_client(self, door, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
        person = a_person()
        person.set_password(SECRET)
        person.save()
        for number in range(3):
            client.post("/sign-in/", {"login": f"somebody-{number}", "password": "wrong"})
        client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET})
        assert signed_in(client) is None

    def test_codes_are_tried_sixty_times_an_hour_from_one_client(self, door, elder):
        tried = 0
        for number in range(13):
            client = Client()
            door.ask(client, f"1380013{number:04}")
            code = f"{(int(door.newest_code()) + 1) % 10**6:06}"
            for _try in range(5):
                tried += 1
                answer = door.give(client, code)
        assert tried == 65
        assert "code" not in answer.context["form"].errors, "it is told of the whole form: too many tries"

    def test_failures_stand_in_the_persons_book(self, door, elder, client):
        door.ask(client, PHONE)
        door.give(client, f"{(int(door.newest_code()) + 1) % 10**6:06}")
        client.post("/sign-in/", {"login": PHONE, "password": "wrong"})
        assert [(one.way, one.worked) for one in SignInTry.objects.filter(person=elder).order_by("pk")] == [
            ("code", False),
            ("password", False),
        ]


class TestSessions:
    def test_a_planted_session_is_not_the_one_that_is_signed_in(self, door, elder, client):
        client.get(reverse("identity:ask_code"))
        door.ask(client, PHONE)
        planted = client.session.session_key
        door.give(client, door.newest_code())
        assert client.session.session_key != planted
        thief = Client()
        thief.cookies["sessionid"] = planted
        assert thief.get(reverse("identity:show_security")).status_code == 302

    def test_a_code_asked_for_in_one_browser_opens_nothing_in_another(self, door, elder, client):
        door.ask(client, PHONE)
        thief = Client()
        door.ask(thief, NOBODYS)
        mine = next(one for one in door.messages() if one["to"].endswith("8000"))
        found = re.search(r"(?<!\d)(\d{6})(?!\d)", mine["text"])
        assert found
        door.give(thief, found[1])
        assert signed_in(thief) is None


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "https:evil.example"],
)
class TestOpenRedirect:
    def test_at_the_code(self, door, elder, client, target):
        door.post(client, "identity:ask_code", {"address": PHONE, "next": target})
        assert door.give(client, door.newest_code()).url == reverse("desk:home")

    def test_at_the_password(self, door, client, target):
        person = a_person()
        person.set_password(SECRET)
        person.save()
        answer = client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET, "next": target})
        assert answer.url == reverse("desk:home")

    def test_at_the_fresh_proof(self, door, client, target):
        person = a_person()
        door.prove(client, person)
        answer = client.post(reverse("account_reauthenticate"), {"way": "password", "password": SECRET, "next": target})
        assert answer.url == reverse("identity:show_security")


@pytest.mark.parametrize(
    "typed", ["chen@example.com\nBcc: all@example.com", "chen@example.com%0aBcc:x", "chen@example.com\r\n\r\nText"]
)
def test_no_header_is_slipped_into_a_message(door, client, typed):
    assert door.ask(client, typed).status_code == 422
    assert door.messages() == []


def test_the_subject_of_a_message_is_one_line():
    mail.outbox = []
    parcel = Parcel(uuid7(), "chen@example.com", "123456\nBcc: x\r\nTo: y", "text", "zh-hans")
    MailSender().send(parcel)
    assert mail.outbox[0].message()["Subject"] == "123456 Bcc: x To: y"


@pytest.mark.parametrize(
    "name",
    [
        "identity:ask_code", "account_signup", "identity:give_code", "identity:tell_name", "identity:give_start_code",
        "identity:recover_by_contact", "identity:recover_by_code", "identity:finish_recovery", "account_login",
        "mfa_login_webauthn", "identity:end_other_sessions", "identity:stop_recovery", "identity:add_contact",
        "account_reauthenticate", "identity:prove_by_code", "identity:choose_password", "mfa_add_webauthn",
    ],
)  # fmt: skip
def test_no_form_is_taken_from_another_site(door, resident_client, name):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = resident_client.cookies
    assert strict.post(reverse(name), {"address": PHONE}).status_code == 403
    assert door.messages() == []


@pytest.mark.parametrize(
    "sent", ["", "x", "[]", "{}", "null", '{"id": "a", "response": {}}', '{"rawId": 1}', "[" * 5000]
)
def test_what_is_no_passkey_opens_nothing_and_breaks_nothing(door, client, elder, sent):
    answer = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["userVerification"] == "required"
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": sent})
    assert answer.url == reverse("account_login")
    assert signed_in(client) is None
    door.prove(client, elder)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    assert client.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": sent}).status_code == 200
    assert client.post(reverse("account_reauthenticate"), {"way": "passkey", "credential": sent}).status_code == 422


@pytest.mark.parametrize(
    "more", [{"is_active": "0"}, {"sign_in_name": "admin"}, {"is_fictional": "1", "password": "x"}]
)
def test_no_field_that_the_form_does_not_show_is_taken(door, client, more):
    door.sign_in(client, NOBODYS)
    sent = {"public_id": str(uuid7()), "name": "陈惠芬", "birth_year": "", "territory": ""} | more
    door.post(client, "identity:tell_name", sent)
    made = Person.objects.get(name="陈惠芬")
    assert (made.is_active, made.is_fictional, made.has_usable_password()) == (True, False, False)
    assert made.sign_in_name != "admin"


@pytest.mark.django_db(transaction=True)
def test_the_same_proof_sent_four_times_at_once_opens_one_account(settings, tmp_path):
    settings.NOTICE_FOLDER = tmp_path
    now = clock.now()
    public_id = codes.ask_code(
        purpose=Challenge.Purpose.ENTER, address=read_address(NOBODYS), asker=ASKER, person=None, at=now
    )
    Challenge.objects.update(proved_at=now)
    residents = [
        accounts.NewResident(public_id=uuid7(), name="陈惠芬", birth_year=None, territory=None, language="zh-hans")
        for _number in range(4)
    ]
    answers = at_once(
        *[
            lambda one=one: accounts.sign_up(challenge=public_id, asker=ASKER, resident=one, at=now, today=TODAY)
            for one in residents
        ]
    )
    assert Counter(type(answer) for answer in answers) == {Person: 1, ProofOver: 3}
    assert Person.objects.filter(name="陈惠芬").count() == 1
