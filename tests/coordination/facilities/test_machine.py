"""Bookings against a few lists, in every order that hypothesis can think of: B-01, B-02, B-03."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coordination.facilities.situations import MONDAY, NOW, Town, a_space, booked, on
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import Booking, Hold

pytestmark = pytest.mark.django_db
SLOT = timedelta(minutes=30)
SLOTS = 12
"""From 9 to 15 o'clock."""


def test_bookings_are_as_the_model_says(town: Town) -> None:  # noqa: C901  # the model stands within, beside its rooms
    nook = a_space(town.keeper, town.venue, name_zh="茶座", parent=town.hall, sharing="shared", capacity=6)
    studio = a_space(town.keeper, town.venue, name_zh="舞蹈室", buffer_before=30, buffer_after=60)
    rooms = [town.hall, town.left, town.right, nook, town.corner, studio]
    widened = {studio.pk: (1, 2)}
    parts = {town.hall.pk: {town.hall.pk, town.left.pk, town.right.pk, nook.pk}}
    start = on(MONDAY, "09:00")

    class Bookings(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            Booking.objects.all().delete()
            self.standing: dict[int, tuple[int, int, int, int]] = {}
            """Booking → room, first slot, slot after the last, heads."""

        def is_free(self, room: int, first: int, last: int, heads: int) -> bool:
            before, after = widened.get(room, (0, 0))
            mine = parts.get(room, {room})
            used: dict[int, int] = {}
            for other, begins, ends, others in self.standing.values():
                near, far = widened.get(other, (0, 0))
                both = mine & parts.get(other, {other})
                meet = range(max(first - before, begins - near), min(last + after, ends + far))
                if not both or not meet:
                    continue
                if not (room == other and room in (nook.pk, town.corner.pk)):
                    return False
                for slot in meet:
                    used[slot] = used.get(slot, 0) + others
            places = {nook.pk: 6, town.corner.pk: 12}.get(room)
            return places is None or all(taken + heads <= places for taken in used.values())

        @rule(
            number=st.integers(0, 5), first=st.integers(0, SLOTS - 1), length=st.integers(1, 4), heads=st.integers(1, 6)
        )
        def book(self, number: int, first: int, length: int, heads: int) -> None:
            room = rooms[number]
            period = (start + first * SLOT, start + (first + length) * SLOT)
            free = self.is_free(room.pk, first, first + length, heads)
            try:
                made = booked(town, room, *period, heads=heads, group_name=f"团{len(self.standing)}")
            except (rules.SpaceTaken, rules.SeatsTaken, rules.BufferTaken):
                assert not free
            else:
                assert free
                self.standing[made.pk] = (room.pk, first, first + length, heads)

        @rule(pick=st.integers(0, 100))
        def cancel(self, pick: int) -> None:
            if self.standing:
                key = sorted(self.standing)[pick % len(self.standing)]
                row = Booking.objects.select_related("venue__owner", "venue__territory").get(pk=key)
                services.cancel_booking(actor=town.keeper, booking=row, at=NOW, why="散了")
                del self.standing[key]

        @invariant()
        def holds_are_those_of_standing_bookings(self) -> None:
            if not hasattr(self, "standing"):
                return
            wanted = sorted((key, part) for key, one in self.standing.items() for part in parts.get(one[0], {one[0]}))
            assert sorted(Hold.objects.values_list("booking_id", "space_id")) == wanted

    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
