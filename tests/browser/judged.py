"""What axe and the ruler say of a page that is open."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DOUBLED = """() => [...new Set([...document.querySelectorAll('[id]')].map(each => each.id).filter(
    (id, at, all) => all.indexOf(id) !== at))]"""
BEYOND = "document.documentElement.scrollWidth - window.innerWidth"
_AXE = Axe().axe_script
# Only what is wrong comes back: to tell of all that is right took axe a third of its time.
_RUN = """tags => axe.run({runOnly: tags, resultTypes: ['violations'], preload: false, selectors: false}).then(found => found.violations.map(
    each => [each.id, each.nodes.slice(0, 5).map(node => node.html.slice(0, 200))]))"""


def violations(page: Page, tags: list[str] = WCAG) -> list[object]:
    """Rules of axe that the page breaks, each with at most five places."""
    page.evaluate(_AXE)
    found: list[object] = page.evaluate(_RUN, tags)
    return found


def wrong(page: Page, tags: list[str] = WCAG) -> list[object]:
    """What axe finds, by how much the page is wider than its window, and ids that it has twice."""
    beyond, doubled = page.evaluate(BEYOND), page.evaluate(DOUBLED)
    ruled = [*([("scrolls sideways by", beyond)] if beyond > 0 else []), *([("ids twice", doubled)] if doubled else [])]
    return [*ruled, *violations(page, tags)]
