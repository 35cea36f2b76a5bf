"""Notices go to proved addresses; one at which nothing arrives is marked, and written to again when it is proved."""

from __future__ import annotations

import pytest

from city.identity.conftest import ask, has_contact
from city.situations import a_person
from xuecheng.city import clock
from xuecheng.city.identity import queries
from xuecheng.city.identity.models import Challenge, ContactPoint
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services import codes, sessions
from xuecheng.city.identity.services.contacts import keep_telephones
from xuecheng.city.notices import addresses
from xuecheng.city.notices.models import BouncedAddress, Message, Notice
from xuecheng.city.notices.services import record_bounce

pytestmark = pytest.mark.django_db
PHONE, EMAIL, OTHER_EMAIL = "13800138000", "huifen.chen@example.com", "chen@example.org"
WECHAT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def test_proved_addresses_are_told_in_a_fixed_number_of_queries(django_assert_max_num_queries):
    people = [a_person() for _number in range(4)]
    has_contact(people[0], PHONE)
    has_contact(people[0], EMAIL)
    has_contact(people[1], OTHER_EMAIL)
    keep_telephones([(people[2].pk, "13900139000")], clock.now())
    addresses.verified([people[0].pk])
    with django_assert_max_num_queries(2):
        found = addresses.verified([one.pk for one in people])
    assert found == {
        people[0].pk: {"sms": "+8613800138000", "email": EMAIL},
        people[1].pk: {"email": OTHER_EMAIL},
    }


def a_sent_mail(person) -> Message:
    """A mail about a new browser that has gone out."""
    for browser in (FIREFOX, WECHAT):
        sessions.begin_session(person=person, key=browser[:40], way="code", user_agent=browser, at=clock.now())
    message = Message.objects.get(person=person, channel="email")
    now = clock.now()
    address = queries.notified_addresses([person.pk])[person.pk]["email"]
    from xuecheng.city.notices.sealing import address_hash

    Message.objects.filter(pk=message.pk).update(
        state="sent", ended_at=now, address_hash=address_hash("email", address)
    )
    return message


def test_a_first_browser_is_no_news_and_another_one_is_told(db):
    person = a_person()
    has_contact(person, EMAIL)
    message = a_sent_mail(person)
    assert message.kind == "identity.new_sign_in"
    assert Notice.objects.filter(person=person).count() == 1
    sessions.begin_session(person=person, key="third", way="code", user_agent=WECHAT, at=clock.now())
    assert Notice.objects.filter(person=person).count() == 1, "a known browser is no news"


def test_a_bounce_marks_the_contact_point_and_the_next_is_written_to(db):
    person = a_person()
    first, second = has_contact(person, EMAIL), has_contact(person, OTHER_EMAIL)
    message = a_sent_mail(person)
    assert record_bounce(message_id=message.message_id, code="550", at=clock.now())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.bounced_at is None, second.bounced_at is None) == (False, True)
    assert addresses.verified([person.pk]) == {person.pk: {"email": OTHER_EMAIL}}


def test_a_code_that_comes_back_forgives_the_address(door):
    person = a_person()
    contact = has_contact(person, EMAIL)
    record_bounce(message_id=a_sent_mail(person).message_id, code="550", at=clock.now())
    assert BouncedAddress.objects.exists()
    now = clock.now()
    name, code = ask(door, Challenge.Purpose.ENTER, EMAIL, at=now)
    assert not BouncedAddress.objects.exists()
    codes.check_code(
        purpose=Challenge.Purpose.ENTER, public_id=name, asker=codes.Asker("this session", "203.0.113.7"), code=code, at=now
    )  # fmt: skip
    assert ContactPoint.objects.get(pk=contact.pk).bounced_at is None
    assert queries.contact_of(read_address(EMAIL)).person == person


def test_an_address_that_had_its_days_number_stops_no_change(db, settings):
    from xuecheng.city.identity.services.contacts import warn

    settings.MESSAGES_A_DAY = {"email": 1, "sms": 1}
    person = a_person()
    has_contact(person, EMAIL)
    for _time in range(2):
        warn(person, queries.contacts_of(person), "The password of your account was changed.", at=clock.now())
    assert Message.objects.filter(person=None).count() == 1
    assert Notice.objects.filter(person=person, kind="identity.sign_in_changed").count() == 2
