"""Photographs: one page load for each language and mode, two widths of each."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, sync_playwright

from browser.judged import violations

from . import cities
from .cities import NOBODY
from .tally import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from playwright.sync_api import Browser, BrowserContext, Page

    from .crawl import Found

WIDTHS = (375, 1280)
VIEWS: dict[str, dict[str, str]] = {
    "zh-normal": {},
    "zh-elder": {"xc_mode": "elder"},
    "en-normal": {"django_language": "en"},
    "en-elder": {"django_language": "en", "xc_mode": "elder"},
}
#: The page of all parts is seen in every light as well.
LIGHTS: dict[str, dict[str, str]] = {
    "zh-dark": {"xc_theme": "dark"},
    "zh-high": {"xc_contrast": "high"},
    "zh-high-dark": {"xc_contrast": "high", "xc_theme": "dark"},
    "zh-elder-dark": {"xc_mode": "elder", "xc_theme": "dark"},
    "zh-elder-largest": {"xc_mode": "elder", "xc_size": "largest"},
    "en-dark": {"django_language": "en", "xc_theme": "dark"},
    "en-high": {"django_language": "en", "xc_contrast": "high"},
}
IN_EVERY_LIGHT = {"web:parts", "network:show_home", "network:show_learner_home", "account:see_account"}
_BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Lines that begin with a mark that closes, and single signs left alone on the last line of a heading.
_BAD_BREAKS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  const top = (node, at) => { range.setStart(node, at); range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect(); return box.height ? box : null; };
  // The boxes of signs are taller than a heading's lines and lie over each other: their tops tell the line.
  const below = (box, other) => box.top > other.top + other.height / 2;
  for (let node; (node = walker.nextNode());) {
    const text = node.data;
    if (!node.parentElement.checkVisibility() || node.parentElement.closest('pre, code, svg, .visually-hidden')) continue;
    if (node.parentElement.closest('thead')?.getBoundingClientRect().width < 20) continue;  // heard, not seen, on a phone
    for (const match of text.matchAll(/[。，、；：？！）》”』」]/g)) {
      if (!match.index) continue;
      const here = top(node, match.index), before = top(node, match.index - 1);
      if (here && before && below(here, before)) found.push(text.trim().slice(0, 60));
    }
    const heading = node.parentElement.closest('h1, h2, h3');
    if (heading && text.trim().length > 3) {
      const last = text.trimEnd().length - 1, end = top(node, last), before = top(node, last - 1);
      if (end && before && below(end, before)) found.push('left alone: ' + text.trim().slice(0, 60));
    }
  }
  return [...new Set(found)];
}"""
_WORDS = (Path(__file__).parent / "words.js").read_text(encoding="utf-8")
_EMPTIED = """() => {
  for (const form of document.querySelectorAll('main form[method=post]')) {
    const fields = [...form.querySelectorAll('input, textarea, select')].filter(each => each.checkVisibility()
      && !['hidden', 'submit', 'button', 'file'].includes(each.type));
    if (!fields.length || form.action.includes('preferences') || location.pathname === '/parts/') continue;
    form.noValidate = true;
    for (const each of fields)
      if (each.type === 'checkbox' || each.type === 'radio') each.checked = false;
      else if (each.tagName !== 'SELECT') each.value = '';
    const button = form.querySelector('button:not([type=button])');
    if (!button) continue;
    button.setAttribute('data-looking', '');
    return true;
  }
  return false;
}"""


class Camera:
    """Takes the pages of one state; `is_judging` also runs axe and keeps the page's source."""

    def __init__(self, *, base: str, state: str, folder: Path, sessions: dict[str, str], is_judging: bool) -> None:
        self.base, self.state, self.folder, self.sessions = base, state, folder, sessions
        self.is_judging = is_judging
        self.report = Report()
        self.folder.mkdir(parents=True, exist_ok=True)

    def take(self, pages: Iterable[Found], views: dict[str, dict[str, str]], say: Callable[[str], object]) -> Report:
        """Photograph all `pages` in all `views`."""
        found = list(pages)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for view, choices in (views | LIGHTS if self.state == cities.TYPICAL else views).items():
                some = found if view in views else [one for one in found if one.route in IN_EVERY_LIGHT]
                for who in dict.fromkeys(one.who for one in some):
                    self._as(browser, who, view, choices, [one for one in some if one.who == who])
                    say(f"{self.state} {view} {who}: {self.report.photographs} photographs")
            browser.close()
        return self.report

    def _as(self, browser: Browser, who: str, view: str, choices: dict[str, str], pages: list[Found]) -> None:
        context = browser.new_context(base_url=self.base, viewport={"width": 375, "height": 812})
        cookies = dict(choices)
        if who != NOBODY:
            cookies["sessionid"] = self.sessions[who]
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        context.on("request", self._stays)
        page = self._window(context)
        for one in pages:
            where = f"{self.state} {one.route} {who} {view} {one.url}"
            try:
                self._one(page, one, view, where)
            except Error as error:
                self.report.add(where, str(error).splitlines()[0])
                page.close()
                page = self._window(context)
        context.close()

    def _window(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    def _stays(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.report.add("leaves the site", request.url)

    def _one(self, page: Page, one: Found, view: str, where: str) -> None:
        said: list[str] = []
        page.on("console", listener := lambda message: said.append(message.text) if message.type == "error" else None)
        page.set_viewport_size({"width": WIDTHS[0], "height": 812})
        answer = page.goto(one.url)
        if self.state == cities.ERROR and not one.route.startswith("looking-"):
            if not page.evaluate(_EMPTIED):
                return
            with page.expect_navigation() as coming:
                page.locator("[data-looking]").click()
            answer = coming.value
            if answer is None or answer.status != 422:
                return
        page.remove_listener("console", listener)
        said = [text for text in said if "status of 4" not in text and "status of 5" not in text]
        if said:
            self.report.add(where, *said)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 812})
            name = f"{one.route.replace(':', '.')}--{one.who}--{view}--{width}"
            self._snap(page, self.folder / f"{name}.jpg")
            at = f"{where} at {width}"
            beyond = page.evaluate(_BEYOND)
            self.report.saw("sideways", view, at, [f"scrolls sideways by {beyond}"] if beyond else [])
            if view.startswith("zh"):
                breaks = page.evaluate(_BAD_BREAKS)
                self.report.saw("line breaks", view, at, [f"breaks badly: {breaks}"] if breaks else [])
            self.report.saw("words", view, at, page.evaluate(_WORDS))
            if self.is_judging:
                self.report.saw("axe", view, at, [f"axe {found}" for found in violations(page)])
        if self.is_judging and answer is not None and view in VIEWS:
            with suppress(Error):
                source = self.folder.parent.parent / "source" / self.state
                source.mkdir(parents=True, exist_ok=True)
                (source / f"{name}.html").write_text(_without_tokens(answer.text()), encoding="utf-8")

    def _snap(self, page: Page, file: Path) -> None:
        # A bar fixed at the foot of the window would lie over the middle of a long photograph: the window grows.
        height = min(int(page.evaluate("document.documentElement.scrollHeight")), 16_000)
        width = page.viewport_size["width"] if page.viewport_size else WIDTHS[0]
        page.set_viewport_size({"width": width, "height": max(height, 812)})
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=file, type="jpeg", quality=70, animations="disabled")
        self.report.photographs += 1


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', 'name="csrfmiddlewaretoken" value="x"', page)
