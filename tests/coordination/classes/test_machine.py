"""Whatever is done with classes in whatever order, they stay as a small model of them says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import hypothesis
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coordination.classes.situations import NOW, OCTOBER_12, Campus, a_class, a_wish, sessions, slots
from coordination.courses.situations import a_course, a_version
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes import services
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.facilities.models import Hold
from xuecheng.coordination.staff.models import TeachingSession

NEEDED = 2
"""Sessions of the course."""
NEXT = {"open": "draft", "running": "open", "finished": "running", "settled": "finished"}
END = NOW + timedelta(days=300)


def machine(campus: Campus) -> type[RuleBasedStateMachine]:  # noqa: C901  # the model stands within, beside its campus
    """The machine over one campus; each run is taken back."""

    class Classes(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.at: datetime = NOW
            self.state = "draft"
            # By number of the week: "planned", "held" or "cancelled", and whether it has a room and a teacher.
            self.weeks: dict[int, list[Any]] = {}
            self.block = transaction.atomic()
            self.block.__enter__()

        @initialize()
        def begin(self) -> None:
            self.row = a_class(campus)

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

        def tries(self, act: Any) -> bool:
            try:
                with transaction.atomic():
                    act()
            except Refusal:
                return False
            return True

        def session_of(self, week: int) -> ClassSession:
            # One that was cancelled may stand before the one that was planned anew.
            return [one for one in sessions(self.row) if (one.day - OCTOBER_12).days // 7 == week][-1]

        def is_past(self, week: int) -> bool:
            begins, _ends = self.time(week)
            return begins <= self.at

        def time(self, week: int) -> tuple[datetime, datetime]:
            (one,) = slots(1, first=OCTOBER_12 + timedelta(weeks=week))
            return one.begins_at, one.ends_at

        @rule(week=st.integers(0, 3), room=st.booleans(), teacher=st.booleans())
        def plan(self, week: int, room: bool, teacher: bool) -> None:  # drawn by the machine
            allowed = (
                self.state in ("draft", "open", "running")
                and not self.is_past(week)
                and self.weeks.get(week, ["cancelled"])[0] == "cancelled"
            )
            done = self.tries(
                lambda: services.add_sessions(
                    actor=campus.clerk,
                    course_class=self.row,
                    slots=slots(1, first=OCTOBER_12 + timedelta(weeks=week)),
                    space=campus.room if room else None,
                    teacher=campus.teacher if teacher else None,
                    at=self.at,
                )
            )
            assert done == allowed
            if done:
                self.weeks[week] = ["planned", room, teacher]

        @precondition(lambda self: any(one[0] == "planned" for one in self.weeks.values()))
        @rule(data=st.data(), teacher=st.booleans())
        def substitute(self, data: Any, teacher: bool) -> None:  # drawn by the machine
            week = data.draw(st.sampled_from([key for key, one in self.weeks.items() if one[0] == "planned"]))
            one = self.session_of(week)
            done = self.tries(
                lambda: services.substitute_teacher(
                    actor=campus.clerk,
                    session=one,
                    teacher=campus.substitute if teacher else None,
                    at=self.at,
                    why="换人",
                )
            )
            assert done == (self.state in ("draft", "open", "running"))
            if done:
                self.weeks[week][2] = teacher

        @precondition(lambda self: any(one[0] == "planned" for one in self.weeks.values()))
        @rule(data=st.data(), verb=st.sampled_from(["cancel", "hold"]))
        def end_one(self, data: Any, verb: str) -> None:
            week = data.draw(st.sampled_from([key for key, one in self.weeks.items() if one[0] == "planned"]))
            one, live = self.session_of(week), self.state in ("open", "running")
            if verb == "cancel":
                allowed = live or self.state == "draft"
                act = lambda: services.cancel_session(actor=campus.clerk, session=one, at=self.at, why="停")  # noqa: E731
            else:
                begins, _ends = self.time(week)
                allowed = live and begins >= self.at
                if allowed:
                    self.at = begins
                act = lambda: services.hold_session(actor=campus.clerk, session=one, at=self.at)  # noqa: E731
                if not allowed and live and begins.date() == self.at.date():
                    return
            assert self.tries(act) == allowed
            if allowed:
                self.weeks[week][0] = "cancelled" if verb == "cancel" else "held"

        @rule(days=st.integers(1, 20))
        def time_passes(self, days: int) -> None:
            self.at = min(self.at + timedelta(days=days), END)

        @rule(to=st.sampled_from(sorted(NEXT)))
        def move(self, to: str) -> None:
            kept = {week: one for week, one in self.weeks.items() if one[0] != "cancelled"}
            planned = {week: one for week, one in kept.items() if one[0] == "planned"}
            ready = {
                "open": len(planned) >= NEEDED
                and all(one[1] and one[2] for one in planned.values())
                and not any(self.is_past(week) for week in planned),
                "running": bool(kept) and self.time(min(kept, default=0))[0].date() <= self.at.date(),
                "finished": not planned,
                "settled": True,
            }[to]
            acts = {
                "open": services.open_class, "running": services.start_class, "finished": services.finish_class,
                "settled": services.settle_class,
            }  # fmt: skip
            done = self.tries(lambda: acts[to](actor=campus.clerk, course_class=self.row, at=self.at))
            assert done == (self.state == to or (self.state == NEXT[to] and ready))
            self.state = to if done else self.state

        @rule()
        def cancel(self) -> None:
            done = self.tries(
                lambda: services.cancel_class(actor=campus.clerk, course_class=self.row, at=self.at, why="人数不足")
            )
            assert done == (self.state in ("draft", "open", "running", "cancelled"))
            if done and self.state != "cancelled":
                self.state = "cancelled"
                for one in self.weeks.values():
                    if one[0] == "planned":
                        one[0] = "cancelled"

        @rule(seats=st.integers(5, 40))
        def change(self, seats: int) -> None:
            now = CourseClass.objects.get(pk=self.row.pk)
            wish = a_wish(code=now.code, seats_most=now.seats_most, note=f"{seats}")
            done = self.tries(
                lambda: services.change_class(actor=campus.clerk, course_class=self.row, wish=wish, why="改")
            )
            assert done == (self.state in ("draft", "open", "running"))

        @invariant()
        def is_as_the_model_says(self) -> None:
            if not hasattr(self, "row"):
                return
            assert CourseClass.objects.get(pk=self.row.pk).state == self.state
            found = {}
            for one in sessions(self.row):
                found[(one.day - OCTOBER_12).days // 7] = [
                    one.state,
                    one.booking_id is not None,
                    one.teaching_id is not None,
                ]
            for week, (state, room, teacher) in self.weeks.items():
                assert found[week][0] == state
                if state == "planned":
                    assert found[week][1:] == [room, teacher]
            # Room and teacher are held for exactly the sessions that are not cancelled.
            live = [one for one in sessions(self.row) if one.state != "cancelled"]
            ids = [one.public_id for one in live]
            assert Hold.objects.filter(booking__origin_id__in=ids).count() == sum(
                one.booking_id is not None for one in live
            )
            busy = TeachingSession.objects.filter(series=self.row.public_id).exclude(state="released")
            assert busy.count() == sum(one.teaching_id is not None for one in live)

    return Classes


def test_classes_follow_their_model(campus: Campus) -> None:
    campus.version = a_version(a_course(campus.college), sessions=NEEDED)
    run_state_machine_as_test(
        machine(campus),
        settings=hypothesis.settings(
            max_examples=12, stateful_step_count=14, deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck), derandomize=True,
        ),
    )  # fmt: skip
