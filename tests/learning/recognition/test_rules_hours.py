"""Hours that wait for more: accumulated by class, rounded once, in bands of a quarter (C-20, C-27; pitfall 3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.recognition.law import codes, credits_of, lines, only, posted, record, rule, run, states, total
from xuecheng.learning.creditbank.rules import credits_for_minutes
from xuecheng.learning.recognition.rules import Posted, Reason, Record, State

BANDS = [{"to": 1200, "percent": 100}, {"to": 3600, "percent": 50}]


def adding(**changes: Any) -> Any:
    quantity = {"from": "minutes", "accumulate": "quarter"} | changes.pop("quantity", {})
    return rule(quantity=quantity, **changes)


def hour(key: str, minutes: int, ended_on: str = "2026-05-01", **changes: Any) -> Record:
    return record(key, ended_on, minutes=minutes, **changes)


THREE = [hour("a", 95, "2026-04-01"), hour("b", 95, "2026-05-01"), hour("c", 95, "2026-06-30")]


def test_c20_one_by_one_nothing_but_together_a_credit() -> None:
    assert total(run(THREE, rule())) == 0
    outcomes = run(THREE, adding())
    assert states(outcomes) == {"a": State.CARRIED, "b": State.CREDITED, "c": State.CREDITED}
    assert total(outcomes) == 20
    assert [line.carried_minutes for line in lines(outcomes)] == [95, 94, 93]
    assert outcomes[0].reasons == (Reason("minutes_kept", {"minutes": 95, "least": 96}),)
    assert [line.accumulates_in for line in lines(outcomes)] == ["2026-Q2"] * 3


@pytest.mark.parametrize("first", [["a"], ["b"], ["a", "c"], ["c", "b"]])
def test_c20_it_does_not_matter_which_of_them_came_first(first: list[str]) -> None:
    early = [one for one in THREE if one.key in first]
    before = posted(THREE, run(early, adding()))
    rest = run([one for one in THREE if one.key not in first], adding(), already=before)
    assert sum(one.line.credits for one in before) + total(rest) == 20
    assert {line.carried_minutes for line in lines(rest)} & {93}


def test_c20_minutes_that_wait_go_over_into_the_next_quarter() -> None:
    outcomes = run([hour("a", 95, "2026-06-30"), hour("b", 1, "2026-07-01")], adding())
    assert list(credits_of(outcomes).values()) == [0, 10]
    assert outcomes[1].lines[0].carried_minutes == 0


def test_c20_all_rules_that_give_to_one_class_share_its_minutes() -> None:
    rules = [adding(id="R-1"), adding(id="R-2", match={"origin": "certificate"})]
    records = [hour("a", 95), hour("b", 97, origin="certificate")]
    assert list(credits_of(run(records, *rules)).values()) == [0, 20]


def test_c20_minutes_of_two_classes_never_meet() -> None:
    higher = [{"framework": "GD-LEQ", "level": 3}]
    rules = [adding(id="R-1"), adding(id="R-2", match={"origin": "certificate"}, give=higher)]
    assert total(run([hour("a", 95), hour("b", 95, origin="certificate")], *rules)) == 0


def test_c20_what_waits_is_remembered_by_lines_of_zero_credits() -> None:
    (first,) = run(THREE[:1], adding())
    (line,) = first.lines
    assert (line.credits, line.worth, line.minutes_used, line.carried_minutes) == (0, 0, 95, 95)
    assert states(run(THREE[:1], adding(), already=posted(THREE, [first]))) == {"a": State.UNCHANGED}


def test_c27_bands_are_filled_by_the_hours_of_the_quarter() -> None:
    banded = adding(quantity={"bands": BANDS})
    records = [hour(f"{at}", 600, f"2026-0{4 + at // 2}-1{at}") for at in range(6)]
    # 20 h in full, then half: 600 + 600 + 300 + 300 + 300 + 300 minutes.
    assert [line.minutes_used for line in lines(run(records, banded))] == [600, 600, 300, 300, 300, 300]
    assert total(run(records, banded)) == credits_for_minutes(2400, minutes_per_credit=960, step=10) == 250
    next_quarter = hour("z", 600, "2026-07-01")
    assert lines(run([*records, next_quarter], banded))[-1].minutes_used == 600


def test_c27_hours_above_all_bands_are_told() -> None:
    banded = adding(quantity={"bands": BANDS})
    outcomes = run([hour("a", 3600, "2026-04-01"), hour("b", 60, "2026-05-01")], banded)
    assert (outcomes[1].state, codes(outcomes[1])) == (State.REFUSED, ["hours_beyond_bands"])
    assert outcomes[1].reasons[0].values == {"rule": "R-1 v1", "period": "2026-Q2", "minutes": 3600}


def test_hours_that_fall_to_a_cap_are_used_up_and_come_back_when_room_is_made() -> None:
    capped = adding(caps=[{"period": "year", "max": 10}])
    records = [hour("a", 96, "2026-04-01"), hour("b", 96, "2026-05-01"), hour("c", 95, "2027-01-10")]
    first = run(records, capped)
    assert states(first) == {"a": State.CREDITED, "b": State.REFUSED, "c": State.CARRIED}
    found = [(line.credits, line.worth, line.carried_minutes) for line in lines(first)]
    assert found == [(10, 10, 0), (0, 10, 0), (0, 0, 95)]
    already = posted(records, first)
    assert states(run(records, capped, already=already)) == dict.fromkeys("abc", State.UNCHANGED)
    standing = [one for one in already if one.record.key != "a"]
    (again,) = run(records[1:2], capped, already=standing)
    assert (again.lines[0].credits, again.lines[0].minutes_used, again.lines[0].part) == (10, 0, 1)
    done = [*standing, *posted(records, [again])]
    assert states(run(records[1:], capped, already=done)) == {"b": State.UNCHANGED, "c": State.UNCHANGED}


@pytest.mark.parametrize(
    ("minutes", "credited", "carried"), [(194, 10, 2), (300, 20, 12), (96, None, None), (95, None, None)]
)
def test_c11_corrected_hours_add_what_they_are_more(minutes: int, credited: int | None, carried: int | None) -> None:
    first = hour("a", 96)
    before = posted([first], run([first], adding()))
    outcome = only(run([hour("a", minutes, version=2)], adding(), already=before))
    if credited is None:
        assert outcome.state is (State.UNCHANGED if minutes == 96 else State.REFUSED)
        assert codes(outcome) == ([] if minutes == 96 else ["correction_waits"])
    else:
        (line,) = outcome.lines
        assert (line.credits, line.carried_minutes, line.record_version) == (credited, carried, 2)
        assert line.minutes_used == minutes - 96


def test_c11_corrected_hours_of_another_quarter_wait_for_a_person() -> None:
    first = hour("a", 96, "2026-06-30")
    before = posted([first], run([first], adding()))
    moved = hour("a", 200, "2026-07-01", version=2)
    assert codes(only(run([moved], adding(), already=before))) == ["correction_waits"]


HOURS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 1500)), max_size=8)


def made(drafts: list[tuple[int, int]]) -> list[Record]:
    first = date(2025, 1, 1)
    return [hour(f"{at}", minutes, str(first + timedelta(days=day))) for at, (day, minutes) in enumerate(drafts)]


@given(HOURS, st.booleans(), st.randoms(use_true_random=False))
def test_pitfall_3_hours_are_rounded_once_whatever_comes_first(
    drafts: list[tuple[int, int]], banded: bool, random: Any
) -> None:
    adds = adding(quantity={"bands": BANDS} if banded else {})
    records = made(drafts)
    at_once = run(records, adds)
    counted = sum(line.minutes_used for line in lines(at_once))
    assert total(at_once) == credits_for_minutes(counted, minutes_per_credit=960, step=10)
    random.shuffle(records)
    already: list[Posted] = []
    for one in records:
        already += posted([one], run([one], adds, already=already))
    assert sum(one.line.credits for one in already) == total(at_once)
    assert sum(one.line.minutes_used for one in already) == counted


@given(HOURS)
def test_adding_up_never_gives_less_than_rounding_each(drafts: list[tuple[int, int]]) -> None:
    records = made(drafts)
    assert total(run(records, adding())) >= total(run(records, rule()))
