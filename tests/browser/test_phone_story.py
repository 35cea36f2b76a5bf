"""On a phone, with large print, by keyboard, without scripts: what people do works, and no page shuts anybody out."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from browser import judged
from browser.conftest import DESK, PHONE, Open
from browser.every_page import every_page, not_seen
from stories.town import Story

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

SECRET = "learn-for-life-2026"


def with_password(town: Story) -> str:
    """The resident's sign-in name, with `SECRET` as the password."""
    town.learner.set_password(SECRET)
    town.learner.save()
    return town.learner.sign_in_name


class Thumb:
    """A finger that counts its taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, where: Any) -> None:
        self.taps += 1
        where.click()

    def fill(self, where: Any, text: str) -> None:
        self.tap(where)
        self.page.keyboard.type(text)


def test_a_resident_reaches_account_line_and_card_in_six_taps(town: Story, browse: Open) -> None:
    name = with_password(town)
    page = browse()
    page.goto("/")
    thumb = Thumb(page)
    # A phone's header has no room for signing in; the first door of the home page leads there, and back to the account.
    thumb.tap(page.get_by_role("link", name="查我的学分"))
    thumb.fill(page.get_by_label("登录名"), name)
    thumb.fill(page.get_by_label("密码", exact=True), SECRET)
    thumb.tap(page.get_by_role("button", name="登录"))
    page.wait_for_url("**/account/")
    assert "2.5" in page.locator("main").inner_text()
    thumb.tap(page.locator("main").get_by_role("link", name="书法入门").first)
    page.wait_for_url("**/lines/**")
    told = page.locator("main").inner_text()
    for words in ("社区课程学时转换", town.college.name_zh, "第1版"):
        assert words in told
    thumb.tap(page.get_by_role("navigation", name="快捷导航").get_by_role("link", name="学习卡"))
    page.wait_for_url("**/card/")
    assert page.get_by_role("img", name="二维码").is_visible()
    assert thumb.taps <= 6


def test_the_judges_see_what_is_wrong(browse: Open) -> None:
    page = browse(None, width=PHONE)
    page.set_content(
        "<!doctype html><html lang=zh><title>甲</title><img src='data:,'><div style='width: 400px; color: #999'>看不清</div>"
        "<p id=reason></p><p id=reason></p>"
    )
    found = dict(judged.wrong(page))  # type: ignore[call-overload]  # pairs of a rule and what broke it
    assert found["scrolls sideways by"] > 0
    assert found["ids twice"] == ["reason"]
    assert {"image-alt", "color-contrast"} <= set(found)


@pytest.mark.parametrize(("print_", "widths"), [("normal", (PHONE, DESK)), ("large", (DESK, PHONE))])
def test_every_page_is_accessible_stays_inside_and_asks_no_other_site(
    town: Story, browse: Open, live_server: Any, print_: str, widths: tuple[int, int]
) -> None:
    """Each page in one print, on one screen, in turn; `make photos ARGS=--check` sees all of them in both on both."""
    choices = {"xc_mode": "elder"} if print_ == "large" else {}
    windows: dict[tuple[int, int], Page] = {}
    found: dict[str, list[object]] = {}
    outside: list[str] = []
    said: list[str] = []
    pages = every_page(town)
    # Half of them in each print: four hundred visits would be a third of the whole suite's time.
    for number, (who, route, address) in enumerate(pages[print_ == "large" :: 2]):
        width = widths[number % 2]
        page = windows.get((id(who), width))
        if page is None:
            page = windows[id(who), width] = browse(who, width=width, **choices)
            page.on("request", lambda request: outside.append(request.url))
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        said.clear()
        answer = page.goto(address)
        expected = {"no such address": 404, "denied": 403}.get(route, 200)
        wrong: list[object] = [] if answer and answer.status == expected else [("status", answer and answer.status)]
        wrong += [text for text in said if expected == 200]
        wrong += judged.wrong(page)
        if wrong:
            found[f"{route} {address} at {width}"] = wrong
    assert found == {}
    assert [url for url in outside if not url.startswith((live_server.url, "data:", "blob:"))] == []
    assert not_seen(pages) == set(), "let tests/browser/pages.py open them, or say in every_page.WITHOUT why not"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_head_of_a_wide_screen_is_one_row(town: Story, browse: Open, language: str) -> None:
    page = browse(town.resident, width=DESK, django_language=language)
    page.goto(reverse("account:see_account"))
    assert page.locator(".xc-tool-place").count() == 1
    places = page.get_by_role("navigation", name="主导航" if language == "zh-hans" else "Main").bounding_box()
    tools = page.locator(".xc-tools").bounding_box()
    assert places
    assert tools
    assert tools["y"] < places["y"] + places["height"]


def test_without_scripts_one_signs_in_sees_the_account_and_brings_a_file(town: Story, browse: Open) -> None:
    name = with_password(town)
    page = browse(scripts=False)
    page.goto(reverse("account_login"))
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_role("button", name="登录").click()
    page.goto(reverse("account:see_account"))
    assert "2.5" in page.locator("main").inner_text()

    desk = browse(town.registrar, width=DESK, scripts=False)
    desk.goto(reverse("imports:bring_file"))
    desk.locator("label", has_text="活动").first.click()
    desk.locator("input[type=file]").set_input_files(
        {"name": "2025年春季班.csv", "mimeType": "text/csv", "buffer": town.file()}
    )
    desk.get_by_role("button", name="检查文件").click()
    assert "正在检查" in desk.locator("main").inner_text()
    town.work_off()
    desk.reload()
    told = desk.locator("main").inner_text()
    assert "5行有错" in told
    assert "2025-02-30" in told


BUDGETS = {
    # What is opened, by whom: kilobytes of HTML, CSS and JS as gzip sends them, and requests.
    "public": ("network:show_home", None, 90, 12),
    "staff": ("records:list_records", "registrar", 150, 20),
    # A chart is drawn on the server: its page may weigh no more than any other, though the budget gives it 230 more.
    "chart": ("account:see_account", "resident", 90, 12),
}


def test_pages_keep_to_their_bytes_and_requests(town: Story, browse: Open, live_server: Any) -> None:
    over: dict[str, object] = {}
    for kind, (route, who, most_kilobytes, most_requests) in BUDGETS.items():
        page = browse(getattr(town, who) if who else None)
        answers: list[Any] = []
        page.on("response", lambda answer, kept=answers: kept.append(answer))
        page.goto(reverse(route))
        page.wait_for_load_state("networkidle")
        sizes = {
            answer.url.removeprefix(live_server.url): len(gzip.compress(answer.body(), 9))
            for answer in answers
            if any(word in answer.headers.get("content-type", "") for word in ("html", "css", "javascript"))
        }
        assert reverse(route) in sizes
        assert any(url.endswith(".css") for url in sizes)
        assert any(url.endswith(".js") for url in sizes)
        if sum(sizes.values()) > most_kilobytes * 1024 or len(answers) > most_requests:
            over[kind] = (len(answers), sizes)
        print(kind, len(answers), sum(sizes.values()), sizes)
        assert all(answer.url.startswith(live_server.url) for answer in answers)
    assert over == {}
