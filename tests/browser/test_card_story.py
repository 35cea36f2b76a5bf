"""At a counter with the card on a phone, without network: the code that the phone makes is the one that we expect."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from browser.conftest import Open
from browser.test_elder_story import KEPT, signs_in
from browser.test_phone_story import with_password
from city.situations import a_registrar
from learning.cards.situations import of
from stories.town import Story
from xuecheng.city import clock
from xuecheng.city.rights import Standing
from xuecheng.learning.cards import services
from xuecheng.learning.cards.models import Device, Use

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

READABLE = "() => window.crypto.subtle !== undefined && window.indexedDB !== undefined"
SECRETS = """async () => {
  const asked = indexedDB.open("xc-card", 1);
  await new Promise((done) => { asked.onsuccess = done; });
  const own = await new Promise((done) => {
    const read = asked.result.transaction("cards").objectStore("cards").get("own");
    read.onsuccess = () => done(read.result);
  });
  try { await crypto.subtle.exportKey("raw", own.key); return "readable"; } catch { return own.key.extractable; }
}"""


def digits_shown(page: Page) -> str:
    box = page.locator("[data-xc-digits]")
    box.wait_for(state="visible")
    return box.inner_text()


def test_a_resident_shows_the_card_without_network(town: Story, browse: Open) -> None:
    name = with_password(town)
    college = town.college
    counter: Standing = a_registrar(college, "窗口员")
    page = browse(worker=True)
    signs_in(page, name)
    card = reverse("account:see_card")
    page.goto(card)
    assert page.evaluate(READABLE)
    page.get_by_role("link", name="在这部手机上出示").click()
    page.get_by_role("button", name="是我自己的手机").click()
    page.wait_for_url(f"**{card}")
    assert len(digits_shown(page)) == 9
    assert not page.locator("[data-xc-card-paper]").first.is_visible()
    assert page.evaluate(SECRETS) is False, "no script reads the secret out again"
    page.wait_for_function(f"async () => (await (await caches.open('xc-kept')).match('{card}')) !== undefined")

    page.context.set_offline(True)
    page.goto(card)
    shown = digits_shown(page)
    number = town.learner.learning_account.card_number
    read = services.read_card(
        actor=counter, public_id=uuid4(), organisation=college, text=f"{number} {shown}", at=clock.now()
    )
    assert (read.person, Use.objects.get().how) == (town.learner, "spoken")
    page.context.set_offline(False)

    services.revoke_device(
        actor=of(town.learner), device=Device.objects.select_related("card__account__person__territory").get(),
        at=clock.now(),
    )  # fmt: skip
    page.goto(card)
    page.locator("[data-xc-card-paper]").first.wait_for(state="visible")
    assert not page.locator("[data-xc-digits]").is_visible(), "a phone that was taken off forgets the card"
    assert page.evaluate(KEPT)


def test_without_scripts_the_printed_card_is_there(town: Story, browse: Open) -> None:
    name = with_password(town)
    page = browse(scripts=False)
    signs_in(page, name)
    page.goto(reverse("account:see_card"))
    assert page.locator("[data-xc-card-paper] svg").first.is_visible()
    page.goto(reverse("cards:enrol_device"))
    assert "打印的卡" in page.locator("main").inner_text()
    assert not page.locator("form[data-xc-card-enrol]").is_visible()
