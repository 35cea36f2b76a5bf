"""Prior learning in every order that hypothesis can think of: states, opinions, votes, clocks, credit (C-44 … C-49)."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from city.situations import a_person
from learning.priorlearning.situations import NOW, World, an_assessor, begun, filled, of, places, says, whole
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.priorlearning import services
from xuecheng.learning.priorlearning.models import Appeal, Application, Assignment, Claim
from xuecheng.learning.priorlearning.services import granting
from xuecheng.learning.recognition.models import Posting

pytestmark = pytest.mark.django_db


class Killed(Exception):
    """The process dies here."""


def nothing_comes_of_nothing(book: int) -> bool:
    """As the ledger's own check says, which wants a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute("select unit from ledger.balance where book = %s group by unit having sum(balance) <> 0", [book])
        return cursor.fetchone() is None


def test_credit_stands_only_behind_what_assessors_recognised(world: World) -> None:  # noqa: C901  # the model is within
    """Whatever is asked, screened, thought, voted, paused, reversed or left to the clock: a learner holds exactly the
    units that are granted, each once, and nobody assesses twice."""
    for number in range(8):
        an_assessor(world, f"评{number}", capacity=50)
    learner = a_person("林秀英")
    me = of(learner)

    class Recognition(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.at = NOW
            self.before = transaction.savepoint()
            self.row: Application | None = None

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        def fresh(self) -> Application:
            assert self.row is not None
            self.row = whole(self.row)
            return self.row

        @rule()
        def hand_in(self) -> None:
            if self.row is not None and self.fresh().state not in ("withdrawn", "declined", "closed"):
                return
            try:
                row = filled(begun(world, learner, world.care, world.food, at=self.at), at=self.at)
            except Refusal:
                # A unit of an application before is held.
                assert Claim.objects.filter(learner=learner, state="granted").exists()
                return
            services.submit_application(actor=me, application=row, at=self.at)
            self.row = row

        @precondition(lambda self: self.row is not None)
        @rule(how=st.sampled_from(["pass", "pass", "pass", "return", "pause", "resume", "withdraw"]))
        def step(self, how: str) -> None:
            row = self.fresh()
            desk, mine = {"actor": world.registrar}, {"actor": me}
            why = {"reason": "evidence", "words": "照片看不清"}
            verbs = {
                "pass": lambda: services.pass_screening(application=row, at=self.at, **desk),
                "return": lambda: services.return_application(application=row, at=self.at, **desk, **why),
                "pause": lambda: services.pause_application(application=row, at=self.at, **mine),
                "resume": lambda: services.resume_application(application=row, at=self.at, **mine),
                "withdraw": lambda: services.withdraw_application(application=row, at=self.at, **mine),
            }
            try:
                verbs[how]()
                if how == "return":
                    services.submit_application(application=row, at=self.at, **mine)
            except Refusal:
                pass

        @precondition(lambda self: self.row is not None)
        @rule(
            place=st.integers(0, 2), unit=st.integers(0, 1), word=st.sampled_from(["yes", "yes", "not_yet", "task"]),
            dies=st.booleans(),
        )  # fmt: skip
        def think(self, place: int, unit: int, word: str, dies: bool) -> None:
            row = self.fresh()
            found = places(row)
            if place >= len(found):
                return
            claim = list(row.claims.all())[unit]
            kept = granting.give_unit
            try:
                if dies:
                    granting.give_unit = _dies  # type: ignore[assignment]  # half-way, after the decision was written
                with transaction.atomic():
                    says(found[place], claim, word, at=self.at)
            except Killed:
                assert Claim.objects.get(pk=claim.pk).state == claim.state
            except Refusal:
                pass
            finally:
                granting.give_unit = kept

        @precondition(lambda self: self.row is not None)
        @rule(
            unit=st.integers(0, 1),
            votes=st.lists(st.sampled_from(["uphold", "change", "reassess"]), min_size=3, max_size=3),
        )
        def appeal(self, unit: int, votes: list[str]) -> None:
            row = self.fresh()
            claim = list(row.claims.all())[unit]
            claim.application = row
            try:
                made = services.appeal(actor=me, claim=claim, ground="evidence", words="有新证明", at=self.at)
            except Refusal:
                return
            for mine, vote in zip(places(self.fresh(), purpose="panel"), votes, strict=False):
                services.vote_appeal(
                    actor=of(mine.person), assignment=mine, appeal=made, vote=vote, words="看过", at=self.at
                )

        @precondition(lambda self: self.row is not None)
        @rule(unit=st.integers(0, 1))
        def take_back(self, unit: int) -> None:
            row = self.fresh()
            claim = list(row.claims.all())[unit]
            claim.application = row
            with contextlib.suppress(Refusal):
                services.reverse_grant(actor=world.officer, claim=claim, why="证明是假的", at=self.at)

        @rule(days=st.integers(1, 40))
        def wait(self, days: int) -> None:
            self.at += timedelta(days=days)
            services.tend(at=self.at)

        @invariant()
        def holds_what_was_granted(self) -> None:
            if not hasattr(self, "at"):
                return
            granted = Claim.objects.filter(learner=learner, state="granted").exclude(posting=None)
            held = sum(one.balance for one in ledger.balances_of(learner_id=learner.pk))
            assert held == 300 * granted.count()
            identities = [one.identity for one in Claim.objects.filter(learner=learner, state__in=Claim.LIVE)]
            assert len(identities) == len(set(identities))
            for one in granted:
                assert Posting.objects.filter(key=one.posting, credits=300, reverses=None).count() == 1
            assert nothing_comes_of_nothing(ledger.book_of(learner.pk))

        @invariant()
        def nobody_has_two_parts(self) -> None:
            if getattr(self, "row", None) is None:
                return
            people = list(Assignment.objects.filter(application=self.row).values_list("person", flat=True))
            assert len(people) == len(set(people))
            assert learner.pk not in people
            row = self.fresh()
            if row.state in ("decided", "closed"):
                assert not row.claims.filter(state="claimed").exists()
                assert not Appeal.objects.filter(claim__application=row, state="open").exists()

    run_state_machine_as_test(
        Recognition,
        settings=settings(
            max_examples=6, stateful_step_count=12, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def _dies(**_facts: object) -> None:
    raise Killed
