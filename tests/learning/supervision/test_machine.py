"""Withdrawal against a few numbers, in every order that hypothesis can think of; and killed half-way through a reversal."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from learning.exchange.test_machine import nothing_comes_of_nothing
from learning.supervision.situations import (
    NOW,
    World,
    a_learner,
    a_third,
    a_world,
    agreed,
    asked,
    decider,
    earned,
    earned_at,
    held,
    noticed,
    of,
    opened,
    opener,
    whole,
)
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.models import Case, Use
from xuecheng.learning.exchange.queries import replacements
from xuecheng.learning.recognition.models import Posting, Withholding
from xuecheng.learning.recognition.services import corrections
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Appeal, Dependent, Fill, Item, Shortfall, Withdrawal


@pytest.mark.django_db
def test_withdrawal_is_as_the_model_says(world: World) -> None:  # noqa: C901  # the model stands within
    """Whatever is opened, exchanged, decided, replaced, appealed and earned: the books sum to zero, nobody is below
    zero, nothing is frozen without an open case, and what is missing is a shortfall to the hundredth."""
    agreed(world, most_per_learner=10_000)
    learner = a_learner()
    for minutes, title in ((2880, "甲"), (1920, "乙"), (1440, "丙")):
        earned(learner, world.open_university, minutes=minutes, title=title)
    third = a_third(world)
    pick = st.integers(0, 3)

    class Supervision(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.at = NOW
            self.before = transaction.savepoint()
            self.extra = 0

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        def tries(self, verb: Any, **words: Any) -> None:
            """Refusals are part of the game; whatever else is wrong shows."""
            try:
                with transaction.atomic():
                    verb(**words)
            except Refusal:
                pass

        def standing(self) -> list[Posting]:
            gone = set(Posting.objects.filter(learner=learner).values_list("reverses", flat=True))
            rows = Posting.objects.filter(learner=learner, reverses=None).order_by("posted_at", "key")
            return [one for one in rows if one.key not in gone]

        @rule(nth=pick)
        def opens(self, nth: int) -> None:
            if rows := self.standing():
                self.tries(lambda: opened(world, rows[nth % len(rows)], at=self.at))

        @rule(nth=pick)
        def asks(self, nth: int) -> None:
            if rows := self.standing():
                self.tries(lambda: asked(world, learner, rows[nth % len(rows)], at=self.at))

        @rule(nth=pick)
        def accepts(self, nth: int) -> None:
            if rows := list(Case.objects.filter(state="earmarked").select_related("target__territory", "agreement")):
                self.tries(exchange.accept_case, actor=world.vc, case=rows[nth % len(rows)], at=self.at)

        @rule(nth=pick, withdraws=st.booleans())
        def decides(self, nth: int, withdraws: bool) -> None:
            if rows := list(Withdrawal.objects.filter(state__in=Withdrawal.OPEN).order_by("pk")):
                row = whole(rows[nth % len(rows)])
                self.tries(services.give_notice, actor=opener(world), case=row, at=self.at)
                self.at += timedelta(days=40)
                self.tries(
                    services.decide_withdrawal, actor=decider(world), case=row, withdraws=withdraws, words="如此",
                    at=self.at,
                )  # fmt: skip

        @rule(nth=pick, which=pick)
        def replaces(self, nth: int, which: int) -> None:
            if (rows := self.resting()) and (others := self.standing()):
                self.tries(
                    services.replace_dependent, actor=decider(world), dependent=rows[nth % len(rows)],
                    postings=[others[which % len(others)].key], at=self.at,
                )  # fmt: skip

        @rule(nth=pick, which=pick)
        def replaces_as_the_page_says(self, nth: int, which: int) -> None:
            """What the page offers is what is done, alone or together: only what later credit filled refuses it."""
            if not (rows := self.resting()):
                return
            row = rows[nth % len(rows)]
            ways = replacements(row.exchange, lost=row.posting, at=self.at)
            if not ways:
                return
            way = ways[which % len(ways)]
            assert sum(one.credits for one in way.parts) == row.credits
            try:
                with transaction.atomic():
                    services.replace_dependent(actor=decider(world), dependent=row, postings=way.postings, at=self.at)
            except services.FilledMeanwhile:
                pass

        def resting(self) -> list[Dependent]:
            rows = Dependent.objects.select_related("withdrawal__institution__territory", "exchange")
            return list(rows.filter(state="open").order_by("pk"))

        @rule(nth=pick)
        def appeals(self, nth: int) -> None:
            rows = list(Withdrawal.objects.filter(state="withdrawn", appeals=None).order_by("pk"))
            if rows:
                row = whole(rows[nth % len(rows)])
                self.tries(services.lodge_appeal, actor=of(learner), case=row, words="不服", at=self.at)
                for made in Appeal.objects.filter(withdrawal=row, state="open"):
                    self.tries(services.decide_appeal, actor=third, appeal=made, grants=True, answer="有理", at=self.at)

        @rule()
        def earns_and_fills(self) -> None:
            if self.extra < 2:
                self.extra += 1
                earned_at(learner, world.open_university, at=self.at, minutes=960, title=f"又学{self.extra}")
            services.fill_shortfalls(at=self.at)

        @invariant()
        def books_and_cases_agree(self) -> None:
            if not hasattr(self, "before"):
                return
            free, aside = held(learner)
            assert free >= 0
            assert nothing_comes_of_nothing(ledger.book_of(learner.pk))
            frozen = Withholding.objects.filter(purpose="frozen", ended_at=None)
            open_cases = Withdrawal.objects.filter(state__in=Withdrawal.OPEN)
            assert {one.case_id for one in frozen} == {one.public_id for one in open_cases}
            waiting = Case.objects.filter(state__in=Case.OPEN)
            assert aside == sum(one.credits for one in frozen) + sum(one.source_credits for one in waiting)
            given = sum(one.credits for one in Posting.objects.filter(learner=learner, reverses=None))
            back = sum(one.recovered or 0 for one in Item.objects.all())
            settled = Case.objects.filter(state="settled")
            traded = sum(one.target_credits - one.source_credits for one in settled)
            filled = sum(one.credits for one in Fill.objects.all())
            assert free + aside == given - back - filled + traded
            for short in Shortfall.objects.select_related("item"):
                assert short.credits == short.item.credits - short.item.recovered
            live = sum(
                use.span.upper - use.span.lower for use in Use.objects.filter(is_live=True, case__state="settled")
            )
            assert live == sum(one.source_credits for one in settled)

    run_state_machine_as_test(
        Supervision,
        settings=settings(
            max_examples=5, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_through_a_reversal_nothing_happened_and_it_is_done_again() -> None:
    world = a_world()
    learner = a_learner()
    posting = earned(learner, world.open_university)
    row = noticed(world, posting)
    later = NOW + timedelta(days=40)
    said: dict[str, Any] = {"case": row, "withdraws": True, "words": "同一次学习", "at": later}
    actor = decider(world)
    child = os.fork()
    if not child:
        connection.connect()
        real = corrections.ledger.reverse

        def dies(**words: Any) -> Any:
            real(**words)
            os.kill(os.getpid(), signal.SIGKILL)

        corrections.ledger.reverse = dies
        try:
            services.decide_withdrawal(actor=actor, **said)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    connection.close()
    assert (whole(row).state, held(learner)) == ("noticed", (0, 300))
    assert not Posting.objects.filter(reverses=posting.key).exists()
    assert Withholding.objects.get().ended_at is None
    services.decide_withdrawal(actor=actor, **said)
    assert (whole(row).state, held(learner)) == ("withdrawn", (0, 0))
    assert nothing_comes_of_nothing(posting.book)
