"""Second factors: an authenticator app, recovery codes, and staff who work with nothing less."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from city.identity.conftest import SECRET
from city.situations import a_person, holding
from xuecheng.city import clock

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


def six_digits(secret):
    cache.clear()
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def protected(door, elder):
    """Somebody with a password and an authenticator app; the secret of it."""
    elder.set_password(SECRET)
    elder.save()
    secret = generate_totp_secret()
    TOTP.activate(elder, secret)
    return elder, secret


def test_setting_up_the_app_gives_recovery_codes_that_are_shown_once(door, elder):
    client = Client()
    door.sign_in(client, PHONE)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    answer = door.post(client, "mfa_activate_totp", {"code": six_digits(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    client.post(reverse("account_reauthenticate"), {"way": "app", "code": six_digits(secret)})
    first = client.get(reverse("mfa_view_recovery_codes"))
    code = first.context["unused_codes"][0]
    assert code in first.content.decode()
    assert code not in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert any("第二道验证" in one["text"] for one in door.messages())


@pytest.mark.parametrize("way", ["password", "code"])
def test_neither_password_nor_code_alone_lets_in(door, protected, client, way):
    _person, secret = protected
    if way == "password":
        answer = client.post("/sign-in/", {"login": PHONE, "password": SECRET})
    else:
        answer = door.sign_in(client, PHONE)
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(reverse("identity:show_security")).status_code == 302
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get(reverse("identity:show_security")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": six_digits(secret)}).status_code == 302
    assert client.get(reverse("identity:show_security")).status_code == 200


def test_six_digits_work_once(door, protected):
    _person, secret = protected
    code = six_digits(secret)
    answers = []
    for _time in range(2):
        client = Client()
        client.post("/sign-in/", {"login": PHONE, "password": SECRET})
        answers.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert answers == [302, 200]


def test_wrong_digits_are_slowed_down(door, protected, client):
    _person, secret = protected
    client.post("/sign-in/", {"login": PHONE, "password": SECRET})
    for _try in range(6):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_a_fresh_proof_of_who_has_a_second_factor_is_that_factor(door, protected, client):
    _person, secret = protected
    client.post("/sign-in/", {"login": PHONE, "password": SECRET})
    client.post(reverse("mfa_authenticate"), {"code": six_digits(secret)})
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        page = client.get(reverse("account_reauthenticate"))
        assert page.context["password_form"] is None
        assert page.context["contacts"] == []
        client.post(reverse("account_reauthenticate"), {"way": "password", "password": SECRET})
        assert client.get(reverse("identity:add_contact")).status_code == 302
        assert client.get(reverse("identity:prove_by_code")).url == reverse("account_reauthenticate")
        client.post(reverse("account_reauthenticate"), {"way": "app", "code": six_digits(secret)})
        assert client.get(reverse("identity:add_contact")).status_code == 200


def test_switching_it_off_asks_and_tells(door, protected, client):
    _person, secret = protected
    client.post("/sign-in/", {"login": PHONE, "password": SECRET})
    client.post(reverse("mfa_authenticate"), {"code": six_digits(secret)})
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    door.post(client, "mfa_deactivate_totp")
    assert not Authenticator.objects.exists()
    assert door.messages()


class TestStaff:
    @pytest.fixture
    def operator(self, door, city, settings):
        settings.IDENTITY_STAFF_SECOND_FACTOR = True
        person = a_person("何运维", territory=city["五山街道"])
        holding(person, "operator", territory=city["广州市"])
        return person

    def test_a_password_alone_opens_no_work(self, door, operator, client):
        door.prove(client, operator)
        for name in ("people:list_people", "desk:show_today", "desk:home"):
            assert client.get(reverse(name)).url == reverse("identity:show_second_factor")
        assert client.get(reverse("identity:show_second_factor")).status_code == 200
        for name in ("identity:show_security", "mfa_add_webauthn", "mfa_activate_totp", "network:list_places"):
            assert client.get(reverse(name)).status_code == 200

    def test_with_the_app_it_opens(self, door, operator, client):
        secret = generate_totp_secret()
        TOTP.activate(operator, secret)
        operator.set_password(SECRET)
        operator.save()
        client.post("/sign-in/", {"login": operator.sign_in_name, "password": SECRET})
        client.post(reverse("mfa_authenticate"), {"code": six_digits(secret)})
        assert client.get(reverse("people:list_people")).status_code == 200

    def test_a_passkey_is_asked_for_after_the_password(self, door, operator, client):
        WebAuthn.add(operator, "我的手机", {})
        operator.set_password(SECRET)
        operator.save()
        answer = client.post("/sign-in/", {"login": operator.sign_in_name, "password": SECRET})
        assert answer.url == reverse("mfa_authenticate")

    def test_residents_are_not_asked(self, door, operator, elder, client):
        door.prove(client, elder)
        assert client.get(reverse("desk:home")).url != reverse("identity:show_second_factor")

    def test_a_role_given_today_asks_at_once(self, door, operator, elder, client, city):
        door.prove(client, elder)
        client.get(reverse("desk:home"))
        holding(elder, "operator", territory=city["广州市"])
        assert client.get(reverse("desk:home")).url == reverse("identity:show_second_factor")

    def test_switched_off_nobody_is_asked(self, door, operator, client, settings):
        settings.IDENTITY_STAFF_SECOND_FACTOR = False
        door.prove(client, operator)
        assert client.get(reverse("people:list_people")).status_code == 200


def test_a_resident_with_a_passkey_may_still_use_the_password(door, elder, client):
    """The passkey may lie on a grand-daughter's phone; at the library the password must do."""
    WebAuthn.add(elder, "孙女的手机", {})
    elder.set_password(SECRET)
    elder.save()
    assert client.post("/sign-in/", {"login": PHONE, "password": SECRET}).url == reverse("desk:home")
