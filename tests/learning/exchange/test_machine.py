"""Exchange against a few numbers, in every order that hypothesis can think of: holds, hundredths, clocks (C-34)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from learning.exchange.situations import NOW, World, a_learner, agreed, asked, earned, of, ratio, whole_case
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import rules, services
from xuecheng.learning.exchange.models import Case, Use

pytestmark = pytest.mark.django_db
CAP = 300
TWO_WEEKS = timedelta(days=15)


def nothing_comes_of_nothing(book: int) -> bool:
    """As the ledger's own check says, which wants a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("select unit from ledger.balance where book = %s group by unit having sum(balance) <> 0", [book])
        return cursor.fetchone() is None


def test_exchange_is_as_the_model_says(world: World) -> None:  # noqa: C901  # the model stands within
    """Two agreements want the same credits; whatever is asked, decided, taken back or left to the clock, each
    hundredth is in one place, what is held has an open case, and nothing comes of nothing."""
    college: Organisation = world.bank.college
    agreed(world, most_per_learner=CAP)
    other = World(world.bank, world.open_university, college, world.ou, world.bank.registrar, world.elders)
    agreed(other, ratio(other, num=1, den=2), silence="accepts")
    learner = a_learner()
    postings = [earned(learner, world.open_university, minutes=minutes) for minutes in (2880, 1500)]
    targets = [(world.vocational, world.vc), (college, world.bank.registrar)]
    total = sum(one.credits for one in postings)
    pick = st.integers(0, 1)

    class Exchange(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.at = NOW
            self.cases: list[Case] = []
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        def rows(self, *states: str) -> list[Case]:
            found = [whole_case(one) for one in self.cases]
            return [one for one in found if one.state in states]

        @rule(which=pick, where=pick)
        def ask(self, which: int, where: int) -> None:
            posting = postings[which]
            used = sum(
                use.span.upper - use.span.lower for use in Use.objects.filter(lot__posting=posting.key, is_live=True)
            )
            try:
                made = asked(world, learner, posting, target=targets[where][0], at=self.at)
            except rules.InUse:
                assert used == posting.credits
            except (rules.CapReached, rules.TooLittle):
                assert where == 0 or posting.credits - used < 20
            else:
                assert used < posting.credits
                assert made.source_credits <= posting.credits - used
                self.cases.append(made)

        @rule(nth=st.integers(0, 5), how=st.sampled_from(["accept", "refuse", "withdraw"]))
        def end(self, nth: int, how: str) -> None:
            if not self.cases:
                return
            case = whole_case(self.cases[nth % len(self.cases)])
            keeper = next(one for place, one in targets if place.pk == case.target_id)
            try:
                if how == "accept":
                    services.accept_case(actor=keeper, case=case, at=self.at)
                elif how == "refuse":
                    services.refuse_case(actor=keeper, case=case, difference="level", words="低一级", at=self.at)
                else:
                    services.withdraw_case(actor=of(learner), case=case, at=self.at)
            except (services.NotOpen, services.TooLateToWithdraw):
                assert case.state != "earmarked"
            else:
                ended = {"accept": ("settled",), "refuse": ("refused",), "withdraw": ("withdrawn",)}[how]
                assert whole_case(case).state in ended

        @rule()
        def time_passes(self) -> None:
            waiting = {one.pk: one for one in self.rows("earmarked")}
            self.at += TWO_WEEKS
            services.tend(at=self.at)
            for key, before in waiting.items():
                after = whole_case(before)
                if before.escalated_at is None:
                    assert after.state == "earmarked"
                elif before.ends_on < self.at.date():
                    lapses = before.target_id == world.vocational.pk
                    assert after.state == ("lapsed" if lapses else "settled"), key

        @invariant()
        def holds_have_open_cases_and_hundredths_one_place(self) -> None:
            if not hasattr(self, "cases"):
                return
            open_ones, settled = self.rows("earmarked", "accepted"), self.rows("settled")
            by_role = dict.fromkeys(ledger.Role, 0)
            for one in ledger.balances_of(learner_id=learner.pk):
                by_role[one.role] += one.balance
            assert by_role[ledger.Role.HOLD] == sum(one.source_credits for one in open_ones)
            taken, given = (sum(getattr(one, name) for one in settled) for name in ("source_credits", "target_credits"))
            assert by_role[ledger.Role.MAIN] + by_role[ledger.Role.HOLD] == total - taken + given
            assert given <= taken
            live = Use.objects.filter(is_live=True, lot__learner=learner)
            assert {one.case_id for one in live} == {one.pk for one in [*open_ones, *settled]}
            capped = sum(one.target_credits for one in [*open_ones, *settled] if one.target_id == world.vocational.pk)
            assert capped <= CAP
            assert nothing_comes_of_nothing(ledger.book_of(learner.pk))

    run_state_machine_as_test(
        Exchange,
        settings=settings(
            max_examples=3, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
