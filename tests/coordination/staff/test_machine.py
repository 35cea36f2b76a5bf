"""Agreements against a model: whatever is tried in whatever order, the database holds what the model holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from city.situations import TODAY
from coordination.staff.situations import NOW, Pool, a_teacher, drafted, says
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.staff import services
from xuecheng.coordination.staff.models import Agreement, AgreementHours, Consent
from xuecheng.coordination.staff.rules import EXTENSION_ORDER, ORDER, Form, span

FORMS = (Form.BORROW, Form.CONCURRENT)
DAYS = (1, 2)


class Model:
    """What an agreement is said to be: its state, whose word is awaited, its last day."""

    def __init__(self, row: Agreement, form: Form, day: int) -> None:
        self.row, self.form, self.day = row, form, day
        self.state, self.left, self.extends = "draft", [], False
        self.last_day, self.was_extended = row.last_day, False

    def collides(self, other: Model) -> bool:
        return other is not self and other.state in ("in_force", "recalled", "ended") and other.day == self.day


class Agreements(RuleBasedStateMachine):
    pool: Pool
    teacher: Any

    def __init__(self) -> None:
        super().__init__()
        self.save = transaction.savepoint()
        self.models: list[Model] = []

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.save)

    def tried(self, call: Any) -> bool:
        """Whether it was done; a refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                call()
        except Refusal:
            return False
        return True

    def pick(self, number: int) -> Model | None:
        return self.models[number % len(self.models)] if self.models else None

    @rule(form=st.sampled_from(FORMS), day=st.sampled_from(DAYS))
    def draft(self, form: Form, day: int) -> None:
        made: list[Agreement] = []
        collides = any(m.day == day and m.state in ("in_force", "recalled") for m in self.models)

        def call() -> None:
            made.append(
                drafted(self.pool, self.teacher, form, hours=(span(day, 19 * 60, 21 * 60),), main_minutes=36 * 60)
            )

        done = self.tried(call)
        if done:
            self.models.append(Model(made[0], form, day))
        assert done is not collides

    @rule(number=st.integers(0, 9))
    def send(self, number: int) -> None:
        model = self.pick(number)
        if model is None:
            return
        done = self.tried(lambda: services.send_agreement(actor=self.pool.clerk, agreement=model.row, at=NOW))
        # Sending again what is awaited changes nothing and is no mistake.
        assert done is (model.state in ("draft", "awaiting"))
        if model.state == "draft":
            model.state, model.left = "awaiting", [one.value for one in ORDER[model.form]]

    @rule(number=st.integers(0, 9), party=st.sampled_from(["home", "person", "receiver"]), yes=st.booleans())
    def say(self, number: int, party: str, yes: bool) -> None:
        model = self.pick(number)
        if model is None:
            return
        before = Consent.objects.count()
        done = self.tried(lambda: says(self.pool, model.row, party, yes=yes))
        wrote = Consent.objects.count() - before
        if not model.left or model.left[0] != party:
            assert wrote == 0
            return
        last = len(model.left) == 1
        refused = yes and last and not model.extends and any(model.collides(other) for other in self.models)
        assert done is not refused
        if not done:
            assert wrote == 0
            return
        assert wrote == 1
        self._go_on(model, yes=yes)

    def _go_on(self, model: Model, *, yes: bool) -> None:
        model.left = model.left[1:] if yes else []
        if model.left:
            return
        if not model.extends:
            model.state = "in_force" if yes else "refused"
        elif yes:
            model.last_day, model.was_extended = model.last_day + timedelta(days=30), True
        model.extends = False

    @rule(number=st.integers(0, 9))
    def withdraw(self, number: int) -> None:
        model = self.pick(number)
        if model is None:
            return
        done = self.tried(
            lambda: services.withdraw_agreement(actor=self.pool.clerk, agreement=model.row, words="不办了")
        )
        assert done is (model.state in ("draft", "awaiting", "withdrawn"))
        if done:
            model.state, model.left = "withdrawn", []

    @rule(number=st.integers(0, 9))
    def extend(self, number: int) -> None:
        model = self.pick(number)
        if model is None:
            return
        done = self.tried(
            lambda: services.ask_extension(
                actor=self.pool.clerk,
                agreement=model.row,
                until=model.last_day + timedelta(days=30),
                words="延长",
                at=NOW,
            )
        )
        allowed = model.state == "in_force" and model.form is Form.BORROW and not model.was_extended
        assert done is (allowed or model.extends)
        if allowed and not model.extends:
            model.extends, model.left = True, [one.value for one in EXTENSION_ORDER]

    @rule(number=st.integers(0, 9))
    def recall(self, number: int) -> None:
        model = self.pick(number)
        if model is None:
            return
        on = TODAY + timedelta(days=40)
        done = self.tried(
            lambda: services.recall_agreement(
                actor=self.pool.head, agreement=model.row, on=on, words="人手不足", at=NOW
            )
        )
        allowed = model.form is Form.BORROW and model.state == "in_force"
        assert done is (allowed or (model.state == "recalled" and model.last_day == on - timedelta(days=1)))
        if allowed:
            model.state, model.extends, model.left = "recalled", False, []
            model.last_day = on - timedelta(days=1)

    @invariant()
    def the_database_holds_what_the_model_holds(self) -> None:
        rows = {row.pk: row for row in Agreement.objects.all()}
        for model in self.models:
            row = rows[model.row.pk]
            assert (row.state, row.last_day) == (model.state, model.last_day)
            assert row.was_extended is model.was_extended
            assert (row.extends_to is not None) is model.extends

    @invariant()
    def hours_count_while_in_force_only_and_never_overlap(self) -> None:
        counting = AgreementHours.objects.filter(counts=True)
        assert {one.agreement_id for one in counting} == {
            model.row.pk for model in self.models if model.state in ("in_force", "recalled")
        }
        days = [one.day for one in self.models if one.state in ("in_force", "recalled")]
        periods = [(one.minutes.lower, one.during) for one in counting]
        assert len(periods) == len(days)
        for index, (minute, during) in enumerate(periods):
            for other_minute, other in periods[index + 1 :]:
                assert minute != other_minute or during.upper <= other.lower or other.upper <= during.lower


def test_agreements_keep_to_the_model(pool):
    Agreements.pool, Agreements.teacher = pool, a_teacher(pool)
    run_state_machine_as_test(
        Agreements,
        settings=settings(
            max_examples=30, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
