"""Searching and getting help in a real browser: by keyboard, without scripts, in large print; axe finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from browser.conftest import DESK, PHONE, Open
from browser.judged import WCAG, wrong
from city.situations import a_person, an_organisation, forget_what_is_kept, holding, small_city
from xuecheng.city.pinyin import order_of_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]


def is_sound(page: Page) -> None:
    assert wrong(page, [*WCAG, "best-practice"]) == []


@pytest.fixture
def clerk(transactional_db: None, acts_as_application: None) -> Any:
    forget_what_is_kept()
    city = small_city()
    an_organisation(city["天河区"], name_zh="天河社区学院")
    person = a_person("张明华", territory=city["五山街道"])
    person.sort_key = order_of_person(person.name)
    person.save()
    officer = a_person("窗口员")
    holding(officer, "counter_clerk", territory=city["天河区"])
    client = Client()
    client.force_login(officer)
    return client


def test_everybody_searches_and_finds_the_help_of_the_page(clerk: Client, browse: Open) -> None:
    # A stranger at a phone, without scripts: the menu, the box, what was found, the help at its foot.
    page = browse(None, scripts=False)
    page.goto("/organisations/")
    page.get_by_text("菜单", exact=True).click()
    page.get_by_label("搜索机构、地方、规则、页面").fill("天河")
    page.get_by_label("搜索机构、地方、规则、页面").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("天河")
    expect(page.get_by_role("link", name="天河社区学院")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("link", name="本页帮助").click()
    expect(page.get_by_role("heading", level=1, name="搜索")).to_be_visible()

    # An officer at a desk, by keyboard: the box in the head; the name stands in no address; back brings it again.
    page = browse(clerk, width=DESK)
    page.goto("/people/")
    box = page.locator("#find-in-head")
    box.focus()
    page.keyboard.type("zmh")
    page.keyboard.press("Enter")
    # The list of people shows the name, too: the search is waited for.
    page.wait_for_url("**/search/**")
    expect(page.get_by_role("link", name="张明华")).to_be_visible()
    assert "zmh" not in page.url
    is_sound(page)
    page.get_by_role("link", name="张明华").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("张明华")
    page.go_back()
    expect(page.get_by_role("link", name="张明华")).to_be_visible()

    # Every state, in large print at a phone and plain at a desk.
    for width, choices in ((PHONE, {"xc_mode": "elder"}), (DESK, {})):
        page = browse(None, width=width, **choices)
        for address in (
            "/search/?q=天河",
            "/search/?q=xyzzy",
            "/search/?q=x",
            "/help/account/",
            "/help/all/",
            "/help/words/",
        ):
            page.goto(address)
            is_sound(page)
