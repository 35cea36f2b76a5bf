"""Three taps at a phone, without scripts: a place, the line, an offer; the draw, for everybody; axe finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from browser.conftest import Open
from browser.test_search_story import is_sound
from city.situations import a_person, a_registrar, an_organisation, forget_what_is_kept, small_city
from coordination.enrolment.situations import a_class_now, a_lottery_now
from xuecheng.coordination.enrolment.models import Enrolment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]


def at_phone(name: str) -> Client:
    client = Client()
    client.force_login(a_person(name))
    return client


def test_three_taps_the_line_and_an_offer(
    transactional_db: None, acts_as_application: None, browse: Open, settings: Any
) -> None:
    forget_what_is_kept()
    college = an_organisation(small_city()["五山街道"], name_zh="五山街道社区学校")
    clerk = a_registrar(college)
    row = a_class_now(college, clerk, seats=1, fee_fen=6_000)
    settings.TRIAL_PAYMENTS = True
    first, second = at_phone("陈惠芬"), at_phone("冯国强")

    page = browse(first, scripts=False)
    page.goto(reverse("classes:show_class", args=[row.public_id]))
    page.locator("a[href$='/enrol/']").click()
    page.get_by_role("button", name="确认报名").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("您报上了")

    other = browse(second, scripts=False)
    other.goto(reverse("classes:show_class", args=[row.public_id]))
    other.locator("a[href$='/enrol/']").click()
    other.locator("main form button").click()
    expect(other.get_by_text("下一位就是您")).to_be_visible()

    page.get_by_text("退班", exact=True).click()
    page.get_by_role("button", name="退出", exact=True).click()
    other.reload()
    other.get_by_role("button", name="我要").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("您报上了")
    other.get_by_role("button", name="试用支付").click()
    expect(other.get_by_text("已结清")).to_be_visible()
    assert Enrolment.objects.filter(state="enrolled").count() == 1

    lottery = a_lottery_now(college, clerk, step="drawn")
    for client, where in (
        (second, reverse("enrolment:list_own")),
        (None, reverse("enrolment:show_lottery", args=[lottery.course_class.public_id])),
    ):
        seen = browse(client)
        seen.goto(where)
        is_sound(seen)
