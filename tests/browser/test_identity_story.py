"""At the door with a real browser: an elder signs up by phone, sets a passkey, and comes back with it; no page shuts out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from browser import judged
from browser.conftest import DESK, PHONE, Open
from city.identity.conftest import has_contact
from city.situations import a_person, forget_what_is_kept, holding, small_city
from xuecheng.city import clock
from xuecheng.city.identity.models import Recovery, SignInTry
from xuecheng.city.notices.delivering import deliver
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Installation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings along, defines its fixture in the old way.
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]

SECRET = "learn-for-life-2026"


@pytest.fixture
def city(transactional_db: None, acts_as_application: None, settings: Any, tmp_path: Path) -> dict[str, Any]:
    settings.NOTICE_FOLDER = tmp_path / "outbox"
    made = small_city()
    Installation.objects.update_or_create(defaults={"city": made["广州市"], "is_demonstration": True})
    forget_what_is_kept()
    return made


def newest_code(folder: Path) -> str:
    deliver(now=clock.now)
    newest = max(folder.glob("outbox/*/*.txt"), key=lambda path: path.stat().st_ctime_ns)
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", newest.read_text())
    assert found
    return found[1]


def with_screen_lock(page: Page) -> Any:
    """A phone that keeps passkeys behind its screen lock, which its owner always opens."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device, made["authenticatorId"]


def test_an_elder_signs_up_by_phone_sets_a_passkey_and_comes_back_with_it(
    city: dict[str, Any], browse: Open, tmp_path: Path
) -> None:
    page = browse(xc_mode="elder")
    device, phone = with_screen_lock(page)
    page.goto(reverse("account_login"))
    page.get_by_role("link", name="还没有账户").click()
    page.get_by_label("手机号或邮箱").fill("138 0013 8000")
    page.get_by_role("button", name="发验证码给我").click()
    page.wait_for_url("**/sign-in/code/check/")
    page.get_by_label("6位验证码").fill(newest_code(tmp_path))
    page.get_by_role("button", name="继续").click()
    page.wait_for_url("**/sign-up/name/")
    page.get_by_label("姓名").fill("陈惠芬")
    page.get_by_role("button", name="开我的账户").click()
    page.wait_for_url("**/welcome/")
    assert "欢迎您，陈惠芬" in page.locator("h1").inner_text()

    page.get_by_role("link", name="设置通行密钥").click()
    page.get_by_label("这个通行密钥的名字").fill("我的手机")
    page.get_by_role("button", name="在这台设备上设置").click()
    page.wait_for_url("**/security/recovery-codes/")
    assert page.locator("main li.xc-num").count() == 10
    kept = device.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]
    assert [one["rpId"] for one in kept] == ["localhost"]
    assert kept[0]["isResidentCredential"]

    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url("**/me/")
    person = Person.objects.get(name="陈惠芬")
    assert SignInTry.objects.filter(person=person, way="passkey", worked=True).exists()

    page.goto(reverse("mfa_list_webauthn"))
    assert "我的手机" in page.locator("main").inner_text()
    page.get_by_role("link", name="改名 我的手机").click()
    page.get_by_label("这个通行密钥的名字").fill("旧手机")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="删除 旧手机").click()
    page.get_by_role("button", name="删掉它").click()
    page.wait_for_url("**/security/passkeys/")
    assert "还没有通行密钥" in page.locator("main").inner_text()

    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    with page.expect_navigation():
        page.get_by_role("button", name="用通行密钥").click()
    page.goto(reverse("identity:show_security"))
    assert reverse("account_login") in page.url, "a removed passkey opens nothing"


def test_a_passkey_proves_anew_and_opens_the_work_of_staff(city: dict[str, Any], browse: Open, settings: Any) -> None:
    settings.IDENTITY_STAFF_SECOND_FACTOR = True
    person = a_person("何运维", territory=city["五山街道"])
    person.set_password(SECRET)
    person.save()
    holding(person, "operator", territory=city["广州市"])
    page = browse(width=DESK)
    with_screen_lock(page)
    page.goto(reverse("account_login"))
    page.get_by_label("登录名").fill(person.sign_in_name)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/security/second-factor/")
    page.get_by_role("link", name="设置通行密钥").click()
    page.get_by_role("button", name="在这台设备上设置").click()
    page.wait_for_url("**/security/recovery-codes/")
    page.goto(reverse("people:list_people"))
    page.wait_for_url("**/security/second-factor/")
    page.get_by_role("link", name="现在确认").click()
    page.get_by_role("button", name="用我的通行密钥").click()
    page.wait_for_url("**/today/")
    page.context.clear_cookies()
    page.goto(reverse("account_login"))
    page.get_by_label("登录名").fill(person.sign_in_name)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/sign-in/second/")
    page.get_by_role("button", name="用我的通行密钥").click()
    page.wait_for_url("**/today/")


def test_without_scripts_one_signs_up_with_a_code(city: dict[str, Any], browse: Open, tmp_path: Path) -> None:
    page = browse(scripts=False)
    page.goto(reverse("account_login"))
    assert not page.get_by_role("button", name="用通行密钥").is_visible()
    page.goto(reverse("account_signup"))
    page.get_by_label("手机号或邮箱").fill("chen@example.com")
    page.get_by_role("button", name="发验证码给我").click()
    page.get_by_label("6位验证码").fill(newest_code(tmp_path))
    page.get_by_role("button", name="继续").click()
    page.get_by_label("姓名").fill("陈惠芬")
    page.get_by_role("button", name="开我的账户").click()
    assert "欢迎您" in page.locator("h1").inner_text()


@pytest.mark.parametrize(("width", "print_"), [(PHONE, "large"), (DESK, "normal")])
def test_every_page_is_accessible_and_none_scrolls_sideways(
    city: dict[str, Any], browse: Open, width: int, print_: str
) -> None:
    person = a_person("买买提·吐尔逊·艾力·阿卜杜热合曼", territory=city["五山街道"])
    person.set_password(SECRET)
    person.save()
    has_contact(person, "13800138000")
    email = has_contact(person, "a.very.long.address.of.somebody@mail.some-long-domain-name.example.com")
    operator = a_person("何运维")
    holding(operator, "operator", territory=city["广州市"])
    Recovery.objects.create(person=person, way="counter", state="asked", asked_at=email.verified_at, asked_by=operator)
    client, staff = Client(), Client()
    client.post(reverse("account_login"), {"login": person.sign_in_name, "password": SECRET})
    staff.force_login(operator)
    public = [
        "account_login", "account_signup", "identity:ask_code", "identity:give_start_code", "identity:recover",
        "identity:recover_by_contact", "identity:recover_by_code", "identity:finish_recovery", "identity:show_outbox",
    ]  # fmt: skip
    own = [
        "identity:show_security", "identity:welcome", "identity:add_contact", "mfa_add_webauthn", "mfa_list_webauthn",
        "mfa_activate_totp", "account_reauthenticate", "account_change_password", "identity:show_second_factor",
    ]  # fmt: skip
    addresses = [
        *((None, reverse(name)) for name in public),
        *((client, reverse(name)) for name in own),
        (client, reverse("identity:remove_contact", args=[email.public_id])),
        (staff, reverse("identity:open_at_counter")),
        (staff, reverse("identity:new_start_code", args=[person.public_id])),
        (staff, reverse("identity:recover_at_counter", args=[person.public_id])),
    ]
    choices = {"xc_mode": "elder"} if print_ == "large" else {}
    windows: dict[int, Page] = {}
    found: dict[str, list[object]] = {}
    for who, address in addresses:
        page = windows.get(id(who)) or browse(who, width=width, **choices)
        windows[id(who)] = page
        answer = page.goto(address)
        wrong = [*judged.wrong(page), *([] if answer and answer.ok else [("status", answer and answer.status)])]
        if wrong:
            found[address] = wrong
    assert found == {}
