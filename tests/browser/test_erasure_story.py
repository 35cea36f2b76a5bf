"""A resident asks on a phone to be erased, thinks better of it, asks again; and the pages are for every reader."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from browser.conftest import DESK, PHONE, Open
from browser.judged import wrong
from city.situations import a_person, holding
from stories.town import Story
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.mydata import services
from xuecheng.city.mydata.models import Erasure
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]
PASSWORD = "correct horse battery 7"


def with_password(person: Person) -> Client:
    """Somebody who signed in a while ago: the page asks them once more."""
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    client = Client()
    client.force_login(person)
    return client


def asked(page: Page) -> None:
    page.goto(reverse("mydata:show"))
    page.get_by_role("link", name="注销我的账户").click()
    if page.get_by_label("密码", exact=True).count():
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button").first.click()
    page.get_by_label("我已读过哪些删除、哪些保留，确定要注销。").check()
    page.get_by_role("button", name="注销我的账户").click()


def test_asked_taken_back_asked_again_and_carried_out(town: Story, browse: Open) -> None:
    phone = browse(with_password(town.learner), width=PHONE)
    asked(phone)
    assert "前可以撤回" in phone.locator("main").inner_text()
    made = Erasure.objects.get()
    assert made.state == "waiting"

    phone.get_by_role("button", name="撤回，我要留下").click()
    assert "什么都没有删除" in phone.locator("body").inner_text()
    made.refresh_from_db()
    assert made.state == "taken"

    asked(phone)
    again = Erasure.objects.get(state="waiting")
    assert again.waits_until is not None
    services.carry_out(erasure=again, at=again.waits_until)
    phone.goto(reverse("mydata:show"))
    assert "登录" in phone.title() or "登录" in phone.locator("main").inner_text()
    assert Person.objects.get(pk=town.learner.pk).name.startswith("已注销居民")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("mode", ["normal", "elder"])
def test_its_pages_are_for_every_reader(town: Story, browse: Open, width: int, mode: str) -> None:
    client = with_password(town.learner)
    session = client.session
    session["account_authentication_methods_user"] = str(town.learner.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": clock.now().timestamp()}]
    session.save()

    def looked_at(address: str) -> None:
        page = browse(client, width=width, xc_mode=mode)
        assert page.goto(address).status == 200, address  # type: ignore[union-attr]
        assert wrong(page) == [], address
        page.context.close()

    looked_at(reverse("mydata:ask_erasure"))
    services.ask_erasure(actor=Standing(person=town.learner), public_id=uuid7(), at=clock.now())
    looked_at(reverse("mydata:show"))
    looked_at(reverse("mydata:ask_erasure"))


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_officers_pages_are_for_every_reader(town: Story, browse: Open, width: int) -> None:
    city = Territory.objects.get(level="city")
    browsers: dict[str, Client] = {}
    for name, role in (("窗口甲", "counter_clerk"), ("保护乙", "data_protection_officer")):
        officer = a_person(name)
        holding(officer, role, territory=city)
        browsers[role] = Client()
        browsers[role].force_login(officer)

    def looked_at(role: str, address: str) -> Page:
        page = browse(browsers[role], width=width)
        assert page.goto(address).status == 200, address  # type: ignore[union-attr]
        assert wrong(page) == [], address
        return page

    desk = looked_at("counter_clerk", reverse("mydata:open_erasure", args=[town.learner.public_id]))
    desk.get_by_label("本人在场").check()
    desk.get_by_label("看了什么证件").fill("居民身份证原件")
    desk.get_by_role("button", name="受理注销").click()
    made = Erasure.objects.get()
    assert made.state == "opened"

    looked_at("data_protection_officer", reverse("mydata:list_erasures"))
    other = looked_at("data_protection_officer", reverse("mydata:show_erasure", args=[made.public_id]))
    other.get_by_label("我当面听本人这样说了。").check()
    other.get_by_label("看了什么证件").fill("居民身份证原件")
    other.get_by_role("button", name="我也听到了，开始等待").click()
    made.refresh_from_db()
    assert made.state == "waiting"
    looked_at("counter_clerk", reverse("mydata:show_erasure", args=[made.public_id]))
