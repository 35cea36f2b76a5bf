"""Codes, phone numbers and e-mail addresses stand in no log, no address, no history and no table in clear."""

from __future__ import annotations

import logging

import pytest
from django.db import connection
from django.urls import reverse

from city.identity.conftest import has_contact
from city.situations import a_person
from xuecheng.city.identity import queries, sealing
from xuecheng.city.identity.models import ContactPoint
from xuecheng.city.ids import uuid7

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
    with pytest.raises(sealing.SealBroken):
        queries.address_of(elsewhere)


@pytest.mark.parametrize("cut", [0, 1, 13, -1])
def test_a_changed_seal_does_not_open(door, cut):
    sealed = bytearray(sealing.seal("p", "r", "text"))
    assert sealing.open_sealed("p", "r", bytes(sealed)) == "text"
    sealed[cut] ^= 1
    with pytest.raises(sealing.SealBroken):
        sealing.open_sealed("p", "r", bytes(sealed))


def test_the_same_text_is_sealed_differently_and_found_by_the_same_hash(door):
    assert sealing.seal("p", "r", "x") != sealing.seal("p", "r", "x")
    assert sealing.look_up_hash("p", "x") == sealing.look_up_hash("p", "x") != sealing.look_up_hash("q", "x")


def test_a_message_that_cannot_be_sent_is_logged_without_its_address(door, client, settings, caplog):
    settings.IDENTITY_SENDER = "smtp"
    settings.IDENTITY_SMTP_URL = "smtp+plain://127.0.0.1:9"
    assert door.ask(client, EMAIL).status_code == 302
    assert door.ask(client, PHONE).status_code == 302
    told = [record.getMessage() for record in caplog.records if "was not sent" in record.getMessage()]
    assert len(told) == 2
    assert not any(EMAIL in line or PHONE in line for line in told)
