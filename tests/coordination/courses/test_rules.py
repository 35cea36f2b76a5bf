"""What a course must say: each rule at both sides of its boundary."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.coordination.courses import rules
from xuecheng.coordination.courses.models import NetworkLevel

SOUND: dict[str, Any] = {
    "sessions": 8, "minutes": 90, "least_attendance_percent": 75, "is_assessed": False, "entry_requirement": "",
    "entry_reason": "", "fee_fen": 0, "waivers": (), "levels": ("district",), "seats_least": 5, "seats_most": 20,
    "has_unit": False,
}  # fmt: skip
STATES = ("draft", "in_review", "approved", "returned", "retired")
STEPS = {
    ("draft", "in_review"), ("returned", "in_review"), ("in_review", "approved"), ("in_review", "returned"),
    ("approved", "retired"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"sessions": 0}, rules.SessionsWrong),
        ({"sessions": 1}, None),
        ({"sessions": 200}, None),
        ({"sessions": 201}, rules.SessionsWrong),
        ({"minutes": 14}, rules.MinutesWrong),
        ({"minutes": 15}, None),
        ({"minutes": 480}, None),
        ({"minutes": 481}, rules.MinutesWrong),
        ({"least_attendance_percent": -1}, rules.AttendanceWrong),
        ({"least_attendance_percent": 0}, None),
        ({"least_attendance_percent": 100}, None),
        ({"least_attendance_percent": 101}, rules.AttendanceWrong),
        ({"seats_least": 0}, rules.SeatsWrong),
        ({"seats_least": 20}, None),
        ({"seats_least": 21}, rules.SeatsWrong),
        ({"seats_most": 2000}, None),
        ({"seats_most": 2001}, rules.SeatsWrong),
        ({"levels": ()}, rules.HeldNowhere),
        ({"fee_fen": -1}, rules.FeeWrong),
        ({"fee_fen": 1_000_000}, None),
        ({"fee_fen": 1_000_001}, rules.FeeWrong),
        ({"fee_fen": 0, "waivers": ("elder",)}, rules.WaiverWithoutFee),
        ({"fee_fen": 1, "waivers": ("elder",)}, None),
        ({"has_unit": True}, rules.UnitNeedsAssessment),
        ({"has_unit": True, "is_assessed": True}, None),
    ],
)
def test_n_03_c_07_and_the_numbers_at_their_boundaries(more: dict[str, Any], refusal: type[Exception] | None) -> None:
    if refusal is None:
        rules.check_text(**SOUND | more)
    else:
        with pytest.raises(refusal):
            rules.check_text(**SOUND | more)


@given(st.text(" 会写字", max_size=4), st.text(" 因为", max_size=4))
def test_l2_nothing_is_required_without_a_reason_nor_the_other_way_round(requirement: str, reason: str) -> None:
    said = SOUND | {"entry_requirement": requirement, "entry_reason": reason}
    if bool(requirement.strip()) == bool(reason.strip()):
        rules.check_text(**said)
        return
    wanted = rules.EntryReasonMissing if requirement.strip() else rules.EntryRequirementMissing
    with pytest.raises(wanted):
        rules.check_text(**said)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("wanted", STATES[1:])
def test_versions_move_as_the_table_says_and_in_no_other_way(state: str, wanted: str) -> None:
    if (state, wanted) in STEPS:
        rules.check_move(state, wanted)
    else:
        with pytest.raises((rules.NotInWork, rules.NotInReview, rules.NotApproved)):
            rules.check_move(state, wanted)


@given(
    st.sampled_from(NetworkLevel.values),
    st.sets(st.sampled_from(NetworkLevel.values), min_size=1),
    st.booleans(),
    st.booleans(),
)
def test_n_03_n_04_held_at_listed_levels_and_by_others_only_when_shared(
    level: str, levels: set[str], own: bool, shared: bool
) -> None:
    said = {
        "level": level,
        "levels": levels,
        "is_own": own,
        "is_shared": shared,
        "owner": "天河社区学院",
        "words": "区级",
    }
    if not own and not shared:
        with pytest.raises(rules.NotShared, match="天河社区学院"):
            rules.check_holding(**said)
    elif level not in levels:
        with pytest.raises(rules.LevelNotListed):
            rules.check_holding(**said)
    else:
        rules.check_holding(**said)


def test_a_course_has_a_title_and_a_language() -> None:
    rules.check_facts(title_zh="书法", languages=["yue"])
    with pytest.raises(rules.TitleMissing):
        rules.check_facts(title_zh="  ", languages=["yue"])
    with pytest.raises(rules.LanguageMissing):
        rules.check_facts(title_zh="书法", languages=[])
