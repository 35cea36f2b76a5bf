"""A class at the telephone: its list read and marked while the network is away, sent once when it is back; the pages are
sound.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from browser.conftest import Open
from browser.test_search_story import is_sound
from city.situations import a_registrar, an_organisation, forget_what_is_kept, small_city
from coordination.teaching.situations import a_class_today, an_arrival_waiting, lesson_with_homework, the_enrolment
from xuecheng.city import clock
from xuecheng.coordination.teaching import services
from xuecheng.coordination.teaching.models import Mark

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"),
]


def test_marks_made_without_network_arrive(transactional_db: None, acts_as_application: None, browse: Open) -> None:
    forget_what_is_kept()
    college = an_organisation(small_city()["五山街道"], name_zh="五山街道社区学校")
    clerk = a_registrar(college)
    session = a_class_today(college, clerk)
    assert session.teaching is not None
    one, teacher = the_enrolment(session), Client()
    teacher.force_login(session.teaching.person)

    page = browse(teacher, worker=True)
    page.goto(reverse("identity:keep_on_device"))
    page.get_by_role("button", name="是我自己的设备").click()
    page.wait_for_selector("html[data-xc-ready]")
    today, take = reverse("teaching:today"), reverse("teaching:take", args=[session.public_id])
    for address in (today, take):
        page.goto(address)
        page.wait_for_function(f"async () => (await (await caches.open('xc-kept')).match('{address}')) !== undefined")

    page.context.set_offline(True)
    page.goto(today)
    page.locator(f"main a[href='{take}']").first.click()
    page.wait_for_url(f"**{take}")
    assert one.person.name in page.locator("main").inner_text()
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.url.endswith("/marks/") else None)
    page.locator(f"label:has(input[name='state-{one.public_id}'][value=late])").click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("本机有考勤等着送出")).to_be_visible()
    assert not Mark.objects.exists()

    # Signing out would lose them: it asks, and whoever says no stays.
    page.evaluate("document.querySelector('form[action=\"/sign-out/\"]').requestSubmit()")
    expect(page.get_by_text("本机有考勤等着送出")).to_be_visible()
    assert "xc-unsent-marks" in page.evaluate("Object.keys(localStorage)")

    sent.clear()
    with page.expect_response(lambda answer: answer.url.endswith("/marks/") and answer.ok):
        page.context.set_offline(False)
        page.locator("[data-xc-marks-send]").click()
    expect(page.get_by_text("本机有考勤等着送出")).to_be_hidden()
    assert len(sent) == 1
    assert Mark.objects.values_list("state", "how").get() == ("late", "offline")

    an_arrival_waiting(session)
    services.open_check_in(actor=clerk, session=session, address="", at=clock.now())
    lesson_with_homework(session, clerk, one)
    for name, key in (
        ("take", session), ("show_code", session), ("completion", session.course_class), ("keep_lesson", session),
    ):  # fmt: skip
        page.goto(reverse(f"teaching:{name}", args=[key.public_id]))
        is_sound(page)
    learner = Client()
    learner.force_login(one.person)
    page = browse(learner)
    for address in (
        reverse("teaching:show_own_class", args=[one.public_id]),
        reverse("teaching:hand_in", args=[one.public_id, session.public_id]),
    ):
        page.goto(address)
        is_sound(page)
