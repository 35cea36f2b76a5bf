"""Orders that several accounts of one person pay together, after they were merged (C-40, decision 0010)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from learning.redemption.situations import (
    NOW,
    World,
    fee_wish,
    handed,
    merged,
    of,
    on_shelf,
    points_at,
    points_of,
    reserved,
    whole_order,
    with_points,
)
from xuecheng.city.people import merging
from xuecheng.city.people.models import Person, PersonMerge
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Part

pytestmark = pytest.mark.django_db


def agreed_with_ledger() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def lie(*accounts: Person) -> list[tuple[int, int]]:
    """Points free and held, by account."""
    return [points_of(one) for one in accounts]


def test_the_sum_of_both_accounts_can_be_spent(world: World) -> None:
    kept, other = merged(world, 700, 900)
    row = reserved(kept, on_shelf(world), 3)
    assert lie(kept, other) == [(0, 700), (100, 800)]
    agreed_with_ledger()
    handed(world, row, 3)
    assert lie(kept, other) == [(0, 0), (100, 0)]
    assert (points_at(world.college, kept), points_at(world.college, other)) == (700, 800)
    agreed_with_ledger()


def test_one_account_that_can_pay_alone_pays_alone(world: World) -> None:
    kept, other = merged(world, 400, 900)
    row = reserved(kept, on_shelf(world))
    assert row.learner_id == other.pk
    assert not Part.objects.exists()
    assert lie(kept, other) == [(400, 0), (400, 500)]


def test_more_than_all_accounts_hold_is_refused_with_the_sum(world: World) -> None:
    kept, other = merged(world, 700, 200)
    with pytest.raises(services.PointsTooFew) as refused:
        reserved(kept, on_shelf(world), 2)
    assert "9" in str(refused.value), "what all of them hold"
    assert lie(kept, other) == [(700, 0), (200, 0)]


def test_given_up_each_account_has_its_own_again(world: World) -> None:
    kept, other = merged(world, 700, 900)
    row = reserved(kept, on_shelf(world), 3)
    handed(world, row, 1)
    assert lie(kept, other) == [(0, 200), (100, 800)], "the order's own account bears first"
    agreed_with_ledger()
    services.release(actor=of(kept), redemption=whole_order(row), at=NOW)
    assert lie(kept, other) == [(200, 0), (900, 0)]
    agreed_with_ledger()


def test_taken_back_it_goes_to_the_accounts_it_came_from_also_after_the_merge_was_undone(world: World) -> None:
    kept, other = merged(world, 700, 900)
    row = reserved(kept, on_shelf(world), 3)
    handed(world, row, 3)
    clerk = PersonMerge.objects.get(merged=other).merged_by
    merging.unmerge_people(actor=of(clerk), merge=PersonMerge.objects.get(merged=other), at=NOW, reason="两个人")
    assert reserved_is_refused(world, other, 2), "what it holds alone counts again"
    for items, there in ((1, [(0, 0), (600, 0)]), (2, [(700, 0), (900, 0)])):
        services.take_back(
            actor=world.desk, public_id=uuid4(), redemption=whole_order(row), items=items, why="退", at=NOW
        )
        assert lie(kept, other) == there
        agreed_with_ledger()
    assert points_at(world.college, kept) == points_at(world.college, other) == 0


def reserved_is_refused(world: World, who: Person, items: int) -> bool:
    try:
        with transaction.atomic():
            reserved(Person.objects.get(pk=who.pk), on_shelf(world), items)
    except services.PointsTooFew:
        return True
    return False


def test_a_voucher_of_two_accounts_pays_in_parts(world: World) -> None:
    kept, other = merged(world, 400, 500)
    row = reserved(kept, on_shelf(world, fee_wish()), 3)
    with transaction.atomic():
        services.pay_with_voucher(
            actor=of(kept), public_id=uuid4(), code=row.code, person_keys=(kept.pk, other.pk),
            at_unit=world.college, owed_fen=2000, at=NOW,
        )  # fmt: skip
    assert lie(kept, other) == [(0, 0), (0, 300)]
    agreed_with_ledger()


def test_a_part_is_of_another_account_of_the_same_person_and_stays(world: World) -> None:
    kept, _other = merged(world, 700, 900)
    row = reserved(kept, on_shelf(world), 3)
    with pytest.raises(DatabaseError, match="no such part"), transaction.atomic():
        Part.objects.create(redemption=row, learner=with_points(100), points=100, hold=uuid4())
    part = Part.objects.get(redemption=row)
    for change in ({"points": 700}, {"learner": kept}):
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            Part.objects.filter(pk=part.pk).update(**change)
    # A part that says it was taken while nothing was handed out does not survive the end of its transaction.
    with pytest.raises(DatabaseError, match="differ"), transaction.atomic():
        say_taken(part, 100)


def say_taken(part: Part, points: int) -> None:
    Part.objects.filter(pk=part.pk).update(taken=points)
    agreed_with_ledger()
