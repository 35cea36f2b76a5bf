"""Which rule applies: matching, versions, choice, thresholds (C-17, C-18; pitfall 4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.recognition.law import codes, credits_of, only, posted, record, rule, run, states, unit
from xuecheng.learning.recognition.rules import Reason, RuleIndex, State
from xuecheng.learning.records.rules import GradeScale

HUNDRED = {"百分制": GradeScale("百分制", lowest=0, highest=10_000, pass_mark=6_000)}
HOURS_48 = record("a", minutes=2880)


def chosen(*rules: Any, **changes: Any) -> str | list[str]:
    outcome = only(run([HOURS_48._replace(**changes)], *rules))
    return f"{outcome.lines[0].rule_id} v{outcome.lines[0].rule_version}" if outcome.lines else codes(outcome)


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({"origin": "nonformal"}, True),
        ({"origin": ["formal", "nonformal"]}, True),
        ({"origin": "formal"}, False),
        ({"origin": "nonformal", "institution": "4401-*"}, True),
        ({"origin": "nonformal", "institution": "4402-*"}, False),
        ({"activity_code": ["SQ-*"]}, True),
        ({"code": "SQ-1"}, True),
        ({"code": "SQ-2"}, False),
        ({"title": "课程*"}, True),
        ({"title": "太极*"}, False),
        ({"level": "", "origin": "nonformal"}, True),
        ({"role": "teacher"}, False),
        ({"origin": "nonformal", "facts": {"area": ["major"]}}, True),
        ({"origin": "nonformal", "facts": {"area": ["general"]}}, False),
        ({"origin": "nonformal", "facts": {"mode": ["online"]}}, False),
        ({"origin": "nonformal", "ended_on": ["2026-05-01", "2026-05-02"]}, True),
        ({"origin": "nonformal", "ended_on": ["2026-05-02", None]}, False),
        ({"origin": "nonformal", "ended_on": [None, "2026-05-01"]}, False),
        ({"origin": "nonformal", "max_minutes": 2880}, True),
        ({"origin": "nonformal", "max_minutes": 2879}, False),
        ({"origin": "nonformal", "grade": ["A", "B*"]}, True),
        ({"origin": "nonformal", "grade": ["C"]}, False),
    ],
)
def test_c17_a_record_fits_when_every_field_does(match: dict[str, Any], fits: bool) -> None:
    match = {name: value for name, value in match.items() if value != ""}
    found = chosen(rule(match=match), facts={"area": "major"}, grade="B+")
    assert found == ("R-1 v1" if fits else ["no_rule"])


def test_c17_highest_priority_wins_over_everything() -> None:
    specific = rule(id="R-A", match={"origin": "nonformal", "code": "SQ-1", "role": "learner"})
    high = rule(id="R-B", priority=1)
    assert chosen(specific, high) == "R-B v1"


def test_c17_then_the_most_specific() -> None:
    wide, narrow = rule(id="R-A"), rule(id="R-B", match={"origin": "nonformal", "code": "SQ-*"})
    assert chosen(wide, narrow) == "R-B v1"
    assert chosen(wide, rule(id="R-B", match={"origin": "nonformal", "code": "*"})) == ["ambiguous_rules"]


def test_c17_then_the_newest_which_is_the_last_to_take_effect() -> None:
    old, new = rule(id="R-A", version=5), rule(id="R-B", effect=["2021-01-01", None])
    assert chosen(old, new) == "R-B v1"


def test_c17_two_that_are_still_equal_are_refused_by_name() -> None:
    outcome = only(run([HOURS_48], rule(id="R-B"), rule(id="R-A", version=2)))
    assert outcome.state is State.REFUSED
    assert outcome.reasons == (Reason("ambiguous_rules", {"rule": "R-A v2", "other": "R-B v1"}),)


def test_c17_the_same_rule_given_twice_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="R-1 v1"):
        RuleIndex([rule(), rule()], on=date(2026, 1, 1))


# C-18

OLD = rule(version=1, quantity={"from": "fixed"}, give=[{"framework": "GD-LEQ", "level": 2, "credits": 100}])


def newer(amount: int, **changes: Any) -> Any:
    give = [{"framework": "GD-LEQ", "level": 2, "credits": amount}]
    values = {"version": 2, "effect": ["2026-06-01", None], "quantity": {"from": "fixed"}, "give": give}
    return rule(**(values | changes))


@pytest.mark.parametrize(("ended_on", "wanted"), [("2026-05-31", "R-1 v1"), ("2026-06-01", "R-1 v2")])
def test_c18_the_version_in_force_when_the_learning_ended_applies(ended_on: str, wanted: str) -> None:
    assert chosen(OLD, newer(200), ended_on=date.fromisoformat(ended_on)) == wanted


def test_c18_a_rule_ends_with_the_day_before_its_end() -> None:
    ended = rule(effect=["2026-05-01", "2026-06-01"])
    assert chosen(ended, ended_on=date(2026, 5, 31)) == "R-1 v1"
    assert chosen(ended, ended_on=date(2026, 6, 1)) == ["no_rule"]
    assert chosen(ended, ended_on=date(2026, 4, 30)) == ["no_rule"]


def test_c18_a_newer_version_with_a_narrower_scope_does_not_let_the_old_one_through() -> None:
    narrowed = newer(200, match={"origin": "nonformal", "code": "YY-*"})
    assert chosen(OLD, narrowed, ended_on=date(2026, 6, 1)) == ["no_rule"]


def test_c18_a_retroactive_version_counts_only_upwards() -> None:
    assert chosen(OLD, newer(200, retroactive=True)) == "R-1 v2"
    assert chosen(OLD, newer(50, retroactive=True)) == "R-1 v1"
    assert chosen(OLD, newer(100, retroactive=True)) == "R-1 v1"
    assert chosen(OLD, newer(200)) == "R-1 v1"


def test_c18_a_retroactive_version_posts_the_difference_to_what_was_posted() -> None:
    first = run([HOURS_48], OLD)
    before = posted([HOURS_48], first)
    more = only(run([HOURS_48], OLD, newer(250, retroactive=True), already=before))
    (line,) = more.lines
    assert (line.credits, line.worth, line.rule_version) == (150, 250, 2)
    again = run([HOURS_48], OLD, newer(250, retroactive=True), already=[*before, *posted([HOURS_48], [more])])
    assert states(again) == {"a": State.UNCHANGED}


def test_c18_nothing_is_posted_again_for_a_new_version_that_is_not_retroactive_or_gives_less() -> None:
    before = posted([HOURS_48], run([HOURS_48], OLD))
    for later in (newer(250), newer(50, retroactive=True), newer(250, retroactive=True, effect=["2031-01-01", None])):
        assert states(run([HOURS_48], OLD, later, already=before)) == {"a": State.UNCHANGED}


def test_c18_a_retroactive_version_into_another_class_waits_for_a_person() -> None:
    before = posted([HOURS_48], run([HOURS_48], OLD))
    raised = newer(250, retroactive=True, give=[{"framework": "GD-LEQ", "level": 3, "credits": 250}])
    assert states(run([HOURS_48], OLD, raised, already=before)) == {"a": State.UNCHANGED}


def test_c18_a_retroactive_rule_covers_what_had_no_rule() -> None:
    assert chosen(newer(200, version=1, retroactive=True)) == "R-1 v1"
    assert chosen(newer(200, version=1)) == ["no_rule"]


def test_a_new_rule_of_another_name_does_not_re_open_what_was_posted() -> None:
    before = posted([HOURS_48], run([HOURS_48], OLD))
    better = newer(900, id="R-9", version=1, priority=9, effect=["2020-01-01", None])
    assert states(run([HOURS_48], OLD, better, already=before)) == {"a": State.UNCHANGED}


# Thresholds


@pytest.mark.parametrize(("minutes", "wanted"), [(480, "R-1 v1"), (479, ["below_minimum"])])
def test_a_record_below_the_rules_minimum_is_told_so(minutes: int, wanted: str | list[str]) -> None:
    assert chosen(rule(match={"origin": "nonformal", "min_minutes": 480}), minutes=minutes) == wanted


def test_a_wider_rule_catches_what_misses_the_narrow_ones_minimum() -> None:
    narrow = rule(id="R-A", priority=5, match={"origin": "nonformal", "min_minutes": 4800})
    assert chosen(narrow, rule(id="R-B")) == "R-B v1"


def test_of_two_minimums_missed_the_better_rules_is_told() -> None:
    rules = [
        rule(id=f"R-{priority}", priority=priority, match={"origin": "nonformal", "min_minutes": 5000 + priority})
        for priority in (1, 3, 2)
    ]
    outcome = only(run([HOURS_48], *rules))
    assert outcome.reasons == (Reason("below_minimum", {"minutes": 2880, "least": 5003, "rule": "R-3 v1"}),)


@pytest.mark.parametrize(
    ("grade", "scale", "wanted"),
    [
        ("80", "百分制", "R-1 v1"),
        ("79.9", "百分制", ["grade_below_minimum"]),
        ("80", "", "R-1 v1"),
        ("79", "", ["grade_below_minimum"]),
        ("优", "", ["grade_not_readable"]),
        ("101", "百分制", ["grade_not_readable"]),
        ("59", "百分制", ["not_passed"]),
    ],
)
def test_c28_a_grade_is_read_on_the_institutions_scale(grade: str, scale: str, wanted: str | list[str]) -> None:
    asked = HOURS_48._replace(grade=grade, grade_scale=scale)
    outcome = only(run([asked], rule(match={"origin": "nonformal", "min_grade": "80"}), scales=HUNDRED))
    assert (f"R-1 v{outcome.lines[0].rule_version}" if outcome.lines else codes(outcome)) == wanted


@pytest.mark.parametrize(("status", "code"), [("failed", "not_passed"), ("withdrawn", "learner_withdrew")])
def test_c28_what_was_not_passed_gives_nothing(status: str, code: str) -> None:
    assert chosen(rule(), status=status) == [code]


@pytest.mark.parametrize(("attended", "wanted"), [(8, "R-1 v1"), (7, ["attendance_too_low"]), (None, "R-1 v1")])
def test_attendance_is_asked_for_where_it_was_counted(attended: int | None, wanted: str | list[str]) -> None:
    asks = rule(match={"origin": "nonformal", "min_attendance_percent": 80})
    assert chosen(asks, attended=attended, held=10) == wanted


# Mistakes of a rule are told as such


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"give": [{"framework": "XX"}]}, "framework_unknown"),
        ({"give": [{"framework": "GD-LEQ", "level": 8}]}, "level_not_in_framework"),
        ({"give": [{"framework": "GD-LEQ", "unit": "YL-999@1"}]}, "unit_unknown"),
        ({"give": [{"framework": "GD-LEQ", "unit": "YL-101@1"}]}, "unit_not_in_force"),
        ({"quantity": {"from": "credits"}}, "credits_not_in_record"),
    ],
)
def test_what_a_rule_gets_wrong_is_a_reason(changes: dict[str, Any], code: str) -> None:
    later = unit(begins_on=date(2026, 5, 2))
    outcome = only(run([HOURS_48], rule(**changes), units=[later]))
    assert (outcome.state, codes(outcome)) == (State.REFUSED, [code])


def test_no_rule_says_what_was_looked_for() -> None:
    outcome = only(run([HOURS_48], rule(match={"origin": "formal"})))
    values = {"ended_on": "2026-05-01", "origin": "nonformal", "institution": "4401-OU", "code": "SQ-1"}
    assert outcome.reasons == (Reason("no_rule", values),)


MATCHES = st.fixed_dictionaries(
    {"origin": st.just("nonformal")},
    optional={
        "code": st.sampled_from(["SQ-1", "SQ-*", "*"]),
        "role": st.sampled_from(["learner", "teacher"]),
        "min_minutes": st.sampled_from([0, 1000, 4000]),
    },
)
RULES = st.lists(
    st.builds(
        lambda version, priority, match, begins, hours: {
            "version": version,
            "priority": priority,
            "match": match,
            "effect": [begins, None],
            "quantity": {"from": "fixed"},
            "give": [{"framework": "GD-LEQ", "level": 2, "credits": hours * 10}],
        },
        st.integers(1, 2),
        st.integers(0, 1),
        MATCHES,
        st.sampled_from(["2020-01-01", "2026-03-01", "2026-06-01"]),
        st.integers(1, 50),
    ),
    min_size=1,
    max_size=6,
)


@given(RULES, st.randoms(use_true_random=False))
def test_c17_the_order_of_rules_and_records_changes_nothing(drafts: list[dict[str, Any]], random: Any) -> None:
    rules = [rule(id=f"R-{at % 4}", **(draft | {"version": at // 4 + 1})) for at, draft in enumerate(drafts)]
    records = [record(f"k{at}", f"2026-0{3 + at % 5}-15", minutes=900 * at, code=f"SQ-{at % 3}") for at in range(7)]
    first = run(records, *rules)
    random.shuffle(rules)
    random.shuffle(records)
    assert run(records, *rules) == first
    assert credits_of(first).keys() == {one.key for one in records}
