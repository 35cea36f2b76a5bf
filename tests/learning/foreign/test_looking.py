"""A learner looks first: what a file proves and would count is shown, and nothing comes in before it is sent."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from city.identity.test_sessions_end import at_browser
from learning.foreign.situations import (
    EMAIL,
    NOW,
    Hand,
    Killed,
    World,
    a_badge,
    a_person,
    a_rule,
    brought,
    course,
    of,
    records_of,
    the_record,
    transcript,
)
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs import running
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.foreign.services import refusals

pytestmark = pytest.mark.django_db


def _opened(learner: Person, data: bytes) -> Delivery:
    return services.bring_file(
        actor=of(learner), public_id=uuid4(), file_name="a.xml", chunks=[data], at=NOW, looks_first=True
    )


def _shown(learner: Person, data: bytes) -> Delivery:
    return services.look_into(_opened(learner, data), Hand(), now=lambda: NOW)  # type: ignore[arg-type]  # as much as it uses


def _outcomes(row: Delivery) -> list[tuple[str, str]]:
    return [(one["title"], one.get("wait") or one["outcome"]) for one in row.preview]


def test_what_is_shown_is_what_comes_in_when_it_is_sent(world: World) -> None:
    a_rule(world, achievement="Compiler construction", num=300, den=500)
    learner = a_person("陈嘉敏")
    data = transcript(course(), course("X2", "Old Norse"), course("X3", "Ice", status="failed"))
    row = _shown(learner, data)
    assert (row.state, not records_of(learner)) == ("shown", True)
    assert _outcomes(row) == [("Compiler construction", "counts"), ("Old Norse", "no_rule")]
    assert row.preview[0]["credits_given"] == 360
    assert [one["code"] for one in row.problems] == ["not_passed"]
    services.send_file(actor=of(learner), delivery=row, at=NOW)
    row = services.send_file(actor=of(learner), delivery=row, at=NOW)
    assert (row.state, row.preview) == ("received", [])
    services.read_delivery(row, Hand(), now=lambda: NOW)  # type: ignore[arg-type]  # as much as it uses
    given = [(one.title, one.wait or one.state, one.credits_given) for one in records_of(learner)]
    assert given == [("Compiler construction", "credited", 360), ("Old Norse", "no_rule", None)]


def test_whole_and_part_and_the_same_unit_are_shown_as_counting_once(world: World) -> None:
    a_rule(world)
    learner = a_person("陈嘉敏")
    data = transcript(course("W", "Year one", parts=course("P", "Part")), course("S", "Same unit"))
    assert _outcomes(_shown(learner, data)) == [("Year one", "counts"), ("Part", "part"), ("Same unit", "held")]
    brought(learner, data)
    row = _shown(learner, data)
    assert _outcomes(row) == [("Year one", "here"), ("Part", "here"), ("Same unit", "here")]


def test_what_another_brought_is_not_told_before_it_is_sent(world: World) -> None:
    badge = a_badge(world.key, holder=EMAIL)
    owner = a_person("陈嘉敏", email=EMAIL)
    brought(owner, badge)
    thief = a_person("贾某某")
    row = _shown(thief, badge)
    assert _outcomes(row) == [("Data analysis", "nobody")] or row.preview[0]["outcome"] == "waits"
    assert the_record(owner).contested_at is None
    assert row.problems == []


def test_a_file_that_is_let_go_leaves_nothing(world: World) -> None:
    learner = a_person("陈嘉敏")
    row = _shown(learner, transcript(course()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(state="dropped")
    services.drop_file(actor=of(learner), delivery=row, at=NOW)
    row = services.drop_file(actor=of(learner), delivery=row, at=NOW)
    assert (row.state, bytes(row.sealed), row.preview) == ("dropped", b"", [])
    with pytest.raises(refusals.NotShown):
        services.send_file(actor=of(learner), delivery=row, at=NOW)
    sent = services.send_file(actor=of(learner), delivery=_shown(learner, transcript(course())), at=NOW)
    with pytest.raises(refusals.NotShown):
        services.drop_file(actor=of(learner), delivery=sent, at=NOW)


def test_what_is_never_sent_is_let_go_after_a_week(world: World) -> None:
    learner = a_person("陈嘉敏")
    row = _shown(learner, transcript(course()))
    services.tend(at=NOW + timedelta(days=7))
    row.refresh_from_db()
    assert row.state == "shown"
    services.tend(at=NOW + timedelta(days=7, seconds=1))
    row.refresh_from_db()
    assert (row.state, bytes(row.sealed), row.preview) == ("dropped", b"", [])


def test_nobody_else_sends_or_lets_go(world: World) -> None:
    row = _shown(a_person("陈嘉敏"), transcript(course()))
    for verb in (services.send_file, services.drop_file):
        with pytest.raises(Denied):
            verb(actor=world.officer, delivery=row, at=NOW)
    stranger = at_browser(a_person("路人"))
    for verb_name in ("send", "drop"):
        there = reverse("foreign:move_delivery", args=[row.public_id, verb_name])
        assert stranger.post(there).status_code == 404
    assert Delivery.objects.get(pk=row.pk).state == "shown"


def test_killed_while_looking_it_looks_again_and_what_was_let_go_stays_so(world: World) -> None:
    learner = a_person("陈嘉敏")
    row = _opened(learner, transcript(course()))
    with pytest.raises(Killed):
        services.look_into(row, Hand(stop_after=0), now=lambda: NOW)  # type: ignore[arg-type]  # as much as it uses
    assert Delivery.objects.get(pk=row.pk).state == "opened"
    services.drop_file(actor=of(learner), delivery=row, at=NOW)
    row = services.look_into(row, Hand(), now=lambda: NOW)  # type: ignore[arg-type]  # as much as it uses
    assert (row.state, row.preview) == ("dropped", [])


def test_from_the_answer_of_a_verification_straight_into_ones_record(world: World) -> None:
    learner = a_person("陈嘉敏", email=EMAIL)
    a_rule(world, issuer=world.platform, needs="verified")
    own, badge = at_browser(learner), a_badge(world.key)
    verify = reverse("proofs:verify_credential")
    assert "收进我的记录" in own.post(verify, {"text": badge.decode()}).content.decode()
    assert "收进我的记录" not in own.post(verify, {"text": badge.decode().replace("Twelve", "Eleven")}).content.decode()
    handed = {"public_id": str(uuid4()), "file_name": "证书.json", "content": base64.b64encode(badge).decode()}
    assert own.post(reverse("foreign:bring"), handed | {"content": "?"}).status_code == 422
    answer = own.post(reverse("foreign:bring"), handed)
    row = Delivery.objects.get()
    assert (answer.status_code, row.state, row.file_name) == (302, "opened", "证书.json")
    assert row.job is not None
    running.run(row.job.pk)
    there = reverse("foreign:show_delivery", args=[row.public_id])
    page = own.get(there).content.decode()
    assert "4.00 学分" in page
    assert "还没有提交" in page
    own.post(reverse("foreign:move_delivery", args=[row.public_id, "send"]))
    row.refresh_from_db()
    assert row.job is not None
    running.run(row.job.pk)
    assert ForeignRecord.objects.get(learner=learner).state == "credited"


def test_a_stranger_is_offered_nothing_at_the_answer(world: World, client) -> None:  # type: ignore[no-untyped-def]  # the fixture
    page = client.post(reverse("proofs:verify_credential"), {"text": a_badge(world.key).decode()}).content.decode()
    assert "收进我的记录" not in page
