"""Issuing for many: broken off anywhere and gone on with, none is doubled and none is lost; by rule; records as one."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.account import makers
from learning.badges.situations import NOW, TODAY, World, asked, of
from learning.badges.test_issuing import schema, verifies
from learning.breaking import Breaking, Killed
from xuecheng.city.access.services import Denied
from xuecheng.config.demo.load import Hand
from xuecheng.learning.badges import elm, queries, services
from xuecheng.learning.badges.models import Badge, Batch, IssuingRule
from xuecheng.learning.badges.services import batches, taking

pytestmark = pytest.mark.django_db


def a_batch(world: World, **more: Any) -> Batch:
    plain: dict[str, Any] = {
        "public_id": uuid4(), "organisation": world.school, "code": "TJ101", "ended_from": date(2026, 1, 1),
        "ended_to": date(2027, 1, 1), "at": NOW, "actor": world.desk,
    }  # fmt: skip
    return services.issue_for_course(**plain | more)


def some_learners(world: World, count: int) -> None:
    for number in range(count):
        makers.credit(makers.learner(f"学员{number}"), 100, institution=world.school)


@given(breaks=st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=3))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_broken_off_anywhere_none_is_doubled_and_none_is_lost(
    world: World, monkeypatch_module: Any, breaks: list[tuple[int, bool]]
) -> None:
    before = transaction.savepoint()
    try:
        some_learners(world, 5)
        batch, cursor, done = a_batch(world), {}, 0
        for at, after in breaks:
            hand = Breaking(at, after=after, cursor=cursor, done=done)
            with suppress(Killed):
                services.issue_batch(batch, hand, now=lambda: NOW)
            cursor, done = hand.cursor, hand.done
        row = services.issue_batch(batch, Hand(cursor=cursor, done=done), now=lambda: NOW)
        assert Badge.objects.filter(batch=row).count() == row.issued_count == 6
        assert Badge.objects.values("certifies").distinct().count() == 6
        assert row.finished_at == NOW
        with connection.cursor() as sql:
            sql.execute("set constraints all immediate")
            sql.execute("set constraints all deferred")
    finally:
        transaction.savepoint_rollback(before)


@pytest.fixture
def monkeypatch_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of two, so that few learners are several of them."""
    monkeypatch.setattr(batches, "SLICE", 2)


def test_asked_twice_it_is_one_and_who_has_one_keeps_it(world: World) -> None:
    mine, number = asked(world.learner), uuid4()
    first = a_batch(world, public_id=number)
    assert a_batch(world, public_id=number) == first
    done = services.issue_batch(first, Hand(), now=lambda: NOW)
    assert done.issued_count == 0
    assert Badge.objects.get() == mine
    with pytest.raises(Denied):
        a_batch(world, actor=world.stranger)
    with pytest.raises(batches.DaysWrong):
        a_batch(world, ended_to=date(2026, 1, 1))
    with pytest.raises(batches.CodeMissing):
        a_batch(world, code=" ")


def test_by_rule_from_now_on_and_never_again_what_was_revoked(world: World) -> None:
    rule = services.start_rule(
        actor=world.desk, public_id=uuid4(), organisation=world.school, kind="community", at=NOW + timedelta(minutes=1)
    )
    assert services.tend(at=NOW + timedelta(minutes=2)) == 0
    later = NOW + timedelta(hours=1)
    makers.credit(world.learner, 100, title="书法", institution=world.school, posted_at=later)
    makers.credit(world.learner, 100, title="别处学的", posted_at=later)
    assert services.tend(at=later) == 1
    made = Badge.objects.select_related("achievement", "issuer__territory", "learner").get()
    assert (made.achievement.title_zh, made.how, made.issued_by, made.with_name) == ("书法", "rule", None, False)
    services.revoke_badge(actor=world.desk, badge=made, why="有误", at=later)
    assert services.tend(at=later) == 0
    with pytest.raises(batches.RuleRuns):
        services.start_rule(actor=world.desk, public_id=uuid4(), organisation=world.school, kind="community", at=later)
    with pytest.raises(Denied):
        services.end_rule(actor=world.stranger, rule=IssuingRule.objects.get(), at=later)
    services.end_rule(actor=world.desk, rule=rule, at=later)
    makers.credit(world.learner, 100, title="绘画", institution=world.school, posted_at=later)
    assert services.tend(at=later) == 0


def two(world: World) -> list[Badge]:
    makers.credit(world.learner, 150, title="书法", institution=world.school)
    return services.ask_badges(
        actor=of(world.learner), learner=world.learner, at=NOW, with_name=False,
        lines=[line.certifies for line in queries.lines_to_ask(of(world.learner), on=TODAY)],
    )  # fmt: skip


def test_a_record_of_all_and_of_chosen_ones_is_valid_and_verifies_inside_and_outside(world: World) -> None:
    rows = two(world)
    for chosen, is_partial in (([], False), ([rows[0].public_id], True)):
        text, held = services.record_of(
            actor=of(world.learner), learner=world.learner, badges=chosen, with_name=is_partial, at=NOW
        )
        made = json.loads(text)
        assert [error.message for error in schema("clr_v2p0_clrcredential_schema.json").iter_errors(made)] == []
        assert verifies(made)
        inside = made["credentialSubject"]["verifiableCredential"]
        assert len(inside) == len(held) == (1 if is_partial else 2)
        assert all(verifies(one) for one in inside)
        assert (made["partial"], world.learner.name in text) == (is_partial, is_partial)
        assert made["issuer"]["id"] == "did:web:localhost"
    with pytest.raises(Denied):
        services.record_of(actor=of(makers.learner("旁人")), learner=world.learner, badges=[], with_name=False, at=NOW)
    with pytest.raises(services.NothingChosen):
        services.record_of(actor=of(world.learner), learner=world.learner, badges=[uuid4()], with_name=False, at=NOW)


def test_an_export_by_the_european_model_says_what_is_there(world: World) -> None:
    rows = two(world)
    made = elm.document_of(taking.held(world.learner, [], on=TODAY)[0], holder="", at=NOW)
    claims = made["credentialSubject"]["hasClaim"]
    assert {claim["title"]["zh"][0] for claim in claims} == {"智能手机应用", "书法"}
    assert {claim["creditReceived"][0]["point"] for claim in claims} == {"2.00", "1.50"}
    assert len(rows) == len(claims)
    assert "fullName" not in made["credentialSubject"]
    assert world.learner.name not in json.dumps(made, ensure_ascii=False)
