"""Credits that know their class, and how they are made (C-01, C-19, C-20, C-21, C-27's sums; pitfall 1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.creditbank.rules import (
    CreditClass,
    Credits,
    CreditsDiffer,
    convert,
    convert_by_ratio,
    credits_for_minutes,
    minutes_for_credits,
    shipped_frameworks,
    shown_credits,
)

GD = CreditClass("GD-LEQ", "learning", "2")


@pytest.mark.parametrize(
    ("minutes", "minutes_per_credit", "step", "wanted"),
    [
        (2880, 960, 10, 300),
        (2879, 960, 10, 290),
        (2700, 960, 10, 280),
        (600, 960, 10, 60),
        (95, 960, 10, 0),
        (96, 960, 10, 10),
        (0, 960, 10, 0),
        (600, 600, 100, 100),
        (599, 600, 100, 0),
        (1500, 1500, 50, 100),
        (1499, 1500, 50, 50),
        (1230, 960, 10, 120),
    ],
)
def test_c19_hours_become_credit_rounded_down_to_the_step(
    minutes: int, minutes_per_credit: int, step: int, wanted: int
) -> None:
    assert credits_for_minutes(minutes, minutes_per_credit=minutes_per_credit, step=step) == wanted


def test_c19_negative_time_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="never negative"):
        credits_for_minutes(-1, minutes_per_credit=960, step=10)


@given(st.integers(0, 10**7), st.sampled_from([600, 900, 960, 1500, 1800]), st.sampled_from([1, 10, 50, 100]))
def test_c20_what_credits_use_up_is_never_more_than_the_minutes(minutes: int, per_credit: int, step: int) -> None:
    made = credits_for_minutes(minutes, minutes_per_credit=per_credit, step=step)
    used = minutes_for_credits(made, minutes_per_credit=per_credit)
    assert 0 <= minutes - used <= minutes_for_credits(step, minutes_per_credit=per_credit)


@pytest.mark.parametrize(
    ("amount", "from_minutes", "to_minutes", "step", "wanted"),
    [
        (300, 600, 1500, 10, 120),  # Hong Kong to ECTS
        (100, 1800, 600, 100, 300),  # India to Hong Kong
        (300, 960, 600, 10, 480),  # China to Hong Kong
        (310, 960, 600, 10, 490),
        (480, 600, 960, 10, 300),
        (490, 600, 960, 10, 300),
    ],
)
def test_c21_credits_cross_frameworks_through_their_hours(
    amount: int, from_minutes: int, to_minutes: int, step: int, wanted: int
) -> None:
    assert convert(amount, from_minutes=from_minutes, to_minutes=to_minutes, step=step) == wanted


@pytest.mark.parametrize(("amount", "wanted"), [(1500, 750), (700, 350)])
def test_c21_two_uk_credits_are_one_ects_by_convention(amount: int, wanted: int) -> None:
    assert convert_by_ratio(amount, num=1, den=2, step=10) == wanted


@given(
    st.integers(0, 10**6), st.sampled_from([600, 900, 960, 1500, 1800]), st.sampled_from([600, 900, 960, 1500, 1800])
)
def test_c21_there_and_back_never_gives_more(amount: int, there: int, back: int) -> None:
    crossed = convert(amount, from_minutes=there, to_minutes=back, step=10)
    assert convert(crossed, from_minutes=back, to_minutes=there, step=10) <= amount


def test_c21_the_worked_round_trips() -> None:
    frameworks = shipped_frameworks()
    china, hong_kong = frameworks["GD-LEQ"].minutes_per_credit, frameworks["HK-QF"].minutes_per_credit
    for start, there, back in ((300, 480, 300), (310, 490, 300)):
        assert convert(start, from_minutes=china, to_minutes=hong_kong, step=10) == there
        assert convert(there, from_minutes=hong_kong, to_minutes=china, step=10) == back


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_credits_of_one_class_add_like_integers(one: int, other: int) -> None:
    total = Credits(one, GD) + Credits(other, GD)
    assert total == Credits(one + other, GD)
    assert total - Credits(other, GD) == Credits(one, GD)
    assert (Credits(one, GD) < Credits(other, GD)) is (one < other)
    assert (Credits(one, GD) >= Credits(other, GD)) is (one >= other)


@pytest.mark.parametrize(
    "other",
    [
        CreditClass("HK-QF", "learning", "2"),
        CreditClass("GD-LEQ", "reward", "2"),
        CreditClass("GD-LEQ", "learning", "3"),
    ],
)
def test_c01_credits_of_two_classes_never_meet(other: CreditClass) -> None:
    mine, its = Credits(100, GD), Credits(100, other)
    for meet in (lambda: mine + its, lambda: mine - its, lambda: mine < its, lambda: mine >= its):
        with pytest.raises(CreditsDiffer):
            meet()
    assert mine != its


def test_credits_do_not_mix_with_bare_numbers() -> None:
    with pytest.raises(TypeError):
        Credits(100, GD) + 100  # type: ignore[operator]
    with pytest.raises(TypeError):
        sum([Credits(100, GD)])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("hundredths", "shown"), [(0, "0.00"), (5, "0.05"), (300, "3.00"), (-5, "-0.05"), (-1234, "-12.34")]
)
def test_credits_are_shown_with_two_places(hundredths: int, shown: str) -> None:
    assert shown_credits(hundredths) == shown
