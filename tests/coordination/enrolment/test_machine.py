"""Enrolment against a model of lists, in every order that hypothesis thinks of: places, the line, money."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coordination.enrolment.situations import NOW, School, a_resident, an_open_class, enrolled, of
from xuecheng.city.ids import uuid7
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import queries, rules, services
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Roll

pytestmark = pytest.mark.django_db
FEE = 1_000
PICK = st.integers(0, 100)


def test_enrolment_is_as_the_model_says(school: School) -> None:  # noqa: C901  # the model stands within
    people = [a_resident(school) for _each in range(6)]

    class Places(RuleBasedStateMachine):
        @initialize(seats=st.integers(1, 3))
        def begin(self, seats: int) -> None:
            self.row = an_open_class(school, seats=seats, fee_fen=FEE)
            self.seats, self.at = seats, NOW
            self.line: list[int] = []
            """Keys of who waits, in order."""
            self.held: dict[int, str] = {}
            """Key of who holds a place → offered or enrolled."""
            self.paid: set[int] = set()

        def _offer(self) -> None:
            while self.line and len(self.held) < self.seats:
                self.held[self.line.pop(0)] = "offered"

        def _pick(self, keys: list[int], pick: int) -> Enrolment | None:
            if not keys:
                return None
            return Enrolment.objects.select_related("person", "course_class__host__territory").get(
                pk=sorted(keys)[pick % len(keys)]
            )

        @rule(pick=PICK)
        def enrol(self, pick: int) -> None:
            person = people[pick % len(people)]
            mine = Enrolment.objects.filter(course_class=self.row, person=person, state__in=rules.LIVE)
            if mine.exists():
                with pytest.raises(services.EnrolledAlready):
                    enrolled(self.row, person, at=self.at)
                return
            one = enrolled(self.row, person, at=self.at)
            if len(self.held) < self.seats and not self.line:
                assert one.state == "enrolled"
                self.held[one.pk] = "enrolled"
            else:
                assert one.state == "waiting"
                self.line.append(one.pk)

        @rule(pick=PICK)
        def withdraw(self, pick: int) -> None:
            one = self._pick([*self.line, *self.held], pick)
            if one is None:
                return
            services.withdraw(actor=of(one.person), enrolment=one, at=self.at)
            if one.pk in self.line:
                self.line.remove(one.pk)
            else:
                del self.held[one.pk]
            self._offer()

        @rule(pick=PICK, take=st.booleans())
        def answer(self, pick: int, take: bool) -> None:  # drawn by hypothesis
            one = self._pick([key for key, state in self.held.items() if state == "offered"], pick)
            if one is None:
                return
            verb = services.accept_offer if take else services.decline_offer
            verb(actor=of(one.person), enrolment=one, at=self.at)
            if take:
                self.held[one.pk] = "enrolled"
            else:
                del self.held[one.pk]
                self._offer()

        @rule(pick=PICK)
        def pay(self, pick: int) -> None:
            one = self._pick([key for key, state in self.held.items() if state == "enrolled"], pick)
            if one is None or one.pk in self.paid:
                return
            charge = queries.charge_by_id(school.clerk, Charge.objects.get(enrolment=one).public_id)
            assert charge is not None
            services.pay_charge(actor=school.clerk, public_id=uuid7(), charge=charge, provider="cash", at=self.at)
            self.paid.add(one.pk)

        @rule()
        def a_seat_more(self) -> None:
            if self.seats < 4:
                self.seats += 1
                CourseClass.objects.filter(pk=self.row.pk).update(seats_most=self.seats)
                self.row.seats_most = self.seats
                services.tend(at=self.at)
                self._offer()

        @rule()
        def two_days_later(self) -> None:
            """Everything that is offered or unpaid runs out, and the next are asked."""
            if self.at > NOW + timedelta(days=4):
                return
            self.at += timedelta(hours=48)
            for key, state in list(self.held.items()):
                if state == "offered" or key not in self.paid:
                    del self.held[key]
            self._offer()
            services.tend(at=self.at)

        @invariant()
        def places_line_and_money_are_as_the_model_says(self) -> None:
            if not hasattr(self, "row"):
                return
            rows = Enrolment.objects.filter(course_class=self.row)
            roll = Roll.objects.get(course_class=self.row)
            assert dict(rows.filter(state__in=rules.HOLDING).values_list("pk", "state")) == self.held
            assert list(queries.in_order(self.row).values_list("pk", flat=True)) == self.line
            assert (roll.taken, roll.waiting) == (len(self.held), len(self.line))
            assert roll.taken <= self.seats
            for charge in Charge.objects.filter(enrolment__course_class=self.row):
                net = queries.net_of(charge)
                assert net.owed == charge.owed_fen
                assert net.held == (FEE if charge.enrolment_id in self.paid else 0)
                assert net.asked == (FEE if charge.enrolment_id in self.held else 0)

    run_state_machine_as_test(
        Places,
        settings=settings(
            max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
