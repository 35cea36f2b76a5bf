"""No time-out without warning, and nothing of anybody on a device that they did not choose (WCAG 2.2.1, ASVS 14.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from city.identity.test_sessions_end import at_browser, is_in, staff
from city.situations import a_person, small_city
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import services as care
from xuecheng.city.identity import keeping
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db
STAY = "identity:stay"
HOUR = timedelta(hours=1)
SECRET = "learn-for-life-2026"


@pytest.fixture
def now() -> Iterator[datetime]:
    at = clock.now().replace(microsecond=0)
    with time_machine.travel(at, tick=False):
        yield at


def told(client: Client, at: datetime, **more: Any) -> dict[str, Any]:
    """What a script hears at that time; `post` puts the end off."""
    with time_machine.travel(at, tick=False):
        ask = client.post if more.get("post") else client.get
        return dict(ask(reverse(STAY), headers={"accept": "application/json"}).json())


def test_asking_how_long_is_no_use_and_staying_is(now: datetime) -> None:
    client = at_browser(staff())
    told(client, now)
    whole = 2 * 3600 + 600
    assert told(client, now + 2 * HOUR)["left"] == 600
    answer = told(client, now + 2 * HOUR, post=True)
    assert (answer["left"], answer["final"]) == (whole, False)
    assert is_in(client, now + 4 * HOUR)
    assert told(at_browser(a_person()), now)["left"] == 14 * 86_400


def test_the_last_hour_of_staff_is_told_as_such_and_a_fresh_proof_puts_it_off(now: datetime) -> None:
    person = staff()
    person.set_password(SECRET)
    person.save()
    client = at_browser(person)
    for hours in range(1, 12):
        assert is_in(client, now + hours * HOUR)
    answer = told(client, now + 11 * HOUR)
    assert (answer["left"], answer["final"]) == (3600, True)
    with time_machine.travel(now + 11.5 * HOUR, tick=False):
        page = client.get(reverse(STAY)).content.decode()
        assert reverse("account_reauthenticate") in page
        client.post(reverse("account_reauthenticate"), {"way": "password", "password": SECRET})
    assert is_in(client, now + 13 * HOUR)


def test_without_scripts_the_time_stands_on_the_page_and_a_form_puts_it_off(now: datetime) -> None:
    client = at_browser(staff())
    page = client.get(reverse("identity:show_security")).content.decode()
    assert "会自动退出登录" in page
    assert f'href="{reverse(STAY)}?next=' in page
    with time_machine.travel(now + 2 * HOUR, tick=False):
        answer = client.post(reverse(STAY), {"next": "/people/"})
        assert answer["Location"] == "/people/"
        assert client.post(reverse(STAY), {"next": "https://evil.example/"})["Location"] == "/"
    resident = at_browser(a_person()).get(reverse("identity:show_security")).content.decode()
    assert 'class="xc-foot-stay"' not in resident, "two weeks need no line on every page"


def test_a_form_sent_too_late_leads_back_to_its_page(now: datetime) -> None:
    client = at_browser(staff())
    page = reverse("people:open_account")
    with time_machine.travel(now + 3 * HOUR, tick=False):
        answer = client.post(page, {}, headers={"referer": f"http://testserver{page}?a=1"})
        assert answer.url == f"{reverse('account_login')}?next={page}%3Fa%3D1"
        assert answer["Clear-Site-Data"] == '"cache"', "what was typed waits, sealed, in the tab"
        stranger = Client().post(page, {}, headers={"referer": "https://evil.example/"})
        assert stranger.url == f"{reverse('account_login')}?next=/"


def test_the_key_of_what_was_typed_is_of_one_person(now: datetime) -> None:
    def key(client: Client) -> str:
        page = client.get(reverse("identity:show_security")).content.decode()
        return page.partition('data-draft="')[2].partition('"')[0]

    one, other = a_person(), a_person()
    assert key(at_browser(one)) == key(at_browser(one))
    assert key(at_browser(one)) != key(at_browser(other))


def kept(client: Client, name: str, **more: Any) -> tuple[str | None, bool]:
    answer = client.get(reverse(name), **more)
    assert "no-store" in answer["Cache-Control"]
    return answer.headers.get(keeping.KEPT_FOR), keeping.KEEP in answer.headers


def test_nothing_stays_on_a_device_unless_somebody_chose_it_there(now: datetime) -> None:
    client, place = at_browser(a_person()), reverse("identity:keep_on_device")
    assert kept(client, "account:see_account") == (keeping.NOBODY, False)
    client.post(place, {"keep": "yes"})
    mark, may_stay = kept(client, "account:see_account")
    assert mark not in (None, keeping.NOBODY)
    assert may_stay
    assert kept(client, "account:see_account", data={"year": "2025"}) == (mark, False), "a filtered one does not"
    for name in ("account:see_card", "network:show_learner_home", "credentials:list_transcripts"):
        assert kept(client, name) == (mark, True)
    for name in ("identity:show_security", "mydata:show", "account:list_records"):
        assert kept(client, name) == (mark, False), "other personal pages never do"
    client.force_login(a_person())
    assert kept(client, "account:see_account") == (keeping.NOBODY, False), "the choice fits one person"


def test_signing_out_takes_the_choice_back(now: datetime) -> None:
    client = at_browser(a_person())
    client.post(reverse("identity:keep_on_device"), {"keep": "yes"})
    answer = client.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not client.cookies["xc_keep"].value
    client.force_login(a_person())
    client.post(reverse("identity:keep_on_device"), {"keep": "yes"})
    client.post(reverse("identity:keep_on_device"), {"keep": "no"})
    assert kept(client, "account:see_account") == (keeping.NOBODY, False)


def test_a_page_seen_for_somebody_else_never_stays(now: datetime) -> None:
    city = small_city()
    elder, daughter = (a_person(name, territory=city["五山街道"]) for name in ("冯国强", "冯嘉敏"))
    proxy = care.grant_proxy(
        actor=Standing(person=elder), public_id=uuid7(), helper=daughter, tasks=["account"],
        ends_on=clock.today() + timedelta(days=30), at=clock.now(),
    )  # fmt: skip
    client = at_browser(daughter)
    client.post(reverse("identity:keep_on_device"), {"keep": "yes"})
    client.post(f"/care/helping/proxy/{proxy.public_id}/")
    mark, may_stay = kept(client, "account:see_account")
    assert mark != keeping.NOBODY
    assert not may_stay
