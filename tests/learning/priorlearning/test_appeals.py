"""An appeal beside everything else that a learner and the assessors have in hand (C-25, C-45, C-48)."""

from __future__ import annotations

import pytest

from city.situations import a_person
from learning.priorlearning.live import a_group
from learning.priorlearning.situations import (
    DAY,
    NOW,
    World,
    an_assessor,
    appealed,
    assessing,
    begun,
    claim_of,
    decided,
    of,
    opined,
    places,
    voted,
    whole,
)
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.priorlearning import services
from xuecheng.learning.priorlearning.models import Application, Assignment, Claim
from xuecheng.learning.priorlearning.services import refusals

pytestmark = pytest.mark.django_db
LODGE = {"ground": "evidence", "words": "社区医院有新的证明。", "at": NOW + DAY}


def credits_of(person: Person) -> int:
    return sum(one.balance for one in ledger.balances_of(learner_id=person.pk))


def test_the_same_unit_is_not_asked_for_anew_while_others_look_at_it_again(world: World) -> None:
    """In either order: the draft first, or the appeal first."""
    learner = a_person("林秀英")
    row = decided(world, learner, "not_yet")
    draft = begun(world, learner, world.care)
    with pytest.raises(refusals.AskedElsewhere):
        services.appeal(actor=of(learner), claim=claim_of(row), **LODGE)
    assert whole(row).state == "decided"
    services.choose_units(actor=of(learner), application=draft, units=[world.food], at=NOW)
    made = services.appeal(actor=of(learner), claim=claim_of(row), **LODGE)
    for ask in (
        lambda: services.choose_units(actor=of(learner), application=draft, units=[world.care], at=NOW),
        lambda: begun(world, learner, world.care),
    ):
        with pytest.raises(refusals.UnitHeld):
            ask()
    row = voted(whole(row), made, "change", "change", "uphold")
    assert (claim_of(row).state, credits_of(learner)) == ("granted", 300)


def test_two_decisions_on_one_unit_are_not_looked_at_again_at_once(world: World) -> None:
    for name in ("评子", "评丑", "评寅"):
        an_assessor(world, name, capacity=50)
    learner = a_person("林秀英")
    first, second = decided(world, learner, "not_yet"), decided(world, learner, "not_yet")
    made = services.appeal(actor=of(learner), claim=claim_of(first), **LODGE)
    with pytest.raises(refusals.AskedElsewhere):
        services.appeal(actor=of(learner), claim=claim_of(second), **LODGE)
    voted(whole(first), made, "uphold", "uphold", "uphold")
    made = services.appeal(actor=of(learner), claim=claim_of(second), **LODGE)
    row = voted(whole(second), made, "reassess", "reassess", "uphold")
    assert claim_of(row).state == "claimed"


def test_accounts_that_become_one_do_not_lose_the_unit_that_both_asked_for(world: World) -> None:
    """The unit that is decided first is credited; the other application says that it is held (C-25)."""
    kept, other = a_person("林秀英"), a_person("林秀英")
    row, made = appealed(world, kept)
    asked = assessing(world, other)
    Person.objects.filter(pk=other.pk).update(merged_into=kept)
    row = voted(row, made, "change", "change", "change")
    assert (claim_of(row).state, credits_of(kept)) == ("granted", 300)
    asked = opined(asked, "yes", "yes")
    assert (claim_of(asked).state, credits_of(other)) == ("held", 0)


def two_units(world: World, learner: Person) -> Application:
    """The first unit is not yet, the second is recognised after a task."""
    row = opined(assessing(world, learner, world.care, world.food), "not_yet", "not_yet", number=1)
    return opined(row, "task", "task", number=2)


def test_whoever_gave_a_task_settles_it_when_an_appeal_about_another_unit_is_over(world: World) -> None:
    learner = a_person("林秀英")
    row = two_units(world, learner)
    assert row.state == "decided"
    assessors = [one.pk for one in places(row)]
    made = services.appeal(actor=of(learner), claim=claim_of(row), **LODGE)
    row = voted(whole(row), made, "uphold", "uphold", "change")
    assert [one.pk for one in places(row)] == assessors
    assert places(row, purpose="panel") == []
    mine = places(row)[0]
    done = services.settle_task(
        actor=of(mine.person), assignment=mine, claim=claim_of(row, 2), is_done=True, words="录像清楚。", at=NOW + DAY
    )
    assert (done.state, credits_of(learner)) == ("granted", 300)


def test_a_new_round_is_for_others_who_settle_the_task_too(world: World) -> None:
    for name in ("评子", "评丑"):
        an_assessor(world, name, capacity=50)
    learner = a_person("林秀英")
    row = two_units(world, learner)
    before = {one.person_id for one in places(row)}
    made = services.appeal(actor=of(learner), claim=claim_of(row), **LODGE)
    row = voted(whole(row), made, "reassess", "reassess", "change")
    assert (row.state, row.round) == ("assessing", 2)
    assert not Assignment.objects.filter(application=row, person__in=before, ended_at=None).exists()
    mine = places(row)[0]
    services.settle_task(
        actor=of(mine.person), assignment=mine, claim=claim_of(row, 2), is_done=True, words="录像清楚。", at=NOW + DAY
    )
    assert credits_of(learner) == 300


def test_while_a_panel_votes_only_its_own_places_are_filled(world: World) -> None:
    """An assessor who was released before the decision is not replaced on a case that is decided."""
    learner = a_person("林秀英")
    row = two_units(world, learner)
    left = places(row)[0]
    Assignment.objects.filter(pk=left.pk).update(ended_at=NOW)
    for name in ("评子", "评丑"):
        an_assessor(world, name, capacity=50)
    services.appeal(actor=of(learner), claim=claim_of(row), **LODGE)
    gone = places(whole(row), purpose="panel")[1]
    services.declare_conflict(actor=of(gone.person), assignment=gone, kind="kin", at=NOW + DAY)
    services.tend(at=NOW + DAY)
    now = places(whole(row), purpose="panel")
    assert [one.place for one in now] == [1, 2, 3]
    assert gone.pk not in {one.pk for one in now}
    assert [one.place for one in places(whole(row))] == [2]


def test_a_member_who_agrees_is_told_when_the_unit_is_looked_at_again(world: World) -> None:
    group = a_group(world)
    member = group.members.select_related("person").first()
    assert member is not None
    row = opined(assessing(world, member.person, world.food), "not_yet", "not_yet")
    services.appeal(actor=of(member.person), claim=claim_of(row), **LODGE)
    with pytest.raises(refusals.UnitHeld):
        services.answer_group(actor=of(member.person), member=member, agrees=True, at=NOW + DAY)
    assert Claim.objects.filter(learner=member.person).count() == 1
