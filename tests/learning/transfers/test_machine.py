"""Giving against a few numbers, in every order that hypothesis can think of: holds, answers, clocks, limits (C-42)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from learning.exchange.test_machine import nothing_comes_of_nothing
from learning.transfers.situations import NOW, World, agreed_with_ledger, in_force, of, offered, points_of, whole
from xuecheng.city.refusals import Refusal
from xuecheng.learning.transfers import services
from xuecheng.learning.transfers.models import Gift

pytestmark = pytest.mark.django_db
LIMIT = 5000


def test_giving_is_as_the_model_says(world: World) -> None:  # noqa: C901  # the model stands within
    """Whatever is offered, accepted, declined, taken back or left to the clock: points lie with one of the two, free or
    held; what is held has an offer that waits; nobody gives more in a year than the rules allow."""
    in_force(world, most_a_year=LIMIT)

    class Giving(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.at = NOW
            self.gifts: list[Gift] = []
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        def tried(self, act: object, *words: object) -> None:
            try:
                with transaction.atomic():
                    act(*words)  # type: ignore[operator]
            except Refusal:
                pass

        @rule(points=st.integers(1, 3500), is_mother=st.booleans())
        def offer(self, points: int, is_mother: bool) -> None:
            def act() -> None:
                by = world.mother if is_mother else world.child
                self.gifts.append(offered(world, points, at=self.at, by=by))

            self.tried(act)

        @rule(number=st.integers(0, 9), way=st.sampled_from(["accept", "decline", "take_back"]))
        def answer(self, number: int, way: str) -> None:
            if not self.gifts:
                return
            row = whole(self.gifts[number % len(self.gifts)])
            who = row.giver if way == "take_back" else row.receiver
            self.tried(lambda: getattr(services, way)(actor=of(who), gift=row, at=self.at))

        @rule(hours=st.integers(1, 400))
        def wait(self, hours: int) -> None:
            self.at += timedelta(hours=hours)
            services.tend(at=self.at)

        @invariant()
        def points_are_somewhere(self) -> None:
            if not hasattr(self, "at"):
                return
            agreed_with_ledger()
            (mine, held), (theirs, held_too) = points_of(world.mother), points_of(world.child)
            assert mine + held + theirs + held_too == 12_000
            rows = [whole(one) for one in self.gifts]
            for person, aside in ((world.mother, held), (world.child, held_too)):
                waiting = [one.points for one in rows if one.giver == person and one.state == "offered"]
                assert sum(waiting) == aside
                for year in {one.year for one in rows}:
                    counted = [
                        one.points for one in rows
                        if one.giver == person and one.year == year and one.state in ("offered", "accepted")
                    ]  # fmt: skip
                    assert sum(counted) <= LIMIT
            assert all(nothing_comes_of_nothing(person.pk % 256) for person in (world.mother, world.child))

    run_state_machine_as_test(
        Giving,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
