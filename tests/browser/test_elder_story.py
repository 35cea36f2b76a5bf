"""A 68-year-old's journey, measured: by thumb, by keyboard, very large, without scripts, and without network."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from browser.conftest import DESK, PHONE, Open
from browser.judged import BEYOND
from browser.test_phone_story import SECRET, Thumb, with_password
from learning.records.situations import card_of
from stories.town import Story
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.records.models import LearningRecord

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

MEASURE = (Path(__file__).parent / "elder.js").read_text(encoding="utf-8")
KEPT = "async () => (await (await caches.open('xc-kept')).keys()).map(each => new URL(each.url).pathname).sort()"
MOVING = "() => document.getAnimations().filter(each => each.playState === 'running').length"
VOICE = """
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voice = {
    getVoices: () => [{ lang: "zh-CN", name: "Ting-Ting" }], addEventListener() {},
    speak(one) {
      window.said.push([one.text, one.lang, one.rate]);
      this.ending = setTimeout(() => one.onend(), window.said.length < 4 ? 20 : 60_000);
    },
    cancel() { clearTimeout(this.ending); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: voice });
"""
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const bar = document.querySelector(".xc-tabbar"), floor = bar?.offsetHeight ? bar.getBoundingClientRect().top : innerHeight;
  const ring = parseFloat(getComputedStyle(one).outlineWidth);
  const isSeen = one.closest(".xc-tabbar") || (box.bottom > 0 && box.top < floor);
  return { words: one.textContent.trim(), name: one.name || "", ring, isSeen };
}"""


def signs_in(page: Page, name: str) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/me/")


def reads_aloud(page: Page) -> None:
    """The page is read by the browser's voice, in its language, and shows where it is; paused, slower, stopped."""
    page.get_by_role("button", name="读给我听").click()
    page.wait_for_function("() => said.length > 3")
    assert page.evaluate("said[0][1]") == "zh-CN"
    heard = page.evaluate("said.map(each => each[0]).join('')")
    assert page.locator("h1").inner_text()[:4] in heard
    assert page.locator(".xc-aloud-now").count() == 1
    page.get_by_role("button", name="慢一点").click()
    page.wait_for_function("() => said.at(-1)[2] < 0.8")
    page.get_by_role("button", name="停一下").click()
    before = page.evaluate("said.length")
    page.wait_for_timeout(120)
    assert page.evaluate("said.length") == before
    assert page.evaluate("document.activeElement.textContent.trim()") == "继续", "the focus stays in the bar"
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => said.length > {before}")
    page.keyboard.press("Escape")
    assert page.locator(".xc-aloud-now").count() == 0


def by_thumb(page: Page, name: str) -> str:
    """First page to transcript; gives the transcript's address."""
    page.goto("/")
    box = page.get_by_role("button", name="大字版").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 812, "the switch stands on the first screen"
    signs_in(page, name)
    thumb = Thumb(page)
    thumb.tap(page.get_by_role("button", name="大字版"))
    assert page.locator("html").get_attribute("data-xc-mode") == "elder"
    assert page.evaluate(MEASURE) == []
    reads_aloud(page)
    thumb.tap(page.get_by_role("link", name="我的学分"))
    page.wait_for_url("**/account/")
    assert page.evaluate(MEASURE) == []
    thumb.tap(page.get_by_role("link", name="看明细"))
    assert page.get_by_role("heading", name="明细").bounding_box()["y"] < 812  # type: ignore[index]  # None: not there, and the test fails
    thumb.tap(page.get_by_role("link", name="开成绩单"))
    page.wait_for_url("**/transcripts/new/")
    assert page.evaluate(MEASURE) == []
    thumb.tap(page.locator("main").get_by_role("button"))
    page.wait_for_url("**/transcripts/*-*/")
    assert page.evaluate(MEASURE) == []
    assert "书法入门" in page.locator("main").inner_text()
    assert thumb.taps <= 7
    for other in ("account:see_card", "credentials:list_transcripts", "network:show_help", "network:show_home"):
        page.goto(reverse(other))
        assert (other, page.evaluate(MEASURE)) == (other, [])
    return reverse("credentials:see_transcript", args=[Transcript.objects.order_by("-pk")[0].code])


def without_network(page: Page, transcript: str) -> None:
    """What was seen can be read, and says how old it is; nothing else is kept, and nothing after signing out."""
    account, card = reverse("account:see_account"), reverse("account:see_card")
    page.goto(reverse("identity:show_security"))
    assert page.evaluate(KEPT) == [], "nothing is kept before it is chosen"
    page.goto(card)
    page.get_by_role("link", name="没有网络也能出示").click()
    page.get_by_role("button", name="是我自己的设备").click()
    page.wait_for_selector("html[data-xc-ready]")
    page.goto(transcript)
    page.wait_for_function(f"async () => (await (await caches.open('xc-kept')).match('{transcript}')) !== undefined")
    page.goto(reverse("account:list_records"))
    page.goto(reverse("identity:show_security"))
    assert page.evaluate(KEPT) == sorted([account, card, transcript, "/worker.js"])

    page.context.set_offline(True)
    for address, words in ((account, "书法入门"), (transcript, "书法入门"), (card, "学习卡")):
        page.goto(address)
        assert words in page.locator("main").inner_text()
        assert page.locator("html").get_attribute("data-xc-mode") == "elder"
        strip = page.get_by_role("region", name="没有网络").inner_text()
        assert "现在没有网络" in strip
        assert "月" in strip, "the day on which it was so"
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "22.5px", "its style is there"
    page.goto(reverse("account:list_records"))
    assert page.get_by_role("heading", level=1).inner_text() == "没有网络"
    assert page.locator(".xc-kept a").count() == 3
    assert page.locator("html").get_attribute("data-xc-mode") == "elder"
    page.get_by_role("link", name="学习卡").click()
    page.wait_for_url(f"**{card}")

    page.context.set_offline(False)
    page.goto(account)
    page.locator(".xc-menu > summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_selector("html[data-xc-ready]")  # the worker went with all the rest, and comes again
    page.context.set_offline(True)
    page.goto(account)
    assert page.get_by_role("heading", level=1).inner_text() == "没有网络"
    assert page.locator(".xc-kept a").count() == 0
    page.context.set_offline(False)


def by_keyboard(page: Page, name: str) -> None:
    """The same with Tab and Enter alone: each stop is seen and bears a ring; nothing moves."""
    page.emulate_media(reduced_motion="reduce")

    def tab_to(words: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            at = page.evaluate(FOCUSED)
            assert at["ring"] >= 3, at
            assert at["isSeen"], at
            if words in at["words"] or words == at["name"]:
                return
        pytest.fail(f"sixty times Tab do not reach {words}")

    page.goto(reverse("account_login"))
    for field, text in (("login", name), ("password", SECRET)):
        tab_to(field)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/")
    for words, url in (("我的学分", "**/account/"), ("看明细", "**/account/#statement")):
        tab_to(words)
        page.keyboard.press("Enter")
        page.wait_for_url(url)
        assert page.evaluate(MOVING) == 0
    page.goto(reverse("account:see_account"))
    tab_to("开成绩单")
    page.keyboard.press("Enter")
    page.wait_for_url("**/transcripts/new/")
    tab_to(page.locator("main").get_by_role("button").inner_text())
    page.keyboard.press("Enter")
    page.wait_for_url("**/transcripts/*-*/")


def very_large(page: Page, addresses: list[str]) -> None:
    """400 % of 1280 px is 320: nothing scrolls sideways, in the normal view and in the largest print."""
    for address in addresses:
        page.goto(address)
        assert (address, page.evaluate(BEYOND)) == (address, 0)


def without_scripts(page: Page, name: str) -> None:
    signs_in(page, name)
    page.get_by_role("button", name="大字版").click()
    assert page.locator("html").get_attribute("data-xc-mode") == "elder"
    assert not page.get_by_role("button", name="读给我听").is_visible(), "no button that does nothing"
    page.get_by_role("link", name="我的学分").click()
    page.get_by_role("link", name="看明细").click()
    assert "书法入门" in page.locator("#statement").inner_text()
    page.get_by_role("link", name="开成绩单").click()
    page.locator("main").get_by_role("button").click()
    assert "书法入门" in page.locator("main").inner_text()


def registrars_forms_without_scripts(page: Page, town: Story) -> None:
    page.goto(f"{reverse('records:enter_record')}?kind=nonformal")
    filled = {
        "record_key": "HD-9", "person_ref": card_of(town.learner), "name": town.learner.name, "code": "SQ-TJQ",
        "title": "太极拳", "started_on": "2026-09-05", "ended_on": "2026-11-14", "minutes": "3小时",
    }  # fmt: skip
    for field, value in filled.items():
        page.locator(f"main [name={field}]").fill(value)
    page.locator("main form[method=post] .btn-primary").click()
    page.wait_for_url("**/records/*/")
    assert LearningRecord.objects.filter(record_key="HD-9").exists()
    page.goto(reverse("recognition:start_recognition"))
    page.locator("main form[method=post] .btn-primary").click()
    page.wait_for_url("**/recognition/runs/**")
    assert "会自动退出登录" in page.locator("footer").inner_text(), "how long one stays in is said without scripts"


def test_an_elder_reaches_account_statement_and_transcript_in_every_way(town: Story, browse: Open) -> None:
    name = with_password(town)
    page = browse(worker=True)
    page.context.add_init_script(VOICE)
    page.goto(reverse("network:show_help"))
    assert page.evaluate(MEASURE) != [], "the measure finds what the normal view allows"
    assert not page.get_by_role("button", name="读给我听").is_visible(), "elsewhere it is there by choice only"
    transcript = by_thumb(page, name)
    without_network(page, transcript)
    by_keyboard(browse(width=DESK, xc_mode="elder"), name)
    own = ["network:show_learner_home", "account:see_account", "account:see_card", "credentials:issue_transcript"]
    addresses = [
        *(reverse(one) for one in own),
        transcript,
        reverse("identity:keep_on_device"),
        reverse("identity:stay"),
    ]
    again: Client = town.at_browser(town.learner)
    very_large(browse(again, width=320), addresses)
    very_large(browse(again, width=320, xc_mode="elder", xc_size="largest"), addresses)
    without_scripts(browse(width=PHONE, scripts=False), name)
    registrars_forms_without_scripts(browse(town.registrar, width=DESK, scripts=False), town)
