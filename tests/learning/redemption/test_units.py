"""Exemptions and qualifications take the credit of units: used up or marked, once (C-39, C-41)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from city.situations import a_person
from learning.recognition.situations import a_record, body, in_force, recognised
from learning.redemption.situations import (
    NOW,
    World,
    handed,
    on_shelf,
    points_of,
    reserved,
    unit_wish,
    whole_order,
    with_points,
)
from xuecheng.city.people.models import Person
from xuecheng.learning.account.queries import accounts_of, tables_of
from xuecheng.learning.credentials.queries import certifiable_lines
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange.queries import wallet_of
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.redemption import queries, services
from xuecheng.learning.redemption.models import Allocation

pytestmark = pytest.mark.django_db


def with_unit(world: World, name: str = "陈嘉敏") -> Person:
    """A learner whom a rule gave the unit's three credits."""
    give = [{"framework": "GD-LEQ", "kind": "community", "level": "2", "unit": f"{world.unit.code}@1"}]
    in_force(world.bank, body(match={"origin": "formal"}, give=give))
    learner = a_person(name)
    recognised(a_record(learner, world.bank.college, minutes=2880, origin="formal", code="OU-IT", title="信息技术"))
    assert Posting.objects.filter(learner=learner, unit__code="IT101").exists()
    return learner


def credits_of(learner: Person) -> dict[str, int]:
    return {
        ("held" if one.role is ledger.Role.HOLD else "free"): one.balance
        for one in ledger.balances_of(learner_id=learner.pk)
    }


@pytest.mark.parametrize("consumes", [False, True])
def test_c41_granted_it_is_marked_or_used_up_and_taken_back_it_is_free_again(world: World, consumes: bool) -> None:
    learner = with_unit(world)
    offer = on_shelf(world, unit_wish(world, consumes=consumes))
    row = reserved(learner, offer)
    before = credits_of(learner)
    assert before.get("held", 0) == (300 if consumes else 0)
    handed(world, row)
    after = credits_of(learner)
    assert after.get("free", 0) == (0 if consumes else 300)
    (grant,) = queries.grants_of((learner.pk,))
    assert (grant.institution, grant.units, grant.is_consumed) == (world.college.name, (world.unit.title,), consumes)
    # C-60 leaves re-use to the rules: what is only marked still stands on a transcript, what is used up does not.
    assert bool(certifiable_lines(learner_ids=[learner.pk])) is not consumes
    services.take_back(actor=world.desk, public_id=uuid4(), redemption=whole_order(row), items=1, why="核错人", at=NOW)
    assert credits_of(learner).get("free") == 300
    assert not queries.grants_of((learner.pk,))
    assert certifiable_lines(learner_ids=[learner.pk])


def test_the_same_credit_is_not_used_twice(world: World) -> None:
    learner = with_unit(world)
    offer = on_shelf(world, unit_wish(world))
    reserved(learner, offer)
    with pytest.raises(services.UnitMissing):
        reserved(learner, offer)
    consuming = on_shelf(world, unit_wish(world, title_zh="技能证书", kind="qualification", consumes=True))
    reserved(learner, consuming)
    another = on_shelf(world, unit_wish(world, title_zh="另一证书", kind="qualification", consumes=True))
    with pytest.raises(services.UnitMissing):
        reserved(learner, another)
    assert Allocation.objects.filter(is_live=True).count() == 2


def test_refused_with_a_reason_the_credit_is_free_again(world: World) -> None:
    learner = with_unit(world)
    row = reserved(learner, on_shelf(world, unit_wish(world, consumes=True)))
    services.release(actor=world.desk, redemption=row, words="不是同一门课", at=NOW)
    assert credits_of(learner) == {"free": 300, "held": 0}
    assert not Allocation.objects.filter(is_live=True).exists()


def test_without_the_unit_there_is_no_exemption(world: World) -> None:
    rich = with_points(99_000)
    with pytest.raises(services.UnitMissing):
        reserved(rich, on_shelf(world, unit_wish(world)))


def test_c39_points_are_no_credit_of_learning(world: World) -> None:
    """Earned by a rule of their own, they stand apart: in no table, no transcript, nowhere to be exchanged."""
    in_force(
        world.bank,
        body(match={"origin": "nonformal", "code": "ZY-*"}, give=[{"framework": "JF", "kind": "reward"}], priority=90),
    )
    learner = a_person("志愿者")
    recognised(a_record(learner, world.bank.college, minutes=150, code="ZY-01", title="社区义工"))
    assert points_of(learner) == (200, 0)
    mine = accounts_of(learner_id=learner.pk)
    assert tables_of(mine) == []
    assert certifiable_lines(learner_ids=[learner.pk]) == []
    assert wallet_of((learner.pk,), at=NOW).is_empty
