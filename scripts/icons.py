"""Draws the icons of the installed site from our own mark into `web/static/web/`: run after the mark changed."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "src" / "xuecheng" / "web" / "static" / "web"
# Name, edge in px, share of the edge that the mark takes: a maskable icon is cut to a circle by some phones.
ICONS = [("icon-192", 192, 0.72), ("icon-512", 512, 0.72), ("icon-whole-512", 512, 0.5)]


def main() -> None:
    mark = (FOLDER / "mark.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, edge, share in ICONS:
            page = browser.new_page(viewport={"width": edge, "height": edge})
            page.set_content(
                f"<body style='margin:0;height:{edge}px;background:#f2f5f1;display:grid;place-items:center'>"
                f"<div style='width:{edge * share}px;display:grid'>{mark}</div>"
            )
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
