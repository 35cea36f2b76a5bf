"""Points within the family: off by default, rules by two officers, both consents, one movement, a year's limit (C-42)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from city.situations import a_person
from learning.transfers.situations import (
    DAYS,
    NOW,
    TODAY,
    World,
    agreed_with_ledger,
    drafted,
    give_points,
    in_force,
    law,
    of,
    offered,
    points_of,
    related,
    whole,
)
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Denied
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.transfers import queries, services
from xuecheng.learning.transfers.models import Gift, GivingRules

pytestmark = pytest.mark.django_db


# Rules


def test_c42_without_rules_nothing_is_given(world: World) -> None:
    with pytest.raises(services.GivingIsOff):
        offered(world)
    drafted(world)
    with pytest.raises(services.GivingIsOff):
        offered(world)
    assert points_of(world.mother) == (9000, 0)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"relations": []}, services.RelationsMissing),
        ({"relations": ["friend_to_friend"]}, services.RelationsMissing),
        ({"most_a_year": 0}, services.LimitMissing),
        ({"source": " "}, services.SourceMissing),
        ({"ends_on": date(2026, 1, 1)}, services.DaysWrong),
    ],
)
def test_rules_name_relation_limit_decision_and_days(world: World, more: Any, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        drafted(world, law(**more))


def test_rules_are_drafted_by_one_officer_and_decided_by_another(world: World) -> None:
    row = drafted(world)
    with pytest.raises(services.SecondOfficerNeeded), transaction.atomic():
        services.approve_rules(actor=world.drafter, rules=row, at=NOW)
    for actor in (of(world.mother), world.bank.registrar):
        with pytest.raises(Denied):
            services.approve_rules(actor=actor, rules=row, at=NOW)
        with pytest.raises(Denied):
            services.draft_rules(actor=actor, public_id=uuid4(), law=law(), at=NOW)
    assert list(queries.waiting(world.approver)) == [row]
    assert list(queries.waiting(world.drafter)) == []
    for _twice in range(2):
        assert services.approve_rules(actor=world.approver, rules=row, at=NOW).state == "approved"
    with pytest.raises(services.RulesDecided), transaction.atomic():
        services.reject_rules(actor=world.approver, rules=row, at=NOW)
    with pytest.raises(services.OthersInForce), transaction.atomic():
        services.approve_rules(actor=world.approver, rules=drafted(world), at=NOW)
    for _twice in range(2):
        assert services.end_rules(actor=world.approver, rules=row, at=NOW).state == "ended"
    with pytest.raises(services.RulesNotApproved), transaction.atomic():
        services.end_rules(actor=world.approver, rules=drafted(world), at=NOW)
    with pytest.raises(services.GivingIsOff):
        offered(world)


def test_a_draft_sent_twice_is_one_and_its_id_is_nobody_elses(world: World) -> None:
    number = uuid4()
    said: dict[str, Any] = {"public_id": number, "at": NOW}
    first = services.draft_rules(actor=world.drafter, law=law(), **said)
    assert services.draft_rules(actor=world.drafter, law=law(), **said) == first
    with pytest.raises(FormUsedBefore), transaction.atomic():
        services.draft_rules(actor=world.approver, law=law(), **said)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 23)])
def test_rules_hold_from_their_first_day_to_the_day_before_their_end(world: World, day: date) -> None:
    if day > TODAY:
        in_force(world, begins_on=day)
    else:
        in_force(world, ends_on=day)
    with pytest.raises(services.GivingIsOff):
        offered(world)


# Offers


def test_c42_an_offer_is_held_and_moved_when_the_other_consents(world: World) -> None:
    in_force(world)
    row = offered(world)
    agreed_with_ledger()
    assert (points_of(world.mother), points_of(world.child)) == ((8000, 1000), (3000, 0))
    assert Notice.objects.get(kind="transfers.offered").person == world.child
    for _twice in range(2):
        assert services.accept(actor=of(world.child), gift=row, at=NOW + DAYS).state == "accepted"
    agreed_with_ledger()
    assert (points_of(world.mother), points_of(world.child)) == ((8000, 0), (4000, 0))
    assert Notice.objects.get(kind="transfers.accepted").person == world.mother
    for act, actor in ((services.decline, world.child), (services.take_back, world.mother)):
        with pytest.raises(services.GiftAnswered), transaction.atomic():
            act(actor=of(actor), gift=row, at=NOW + DAYS)


def test_two_of_one_book_give_by_one_posting(world: World) -> None:
    in_force(world)
    twin = next(one for one in iter(lambda: a_person("同册女儿"), None) if one.pk % 256 == world.mother.pk % 256)
    row = offered(world, tie=related(world.mother, twin))
    services.accept(actor=of(twin), gift=row, at=NOW)
    agreed_with_ledger()
    assert (points_of(world.mother), points_of(twin)) == ((8000, 0), (1000, 0))


@pytest.mark.parametrize("way", ["decline", "take_back", "expire"])
def test_what_is_not_accepted_goes_back_whole(world: World, way: str) -> None:
    in_force(world)
    row = offered(world)
    for _twice in range(2):
        if way == "decline":
            services.decline(actor=of(world.child), gift=row, at=NOW)
        elif way == "take_back":
            services.take_back(actor=of(world.mother), gift=row, at=NOW)
        else:
            services.tend(at=row.until)
    agreed_with_ledger()
    assert points_of(world.mother) == (9000, 0)
    with pytest.raises(services.GiftAnswered), transaction.atomic():
        services.accept(actor=of(world.child), gift=row, at=NOW)


def test_at_the_last_moment_it_can_be_accepted_and_then_no_more(world: World) -> None:
    in_force(world)
    late, just = offered(world), offered(world)
    assert services.tend(at=just.until - timedelta(seconds=1)) == 0
    assert services.accept(actor=of(world.child), gift=just, at=just.until - timedelta(seconds=1)).state == "accepted"
    with pytest.raises(services.GiftAnswered), transaction.atomic():
        services.accept(actor=of(world.child), gift=late, at=late.until)
    assert services.tend(at=late.until) == 1


def test_each_side_speaks_for_itself(world: World) -> None:
    in_force(world)
    row = offered(world)
    for actor in (world.mother, a_person("外人曾")):
        with pytest.raises(Denied):
            services.accept(actor=of(actor), gift=row, at=NOW)
        with pytest.raises(Denied):
            services.decline(actor=of(actor), gift=row, at=NOW)
    with pytest.raises(Denied):
        services.take_back(actor=of(world.child), gift=row, at=NOW)
    assert queries.gift(of(a_person("外人罗")), row.public_id) is None
    assert queries.gift(of(world.child), row.public_id) == row
    assert list(queries.to_answer(of(world.child))) == [row]


def test_only_along_recorded_relations_that_the_rules_name(world: World) -> None:
    in_force(world, relations=["child_to_parent"])
    with pytest.raises(services.NotOfTheFamily), transaction.atomic():
        offered(world)
    assert offered(world, by=world.child).receiver == world.mother
    stranger = related(a_person("别家母亲"), a_person("别家孩子"))
    with pytest.raises(services.NotOfTheFamily), transaction.atomic():
        offered(world, by=world.child, tie=stranger)


@pytest.mark.parametrize("more", [{"consented_at": None}, {"ended_by": True}])
def test_a_relation_that_does_not_count_carries_no_gift(world: World, more: dict[str, Any]) -> None:
    in_force(world)
    child = a_person("另一孩子")
    if more.get("ended_by"):
        more = {"ended_by": world.mother}
    with pytest.raises(services.NotOfTheFamily), transaction.atomic():
        offered(world, tie=related(world.mother, child, **more))


def test_a_relation_that_ended_meanwhile_is_not_accepted(world: World) -> None:
    in_force(world)
    row = offered(world)
    world.tie.ended_by = world.mother
    world.tie.save()
    with pytest.raises(services.RelationOver), transaction.atomic():
        services.accept(actor=of(world.child), gift=row, at=NOW)
    assert services.decline(actor=of(world.child), gift=row, at=NOW).state == "declined"


def test_c42_a_year_holds_so_much_and_what_went_back_counts_no_more(world: World) -> None:
    in_force(world)
    first = offered(world, 3000)
    offered(world, 2000)
    with pytest.raises(services.YearUsedUp), transaction.atomic():
        offered(world, 1)
    services.decline(actor=of(world.child), gift=first, at=NOW)
    assert offered(world, 3000).state == "offered"
    # The child has a limit of its own, and the next year another one.
    assert offered(world, 3000, by=world.child).state == "offered"
    give_points(world.mother, 5000)
    assert offered(world, 5000, at=NOW + 60 * DAYS).year == 2027
    agreed_with_ledger()


def test_points_that_are_not_there_are_not_offered(world: World) -> None:
    in_force(world, most_a_year=99_000)
    with pytest.raises(services.PointsTooFew), transaction.atomic():
        offered(world, 9001)
    with pytest.raises(services.PointsWrong):
        offered(world, 0)
    assert offered(world, 9000).state == "offered"


def test_an_offer_sent_twice_is_one(world: World) -> None:
    in_force(world)
    said: dict[str, Any] = {"public_id": uuid4(), "along": world.tie.public_id, "at": NOW}
    first = services.offer(actor=of(world.mother), points=500, **said)
    assert services.offer(actor=of(world.mother), points=500, **said).pk == first.pk
    for actor, points in ((world.mother, 600), (world.child, 500)):
        with pytest.raises(FormUsedBefore), transaction.atomic():
            services.offer(actor=of(actor), points=points, **said)


def test_ended_rules_let_what_waits_be_answered(world: World) -> None:
    rules = in_force(world)
    row = offered(world)
    services.end_rules(actor=world.approver, rules=rules, at=NOW)
    assert services.accept(actor=of(world.child), gift=row, at=NOW).state == "accepted"


# The database's own word


def test_rules_are_of_points_and_never_of_credit_that_counts(world: World) -> None:
    for kind, is_collective in (("community", False), ("reward", True)):
        level = 0 if kind == "reward" else 1
        of_learning = credit_class(framework="X", kind=kind, level=level, is_collective=is_collective)
        with pytest.raises(IntegrityError), transaction.atomic():
            GivingRules.objects.create(
                public_id=uuid4(), credit_class=of_learning, relations=["parent_to_child"], most_a_year=1, source="x",
                begins_on=TODAY, drafted_by=world.mother, drafted_at=NOW,
            )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "update transfers_gift set points = points + 1 where id = %s",
        "update transfers_gift set receiver_id = giver_id where id = %s",
        "update transfers_gift set state = 'declined', ended_at = now() where id = %s",
        "update transfers_gift set state = 'accepted', ended_at = now(), posting = hold where id = %s",
        "delete from transfers_gift where id = %s",
        "update transfers_givingrules set most_a_year = 1 where id = (select rules_id from transfers_gift where id = %s)",
        (
            "update transfers_givingrules set state = 'draft', decided_by_id = null, decided_at = null"
            " where id = (select rules_id from transfers_gift where id = %s)"
        ),
        (
            "insert into transfers_gift (public_id, rules_id, guardianship_id, relation, giver_id, receiver_id, points, state,"
            " year, offered_at, until, hold) select gen_random_uuid(), rules_id, guardianship_id, relation, giver_id,"
            " receiver_id, 4500, 'offered', year, offered_at, until, gen_random_uuid() from transfers_gift where id = %s"
        ),
        (
            "insert into transfers_gift (public_id, rules_id, guardianship_id, relation, giver_id, receiver_id, points, state,"
            " year, offered_at, until, hold) select gen_random_uuid(), rules_id, guardianship_id, relation, giver_id,"
            " receiver_id, 1, 'offered', year, offered_at, until, gen_random_uuid() from transfers_gift where id = %s"
        ),
        (
            "insert into transfers_gift (public_id, rules_id, guardianship_id, relation, giver_id, receiver_id, points, state,"
            " year, offered_at, until, hold) select gen_random_uuid(), rules_id, guardianship_id, 'guardian_to_child',"
            " giver_id, receiver_id, 1, 'offered', year, offered_at, until, gen_random_uuid() from transfers_gift where id = %s"
        ),
    ],
)
def test_no_statement_bends_a_gift(world: World, statement: str) -> None:
    in_force(world)
    row = offered(world)
    agreed_with_ledger()
    with pytest.raises(IntegrityError), transaction.atomic():
        told(statement, row.pk)


def told(statement: str, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
    agreed_with_ledger()


def test_who_leaves_answers_first(world: World) -> None:
    from xuecheng.city.mydata import erasing
    from xuecheng.learning.transfers.leaving import GiftWaits

    in_force(world)
    row = offered(world)
    for person in (world.mother, world.child):
        assert any(isinstance(one, GiftWaits) for one in erasing.hindrances([person.pk], NOW))
    services.decline(actor=of(world.child), gift=row, at=NOW)
    assert not any(isinstance(one, GiftWaits) for one in erasing.hindrances([world.mother.pk], NOW))
    assert whole(row).state == Gift.State.DECLINED
