"""Pages of conversion rules as two officers meet them: drafted, tried, sent back, approved, followed, ended."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from learning.recognition import situations as so
from xuecheng.city.jobs.models import Job
from xuecheng.learning.recognition.models import RuleVersion, Run
from xuecheng.learning.recognition.services.rule_versions import propose_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine: Any) -> None:
    time_machine.move_to(so.NOW)


FORM: dict[str, Any] = {
    "name_zh": "社区课程换学分",
    "name_en": "Credit for community courses",
    "origin": "nonformal",
    "codes": "SQ-*，ZY-TSG",
    "tiers": ["district"],
    "min_hours": "8",
    "quantity": "minutes",
    "kind": "community",
    "level": "1",
    "cap": "2.00",
    "cap_period": "year",
    "cap_policy": "cut",
    "priority": "50",
    "effect_from": "2026-12-01",
    "why": "Hours of community learning should count.",
}
BODY = {
    "priority": 50,
    "match": {
        "origin": "nonformal",
        "activity_code": ["SQ-*", "ZY-TSG"],
        "facts": {"institution_tier": ["district"]},
        "min_minutes": 480,
    },
    "quantity": {"from": "minutes"},
    "give": [{"framework": "GD-LEQ", "kind": "community", "level": "1"}],
    "caps": [{"id": "year", "period": "year", "max": 200, "policy": "cut"}],
}


@pytest.fixture
def author(city: so.City) -> Client:
    return so.signed_in(city.author)


@pytest.fixture
def approver(city: so.City) -> Client:
    return so.signed_in(city.approver)


def form(**changes: Any) -> dict[str, Any]:
    return FORM | {"public_id": str(uuid4())} | changes


def page(client: Client, name: str, *arguments: Any, **query: str) -> str:
    answer = client.get(reverse(f"recognition:{name}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_form_makes_the_written_rule_and_opens_its_page(city: so.City, author: Client) -> None:
    answer = author.post(reverse("recognition:draft_rule"), form())
    rule = RuleVersion.objects.get()
    assert answer.headers["Location"] == reverse("recognition:show_rule", args=[rule.public_id])
    assert (rule.body, rule.effect_from, rule.drafted_by) == (BODY, date(2026, 12, 1), city.author.person)


def test_pressed_twice_the_button_makes_one_draft(city: so.City, author: Client) -> None:
    sent = form()
    for _ in range(2):
        author.post(reverse("recognition:draft_rule"), sent)
    assert RuleVersion.objects.count() == 1


def test_what_the_form_wrote_it_can_read_again(city: so.City, author: Client) -> None:
    rule = so.a_draft(city, BODY)
    answer = author.get(reverse("recognition:edit_draft", args=[rule.public_id]))
    fields = answer.context["form"]
    assert fields["written"].value() is None
    assert (fields["codes"].value(), fields["cap"].value()) == ("SQ-*, ZY-TSG", 2)


def test_what_the_fields_cannot_say_stands_in_the_written_form(city: so.City, author: Client) -> None:
    bands = so.body(quantity={"from": "minutes", "bands": [{"to": 1200, "percent": 100}, {"to": 3600, "percent": 50}]})
    rule = so.a_draft(city, bands)
    answer = author.get(reverse("recognition:edit_draft", args=[rule.public_id]))
    assert '"percent": 50' in answer.context["form"]["written"].value()
    sent = form(written=answer.context["form"]["written"].value(), effect_from="2020-01-01")
    author.post(reverse("recognition:edit_draft", args=[rule.public_id]), sent)
    rule.refresh_from_db()
    assert rule.body == bands


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_zh": ""}, "name_zh"),
        ({"quantity": "fixed"}, "credits"),
        ({"level": ""}, "level"),
        ({"effect_to": "2026-12-01"}, "effect_to"),
        ({"quantity": "quarter", "retroactive": "on"}, "retroactive"),
        ({"written": "{"}, "written"),
        ({"written": "[]"}, "written"),
        ({"written": '{"match": {"orign": "formal"}}'}, "written"),
        ({"min_hours": "-1"}, "min_hours"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(city: so.City, author: Client, changes: dict[str, str], field: str) -> None:
    answer = author.post(reverse("recognition:draft_rule"), form(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not RuleVersion.objects.exists()


def test_from_draft_to_approval_by_another(city: so.City, author: Client, approver: Client) -> None:
    rule = so.a_draft(city)
    shown = page(author, "show_rule", rule.public_id)
    assert "提交" in shown or "提出" in shown
    author.post(reverse("recognition:propose_rule", args=[rule.public_id]))
    assert 'value="approve"' not in page(author, "show_rule", rule.public_id)

    refused = approver.post(
        reverse("recognition:decide_rule", args=[rule.public_id]), {"decision": "approve", "reason": ""}
    )
    assert refused.status_code == 422

    so.a_dry_run(rule, city.author.person)
    shown = page(approver, "show_rule", rule.public_id)
    assert "批准，2020年1月1日起生效" in shown
    answer = approver.post(
        reverse("recognition:decide_rule", args=[rule.public_id]), {"decision": "approve", "reason": "同意"}
    )
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert (rule.state, rule.decided_by, rule.decision_reason) == ("approved", city.approver.person, "同意")


def test_sending_back_needs_a_reason_and_shows_it_to_the_author(
    city: so.City, author: Client, approver: Client
) -> None:
    rule = so.a_draft(city)
    propose_rule(actor=city.author, rule=rule, at=so.NOW)
    address = reverse("recognition:decide_rule", args=[rule.public_id])

    answer = approver.post(address, {"decision": "reject", "reason": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])

    approver.post(address, {"decision": "reject", "reason": "六十分钟太少"})
    assert "六十分钟太少" in page(author, "show_desk")
    assert "六十分钟太少" in page(author, "show_rule", rule.public_id)


def test_an_author_cannot_decide_even_by_hand(city: so.City, author: Client) -> None:
    rule = so.a_draft(city)
    propose_rule(actor=city.author, rule=rule, at=so.NOW)
    so.a_dry_run(rule, city.author.person)
    answer = author.post(reverse("recognition:decide_rule", args=[rule.public_id]), {"decision": "approve"})
    assert answer.status_code == 422
    rule.refresh_from_db()
    assert rule.state == "proposed"


def test_conflicts_must_have_been_seen(city: so.City, approver: Client) -> None:
    rule = so.a_draft(city)
    propose_rule(actor=city.author, rule=rule, at=so.NOW)
    so.a_dry_run(rule, city.author.person, conflicts=[{"rule": "R-0001 v1", "other": "R-0412 v2", "records": 6}])
    address = reverse("recognition:decide_rule", args=[rule.public_id])
    assert "R-0412 v2" in page(approver, "show_rule", rule.public_id)

    answer = approver.post(address, {"decision": "approve", "reason": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["seen"])

    assert approver.post(address, {"decision": "approve", "reason": "", "seen": "on"}).status_code == 302


def test_a_dry_run_is_started_and_its_result_read(city: so.City, author: Client) -> None:
    so.spread([so.a_learner(), so.a_learner()], city.college)
    rule = so.a_draft(city)
    author.post(reverse("recognition:try_rule", args=[rule.public_id]))
    job = Job.objects.get()
    assert job.title_zh in page(author, "show_rule", rule.public_id)

    so.work(job)

    shown = page(author, "show_rule", rule.public_id)
    assert "+6.00" in shown
    assert "天河社区学院" in shown


def test_a_next_version_shows_what_changes(city: so.City, author: Client, approver: Client) -> None:
    first = so.in_force(city)
    sent = form(cap="4.00")
    author.post(reverse("recognition:draft_version", args=[first.public_id]), sent)
    second = RuleVersion.objects.get(version=2)
    shown = page(approver, "show_rule", second.public_id)
    assert "<del>" in shown
    assert "4.00" in shown


def test_a_rule_is_ended_with_a_reason(city: so.City, author: Client) -> None:
    rule = so.in_force(city)
    address = reverse("recognition:end_rule", args=[rule.public_id])
    assert author.post(address, {"on": "2020-01-01", "reason": "Over"}).status_code == 422
    assert author.post(address, {"on": "2030-01-01", "reason": "Replaced"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.state, rule.effect_to) == ("ended", date(2030, 1, 1))


def test_recognising_anew_begins_with_what_it_takes_back(city: so.City, author: Client) -> None:
    first = so.in_force(city)
    so.recognised(so.a_record(so.a_learner(), city.college, ended_on=date(2026, 12, 1)))
    second = so.followed(city, first, so.body(priority=60), since=date(2026, 12, 1))
    address = reverse("recognition:recognise_anew", args=[second.public_id])
    assert "1.00" in page(author, "recognise_anew", second.public_id)

    sent = {"public_id": str(uuid4()), "why": "The council wants it"}
    answers = [author.post(address, sent) for _ in range(2)]

    run = Run.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {reverse("recognition:show_run", args=[run.public_id])}


def test_the_desk_begins_with_the_rule_that_waits_for_me(city: so.City, author: Client, approver: Client) -> None:
    rule = so.a_draft(city)
    propose_rule(actor=city.author, rule=rule, at=so.NOW)
    address = reverse("recognition:show_rule", args=[rule.public_id])
    shown = page(approver, "show_desk")
    assert address in shown
    assert "试算" in shown
    assert address in page(author, "show_desk")


def test_registrars_and_residents_see_no_drafts(city: so.City) -> None:
    rule = so.a_draft(city)
    for who in (city.registrar, so.standing(so.a_learner())):
        client = so.signed_in(who)
        assert client.get(reverse("recognition:show_rule", args=[rule.public_id])).status_code == 404
        assert client.get(reverse("recognition:list_rules")).status_code == 403
        for verb in ("try_rule", "propose_rule", "decide_rule"):
            assert client.post(reverse(f"recognition:{verb}", args=[rule.public_id])).status_code == 404
    rule.refresh_from_db()
    assert rule.state == "draft"


def test_everybody_reads_the_rules_in_force_and_nobody_else_the_drafts(city: so.City) -> None:
    rule, draft = so.in_force(city, BODY), so.a_draft(city)
    client = Client()
    shown = page(client, "list_public_rules")
    assert rule.code in shown
    assert "每人一年2.00学分，超出的不记" in shown
    assert "16小时为1学分，舍到0.10" in page(client, "show_public_rule", rule.code, 1)
    assert draft.code not in shown
    assert client.get(reverse("recognition:show_public_rule", args=[draft.code, 1])).status_code == 404


def test_english_readers_read_english(city: so.City) -> None:
    rule = so.in_force(city, BODY)
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    shown = page(client, "show_public_rule", rule.code, 1)
    assert "2.00 credits a year; what goes beyond is cut off" in shown
    assert "with the code SQ-* or ZY-TSG" in shown


def test_only_what_institutions_report_is_counted_by_rules(city: so.City, author: Client) -> None:
    there = reverse("recognition:draft_rule")
    shown = author.get(there).content.decode()
    for origin in ("rpl", "foreign"):
        assert f'value="{origin}"' not in shown
        assert author.post(there, form(origin=origin)).status_code == 422
    assert not RuleVersion.objects.exists()


def test_codes_that_nobody_has_and_credits_beside_hours_are_said(city: so.City, author: Client) -> None:
    there = reverse("recognition:draft_rule")
    answer = author.post(there, form(institutions=f"{city.college.code}，NOBODY-1、NOBODY-2"))
    assert answer.status_code == 422
    assert "NOBODY-1, NOBODY-2" in answer.content.decode()
    answer = author.post(there, form(credits="3"))
    assert answer.status_code == 422
    assert "按学时的" in answer.content.decode()
    assert not RuleVersion.objects.exists()
    assert author.post(there, form(institutions=f"{city.college.code.lower()}, GZ-*")).status_code == 302
    assert RuleVersion.objects.get().body["match"]["institution"] == [city.college.code, "GZ-*"]


def test_lists_are_narrowed_by_state_and_name(city: so.City, author: Client) -> None:
    rule, draft = so.in_force(city), so.a_draft(city)
    assert draft.code not in page(author, "list_rules", state="approved")
    assert rule.code in page(author, "list_rules", state="approved", text="R-0001")
    assert rule.code not in page(author, "list_rules", text="R-0002")


def test_a_rule_calls_institutions_and_units_by_their_names(city: so.City) -> None:
    rule = so.in_force(city, so.body(match={"origin": "nonformal", "institution": [city.college.code]}))
    page = Client().get(reverse("recognition:show_public_rule", args=[rule.code, 1])).content.decode()
    assert city.college.name_zh in page


def test_a_rule_says_from_when_it_will_hold(city: so.City, author: Client, approver: Client) -> None:
    rule = so.in_force(city)
    end = author.post(
        reverse("recognition:end_rule", args=[rule.public_id]), {"on": "2027-01-01", "reason": "证书改版"}
    )
    assert end.status_code == 302
    assert "到2027年1月1日" in approver.get(reverse("recognition:list_rules")).content.decode()
