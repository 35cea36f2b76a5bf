"""Codes, phone numbers and e-mail addresses stand in no log, no address, no history and no table in clear."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.urls import reverse

from city.identity.conftest import has_contact
from city.situations import a_person
from xuecheng.city import vault
from xuecheng.city.identity import queries
from xuecheng.city.identity.keyed import keyed_hash
from xuecheng.city.identity.models import ContactPoint
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Message

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "13800138000", "huifen.chen@example.com"


def everything_stored() -> str:
    """All rows of all tables, as text."""
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f'select t::text from "{table}" t limit 5000')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_after_signing_up_adding_and_removing_nothing_of_it_stands_anywhere(door, client, caplog, as_owner):
    caplog.set_level(logging.DEBUG)
    addresses, codes = [], []
    for name in ("identity:ask_code",):
        door.post(client, name, {"address": PHONE})
    codes.append(door.newest_code())
    addresses.append(door.give(client, codes[0]).url)
    sent = {"public_id": str(uuid7()), "name": "陈惠芬", "birth_year": "", "territory": ""}
    addresses.append(door.post(client, "identity:tell_name", sent).url)
    addresses.append(door.post(client, "identity:add_contact", {"address": EMAIL}).url)
    codes.append(door.newest_code())
    addresses.append(door.post(client, "identity:confirm_contact", {"code": codes[1]}).url)
    assert ContactPoint.objects.count() == 2
    phone = ContactPoint.objects.get(kind="phone")
    addresses.append(door.post(client, "identity:remove_contact", public_id=phone.public_id).url)
    page = client.get(reverse("identity:show_security")).content.decode()
    logged = "\n".join(
        f"{record.name} {record.getMessage()} {record.args}"
        for record in caplog.records
        if record.name != "django.db.backends"
    )
    stored = everything_stored()
    for secret in (PHONE, f"+86{PHONE}", EMAIL, "huifen.chen", *codes):
        for where, text in {"log": logged, "addresses": "\n".join(addresses), "page": page, "tables": stored}.items():
            assert secret not in text, f"{secret} stands in {where}"


def test_a_sealed_address_opens_in_its_own_row_only(door):
    one, other = a_person(), a_person()
    contact, elsewhere = has_contact(one, PHONE), has_contact(other, EMAIL)
    assert queries.address_of(contact).text == f"+86{PHONE}"
    elsewhere.sealed = contact.sealed
    with pytest.raises(vault.SealBroken):
        queries.address_of(elsewhere)


@pytest.mark.parametrize("cut", [0, 1, 13, -1])
def test_a_changed_seal_does_not_open(door, cut):
    sealed = bytearray(vault.seal(queries.CONTACT, "r", "text"))
    assert vault.open_sealed(queries.CONTACT, "r", bytes(sealed)) == "text"
    sealed[cut] ^= 1
    with pytest.raises(vault.SealBroken):
        vault.open_sealed(queries.CONTACT, "r", bytes(sealed))


def test_the_same_text_is_sealed_differently_and_found_by_the_same_hash(door):
    for purpose in (queries.CONTACT, queries.CHALLENGE, queries.FACTOR):
        assert vault.seal(purpose, "r", "x") != vault.seal(purpose, "r", "x")
    assert vault.look_up_hash(queries.CONTACT, "x") == vault.look_up_hash(queries.CONTACT, "x")
    assert keyed_hash("p", "x") == keyed_hash("p", "x") != keyed_hash("q", "x")


def test_a_message_that_cannot_be_sent_is_logged_without_its_address(door, client, settings, caplog):
    settings.NOTICE_SENDERS = {"email": "smtp", "sms": "http"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.SMS_URL, settings.SMS_PRIVATE = "http://127.0.0.1:9/", True
    caplog.set_level(logging.DEBUG)
    assert door.ask(client, EMAIL).status_code == 302
    assert door.ask(client, PHONE).status_code == 302
    told = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert not any(EMAIL in line or PHONE in line for line in told)
    waiting = Message.objects.filter(state=Message.State.WAITING, attempts=1)
    assert {one.error for one in waiting} == {"ConnectionRefusedError"}
    assert waiting.count() == 2
