"""One unit is credited once; disputes, corrections and choices (C-08, C-11, C-15, C-24, C-25, C-26)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.recognition.law import codes, credits_of, lines, only, posted, record, rule, run, states, total, unit
from xuecheng.learning.creditbank.rules import Unit
from xuecheng.learning.recognition.rules import Posted, Reason, Record, State
from xuecheng.learning.records.rules import GradeScale

SCALES = {"五级制": GradeScale("五级制", grades=("优", "良", "中", "及格", "不及格"), lowest_pass="及格")}


def gives(code: str, unit_key: str = "YL-101@1", credits_: int | None = None, **changes: Any) -> Any:
    """A rule for records of one code: so many credits for a unit."""
    give = {"framework": "GD-LEQ", "unit": unit_key} | ({"credits": credits_} if credits_ else {})
    return rule(id=f"R-{code}", match={"code": code}, quantity={"from": "fixed"}, give=[give], **changes)


RULES = [gives("C300", credits_=300), gives("C400", credits_=400)]
UNITS = [unit(credits=400)]


def course(key: str, code: str, ended_on: str = "2026-05-01", **changes: Any) -> Record:
    return record(key, ended_on, code=code, grade_scale="五级制" if "grade" in changes else "", **changes)


def once(records: list[Record], *rules: Any, units: list[Unit] | None = None, **more: Any) -> Any:
    return run(records, *(rules or RULES), units=UNITS if units is None else units, scales=SCALES, **more)


A, B = course("a", "C300", "2026-03-01"), course("b", "C400", "2026-05-01")


def test_c25_a_better_later_one_posts_the_difference_and_supersedes() -> None:
    before = posted([A], once([A]))
    (line,) = lines(once([B], already=before))
    assert (line.credits, line.worth, line.supersedes) == (100, 400, "a")
    settled = [*before, Posted(B, line)]
    assert states(once([A, B], already=settled)) == {"a": State.UNCHANGED, "b": State.UNCHANGED}


def test_c25_a_worse_one_posts_nothing() -> None:
    before = posted([B], once([B]))
    outcome = only(once([A], already=before))
    assert outcome.reasons == (Reason("already_credited", {"what": "YL-101@1", "record": "b"}),)


def test_c25_of_several_that_come_together_the_best_is_credited() -> None:
    outcomes = once([A, B])
    assert credits_of(outcomes) == {"a": 0, "b": 400}
    assert outcomes[0].reasons == (Reason("superseded", {"record": "b"}),)


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        (course("a", "C300", grade="中"), course("b", "C300", grade="优"), "b"),
        (course("a", "C300", grade="优"), course("b", "C300", grade="优"), "a"),
        (course("b", "C300", "2026-03-01"), course("a", "C300", "2026-05-01"), "b"),
        (course("a", "C300", "2026-03-01", grade="中"), course("b", "C300", grade="优")._replace(grade_scale=""), "a"),
        (course("a", "C400", "2026-05-02", grade="及格"), course("b", "C300", grade="优"), "a"),
    ],
)
def test_c25_best_is_more_credits_then_better_grade_then_earlier(one: Record, other: Record, winner: str) -> None:
    for records in ([one, other], [other, one]):
        outcomes = once(records)
        assert [key for key, credits_ in credits_of(outcomes).items() if credits_] == [winner]


LEVELS = [unit("YL-101", version=1, level="3"), unit("YL-101", version=2, level="4", credits=200)]
BY_LEVEL = [gives("L3", "YL-101@1"), gives("L4", "YL-101@2")]
LOW, HIGH = course("a", "L3"), course("b", "L4")


def test_c25_a_higher_level_is_better_than_more_credits() -> None:
    outcomes = once([LOW, HIGH], *BY_LEVEL, units=LEVELS)
    assert credits_of(outcomes) == {"a": 0, "b": 200}


def test_c25_a_higher_level_after_the_fact_waits_for_a_person() -> None:
    """Credits of two levels are two classes: no difference can be posted, the first posting must be taken back."""
    before = posted([LOW], once([LOW], *BY_LEVEL, units=LEVELS))
    outcome = only(once([HIGH], *BY_LEVEL, units=LEVELS, already=before))
    assert outcome.reasons == (Reason("higher_level_waits", {"level": "4", "posted_level": "3", "record": "a"}),)
    # A person reverses the first: its line stands no longer.
    assert credits_of(once([LOW, HIGH], *BY_LEVEL, units=LEVELS)) == {"a": 0, "b": 200}


def test_c25_a_lower_level_after_the_fact_is_already_credited() -> None:
    before = posted([HIGH], once([HIGH], *BY_LEVEL, units=LEVELS))
    assert codes(only(once([LOW], *BY_LEVEL, units=LEVELS, already=before))) == ["already_credited"]


def test_c08_a_substantial_change_makes_another_unit() -> None:
    changed = [LEVELS[0], unit("YL-101", version=2, level="3", generation=1)]
    assert credits_of(once([LOW, HIGH], *BY_LEVEL, units=changed)) == {"a": 300, "b": 300}


def test_c08_an_equivalent_unit_is_the_same_learning_and_only_tops_it_up() -> None:
    units = [
        unit("A", credits=300),
        unit("B", credits=400, equivalents=frozenset({"A"})),
        unit("C", equivalents=frozenset({"B"})),
    ]
    rules = [gives(code, f"{code}@1") for code in "ABC"]
    a, b, c = (course(code.lower(), code) for code in "ABC")
    before = posted([a], once([a], *rules, units=units))
    more = once([b], *rules, units=units, already=before)
    assert [(line.unit, line.credits, line.supersedes) for line in lines(more)] == [("B@1", 100, "a")]
    settled = [*before, *posted([b], more)]
    assert states(once([a, b], *rules, units=units, already=settled)) == {"a": State.UNCHANGED, "b": State.UNCHANGED}
    # A≈B and B≈C, yet A and C are two units (C-08).
    assert total(once([a], *rules, units=units)) + total(once([c], *rules, units=units, already=before)) == 600


def test_units_that_exclude_each_other_are_not_credited_together() -> None:
    units = [unit("A", exclusions=frozenset({"B"})), unit("B")]
    rules = [gives(code, f"{code}@1") for code in "AB"]
    a, b = course("a", "A", "2026-03-01"), course("b", "B", "2026-05-01")
    for first, second in ((a, b), (b, a)):
        before = posted([first], once([first], *rules, units=units))
        outcome = only(once([second], *rules, units=units, already=before))
        assert codes(outcome) == ["excluded_unit"]
        assert outcome.reasons[0].values["record"] == first.key


def test_c25_when_the_best_gets_nothing_the_next_best_is_credited() -> None:
    """The better record falls into a year that is full; of what it is worth above the other, what fits is given."""
    x, worse = course("x", "X", "2026-01-01"), course("a", "C300", "2025-05-01")
    better = course("b", "C400", "2026-05-01")
    for room, rest in ((0, 0), (100, 100)):
        full = {"period": "year", "max": 300 + room, "policy": "whole", "per": "learner"}
        rules = [gives("X", "YL-9@1"), gives("C300", credits_=300), gives("C400", credits_=400, caps=[full])]
        outcomes = once([x, worse, better], *rules, units=[*UNITS, unit("YL-9")])
        assert credits_of(outcomes) == {"a": 300, "x": 300, "b": rest}


def test_c25_when_the_first_is_reversed_the_second_gets_the_rest() -> None:
    before = posted([A], once([A]))
    topped = posted([B], once([B], already=before))
    (again,) = once([B], already=topped)
    (line,) = again.lines
    assert (line.credits, line.part) == (300, 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(["C300", "C400"]), st.integers(1, 28), st.sampled_from("优良中")),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_c25_a_unit_is_never_credited_above_its_best_record(drafts: list[tuple[str, int, str]], random: Any) -> None:
    records = [course(f"{at}", code, f"2026-05-{day:02}", grade=grade) for at, (code, day, grade) in enumerate(drafts)]
    best = 400 if any(one.code == "C400" for one in records) else 300
    at_once = once(records)
    assert total(at_once) == best
    random.shuffle(records)
    assert once(records) == at_once
    already: list[Posted] = []
    for one in records:
        already += posted([one], once([one], already=already))
    assert sum(one.line.credits for one in already) == best
    assert {one.state for one in once(records, already=already)} <= {State.UNCHANGED, State.REFUSED}


# C-15, C-24


def test_c15_a_disputed_record_gives_nothing_new_and_loses_nothing() -> None:
    assert codes(only(once([A], frozen={"a"}))) == ["frozen_by_dispute"]
    before = posted([A], once([A]))
    assert states(once([A], already=before, frozen={"a"})) == {"a": State.UNCHANGED}


def test_c15_a_disputed_record_does_not_stand_in_another_ones_way() -> None:
    assert credits_of(once([A, B], frozen={"b"})) == {"a": 300, "b": 0}


def test_c24_a_record_set_aside_gives_way_until_the_learner_changes_it() -> None:
    assert credits_of(once([A, B], set_aside={"b"})) == {"a": 300, "b": 0}
    assert codes(only(once([A], frozen={"a"}, set_aside={"a"}))) == ["frozen_by_dispute"]


# C-11: corrections


def test_c11_only_the_newest_version_counts() -> None:
    outcomes = once([A, A._replace(version=2, code="C400")])
    assert [(one.record_version, one.state) for one in outcomes] == [(1, State.REFUSED), (2, State.CREDITED)]
    assert outcomes[0].reasons == (Reason("corrected_since", {"version": 2}),)


def test_c11_a_correction_that_is_worth_more_posts_the_difference() -> None:
    plain = [rule(match={"origin": "nonformal"})]
    first, second = record("a", minutes=960), record("a", minutes=1920, version=2)
    before = posted([first], run([first], *plain))
    (outcome,) = run([second], *plain, already=before)
    (line,) = outcome.lines
    assert (line.credits, line.worth, line.record_version, line.part) == (100, 200, 2, 0)
    settled = [*before, *posted([second], [outcome])]
    assert states(run([second], *plain, already=settled)) == {"a": State.UNCHANGED}


@pytest.mark.parametrize(
    "changes", [{"minutes": 480}, {"status": "failed"}, {"code": "YY", "origin": "formal"}, {"role": "teacher"}]
)
def test_c11_a_correction_that_does_not_bear_the_posting_waits_for_a_person(changes: dict[str, Any]) -> None:
    rules = [rule(), rule(id="R-2", priority=9, match={"role": "teacher"})]
    first = record("a", minutes=960)
    before = posted([first], run([first], *rules))
    outcome = only(run([first._replace(version=2, **changes)], *rules, already=before))
    assert outcome.reasons == (Reason("correction_waits", {"version": 1}),)


def test_c11_a_correction_of_the_name_alone_changes_nothing() -> None:
    first = record("a", minutes=960)
    before = posted([first], run([first], rule()))
    assert states(run([first._replace(version=2, title="x")], rule(), already=before)) == {"a": State.UNCHANGED}


def test_a_stale_version_is_told_that_a_newer_one_was_recognised() -> None:
    second = record("a", minutes=960, version=2)
    before = posted([second], run([second], rule()))
    assert codes(only(run([record("a", minutes=960)], rule(), already=before))) == ["corrected_since"]


# Our own mistakes


def test_records_of_two_learners_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="two learners"):
        run([record("a"), record("b", learner=8)], rule())
    with pytest.raises(ValueError, match="two learners"):
        run([record("a", learner=8)], rule(), already=posted([B], once([B])))


def test_a_record_is_not_given_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        run([record("a"), record("a")], rule())


def test_c25_a_best_record_that_got_nothing_does_not_give_way_to_a_lesser_one() -> None:
    """It falls whole to its cap; what it is worth above the lesser one fits."""
    capped = [
        rule(
            id=f"R-{code}",
            match={"code": code},
            give=[{"framework": "GD-LEQ", "unit": "YL-101@1"}],
            caps=[{"period": "year", "max": 50, "policy": "whole"}],
        )
        for code in "YZ"
    ]
    records = [
        record("a", "2025-01-01", code="Z", minutes=480),
        record("b", "2026-01-01", code="Z", minutes=576),
        record("c", "2025-01-01", code="Y", minutes=0),
        record("d", "2025-01-01", code="Y", minutes=96),
    ]
    outcomes = once(records, *capped, units=UNITS)
    assert credits_of(outcomes) == {"a": 50, "c": 0, "d": 0, "b": 10}
    assert lines(once(records, *capped, units=UNITS, already=posted(records, outcomes))) == []


def test_an_exclusion_holds_even_for_a_unit_that_an_equivalent_one_would_let_in() -> None:
    units = [unit("A"), unit("B", credits=400, equivalents=frozenset({"A"})), unit("C", exclusions=frozenset({"B"}))]
    rules = [gives(code, f"{code}@1") for code in "ABC"]
    records = [course("c", "C", "2026-01-01"), course("b", "B", "2026-02-01"), course("a", "A", "2026-03-01")]
    outcomes = once(records, *rules, units=units)
    assert credits_of(outcomes) == {"c": 300, "b": 0, "a": 300}
    assert lines(once(records, *rules, units=units, already=posted(records, outcomes))) == []
