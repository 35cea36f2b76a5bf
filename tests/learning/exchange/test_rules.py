"""Arithmetic of exchange: the vectors of C-33 and C-35, and that no ratio mints credit."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xuecheng.learning.exchange import rules


@pytest.mark.parametrize(
    ("source", "ratio", "room", "worth"),
    [
        (300, (2, 3), None, (200, 300)),
        (350, (2, 3), None, (230, 350)),  # 345 are enough, 350 is the step above
        (450, (2, 3), 250, (250, 380)),
        (100, (1, 3), None, (30, 90)),
        (359, (2, 3), None, (230, 350)),  # nine hundredths stay with the learner
        (20, (1, 3), None, (0, 0)),
        (300, (2, 3), 0, (0, 0)),
        (300, (2, 3), 9, (0, 0)),
        (300, (2, 3), -10, (0, 0)),
    ],
)
def test_ratios_round_down_and_take_the_least_c33(
    source: int, ratio: tuple[int, int], room: int | None, worth: tuple[int, int]
) -> None:
    num, den = ratio
    assert rules.worth_of(source, num=num, den=den, step=10, source_step=10, room=room) == worth


@settings(max_examples=40)
@given(
    source=st.integers(0, 10_000), den=st.integers(1, 12), part=st.integers(1, 12), step=st.sampled_from([1, 10, 50, 100]),
    room=st.none() | st.integers(0, 500),
)  # fmt: skip
def test_what_is_taken_gives_the_same_and_less_would_not(
    source: int, den: int, part: int, step: int, room: int | None
) -> None:
    num = min(part, den)
    target, taken = rules.worth_of(source, num=num, den=den, step=step, room=room)
    assert taken <= source
    assert target <= taken
    again = rules.worth_of(taken, num=num, den=den, step=step, room=room)
    assert again.target == target
    if taken:
        assert rules.worth_of(taken - 1, num=num, den=den, step=step, room=room).target < target


@settings(max_examples=40)
@given(
    total=st.integers(1, 300),
    cuts=st.lists(st.integers(0, 300), max_size=6),
    amount=st.integers(0, 300),
)
def test_spans_are_free_and_never_overlap(total: int, cuts: list[int], amount: int) -> None:
    cuts = sorted({cut for cut in cuts if cut <= total})
    taken = list(zip(cuts[::2], cuts[1::2], strict=False))
    free = rules.free_spans(total, taken)
    assert sum(ends - begins for begins, ends in [*free, *taken]) == total
    try:
        spans = rules.take_spans(free, amount)
    except ValueError:
        assert amount > sum(ends - begins for begins, ends in free)
    else:
        assert sum(ends - begins for begins, ends in spans) == amount


def test_the_net_of_a_pair_c35() -> None:
    assert rules.net_of(12345, 9870) == 2475


def test_positions_of_several_sum_to_zero_c35() -> None:
    a, b, c = 1, 2, 3
    flows = [(a, b, 500), (a, c, 200), (b, c, 700), (b, a, 100), (c, a, 400)]
    assert rules.positions_of(rules.Flow(*one) for one in flows) == [(a, -200), (b, -300), (c, 500)]


DAY = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(DAY, st.integers(1, 24))
def test_months_follow_each_other_without_gap(day: date, months: int) -> None:
    begins_on, ends_on = rules.months_around(day, months)
    assert begins_on <= day < ends_on
    assert begins_on.day == ends_on.day == 1
    assert rules.months_around(ends_on, months).begins_on == ends_on
    assert rules.months_around(begins_on, months) == (begins_on, ends_on)


@given(DAY, st.sets(st.integers(1, 40), max_size=8), st.integers(0, 40))
def test_free_days_are_all_the_days_that_nobody_drew(first: date, cuts: set[int], at: int) -> None:
    edges = sorted(cuts)
    drawn = [rules.Days(first + timedelta(days=a), first + timedelta(days=b)) for a, b in pairwise(edges)][::2]
    within = rules.Days(first, first + timedelta(days=41))
    month = [first + timedelta(days=n) for n in range(41)]
    taken = {day for day in month if any(a <= day < b for a, b in drawn)}
    day = first + timedelta(days=at)
    found = rules.free_days(day, within, drawn)
    if day in taken:
        assert found is None
        return
    assert found is not None
    assert found.begins_on <= day < found.ends_on
    inside = {found.begins_on + timedelta(days=n) for n in range((found.ends_on - found.begins_on).days)}
    assert not inside & taken
    for beside in (found.begins_on - timedelta(days=1), found.ends_on):
        assert beside in taken or not within.begins_on <= beside < within.ends_on


@given(st.lists(st.integers(0, 500), max_size=7), st.integers(1, 1500))
def test_the_fewest_together_are_the_amount_and_no_fewer_would_do_c72(free: list[int], amount: int) -> None:
    taken = rules.fewest_together(free, amount)
    if sum(free) < amount:
        assert taken == []
        return
    assert sum(part for _place, part in taken) == amount
    assert all(0 < part <= free[place] for place, part in taken)
    assert len({place for place, _part in taken}) == len(taken)
    assert sum(sorted(free, reverse=True)[: len(taken) - 1]) < amount
    for place, _part in taken:
        assert all(earlier in dict(taken) for earlier in range(place) if free[earlier] == free[place])
