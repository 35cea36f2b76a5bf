"""Many at the same moment: a hot stock, one voucher at two counters, the clock against the counter (C-40)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from city.test_races import at_once
from learning.redemption.situations import NOW, World, a_world, of, on_shelf, points_of, reserved, stock_of, with_points
from learning.redemption.test_orders import HOURS_72, handed, whole_order
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Handing, Offer, Redemption

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(*calls: Callable[[], Any]) -> Counter[str]:
    return Counter(type(answer).__name__ for answer in at_once(*calls))


def reserving(learner: Person, offer: Offer, **more: Any) -> Callable[[], Any]:
    plain = {"actor": of(learner), "public_id": uuid4(), "offer": offer, "items": 1, "at": NOW}
    return partial(services.reserve, **plain | more)


def books_are_good(*learners: Person) -> None:
    for book in {ledger.book_of(one.pk) for one in learners}:
        assert ledger.reconcile(book=book) == []


@pytest.mark.slow
def test_of_hot_stock_none_is_given_twice_and_one_voucher_once(acts_as_application: None) -> None:
    world: World = a_world()
    offer = on_shelf(world, stock=5)
    learners = [with_points(500, f"居民{number}") for number in range(8)]
    assert kinds(*[reserving(one, offer) for one in learners]) == {"Redemption": 5, "OutOfStock": 3}
    assert stock_of(offer) == (5, 5)

    # One person, one id, four clicks; then enough points for one, wanted twice.
    more = on_shelf(world, stock=9)
    rich = with_points(900, "双击者")
    again = reserving(rich, more, public_id=uuid4())
    assert set(at_once(again, again, again, again)) == {Redemption.objects.get(offer=more)}
    assert points_of(rich) == (400, 500)
    poor = with_points(500, "只够一份")
    assert kinds(reserving(poor, more), reserving(poor, more)) == {"Redemption": 1, "PointsTooFew": 1}

    # Two counters hand out the same; the learner gives up meanwhile; the clock comes.
    row = Redemption.objects.get(learner=poor)
    row = whole_order(row)
    out = [partial(handed, world, row, actor=one) for one in (world.desk, world.colleague)]
    found = kinds(*out, partial(services.release, actor=of(poor), redemption=row, at=NOW))
    assert found["NotReserved"] == 2, found
    assert Handing.objects.filter(redemption=row).count() + (whole_order(row).state == "released") == 1

    late = reserved(with_points(500, "迟到者"), more)
    ended = NOW + HOURS_72
    kinds(partial(services.tend, at=ended), partial(services.tend, at=ended), partial(handed, world, late, at=NOW))
    assert whole_order(late).state in ("released", "fulfilled")
    assert stock_of(more)[1] == 0
    books_are_good(rich, poor, *learners)


@pytest.mark.slow
def test_reserving_and_handing_out_of_one_person_at_once_wait_for_each_other(acts_as_application: None) -> None:
    """Both want the stock and the same book of the ledger, in one order: neither is thrown out."""
    world: World = a_world()
    offer = on_shelf(world, stock=60)
    rich = with_points(20000, "常客")
    for _round in range(4):
        kept = [whole_order(reserved(rich, offer)) for _each in range(3)]
        answers = at_once(
            *[partial(handed, world, one) for one in kept], *[reserving(rich, offer) for _each in range(3)]
        )
        assert Counter(type(one).__name__ for one in answers) == {"Handing": 3, "Redemption": 3}, answers
    books_are_good(rich)
