"""Rules of the rotating code, of minutes and of completion, at their boundaries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.coordination.teaching import rules
from xuecheng.coordination.teaching.rules import Reason

BEGINS = datetime(2026, 10, 12, 11, tzinfo=UTC)
ENDS = BEGINS + timedelta(minutes=90)
SECRETS = st.binary(min_size=rules.SECRET_BYTES, max_size=rules.SECRET_BYTES)
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC))


@given(secret=SECRETS, shown=MOMENTS, seconds=st.integers(-120, 120))
def test_a_code_is_taken_in_its_half_minute_and_the_next_and_never_else(
    secret: bytes, shown: datetime, seconds: int
) -> None:
    code = rules.code_of(secret, rules.step_of(shown))
    at = shown + timedelta(seconds=seconds)
    age = rules.step_of(at) - rules.step_of(shown)
    if age in (0, 1):
        assert rules.age_of(secret, f" {code.lower()} ", at=at) == age
    else:
        with pytest.raises(rules.CodeOld):
            rules.age_of(secret, code, at=at)


@given(secret=SECRETS, other=SECRETS, at=MOMENTS, typed=st.text(max_size=12))
def test_another_session_s_code_or_a_guess_is_not_taken(secret: bytes, other: bytes, at: datetime, typed: str) -> None:
    for wrong in (rules.code_of(other, rules.step_of(at)), typed):
        if secret == other or wrong.strip().upper() in {
            rules.code_of(secret, rules.step_of(at) - age) for age in (0, 1)
        }:
            continue
        with pytest.raises(rules.CodeOld):
            rules.age_of(secret, wrong, at=at)


@given(secret=SECRETS, other=SECRETS, what=st.text(max_size=40))
def test_a_fingerprint_compares_within_a_session_only(secret: bytes, other: bytes, what: str) -> None:
    assert rules.fingerprint(secret, what) == rules.fingerprint(secret, what)
    assert secret == other or rules.fingerprint(secret, what) != rules.fingerprint(other, what)


@pytest.mark.parametrize(
    ("facts", "flags"),
    [
        ((0, 0, 0, False), []),
        ((1, 0, 0, False), ["old_code"]),
        ((0, 1, 0, False), ["same_device"]),
        ((0, 0, rules.CROWD - 1, False), []),
        ((0, 0, rules.CROWD, False), ["crowd"]),
        ((0, 0, 40, True), []),
        ((1, 2, 3, False), ["old_code", "same_device", "crowd"]),
    ],
)
def test_what_looks_passed_on_is_flagged(facts: tuple[int, int, int, bool], flags: list[str]) -> None:
    age, by_device, at_address, is_teachers = facts
    found = rules.flags_of(
        age=age, others_by_device=by_device, others_at_address=at_address, is_teachers_address=is_teachers
    )
    assert found == flags


@pytest.mark.parametrize(
    ("minutes", "state"), [(-30, "present"), (0, "present"), (10, "present"), (11, "late"), (89, "late")]
)
def test_who_comes_is_present_or_late(minutes: int, state: str) -> None:
    assert rules.arrived(begins=BEGINS, ends=ENDS, at=BEGINS + timedelta(minutes=minutes)) == state


@pytest.mark.parametrize("minutes", [-31, 90])
def test_nobody_comes_too_early_or_after_the_end(minutes: int) -> None:
    with pytest.raises(rules.NotTimeToCheckIn):
        rules.arrived(begins=BEGINS, ends=ENDS, at=BEGINS + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("state", "minute", "counted"),
    [
        ("present", 30, 90), ("absent", 0, 0), ("excused", 0, 0),
        ("late", 30, 60), ("late", 89, 1), ("late", 0, 75), ("late", 90, 75), ("late", 1000, 75),
    ],
)  # fmt: skip
def test_minutes_of_a_mark(state: str, minute: int, counted: int) -> None:
    at = BEGINS + timedelta(minutes=minute)
    assert rules.minutes_of(state, begins=BEGINS, ends=ENDS, at=at) == counted


@pytest.mark.parametrize(
    ("came", "least", "assessed", "reason"),
    [
        ((3, 4), 75, (False, None), None),
        ((2, 4), 75, (False, None), Reason.FEW_SESSIONS),
        ((2, 3), 67, (False, None), Reason.FEW_SESSIONS),  # 66.7 is not 67
        ((2, 3), 66, (False, None), None),
        ((0, 4), 0, (False, None), Reason.FEW_SESSIONS),  # whoever never came completes nothing
        ((1, 4), 0, (False, None), None),
        ((0, 0), 0, (False, None), Reason.NO_SESSION),
        ((4, 4), 75, (True, None), Reason.NOT_ASSESSED),
        ((4, 4), 75, (True, False), Reason.NOT_PASSED),
        ((4, 4), 75, (True, True), None),
        ((2, 4), 75, (True, True), Reason.FEW_SESSIONS),
    ],
)
def test_completion_by_the_course_s_rule(
    came: tuple[int, int], least: int, assessed: tuple[bool, bool | None], reason: Reason | None
) -> None:
    attended = rules.Attended(*came, came[0] * 90)
    is_assessed, passed = assessed
    assert rules.why_not(attended, least_percent=least, is_assessed=is_assessed, passed=passed) == reason


def test_excused_does_not_attend() -> None:
    marks = [("present", 90), ("late", 70), ("excused", 0), ("absent", 0)]
    assert rules.attended_of(marks, held=4) == rules.Attended(2, 4, 160)
