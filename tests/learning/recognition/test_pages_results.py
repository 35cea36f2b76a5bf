"""Pages of recognition as a registrar and an officer meet them: started, followed, listed, corrected."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from learning.recognition import situations as so
from xuecheng.city.jobs.models import Job
from xuecheng.learning.recognition.models import Result, Run
from xuecheng.learning.recognition.queries.labels import REASON_LABELS
from xuecheng.learning.recognition.queries.reasons import ALL_CODES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to(so.NOW)


@pytest.fixture
def registrar(city: so.City) -> Client:
    return so.signed_in(city.registrar)


@pytest.fixture
def officer(city: so.City) -> Client:
    return so.signed_in(city.author)


def page(client: Client, name: str, *arguments: Any, **query: str) -> str:
    answer = client.get(reverse(f"recognition:{name}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def mixed(city: so.City) -> dict[str, Any]:
    """A credited record, a refused one, and one of another college."""
    so.in_force(city)
    learner = so.a_learner("麦慧敏")
    other = so.an_organisation(city.places["从化区"], name_zh="从化社区学院")
    records = {
        "credited": so.a_record(learner, city.college, title="书法入门"),
        "refused": so.a_record(learner, city.college, title="管理学基础", origin="formal", code="OU-1"),
        "elsewhere": so.a_record(learner, other, title="粤曲", origin="formal", code="OU-2"),
    }
    so.recognised(*records.values())
    return records


def test_a_registrar_starts_recognition_and_sees_what_came_of_it(city: so.City, registrar: Client) -> None:
    so.in_force(city)
    so.spread([so.a_learner()], city.college)
    so.a_record(so.a_learner(), city.college, origin="formal", code="X")
    assert "4条记录等待认定" in page(registrar, "start_recognition")

    sent = {"public_id": str(uuid4())}
    for _ in range(2):
        registrar.post(reverse("recognition:start_recognition"), sent)
    run = Run.objects.get()
    assert 'role="progressbar"' in page(registrar, "show_run", run.public_id)
    so.work(Job.objects.get())

    shown = page(registrar, "show_run", run.public_id)
    assert "3条记录已入账" in shown
    assert "没有适用的规则" in shown
    assert "3.00" in shown


def test_while_it_works_only_the_progress_is_fetched_again(city: so.City, registrar: Client) -> None:
    so.spread([so.a_learner()], city.college)
    registrar.post(reverse("recognition:start_recognition"), {"public_id": str(uuid4())})
    run = Run.objects.get()
    answer = registrar.get(reverse("recognition:show_run", args=[run.public_id]), headers={"HX-Request": "true"})
    assert "<h1" not in answer.content.decode()


def test_records_without_credit_are_listed_with_reason_and_remedy(
    city: so.City, registrar: Client, mixed: dict[str, Any]
) -> None:
    shown = page(registrar, "list_refused")
    assert "管理学基础" in shown
    assert "书法入门" not in shown
    assert "粤曲" not in shown
    assert page(registrar, "list_refused", reason="no_rule").count("管理学基础") == 1
    assert "管理学基础" not in page(registrar, "list_refused", origin="nonformal")
    assert "管理学基础" in page(registrar, "list_refused", text="麦慧敏")
    assert "管理学基础" not in page(registrar, "list_refused", text="陈")


def test_credited_records_are_listed_with_class_and_rule(
    city: so.City, registrar: Client, mixed: dict[str, Any]
) -> None:
    shown = page(registrar, "list_credited")
    assert "书法入门" in shown
    assert "1.00" in shown
    assert "R-0001第1版" in shown
    assert "冲正" not in shown


def test_the_files_hold_what_the_lists_show(city: so.City, registrar: Client, mixed: dict[str, Any]) -> None:
    refused = registrar.get(reverse("recognition:export_refused"), {"reason": "no_rule"})
    lines = b"".join(refused.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "管理学基础" in lines[1]
    credited = b"".join(registrar.get(reverse("recognition:export_credited")).streaming_content).decode("utf-8-sig")
    assert "书法入门,2026-04-30,960,1.00,GD-LEQ" in credited


def test_only_the_newest_version_of_a_record_is_listed(city: so.City, registrar: Client) -> None:
    record = so.a_record(so.a_learner(), city.college, origin="formal", code="X", title="旧名")
    so.recognised(record)
    so.recognised(so.corrected(record, title="新名"))
    shown = page(registrar, "list_refused")
    assert "新名" in shown
    assert "旧名" not in shown


def test_an_officer_settles_a_correction(city: so.City, officer: Client) -> None:
    so.in_force(city)
    learner = so.a_learner()
    record = so.a_record(learner, city.college)
    so.recognised(record)
    newer = so.corrected(record, minutes=480)
    so.recognised(newer)
    address = reverse("recognition:correct_record", args=[newer.pk])
    assert address in page(officer, "list_corrections")
    assert "1.00" in page(officer, "correct_record", newer.pk)

    assert officer.post(address, {"act": "again", "why": ""}).status_code == 422
    assert officer.post(address, {"act": "again", "why": "Corrected by the college"}).status_code == 302

    assert so.balances(learner) == {"community/1": 50}
    assert address not in page(officer, "list_corrections")


def test_an_officer_takes_credit_back(city: so.City, officer: Client, mixed: dict[str, Any]) -> None:
    record = mixed["credited"]
    address = reverse("recognition:correct_record", args=[record.pk])
    assert address in page(officer, "list_credited")
    assert officer.post(address, {"act": "back", "why": "Another class's list"}).status_code == 302
    assert so.answer(record).state == Result.State.REVERSED
    assert "Another class" in page(officer, "list_refused")
    assert officer.post(address, {"act": "back", "why": "Once more"}).status_code == 422


def test_registrars_take_nothing_back(city: so.City, registrar: Client, mixed: dict[str, Any]) -> None:
    address = reverse("recognition:correct_record", args=[mixed["credited"].pk])
    assert registrar.get(address).status_code == 403
    assert registrar.post(address, {"act": "back", "why": "x"}).status_code == 403
    assert so.answer(mixed["credited"]).state == Result.State.CREDITED


def test_a_run_of_another_college_is_not_found(city: so.City, registrar: Client) -> None:
    other = so.an_organisation(city.places["从化区"])
    run = Run.objects.create(organisation=other, started_at=so.NOW)
    assert registrar.get(reverse("recognition:show_run", args=[run.public_id])).status_code == 404


def test_every_reason_has_a_short_name() -> None:
    assert set(ALL_CODES) <= set(REASON_LABELS)


@pytest.mark.parametrize("name", ["list_refused", "list_credited", "start_recognition", "show_desk"])
def test_a_page_takes_as_many_queries_for_many_records_as_for_few(city: so.City, name: str) -> None:
    client = so.signed_in(city.author)
    so.in_force(city)

    def some(many: int) -> None:
        for _ in range(many):
            learner = so.a_learner()
            so.recognised(
                so.a_record(learner, city.college), so.a_record(learner, city.college, origin="formal", code="X")
            )

    address = reverse(f"recognition:{name}")
    some(2)
    client.get(address)
    so.forget()
    with so.counting() as few:
        client.get(address)
    some(12)
    so.forget()
    with so.counting() as many:
        client.get(address)
    assert len(few) == len(many)


def test_waiting_records_count_until_they_are_answered(city: so.City) -> None:
    from xuecheng.learning.recognition import facts
    from xuecheng.learning.records.models import LearningRecord

    so.in_force(city)
    record = so.a_record(so.a_learner(), city.college, ended_on=date(2026, 3, 1))
    assert (facts.waiting(city.college), facts.refused(city.college)) == (1, 0)
    assert list(facts.narrow(LearningRecord.objects.all(), facts.WAITING)) == [record]
    so.recognised(record)
    assert facts.waiting(city.college) == 0
    assert list(facts.narrow(LearningRecord.objects.all(), "credited")) == [record]
    fact = facts.of([record.pk])[record.pk]
    assert (fact.chip, fact.credits) == ("done", 100)
