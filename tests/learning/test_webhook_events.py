"""What happens to credit, runs and rules is told to whoever subscribed: by the real verbs, once, to the right ones."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from learning.recognition import situations as so
from learning.records.situations import Desk, a_learner
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.webhooks import services
from xuecheng.city.webhooks.models import Delivery
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services import corrections, rule_versions, runs

pytestmark = pytest.mark.django_db
EVENTS = ["posting.made", "posting.reversed", "run.finished", "rule.approved"]


@pytest.fixture
def city() -> so.City:
    return so.a_city()


def subscribe(organisation: Any, by: Any, events: list[str] = EVENTS) -> Any:
    made, _secret = services.subscribe(
        actor=by, public_id=uuid7(), organisation=organisation, url="https://example.org/hook", events=events,
        at=clock.now(), reason="接入",
    )  # fmt: skip
    return made


def a_record(city: so.City, name: str = "陈惠芬") -> Any:
    desk = Desk(college=city.college, registrar=city.registrar, district=city.places["天河区"])
    return desk.record(
        a_learner(name), origin="nonformal", code="SQ-TJQ", grade="", grade_scale="", minutes=960, contact_minutes=960
    )


def recognise(city: so.City) -> Any:
    run = runs.start_recognition(
        actor=city.registrar, public_id=uuid4(), at=clock.now(), organisation=city.college, is_again=True
    )
    for job in Job.objects.filter(ended_at=None):
        running.run(job.pk)
    run.refresh_from_db()
    return run


def told(event: str) -> list[dict[str, Any]]:
    return [row.data for row in Delivery.objects.filter(event=event).order_by("id")]


def test_a_posting_and_the_end_of_its_run_are_told_once_with_numbers_and_no_name(city: so.City) -> None:
    so.in_force(city)
    record = a_record(city)
    subscribe(city.college, city.registrar)
    run = recognise(city)
    (posting,) = Posting.objects.filter(record_id=record.pk)
    assert told("posting.made") == [
        {"key": str(posting.key), "record": record.pk, "institution": city.college.code, "credits": posting.credits}
    ]
    assert told("run.finished") == [{"run": str(run.public_id), "seen": 1, "credited": 1, "carried": 0, "refused": 0}]
    recognise(city)
    assert len(told("posting.made")) == 1, "what is credited is not credited again"
    assert len(told("run.finished")) == 2


def test_credit_that_is_taken_back_is_told(city: so.City) -> None:
    so.in_force(city)
    record = a_record(city)
    recognise(city)
    subscribe(city.college, city.registrar)
    done = corrections.reverse_postings(actor=city.approver, record=record, why="录错了人", at=clock.now())
    (said,) = told("posting.reversed")
    assert (said["record"], said["key"]) == (record.pk, str(done.taken_back[0].key))
    assert told("posting.made") == []


def test_a_rule_is_told_to_all_who_listen_when_the_second_officer_approves_it(city: so.City) -> None:
    from city.situations import a_registrar, an_organisation

    other = an_organisation(city.places["从化区"], name_zh="从化社区学院")
    subscribe(city.college, city.registrar)
    subscribe(other, a_registrar(other, "从化登记"))
    draft = so.a_draft(city)
    so.a_dry_run(draft, city.author.person)
    rule_versions.propose_rule(actor=city.author, rule=draft, at=so.NOW)
    assert told("rule.approved") == [], "what is only proposed is no news"
    draft.refresh_from_db()
    rule_versions.approve_rule(actor=city.approver, rule=draft, reason="试算合理", at=so.NOW)
    assert told("rule.approved") == [{"code": draft.code, "version": 1}] * 2


def test_postings_and_runs_of_another_college_are_not_told(city: so.City) -> None:
    from city.situations import a_registrar, an_organisation

    so.in_force(city)
    other = an_organisation(city.places["从化区"], name_zh="从化社区学院")
    subscribe(other, a_registrar(other, "从化登记"))
    a_record(city)
    recognise(city)
    assert not Delivery.objects.exists()


def test_whoever_ended_the_subscription_or_did_not_ask_for_the_event_is_not_told(city: so.City) -> None:
    so.in_force(city)
    subscribe(city.college, city.registrar, ["rule.approved"])
    ended = subscribe(city.college, city.registrar)
    services.end_subscription(actor=city.registrar, subscription=ended, at=clock.now(), reason="不用了")
    a_record(city)
    recognise(city)
    assert not Delivery.objects.exists()
