"""The page of all parts in a real browser: accessible, never wider than the screen, and whole without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from xuecheng.web.build import build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

LIGHTS = {
    "light": {},
    "dark": {"xc_theme": "dark"},
    "high contrast": {"xc_contrast": "high"},
    "high contrast in the dark": {"xc_contrast": "high", "xc_theme": "dark"},
    "large print": {"xc_mode": "elder"},
    "largest print": {"xc_mode": "elder", "xc_size": "largest"},
    "English": {"django_language": "en"},
}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTROLS = (
    "a.btn, button, select, summary, nav a:not(.breadcrumb a), input:not([type=hidden], [type=radio], [type=checkbox])"
)
SMALL = """controls => [...document.querySelectorAll(controls)]
  .map(each => [each, each.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height && (box.width < 43.5 || box.height < 43.5))
  .map(([each, box]) => `${each.className} ${each.textContent.trim()}: ${box.width} x ${box.height}`)"""
UNPAINTED = """() => [...document.querySelectorAll('.xc-window use, .xc-icon use')]
  .filter(each => each.checkVisibility() && !each.getBBox().width).length"""


@pytest.fixture(scope="module", autouse=True)
def built():
    build(report=lambda _line: None)


@pytest.fixture
def look(context, live_server):
    """Open a path with some choices made, on a screen of a width."""

    def opened(path: str, width: int = 375, **choices: str):
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in choices.items()])
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + path)
        return page

    return opened


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing(look, light, width):
    page = look("/parts/", width, **LIGHTS[light])
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("light", ["light", "large print", "largest print", "English"])
@pytest.mark.parametrize("frame", ["resident", "staff"])
def test_no_page_scrolls_sideways_and_every_control_can_be_hit(look, light, frame):
    page = look(f"/parts/?frame={frame}", **LIGHTS[light])
    for width in (320, 375, 768, 992, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (width, beyond) == (width, 0)
        assert page.evaluate(SMALL, CONTROLS) == []


def test_nothing_is_blocked_by_the_content_security_policy(look):
    page = look("/parts/")
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.reload()
    assert said == []


def test_choices_and_menu_work_without_scripts(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(live_server.url + "/parts/")
    page.locator(".xc-menu > summary").click()
    page.get_by_role("button", name="English").last.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Parts and states"
    page.locator(".xc-tool-elder").click()
    assert page.locator("html").get_attribute("data-xc-mode") == "elder"
    assert page.url.endswith("/parts/")
    context.close()


def test_escape_closes_the_menu_and_gives_the_focus_back(look):
    page = look("/parts/")
    page.locator(".xc-menu > summary").click()
    page.keyboard.press("Escape")
    assert page.locator(".xc-menu").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_first_stop_of_the_keyboard_leads_to_the_content(look):
    page = look("/preferences/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"


def test_errors_take_the_focus(look):
    page = look("/parts/")
    assert page.evaluate("document.activeElement.className") == "xc-summary"


def test_paper_is_white_whatever_the_screen_shows(look):
    page = look("/parts/", 800, xc_theme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".xc-tools").is_hidden()


def test_pictures_of_the_sprite_are_painted(look):
    page = look("/parts/", 1280)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(UNPAINTED) == 0
