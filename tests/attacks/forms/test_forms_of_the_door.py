"""Every form of signing in, of what keeps an account safe, and of getting it back."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from attacks.forms.walking import FormsOfAPage, Walk
from attacks.forms.walks import at_browser, passes, proved, with_password
from city.api.programs import a_town
from city.identity.conftest import SECRET, Door, has_contact
from city.linking.test_oidc import Site
from city.situations import a_person, an_operator, small_city
from xuecheng.city import clock
from xuecheng.city.identity.models import ContactPoint, OpenSession, Recovery
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.people.models import Person

PHONE, NEW_PHONE, EMAIL = "13800138000", "13800138001", "chen@example.com"
WHY = {"reason": "身份证"}


def an_elder() -> Person:
    city = small_city()
    person = a_person("陈惠芬", territory=city["五山街道"])
    has_contact(person, PHONE)
    return person


def six_digits(secret: str) -> dict[str, Any]:
    cache.clear()
    return {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))}


@passes(
    "account_login", "account_logout", "identity:ask_code", "identity:give_code", "account_signup", "identity:tell_name",
    "account_reauthenticate", "identity:prove_by_code", "account_change_password", "account_set_password",
    "identity:choose_password",
)  # fmt: skip
def test_entering_and_proving(walk: Walk, door: Door) -> None:
    elder = an_elder()
    client = Client()
    walk.post("identity:ask_code", client, {"address": PHONE})
    code = door.newest_code()
    walk.post("identity:give_code", client, {"code": code})
    walk.post("identity:choose_password", client, {"password": SECRET})
    walk.post("account_set_password", client, {"password": SECRET}, page=reverse("account_set_password"))
    other = Client()
    walk.post("account_login", other, {"login": PHONE, "password": SECRET})
    walk.post("account_reauthenticate", other, {"way": "password", "password": SECRET}, writes=False)
    new = {"oldpassword": SECRET, "password1": "hills and clouds", "password2": "hills and clouds"}
    walk.post("account_change_password", other, new)
    contact = {"contact": str(elder.contact_points.get().public_id)}
    walk.post("identity:prove_by_code", other, contact, page=reverse("account_reauthenticate"))
    walk.post("identity:prove_by_code", other, {"code": door.newest_code()})
    walk.post("account_logout", other, writes=False)
    stranger = Client()
    walk.post("account_signup", stranger, {"address": NEW_PHONE})
    walk.post("identity:give_code", stranger, {"code": door.newest_code()}, writes=False)
    walk.post("identity:tell_name", stranger, {"name": "何家霖", "birth_year": "1960"})
    assert Person.objects.get(name="何家霖").contact_points.exists()


@passes(
    "identity:add_contact", "identity:confirm_contact", "identity:remove_contact", "identity:end_session",
    "identity:end_other_sessions", "identity:stop_recovery", "identity:recover_by_contact", "identity:confirm_recovery",
    "identity:recover_by_code", "identity:finish_recovery", "identity:stay", "identity:keep_on_device",
)  # fmt: skip
def test_safety_and_recovery(walk: Walk, door: Door) -> None:
    elder = an_elder()
    with_password(elder)
    own, _second, _third = proved(elder), proved(elder), proved(elder)
    walk.post("identity:add_contact", own, {"address": EMAIL})
    walk.post("identity:confirm_contact", own, {"code": door.newest_code()})
    page = reverse("identity:show_security")
    theirs = list(OpenSession.objects.filter(person=elder).exclude(key=own.session.session_key))
    walk.post("identity:end_session", own, public_id=theirs[0].public_id, page=page, writes=False)
    walk.post("identity:end_other_sessions", own, page=page, writes=False)
    walk.post("identity:stay", own, writes=False)
    walk.post("identity:keep_on_device", own, {"keep": "yes"}, writes=False)
    TOTP.activate(elder, generate_totp_secret())
    RecoveryCodes.activate(elder)
    lost = Client()
    walk.post("identity:recover_by_contact", lost, {"address": EMAIL})
    walk.post("identity:confirm_recovery", lost, {"code": door.newest_code()})
    walk.post("identity:stop_recovery", own, page=page)
    unused = Authenticator.objects.get(user=elder, type="recovery_codes").wrap().get_unused_codes()
    asked = {"account": elder.sign_in_name, "code": unused[0]}
    answer = walk.post("identity:recover_by_code", lost, asked)
    claim = answer.context["claim"]
    with time_machine.travel(clock.now() + law.RECOVERY_WAIT + timedelta(minutes=1)):
        done = {"account": elder.sign_in_name, "claim": claim, "password": "hills and clouds"}
        walk.post("identity:finish_recovery", lost, done)
    assert Recovery.objects.count() == 2
    email = ContactPoint.objects.get(kind="email")
    again = Client()
    again.post("/sign-in/", {"login": elder.sign_in_name, "password": "hills and clouds"})
    walk.post("identity:remove_contact", again, public_id=email.public_id)


@passes(
    "identity:open_at_counter", "identity:give_start_code", "identity:new_start_code", "identity:recover_at_counter"
)
def test_at_the_counter(walk: Walk, door: Door) -> None:
    city = small_city()
    operator = at_browser(an_operator(city["广州市"]).person)
    colleague = at_browser(an_operator(city["广州市"], name="另一位").person)
    new = {"name": "陈惠芬", "birth_year": "1950", "territory": city["五山街道"].code}
    slip = walk.post("identity:open_at_counter", operator, new | WHY).context["slip"]
    sent = {"sign_in_name": slip.person.sign_in_name, "code": slip.code}
    walk.post("identity:give_start_code", Client(), sent)
    key = {"public_id": slip.person.public_id}
    walk.post("identity:new_start_code", operator, WHY, **key)
    has_contact(slip.person, PHONE)
    walk.post("identity:recover_at_counter", operator, WHY, **key)
    walk.post("identity:recover_at_counter", colleague, WHY, **key)


@passes(
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_authenticate", "mfa_edit_webauthn",
    "mfa_remove_webauthn",
)  # fmt: skip
def test_second_factors(walk: Walk, door: Door) -> None:
    elder = an_elder()
    own = Client()
    door.prove(own, elder)
    key = WebAuthn.add(elder, "我的手机", {}).instance.pk
    own.post(reverse("identity:end_other_sessions"))
    walk.post("mfa_edit_webauthn", own, {"name": "新手机"}, pk=key)
    walk.post("mfa_remove_webauthn", own, pk=key)
    secret = own.get(reverse("mfa_activate_totp")).context["form"].secret
    walk.post("mfa_activate_totp", own, make=lambda: six_digits(secret), opened=False)
    other = Client()
    other.post("/sign-in/", {"login": PHONE, "password": SECRET})
    walk.post("mfa_authenticate", other, make=lambda: six_digits(secret))
    walk.post("mfa_generate_recovery_codes", other)
    walk.post("mfa_deactivate_totp", other)


@passes("idp:oidc:authorization", "idp:oidc:token", "idp:oidc:revoke", "idp:oidc:userinfo")
def test_sites_of_others(walk: Walk, settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 10_000
    town = a_town()
    site = Site(town)
    learner = at_browser(town.learner)
    page = site.ask(learner)
    (form,) = [one for one in FormsOfAPage(page.content.decode()).forms if "request" in one.fields]
    granted = {"request": form.fields["request"].values[0], "scopes": ["openid", "profile"], "action": "grant"}
    answer = walk.post("idp:oidc:authorization", learner, granted, opened=False)
    code = site.oauth.parse_request_uri_response(answer["Location"], state="st4te")["code"]
    secret = {"client_id": site.row.client_id, "client_secret": site.secret}
    redeem = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": site.back, "code_verifier": site.verifier,
    } | secret  # fmt: skip
    tokens = walk.post("idp:oidc:token", Client(), redeem, opened=False).json()
    holder = Client(headers={"Authorization": f"Bearer {tokens['access_token']}"})
    walk.post("idp:oidc:userinfo", holder, opened=False, writes=False)
    walk.post("idp:oidc:revoke", Client(), {"token": tokens["access_token"]} | secret, opened=False)
