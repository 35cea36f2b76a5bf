"""Shifts against a few lists, in every order that hypothesis can think of: places, states, minutes, overlaps (V-07)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coordination.volunteers.situations import (
    MORNING,
    NOW,
    Street,
    a_volunteer,
    called,
    of,
    somebody,
    whole_assignment,
    whole_service,
)
from xuecheng.city.ids import uuid7
from xuecheng.coordination.volunteers import rules, services
from xuecheng.coordination.volunteers.models import Assignment, Service
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db
SEATS = 1
LATE = MORNING + timedelta(hours=20)


def test_shifts_are_as_the_model_says(street: Street) -> None:  # noqa: C901  # the model stands within
    people = [a_volunteer(street, somebody(street, name)) for name in ("甲", "乙")]
    shifts = [
        called(street, needed=SEATS),
        called(street, keeper=street.far_keeper, begins=MORNING + timedelta(minutes=190), needed=SEATS),
    ]
    keepers = [street.keeper, street.far_keeper]
    begins = [0, 190]
    pick = st.integers(0, 1)

    class Shifts(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.states: dict[tuple[int, int], str] = {}
            self.rows: dict[tuple[int, int], Assignment] = {}
            self.came: dict[tuple[int, int], int] = {}
            self.served: dict[tuple[int, int], tuple[int, int]] = {}
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            if hasattr(self, "before"):
                transaction.savepoint_rollback(self.before)

        def taken(self, shift: int) -> int:
            seated = ("assigned", "serving", "served")
            return Assignment.objects.filter(shift=shifts[shift], state__in=seated).count()

        @rule(who=pick, which=pick)
        def apply(self, who: int, which: int) -> None:
            key = (who, which)
            stands = Assignment.objects.filter(
                person=people[who].person, shift=shifts[which], state__in=Assignment.LIVE
            ).exists()
            try:
                made = services.apply(
                    actor=of(people[who].person), public_id=uuid7(), shift=shifts[which], volunteer=people[who],
                    is_able=False, at=NOW,
                )  # fmt: skip
            except services.AppliedBefore:
                assert stands
            except services.ShiftFull:
                assert self.taken(which) == SEATS
            else:
                assert not stands
                self.rows[key], self.states[key] = whole_assignment(made), "applied"

        @rule(who=pick, which=pick)
        def assign(self, who: int, which: int) -> None:
            key = (who, which)
            if key not in self.rows:
                return
            before = self.taken(which)
            try:
                services.assign(actor=keepers[which], assignment=self.rows[key], at=NOW)
            except services.AnsweredBefore:
                assert self.states[key] not in ("applied", "assigned")
            except services.ShiftFull:
                assert before == SEATS
            else:
                assert self.states[key] == "assigned" or before < SEATS
                self.states[key] = "assigned"

        @rule(who=pick, which=pick)
        def withdraw(self, who: int, which: int) -> None:
            key = (who, which)
            if key not in self.rows:
                return
            try:
                services.withdraw(actor=of(people[who].person), assignment=self.rows[key], at=NOW)
            except services.TooLateToWithdraw:
                assert self.states[key] in ("serving", "served")
            else:
                self.states[key] = "withdrawn"

        @rule(who=pick, which=pick, minute=st.integers(-30, 100))
        def check_in(self, who: int, which: int, minute: int) -> None:
            key = (who, which)
            if key not in self.rows:
                return
            when = shifts[which].during.lower + timedelta(minutes=minute)
            try:
                services.check_in(actor=keepers[which], assignment=self.rows[key], when=when, at=LATE)
            except services.NotAssigned:
                assert self.states[key] not in ("assigned", "serving", "served")
            else:
                if self.states[key] == "assigned":
                    self.states[key], self.came[key] = "serving", minute

        @rule(who=pick, which=pick, minute=st.integers(101, 300), pause=st.integers(0, 60))
        def check_out(self, who: int, which: int, minute: int, pause: int) -> None:
            key = (who, which)
            if key not in self.rows:
                return
            when = shifts[which].during.lower + timedelta(minutes=minute)
            first, last = max(0, self.came.get(key, 0)), min(minute, 180 + 60)
            try:
                made = services.check_out(
                    actor=keepers[which], assignment=self.rows[key], when=when, pause_minutes=pause, at=LATE
                )
            except services.NotCheckedIn:
                assert self.states[key] not in ("serving", "served")
            except rules.PauseTooLong:
                assert pause > last - first
            else:
                if self.states[key] == "serving":
                    assert made is not None
                    assert made.minutes == last - first - pause
                    self.states[key] = "served"
                    self.served[key] = (begins[which] + first, begins[which] + last)

        @rule(who=pick, which=pick, counts=st.booleans())
        def decide(self, who: int, which: int, counts: bool) -> None:
            row = Service.objects.filter(person=people[who].person, activity=shifts[which].activity).first()
            if row is None or row.state != Service.State.REVIEW:
                return
            others = Service.objects.filter(person=row.person_id, during__overlap=row.during, state="counted")
            stands = others.exclude(pk=row.pk).exists()
            try:
                services.decide_service(
                    actor=street.officer, service=whole_service(row), counts=counts, why="名单为准", at=LATE
                )
            except services.StillOverlaps:
                assert counts
                assert stands
            else:
                assert not (counts and stands)

        @invariant()
        def states_are_those_of_the_model(self) -> None:
            for key, row in getattr(self, "rows", {}).items():
                assert Assignment.objects.get(pk=row.pk).state == self.states[key]

        @invariant()
        def what_overlaps_never_counts_twice_and_only_what_counts_is_a_record(self) -> None:
            for person in people:
                rows = list(Service.objects.filter(person=person.person))
                counted = [one for one in rows if one.state == "counted"]
                for one in counted:
                    assert not any(
                        other.pk != one.pk
                        and other.during.lower < one.during.upper
                        and one.during.lower < other.during.upper
                        for other in counted
                    )
                for one in rows:
                    records = LearningRecord.objects.filter(record_key=f"service/{one.public_id}", is_latest=True)
                    stands = records.exclude(status="withdrawn").exists()
                    assert stands == (one.state == "counted" and one.minutes > 0)

    run_state_machine_as_test(
        Shifts,
        settings=settings(
            max_examples=4, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
