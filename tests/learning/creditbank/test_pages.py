"""Pages of the certification officer: frameworks, units with four eyes, the health of the ledger."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from learning.account import makers
from xuecheng.city.jobs.models import Job
from xuecheng.learning.creditbank import services
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion

pytestmark = pytest.mark.django_db


def said(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def frameworks() -> None:
    services.load_frameworks()


def typed(**fields: object) -> dict[str, object]:
    level = FrameworkLevel.objects.get(framework__code="GD-LEQ", label="2")
    return {
        "public_id": str(uuid4()),
        "code": "YL-101",
        "title_zh": "家庭养老护理",
        "title_en": "Caring for elders at home",
        "level": level.pk,
        "kind": "community",
        "credits": "1.50",
        "field": "0922",
        "valid_from": "2026-12-01",
        "outcome_1_zh": "能安全协助老人起卧",
        "outcome_1_en": "Helps an elder up safely",
        "outcome_1_by": ["practical"],
        "why": "Needed",
    } | fields


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_frameworks_are_open_to_everybody(client: Client, frameworks: None, language: str) -> None:
    client.cookies["django_language"] = language
    assert "GD-LEQ" in said(client.get(reverse("creditbank:list_frameworks")))
    for code in ("GD-LEQ", "IN-NCRF", "KR-ACBS"):
        assert client.get(reverse("creditbank:see_framework", args=[code, 1])).status_code == 200
    assert client.get(reverse("creditbank:see_framework", args=["GD-LEQ", 9])).status_code == 404


def test_a_unit_goes_through_two_pairs_of_eyes_on_pages_c_07(client: Client, frameworks: None) -> None:
    keeper = makers.body()
    drafter, decider = makers.officer(name="周立新"), makers.officer(name="何敏仪")
    client.force_login(drafter.person)
    assert client.get(reverse("creditbank:draft_unit")).status_code == 200
    answer = client.post(reverse("creditbank:draft_unit"), typed(keeper=keeper.pk), follow=True)
    assert answer.status_code == 200
    unit = UnitVersion.objects.get()
    assert (unit.credits, unit.state, answer.context["can_decide"]) == (150, "draft", False)
    decide = reverse("creditbank:decide_unit", args=["YL-101", 1])
    own = client.post(decide, {"decision": "publish", "reason": "I like it"})
    assert own.status_code == 422
    client.force_login(decider.person)
    shown = client.get(reverse("creditbank:see_unit", args=["YL-101", 1]))
    assert shown.context["can_decide"]
    assert client.post(decide, {"decision": "publish", "reason": "Agreed"}, follow=True).status_code == 200
    unit.refresh_from_db()
    assert (unit.state, unit.decided_by) == ("published", decider.person)
    assert client.get(reverse("creditbank:draft_next_version", args=["YL-101", 1])).status_code == 200
    ended = client.post(
        reverse("creditbank:end_unit", args=["YL-101", 1]),
        {"end-on": "2027-06-01", "end-reason": "New law"},
        follow=True,
    )
    assert ended.status_code == 200
    assert "YL-101" in said(client.get(reverse("creditbank:list_units")))


def test_a_refusal_stands_at_its_field(client: Client, frameworks: None) -> None:
    client.force_login(makers.officer().person)
    keeper = makers.body()
    answer = client.post(reverse("creditbank:draft_unit"), typed(keeper=keeper.pk, credits="1.55"))
    assert answer.status_code == 422
    assert "credits" in answer.context["form"].errors
    assert not UnitVersion.objects.exists()


def test_a_draft_is_changed_and_changes_its_author(client: Client, frameworks: None) -> None:
    keeper = makers.body()
    drafter, other = makers.officer(name="周立新"), makers.officer(name="何敏仪")
    client.force_login(drafter.person)
    client.post(reverse("creditbank:draft_unit"), typed(keeper=keeper.pk))
    client.force_login(other.person)
    address = reverse("creditbank:edit_unit", args=["YL-101", 1])
    assert client.get(address).status_code == 200
    assert client.post(address, typed(keeper=keeper.pk, credits="2.00"), follow=True).status_code == 200
    unit = UnitVersion.objects.get()
    assert (unit.credits, unit.drafted_by) == (200, other.person)


def test_the_health_of_the_ledger_and_a_check_from_the_page(client: Client) -> None:
    makers.credit(makers.learner())
    client.force_login(makers.officer().person)
    answer = client.get(reverse("creditbank:see_ledger_health"))
    assert answer.status_code == 200
    assert answer.context["can_check"]
    started = client.post(
        reverse("creditbank:check_ledger"), {"public_id": str(uuid4()), "extent": "full"}, follow=True
    )
    assert started.status_code == 200
    assert started.context["running"] == Job.objects.get(kind=services.CHECK_JOB)


@pytest.mark.parametrize("name", ["list_units", "draft_unit", "see_ledger_health"])
def test_residents_and_registrars_are_denied(client: Client, name: str) -> None:
    for who in (makers.person(), makers.registrar(makers.school()).person):
        client.force_login(who)
        assert client.get(reverse(f"creditbank:{name}")).status_code == 403
