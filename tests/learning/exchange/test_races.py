"""The same credits wanted by many at once, and an answer that meets a withdrawal: real threads, real connections."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from city.test_races import at_once
from learning.exchange.situations import (
    NOW,
    World,
    a_learner,
    a_world,
    agreed,
    asked,
    earned,
    held,
    of,
    ratio,
    whole_case,
)
from xuecheng.city import clock
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services
from xuecheng.learning.exchange.models import Case, ClearingPeriod, StatementLine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return a_world()


def test_sixteen_asks_for_the_same_credits_are_one_exchange(world: World) -> None:
    """Two institutions want them; each decides by itself, so the first is exchanged at once."""
    agreed(world, is_automatic=True)
    college = World(world.bank, world.open_university, world.bank.college, world.ou, world.bank.registrar, world.elders)
    agreed(college, ratio(college, num=1, den=2), is_automatic=True)
    learner = a_learner()
    posting = earned(learner, world.open_university)

    def ask(number: int) -> Case:
        return services.ask_exchange(
            actor=of(learner), public_id=uuid4(), posting=posting.key,
            target=(world.vocational, world.bank.college)[number % 2], at=NOW,
        )  # fmt: skip

    answers = at_once(*[lambda number=number: ask(number) for number in range(16)])
    told = Counter(type(one).__name__ for one in answers)
    assert told == {"Case": 1, "InUse": 15}, answers
    assert [one.state for one in Case.objects.all()] == ["settled"]
    assert held(learner)["free"] == Case.objects.get().target_credits
    assert [one for book in ledger.books_in_use() for one in ledger.reconcile(book=book)] == []


def test_accepted_or_taken_back_never_both(world: World) -> None:
    agreed(world)
    for _round in range(3):
        learner = a_learner()
        case = asked(world, learner, earned(learner, world.open_university))
        answers = at_once(
            lambda case=case: services.accept_case(actor=world.vc, case=case, at=NOW),
            lambda case=case, learner=learner: services.withdraw_case(actor=of(learner), case=case, at=NOW),
        )
        assert sum(isinstance(one, Case) for one in answers) == 1, answers
        state = whole_case(case).state
        assert held(learner) == ({"free": 200, "held": 0} if state == "settled" else {"free": 300, "held": 0})
    assert [one for book in ledger.books_in_use() for one in ledger.reconcile(book=book)] == []


def test_the_clock_and_officers_who_draw_at_once_clear_each_exchange_once(world: World) -> None:
    agreed(world, is_automatic=True)
    for days in range(0, 9, 2):
        learner = a_learner()
        asked(world, learner, earned(learner, world.open_university), at=NOW + timedelta(days=days))
    today, later = clock.date_of(NOW), NOW + timedelta(days=60)

    def by_hand(number: int) -> ClearingPeriod:
        begins_on = today + timedelta(days=number)
        return services.draw_period(
            actor=world.officer, public_id=uuid4(), begins_on=begins_on, ends_on=begins_on + timedelta(days=3), at=later
        )

    answers = at_once(
        *[lambda number=number: by_hand(number) for number in range(0, 8, 2)],
        *[lambda: services.draw_ended(at=later) for _number in range(4)],
    )
    told = {type(one).__name__ for one in answers}
    assert told <= {"ClearingPeriod", "list", "DaysClearedBefore"}, answers
    services.draw_ended(at=later)
    assert StatementLine.objects.count() == Case.objects.filter(state="settled").count() == 5
