"""Signing in and out, and what of the library's pages is reachable."""

from __future__ import annotations

import pytest
from django.urls import reverse

from city.situations import a_person
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back(client, city):
    answer = client.get("/people/?q=陈")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert "next=/people/" in answer.url


def test_wrong_passwords_are_slowed_down(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    person = a_person()
    person.set_password("trees and rivers")
    person.save()
    sent = {"login": person.sign_in_name, "password": "wrong"}
    for _time in range(3):
        client.post("/sign-in/", sent)
    answer = client.post("/sign-in/", sent | {"password": "trees and rivers"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_told_so(client):
    person = a_person()
    person.set_password("trees and rivers")
    person.is_active = False
    person.save()
    answer = client.post("/sign-in/", {"login": person.sign_in_name, "password": "trees and rivers"}, follow=True)
    assert answer.redirect_chain
    assert "account/account_inactive.html" in {template.name for template in answer.templates}


def test_nobody_signs_up_without_a_code(client):
    client.post("/sign-up/", {"username": "me", "password1": "trees and rivers"})
    assert not Person.objects.filter(sign_in_name="me").exists()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["email/", "password/reset/", "password/set/", "login/code/"])
def test_the_other_pages_of_the_library_are_not_reachable(client, path):
    assert client.get(f"/sign-in/{path}").status_code == 404


def test_signing_out_asks_first_and_then_ends_the_session(resident_client):
    assert resident_client.get("/sign-out/").status_code == 200
    assert resident_client.post("/sign-out/").status_code == 302
    assert "_auth_user_id" not in resident_client.session


def test_one_changes_ones_own_password(client):
    person = a_person()
    person.set_password("trees and rivers")
    person.save()
    client.force_login(person)
    sent = {"oldpassword": "trees and rivers", "password1": "hills and clouds", "password2": "hills and clouds"}
    assert client.get("/password/").status_code == 200
    assert client.post("/password/", sent).status_code == 302
    person.refresh_from_db()
    assert person.check_password("hills and clouds")
