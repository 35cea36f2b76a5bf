"""Sessions end by themselves: not used for long, or begun long ago; of staff much sooner. Both sides of each limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from city.situations import a_person, holding, small_city
from xuecheng.city import clock
from xuecheng.city.identity.models import OpenSession
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db
GRACE = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> Iterator[datetime]:
    at = clock.now()
    with time_machine.travel(at, tick=False):
        yield at


def at_browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def is_in(client: Client, at: datetime) -> bool:
    with time_machine.travel(at, tick=False):
        return client.get(reverse("identity:show_security")).status_code == 200


def staff() -> Person:
    person = a_person("何运维")
    holding(person, "operator", territory=small_city()["广州市"])
    return person


def test_a_resident_may_come_back_within_two_weeks(now: datetime) -> None:
    assert is_in(at_browser(a_person()), now + timedelta(days=14) - MINUTE)
    assert not is_in(at_browser(a_person()), now + timedelta(days=14) + GRACE + MINUTE)


def test_staff_are_out_after_two_hours_without_use(now: datetime) -> None:
    person = staff()
    assert is_in(at_browser(person), now + timedelta(hours=2))
    assert not is_in(at_browser(person), now + timedelta(hours=2) + GRACE)


def test_use_keeps_a_session_and_twelve_hours_end_it_for_staff(now: datetime) -> None:
    working = at_browser(staff())
    for hours in range(1, 12):
        assert is_in(working, now + timedelta(hours=hours))
    assert not is_in(working, now + timedelta(hours=12))


def test_whoever_lost_the_role_is_a_resident(now: datetime, settings: Any) -> None:
    settings.SESSION_DAYS = 1
    resident = at_browser(a_person())
    for hours in range(6, 24, 6):
        assert is_in(resident, now + timedelta(hours=hours))
    assert not is_in(resident, now + timedelta(days=1))


def test_the_end_is_told_and_leads_back_and_the_session_is_gone(now: datetime) -> None:
    client = at_browser(staff())
    page = reverse("people:list_people")
    key = client.cookies["sessionid"].value
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        answer = client.get(page)
        assert answer.url == f"{reverse('account_login')}?next={page}"
        assert "请重新登录" in client.get(answer.url).content.decode()
    assert not OpenSession.objects.filter(key=key).exists()
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get(page).status_code == 302


def test_a_new_sign_in_begins_anew(now: datetime) -> None:
    person = staff()
    client = at_browser(person)
    with time_machine.travel(now + timedelta(hours=11), tick=False):
        client.force_login(person)
    assert is_in(client, now + timedelta(hours=12, minutes=30))
