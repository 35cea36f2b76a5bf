"""Pages of background jobs and routines."""

from __future__ import annotations

import pytest
from django.test import Client

from city.situations import a_job, a_person, holding

pytestmark = pytest.mark.django_db


def test_a_running_job_shows_how_far_it_is_and_asks_again_by_itself(operator_client, college):
    job = a_job(state="running", done_count=40, total_count=100, organisation=college)
    page = operator_client.get(f"/jobs/{job.public_id}/").content.decode()
    assert 'aria-valuenow="40"' in page
    assert f'hx-get="/jobs/{job.public_id}/"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    part = operator_client.get(f"/jobs/{job.public_id}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'aria-valuenow="40"' in part


def test_a_job_that_is_over_asks_no_more(operator_client, college):
    job = a_job(state="done", done_count=100, total_count=100, organisation=college)
    page = operator_client.get(f"/jobs/{job.public_id}/").content.decode()
    assert "hx-get" not in page
    assert "http-equiv" not in page


def test_a_refused_job_speaks_the_readers_language(operator_client, college, settings):
    job = a_job(
        state="failed",
        error="文件里没有成绩列。",
        result={"refusal_en": "No column of grades."},
        organisation=college,
    )
    assert "文件里没有成绩列。" in operator_client.get(f"/jobs/{job.public_id}/").content.decode()
    operator_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "No column of grades." in operator_client.get(f"/jobs/{job.public_id}/").content.decode()


def test_a_fault_shows_its_id(operator_client, college):
    job = a_job(state="failed", error="J1-3", result={"fault": "J1-3"}, organisation=college)
    assert "J1-3" in operator_client.get(f"/jobs/{job.public_id}/").content.decode()


def test_cancel_and_retry_from_the_page(operator_client, college):
    job = a_job(state="running", organisation=college)
    assert operator_client.post(f"/jobs/{job.public_id}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.cancel_asked
    failed = a_job(state="failed", organisation=college)
    assert operator_client.post(f"/jobs/{failed.public_id}/retry/").status_code == 302
    failed.refresh_from_db()
    assert failed.state == "waiting"
    # A second press is told, not a fault.
    assert operator_client.post(f"/jobs/{failed.public_id}/retry/").status_code == 302
    assert operator_client.get(f"/jobs/{failed.public_id}/cancel/").status_code == 405


def test_the_list_filters_by_state_and_others_see_nothing(operator_client, client, college):
    a_job(state="failed", organisation=college)
    a_job(state="done", title_zh="另一个", organisation=college)
    page = operator_client.get("/jobs/?state=failed").content.decode()
    assert "写入名单" in page
    assert "另一个" not in page
    job = a_job(state="running", organisation=college)
    client.force_login(a_person())
    assert client.get(f"/jobs/{job.public_id}/").status_code == 404
    assert "写入名单" not in client.get("/jobs/").content.decode()


def test_routines_are_for_operators_of_the_city(operator_client, client, city):
    assert "city.turn_of_day" in operator_client.get("/jobs/routines/").content.decode()
    person = a_person()
    holding(person, "operator", territory=city["天河区"])
    client.force_login(person)
    assert client.get("/jobs/routines/").status_code == 403


def test_nobody_is_led_to_a_page_that_is_closed_to_them(operator_client, college):
    a_dry_run = {"kind": "recognition.try_rule", "arguments": {"page": ["recognition:list_rules"]}}
    job = a_job(state="done", done_count=1, total_count=1, organisation=college, **a_dry_run)
    assert 'href="/recognition/rules/"' not in operator_client.get(f"/jobs/{job.public_id}/").content.decode()
    registrar = a_person("罗登记")
    holding(registrar, "registrar", organisation=college)
    browser = Client()
    browser.force_login(registrar)
    brought = a_job(
        state="done", organisation=college, kind="imports.check", arguments={"page": ["imports:bring_file"]}
    )
    assert 'href="/imports/new/"' in browser.get(f"/jobs/{brought.public_id}/").content.decode()


def test_routines_say_what_they_do(operator_client, city):
    page = operator_client.get("/jobs/routines/").content.decode()
    assert "每夜核对全部账本" in page
    assert "creditbank.check_tonight" in page
