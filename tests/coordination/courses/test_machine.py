"""One course's versions in every order of steps that hypothesis thinks of, against the table of states."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from coordination.courses.situations import NOW
from coordination.courses.towns import Town, as_found, facts, text
from xuecheng.city.ids import uuid7
from xuecheng.coordination.courses import queries, rules, services
from xuecheng.coordination.courses.models import Course, CourseVersion

pytestmark = pytest.mark.django_db
IN_WORK = {"draft", "in_review", "returned"}


def test_versions_are_as_the_table_of_states_says(town: Town) -> None:  # noqa: C901  # the model stands within
    writers = [town.writer, town.colleague]
    reviewers = [town.reviewer, town.second]

    class Versions(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            made = services.write_course(
                actor=town.writer, public_id=uuid7(), version_id=uuid7(), owner=town.college,
                facts=facts(title_zh=f"书法{uuid7()}"), text=text(), at=NOW,
            )  # fmt: skip
            self.course: Course = made.course
            self.states = {made.pk: "draft"}
            self.minutes = {made.pk: 120}

        def newest(self, pick: int) -> CourseVersion:
            keys = sorted(self.states)
            return as_found(CourseVersion(pk=keys[-1 - pick % len(keys)]))

        def moved(self, key: int, allowed: set[str], becomes: str, act) -> None:
            """The step happens exactly where the model allows it; a step repeated changes nothing."""
            try:
                act()
            except (rules.NotInWork, rules.NotInReview, rules.NotApproved):
                assert self.states[key] not in allowed
            else:
                assert self.states[key] in allowed | {becomes}
                self.states[key] = becomes

        @rule(minutes=st.integers(15, 480))
        def draft(self, minutes: int) -> None:
            busy = bool(IN_WORK & set(self.states.values()))
            try:
                made = services.draft_version(
                    actor=town.writer, public_id=uuid7(), course=self.course, text=text(minutes=minutes), at=NOW
                )
            except services.VersionInWork:
                assert busy
            else:
                assert not busy
                assert made.number == len(self.states) + 1
                self.states[made.pk], self.minutes[made.pk] = "draft", minutes

        @rule(pick=st.integers(0, 3), minutes=st.integers(15, 480), who=st.sampled_from(writers))
        def edit(self, pick: int, minutes: int, who) -> None:
            row = self.newest(pick)
            try:
                services.edit_version(actor=who, version=row, text=text(minutes=minutes), at=NOW)
            except rules.NotInWork:
                assert self.states[row.pk] not in {"draft", "returned"}
            else:
                assert self.states[row.pk] in {"draft", "returned"}
                self.minutes[row.pk] = minutes

        @rule(pick=st.integers(0, 3), who=st.sampled_from(writers))
        def send(self, pick: int, who) -> None:
            row = self.newest(pick)
            send = lambda: services.send_to_review(actor=who, version=row, at=NOW)  # noqa: E731
            self.moved(row.pk, {"draft", "returned"}, "in_review", send)

        @rule(pick=st.integers(0, 3), who=st.sampled_from(reviewers))
        def approve(self, pick: int, who) -> None:
            row = self.newest(pick)
            was = {key for key, state in self.states.items() if state == "approved"}
            before = self.states[row.pk]
            approve = lambda: services.approve_version(actor=who, version=row, at=NOW)  # noqa: E731
            self.moved(row.pk, {"in_review"}, "approved", approve)
            if before == "in_review":
                self.states |= dict.fromkeys(was, "retired")

        @rule(pick=st.integers(0, 3), who=st.sampled_from(reviewers))
        def send_back(self, pick: int, who) -> None:
            row = self.newest(pick)
            back = lambda: services.return_version(actor=who, version=row, at=NOW, reason="请改")  # noqa: E731
            self.moved(row.pk, {"in_review"}, "returned", back)

        @rule(pick=st.integers(0, 3))
        def retire(self, pick: int) -> None:
            row = self.newest(pick)
            retire = lambda: services.retire_version(actor=town.writer, version=row, why="不再开")  # noqa: E731
            self.moved(row.pk, {"approved"}, "retired", retire)

        @invariant()
        def the_database_is_as_the_model(self) -> None:
            if not hasattr(self, "states"):
                return
            rows = list(CourseVersion.objects.filter(course=self.course))
            assert {one.pk: one.state for one in rows} == self.states
            assert {one.pk: one.minutes for one in rows} == self.minutes
            counts = [one.state for one in rows]
            assert counts.count("approved") <= 1
            assert sum(counts.count(state) for state in IN_WORK) <= 1
            assert all(one.decided_by_id != one.drafted_by_id for one in rows)
            shown = queries.catalogue().filter(course=self.course)
            assert [one.pk for one in shown] == [one.pk for one in rows if one.state == "approved"]

    run_state_machine_as_test(
        Versions,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
