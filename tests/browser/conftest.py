"""Browsers on a running city: a town with learning in every state, and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from city.situations import forget_what_is_kept
from stories.town import Story
from xuecheng.city import clock
from xuecheng.learning.network import services as network
from xuecheng.web.build import build

PHONE, DESK = 375, 1280


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    build(report=lambda _line: None)


@pytest.fixture
def town(transactional_db: None, acts_as_application: None, settings: Any, tmp_path: Path) -> Story:
    """Learning brought, credited and certified; one rule in force and one that waits for a decision."""
    settings.FILES_ROOT = tmp_path
    story = Story()
    story.until_credited()
    story.drafted_rule(name_zh="志愿服务转换", name_en="Voluntary service", codes="ZY-*", level="2")
    story.issued_transcript()
    network.roll_up(now=clock.now(), at_once=True)
    forget_what_is_kept()
    return story


Open = Callable[..., Page]


@pytest.fixture
def browse(browser: Browser, live_server: Any) -> Iterator[Open]:
    """Open a browser of somebody (None: not signed in) on a screen of a width; `choices` are cookies."""
    contexts: list[BrowserContext] = []

    def opened(
        client: Client | None = None, *, width: int = PHONE, scripts: bool = True, worker: bool = False, **choices: str
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 812},
            # What it fetches by itself would reach into the next test.
            service_workers="allow" if worker else "block",
        )
        contexts.append(context)
        if client is not None:
            choices["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in choices.items()])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
