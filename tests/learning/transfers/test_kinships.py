"""Relations beyond guardians: seen at a counter, agreed by both, ended by either; points only along them (C-42)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_person, holding
from learning.transfers.situations import (
    NOW,
    World,
    agreed_with_ledger,
    give_points,
    in_force,
    of,
    offered,
    points_of,
    whole,
)
from xuecheng.city.access.queries import Standing
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.learning.account.queries import accounts_of, statement_of
from xuecheng.learning.transfers import queries, services
from xuecheng.learning.transfers.models import Gift, Kinship

pytestmark = pytest.mark.django_db
RELATIONS = ["spouse_to_spouse", "sibling_to_sibling", "parent_to_child", "child_to_parent"]


def a_clerk(world: World) -> Standing:
    person = a_person("窗口甲")
    holding(person, "counter_clerk", territory=world.bank.places["天河区"])
    return of(person)


def people(world: World) -> tuple[Person, Person]:
    there = world.bank.places["天河区"]
    return a_person("陈丈夫", territory=there), a_person("陈妻子", territory=there)


def recorded(world: World, one: Person, other: Person, kind: str = "spouse", **more: Any) -> Kinship:
    plain: dict[str, Any] = {"public_id": uuid4(), "proof": "结婚证，二号柜", "at": NOW}
    return services.record_kinship(actor=a_clerk(world), one=one, other=other, kind=kind, **plain | more)


def both_agreed(world: World, one: Person, other: Person, kind: str = "spouse") -> Kinship:
    row = recorded(world, one, other, kind)
    for person in (one, other):
        row = services.agree_kinship(actor=of(person), kinship=row, at=NOW)
    return row


def test_recorded_by_a_clerk_where_the_one_lives_agreed_by_both(world: World) -> None:
    one, other = people(world)
    for actor in (of(one), world.bank.registrar):
        with pytest.raises(Denied):
            services.record_kinship(
                actor=actor, public_id=uuid4(), one=one, other=other, kind="spouse", proof="结婚证", at=NOW
            )
    row = recorded(world, one, other)
    assert {note.person_id for note in Notice.objects.filter(kind="transfers.recorded")} == {one.pk, other.pk}
    law = in_force(world, relations=RELATIONS)
    assert queries.ties_of([one.pk], law, at=NOW) == []
    row = services.agree_kinship(actor=of(one), kinship=row, at=NOW)
    assert not row.counts
    assert [list(queries.to_agree(of(who))) for who in (one, other)] == [[], [row]]
    with pytest.raises(Denied):
        services.agree_kinship(actor=of(a_person("外人")), kinship=row, at=NOW)
    for _twice in range(2):
        row = services.agree_kinship(actor=of(other), kinship=row, at=NOW)
    assert row.counts
    (tie,) = queries.ties_of([other.pk], law, at=NOW)
    assert (tie.relation, tie.other, tie.kinship) == ("spouse_to_spouse", one, row)


@pytest.mark.parametrize(
    ("kind", "down", "up"),
    [
        ("parent", "parent_to_child", "child_to_parent"),
        ("grandparent", "grandparent_to_child", "child_to_grandparent"),
        ("sibling", "sibling_to_sibling", "sibling_to_sibling"),
    ],
)
def test_who_gives_to_whom_follows_from_the_kind(world: World, kind: str, down: str, up: str) -> None:
    one, other = people(world)
    both_agreed(world, one, other, kind)
    law = in_force(world, relations=[down, up])
    assert [queries.ties_of([who.pk], law, at=NOW)[0].relation for who in (one, other)] == [down, up]
    law.relations = ["guardian_to_child"]
    assert queries.ties_of([one.pk], law, at=NOW) == []


def test_points_go_along_it_and_not_once_it_is_over(world: World) -> None:
    one, other = people(world)
    give_points(one, 3000)
    row = both_agreed(world, one, other)
    in_force(world, relations=RELATIONS)
    gift = offered(world, 1000, by=one, tie=row)
    assert services.accept(actor=of(other), gift=gift, at=NOW).state == "accepted"
    assert (points_of(one), points_of(other)) == ((2000, 0), (1000, 0))
    agreed_with_ledger()
    # The accounts of both say that it is this gift, and whose.
    for mine, theirs in ((one, other), (other, one)):
        newest = statement_of(accounts_of(learner_id=mine.pk)).lines[0]
        assert newest.purpose.public_id == gift.public_id
        assert newest.purpose.title == theirs.name
    waits = offered(world, 500, by=one, tie=row)
    for _twice in range(2):
        assert services.end_kinship(actor=of(other), kinship=row, at=NOW).ended_by == other
    with pytest.raises(services.RelationOver), transaction.atomic():
        services.accept(actor=of(other), gift=waits, at=NOW)
    with pytest.raises(services.NotOfTheFamily), transaction.atomic():
        offered(world, 500, by=one, tie=row)
    assert services.decline(actor=of(other), gift=whole(waits), at=NOW).state == "declined"
    assert points_of(one) == (2000, 0)
    with pytest.raises(services.KinshipOver), transaction.atomic():
        services.agree_kinship(actor=of(one), kinship=row, at=NOW)


def test_a_counter_ends_it_with_a_reason_and_both_are_told(world: World) -> None:
    one, other = people(world)
    row = both_agreed(world, one, other)
    clerk = a_clerk(world)
    for actor in (of(one), world.bank.registrar):
        with pytest.raises(Denied):
            services.end_kinship_at_counter(actor=actor, kinship=row, why="parted", at=NOW)
    for wrong in ("", "别的", "parted, certificate 4401"):
        with pytest.raises(services.EndReasonMissing):
            services.end_kinship_at_counter(actor=clerk, kinship=row, why=wrong, at=NOW)
    for _twice in range(2):
        ended = services.end_kinship_at_counter(actor=clerk, kinship=row, why="parted", at=NOW)
    assert (ended.ended_by, ended.ended_because, ended.counts) == (clerk.person, "parted", False)
    with pytest.raises(services.KinshipOver), transaction.atomic():
        services.end_kinship_at_counter(actor=a_clerk(world), kinship=row, why="died", at=NOW)
    assert sorted(Notice.objects.filter(kind="transfers.kinship_ended").values_list("person", flat=True)) == sorted(
        [one.pk, other.pk]
    )
    assert list(queries.lately_ended([one.pk], at=NOW)) == [ended]
    assert list(queries.lately_ended([one.pk], at=NOW + timedelta(days=91))) == []
    assert list(queries.own_kinships([one.pk])) == []


def test_who_ends_it_themselves_owes_no_reason_and_the_other_is_told(world: World) -> None:
    one, other = people(world)
    row = both_agreed(world, one, other)
    ended = services.end_kinship(actor=of(one), kinship=row, at=NOW)
    assert ended.ended_because == ""
    assert list(Notice.objects.filter(kind="transfers.kinship_ended").values_list("person", flat=True)) == [other.pk]
    assert list(queries.lately_ended([other.pk], at=NOW)) == []


def test_a_counter_sees_only_relations_of_people_who_live_there_and_none_of_its_own(world: World) -> None:
    one, other = people(world)
    row = recorded(world, one, other)
    there, elsewhere = a_clerk(world), a_person("窗口乙")
    holding(elsewhere, "counter_clerk", territory=world.bank.places["从化区"])
    assert queries.kinships_of(there, [other.pk]) == [row]
    assert queries.kinships_of(of(elsewhere), [one.pk]) == []
    assert queries.kinship_at_counter(of(elsewhere), row.public_id) is None
    with pytest.raises(Denied):
        services.end_kinship_at_counter(actor=of(elsewhere), kinship=row, why="mistaken", at=NOW)
    holding(other, "counter_clerk", territory=world.bank.places["天河区"])
    assert queries.kinship_at_counter(of(other), row.public_id) is None
    with pytest.raises(services.ClerkInvolved):
        services.end_kinship_at_counter(actor=of(other), kinship=row, why="mistaken", at=NOW)


def test_what_is_refused_at_the_counter(world: World) -> None:
    one, other = people(world)
    clerk, number = a_clerk(world), uuid4()
    said: dict[str, Any] = {"actor": clerk, "one": one, "kind": "spouse", "proof": "结婚证", "at": NOW}
    with pytest.raises(services.OnePerson):
        services.record_kinship(**said | {"other": one}, public_id=uuid4())
    with pytest.raises(services.ProofMissing):
        services.record_kinship(**said | {"other": other, "proof": " "}, public_id=uuid4())
    with pytest.raises(services.ProofHasNumber):
        services.record_kinship(**said | {"other": other, "proof": "证号 440106199001011234"}, public_id=uuid4())
    with pytest.raises(services.ClerkInvolved):
        services.record_kinship(**said | {"other": clerk.person}, public_id=uuid4())
    first = services.record_kinship(**said, other=other, public_id=number)
    assert services.record_kinship(**said, other=other, public_id=number) == first
    with pytest.raises(FormUsedBefore), transaction.atomic():
        services.record_kinship(**said | {"kind": "sibling"}, other=other, public_id=number)
    # Also the other way round they are the same two.
    with pytest.raises(services.RelatedAlready), transaction.atomic():
        services.record_kinship(**said | {"one": other}, other=one, public_id=uuid4())
    services.end_kinship(actor=of(one), kinship=first, at=NOW)
    assert services.record_kinship(**said, other=other, public_id=uuid4()).ended_at is None


def test_the_database_keeps_it(world: World) -> None:
    one, other = people(world)
    give_points(one, 3000)
    row = both_agreed(world, one, other)
    in_force(world, relations=RELATIONS)
    gift = offered(world, 1000, by=one, tie=row)
    for change in ({"kind": "sibling"}, {"one_agreed_at": None}, {"proof": "别的"}):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            Kinship.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match="kinship_ended_before_why"), transaction.atomic():
        Kinship.objects.filter(pk=row.pk).update(ended_because="parted")
    # Whoever is none of the two says why.
    with pytest.raises(IntegrityError, match="says why"), transaction.atomic():
        Kinship.objects.filter(pk=row.pk).update(ended_at=NOW, ended_by=row.recorded_by)
    stranger = recorded(world, a_person("甲", territory=one.territory), a_person("乙"))
    for kinship in (stranger, row):
        with pytest.raises(IntegrityError, match="no such relation"), transaction.atomic():
            Gift.objects.create(
                public_id=uuid4(), rules=gift.rules, kinship=kinship, relation=gift.relation, giver=one,
                receiver=world.child, points=1, year=gift.year, offered_at=NOW, until=gift.until, hold=uuid4(),
            )  # fmt: skip
    with pytest.raises(IntegrityError, match="gift_along_one_relation"), transaction.atomic():
        Gift.objects.create(
            public_id=uuid4(), rules=gift.rules, kinship=row, guardianship=world.tie, relation=gift.relation, giver=one,
            receiver=other, points=1, year=gift.year, offered_at=NOW, until=gift.until, hold=uuid4(),
        )  # fmt: skip
