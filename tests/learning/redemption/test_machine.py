"""Redemption against a few numbers, in every order that hypothesis can think of: points, stock, holds, clocks (C-40)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from learning.exchange.test_machine import nothing_comes_of_nothing
from learning.redemption.situations import (
    NOW,
    World,
    handed,
    merged,
    of,
    on_shelf,
    points_at,
    points_of,
    reserved,
    stock_of,
    whole_order,
)
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Handing, Redemption

pytestmark = pytest.mark.django_db
POINTS, STOCK = (800, 1200, 1000), 5


def test_redemption_is_as_the_model_says(world: World) -> None:  # noqa: C901  # the model stands within
    """Whatever is reserved, handed out in parts, given up, taken back or left to the clock: points lie free, held or
    with the college and nowhere else, what is held has an open order, and stock is what moved.

    The learner's three accounts were merged: what one cannot pay alone several pay, and each gets back its own."""
    accounts = merged(world, *POINTS)
    learner, offer = accounts[0], on_shelf(world, stock=STOCK)

    class Redeeming(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.at = NOW
            self.orders: list[Redemption] = []
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        def nth(self, number: int) -> Redemption | None:
            return whole_order(self.orders[number % len(self.orders)]) if self.orders else None

        @rule(items=st.integers(1, 3))
        def reserve(self, items: int) -> None:
            on_hand, kept = stock_of(offer)
            free = sum(points_of(one)[0] for one in accounts)
            try:
                with transaction.atomic():
                    made = reserved(learner, offer, items, at=self.at)
            except services.OutOfStock:
                assert items > on_hand - kept
            except services.PointsTooFew:
                assert items * offer.points > free
            else:
                self.orders.append(made)

        @rule(number=st.integers(0, 5), items=st.integers(1, 3), keeps=st.booleans())
        def hand_out(self, number: int, items: int, keeps: bool) -> None:
            row = self.nth(number)
            if row is None:
                return
            try:
                with transaction.atomic():
                    handed(world, row, items, keeps_rest=keeps, at=self.at)
            except services.NotReserved:
                assert row.state != "reserved"
            except services.KeptTooShort:
                assert self.at >= row.until
            except services.TooManyHanded:
                assert items > row.left

        @rule(number=st.integers(0, 5))
        def give_up(self, number: int) -> None:
            row = self.nth(number)
            if row is not None and row.state == "reserved":
                services.release(actor=of(learner), redemption=row, at=self.at)

        @rule(number=st.integers(0, 5), items=st.integers(1, 3))
        def take_back(self, number: int, items: int) -> None:
            row = self.nth(number)
            if row is None:
                return
            try:
                with transaction.atomic():
                    services.take_back(
                        actor=world.desk, public_id=uuid4(), redemption=row, items=items, why="退", at=self.at
                    )
            except services.TooManyTaken:
                assert items > row.kept

        @rule(hours=st.sampled_from([-24, 30, 80]))
        def time_passes(self, hours: int) -> None:
            self.at += timedelta(hours=hours)
            services.tend(at=self.at)
            assert not Redemption.objects.filter(state="reserved", until__lte=self.at).exists()

        @invariant()
        def all_adds_up(self) -> None:
            if not hasattr(self, "orders"):
                return
            rows = list(Redemption.objects.all())
            held = with_college = 0
            for one, points in zip(accounts, POINTS, strict=True):
                own_free, own_held = points_of(one)
                taken = points_at(world.college, one)
                assert own_free + own_held + taken == points, "each account has what is its own"
                held, with_college = held + own_held, with_college + taken
                assert nothing_comes_of_nothing(ledger.book_of(one.pk))
            assert held == sum(one.left * one.points for one in rows)
            assert with_college == sum(one.kept * one.points for one in rows)
            on_hand, kept = stock_of(offer)
            assert kept == sum(one.left for one in rows)
            assert on_hand == STOCK - sum(one.kept for one in rows)
            assert sum(one.items for one in Handing.objects.filter(way="out")) == sum(one.handed for one in rows)
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")

    run_state_machine_as_test(
        Redeeming,
        settings=settings(
            max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
