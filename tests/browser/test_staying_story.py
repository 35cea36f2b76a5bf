"""Before a session ends the page says so; after it, what was typed is there again for whoever typed it, and nobody else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from playwright.sync_api import Page

from browser.conftest import DESK, Open
from city.situations import a_person, forget_what_is_kept, holding, small_city
from xuecheng.city import clock
from xuecheng.city.identity.ending import SEEN
from xuecheng.city.people.models import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

SECRET = "learn-for-life-2026"
NAME = "天河区老年大学"
DRAFT = "sessionStorage.getItem('xc-draft')"


def signs_in(page: Page, person: Person) -> None:
    page.get_by_label("登录名").fill(person.sign_in_name)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def unused_for(page: Page, seconds: float) -> None:
    """As if the session had not been used for so long."""
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "sessionid")
    session = SessionStore(session_key=key)
    session[SEEN] = int(clock.now().timestamp() - seconds)
    session.save()


def test_a_clerk_is_warned_stays_and_after_the_end_goes_on_where_they_were(
    transactional_db: None, acts_as_application: None, browse: Open, settings: Any
) -> None:
    city = small_city()
    forget_what_is_kept()
    clerks = [a_person(name, territory=city["五山街道"]) for name in ("何运维", "区运维")]
    for clerk in clerks:
        clerk.set_password(SECRET)
        clerk.save()
        holding(clerk, "operator", territory=city["广州市"])
    form = reverse("organisations:create_organisation")

    page = browse(width=DESK)
    page.clock.install()
    page.goto(f"{reverse('account_login')}?next={form}")
    signs_in(page, clerks[0])
    warning = page.get_by_role("region", name="登录时限")
    said, alert = page.locator("[data-xc-say]"), page.locator("[data-xc-alert]")
    page.clock.run_for(6_000)
    assert not warning.is_visible(), "two hours are left"

    # Ten minutes before: calmly, with one press to stay; two minutes before: at once.
    unused_for(page, 2 * 3600)
    page.clock.fast_forward(2 * 3600 * 1000 + 2_000)
    page.clock.run_for(6_000)
    warning.wait_for()
    assert "会自动退出登录" in said.inner_text()
    assert alert.inner_text() == ""
    unused_for(page, 2 * 3600 + 500)
    page.clock.fast_forward(8 * 60 * 1000 + 30_000)
    page.clock.run_for(6_000)
    page.wait_for_function("() => document.querySelector('[data-xc-alert]').textContent.includes('退出')")
    warning.get_by_role("button").click()
    warning.wait_for(state="hidden")
    assert said.inner_text() != ""

    # What is typed waits sealed; the end leads to the sign-in page, and back to the filled form.
    page.locator("main [name=name_zh]").fill(NAME)
    page.clock.run_for(1_000)
    page.wait_for_function(f"() => {DRAFT}")
    assert NAME not in page.evaluate(DRAFT)
    unused_for(page, 3 * 3600)
    page.clock.fast_forward(3 * 3600 * 1000)
    page.clock.run_for(6_000)
    page.wait_for_url("**/sign-in/?next=**")
    told = page.locator("body").inner_text()
    assert "请重新登录" in told
    assert "您刚才填的内容还留着" in told
    signs_in(page, clerks[0])
    page.wait_for_url(f"**{form}")
    page.get_by_text("您之前填的内容回来了").first.wait_for()
    assert page.locator("main [name=name_zh]").input_value() == NAME

    # A form sent too late is not lost either; and whoever else signs in finds nothing of it.
    page.locator("main [name=name_en]").fill("Tianhe")
    page.clock.run_for(1_000)
    page.wait_for_function(f"() => {DRAFT}")
    unused_for(page, 3 * 3600)
    page.locator("main form[method=post] .btn-primary").click()
    page.wait_for_url("**/sign-in/?next=**")
    signs_in(page, clerks[1])
    page.wait_for_url(f"**{form}")
    page.wait_for_function(f"() => {DRAFT} === null")
    assert page.locator("main [name=name_zh]").input_value() == ""

    # Signing out leaves nothing, whatever stands in the form.
    page.locator("main [name=name_zh]").fill(NAME)
    page.clock.run_for(1_000)
    page.wait_for_function(f"() => {DRAFT}")
    # Here the page is kept from leaving, for what is on its way into the draft to arrive.
    form_of_leaving = page.locator("form[action='/sign-out/']").first
    form_of_leaving.evaluate("form => form.addEventListener('submit', event => event.preventDefault())")
    page.locator("main [name=name_en]").fill("Still on its way into the draft")
    page.locator(".xc-menu > summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.clock.run_for(1_000)
    assert page.evaluate(DRAFT) is None
    with page.expect_navigation(url=lambda url: urlsplit(url).path == "/"):
        form_of_leaving.evaluate("form => form.submit()")
    assert page.evaluate(DRAFT) is None
