"""A code before the camera of a phone comes into the form; without a camera nothing of it is shown.

The camera is the browser's own made-up one. Reading codes is built into Chrome on Android and not into Debian's
Chromium, so that part is put in its place.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

READS = """window.seen = [%s]; window.BarcodeDetector = class {
  async detect(video) { return video.videoWidth && window.seen.length ? [{ rawValue: window.seen.shift() }] : []; }
};"""
REFUSES = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"


def at_the_form(browse: Open, *scripts: str) -> Page:
    page = browse()
    for script in scripts:
        page.add_init_script(script)
    page.goto("/verify/credential/")
    return page


def test_a_code_comes_into_the_form_and_the_camera_is_off_again(browse: Open) -> None:
    page = at_the_form(browse, READS % '"WIFI:S:x;;", "https://school.example/credentials/1"')
    page.get_by_role("button", name="用摄像头扫二维码").click()
    link = page.locator("input[name=link]")
    expect(link).to_have_value("https://school.example/credentials/1")
    expect(link).to_be_focused()
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_a_code_of_this_site_leads_to_its_page(browse: Open) -> None:
    page = at_the_form(browse)
    here = page.evaluate("location.origin")
    page = at_the_form(browse, READS % f'"{here}/share/{"a1" * 20}/"')
    page.get_by_role("button", name="用摄像头扫二维码").click()
    expect(page.locator("input[name=link]")).to_have_value(f"{here}/share/{'a1' * 20}/")
    page.keyboard.press("Enter")
    page.wait_for_url("**/share/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("这个链接没有内容")


def test_without_a_camera_the_rest_works(browse: Open) -> None:
    expect(at_the_form(browse).locator("[data-xc-camera]")).to_be_hidden()
    page = at_the_form(browse, READS % "", REFUSES)
    page.get_by_role("button", name="用摄像头扫二维码").click()
    expect(page.locator("[data-xc-camera]")).to_be_hidden()
    expect(page.locator("input[name=link]")).to_be_editable()
