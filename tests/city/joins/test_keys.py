"""Replacing keys reaches what identity and webhooks keep sealed."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from city.hands import Slices
from city.identity.conftest import ASKER, has_contact
from city.situations import a_person
from xuecheng.city import clock, rights, vault
from xuecheng.city.identity import queries
from xuecheng.city.identity.models import Challenge, FactorSecret
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services import codes
from xuecheng.city.vault import usage
from xuecheng.city.vault.models import Key
from xuecheng.city.vault.services import drain, replace
from xuecheng.city.webhooks import secrets_kept

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


def replaced(use: str) -> list[Key]:
    now = clock.now()
    old = replace(actor=rights.OWNER, use=use, at=now, reason="Every year", in_background=False)
    drain(Slices(), now=now)
    return old


def test_addresses_codes_and_second_factors_open_under_the_new_keys_and_none_uses_an_old_one():
    person, now = a_person(), clock.now()
    contact = has_contact(person, PHONE)
    address = read_address("huifen.chen@example.com")
    name = codes.ask_code(purpose=Challenge.Purpose.ENTER, address=address, asker=ASKER, person=None, at=now)
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    old = replaced("seal") + replaced("look_up")
    assert {key.purpose for key in old} >= {queries.CONTACT, queries.CHALLENGE, queries.FACTOR}
    for key in old:
        assert usage.rows_using(key.pk, key.use, key.purpose) == 0
    contact.refresh_from_db()
    assert queries.address_of(contact).text == "+8613800138000"
    assert queries.contact_of(read_address(PHONE)) == contact
    assert codes.address_of(Challenge.objects.get(public_id=name)) == address
    kept = Authenticator.objects.get(user=person).data["secret"]
    assert vault.open_sealed(queries.FACTOR, kept, bytes(FactorSecret.objects.get().sealed)) == secret


def test_the_secret_of_a_second_factor_goes_with_it():
    TOTP.activate(a_person(), generate_totp_secret())
    assert FactorSecret.objects.count() == 1
    Authenticator.objects.all().delete()
    assert not FactorSecret.objects.exists()


def test_both_secrets_of_a_webhook_are_known_to_the_vault():
    known = {column.purpose for column in vault.registry.columns()}
    assert {secrets_kept.SECRET, secrets_kept.PREVIOUS, "notices.message"} <= known
