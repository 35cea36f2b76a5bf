"""How long credit may be put to new use (C-22; pitfall 6)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.creditbank.rules import add_months, is_valid_on, last_valid_day


@pytest.mark.parametrize(
    ("ended_on", "months", "expires_on", "last_day"),
    [
        (date(2019, 6, 30), 84, date(2026, 6, 30), date(2026, 6, 29)),
        (date(2024, 2, 29), 84, date(2031, 2, 28), date(2031, 2, 27)),
        (date(2023, 8, 31), 6, date(2024, 2, 29), date(2024, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28), date(2025, 2, 27)),
        (date(2024, 12, 1), 1, date(2025, 1, 1), date(2024, 12, 31)),
    ],
)
def test_c22_credit_expires_months_later_with_the_month_end_clamped(
    ended_on: date, months: int, expires_on: date, last_day: date
) -> None:
    assert add_months(ended_on, months) == expires_on
    assert last_valid_day(ended_on, months) == last_day
    assert is_valid_on(last_day, last_day=last_day)
    assert not is_valid_on(expires_on, last_day=last_day)


def test_c22_the_least_of_all_limits_counts_and_none_is_for_ever() -> None:
    ended_on = date(2022, 7, 31)
    assert last_valid_day(ended_on, 72, 48, 84) == date(2026, 7, 30)
    assert last_valid_day(ended_on, None, 48, None) == date(2026, 7, 30)
    assert last_valid_day(ended_on, None, None) is None
    assert is_valid_on(date.max, last_day=None)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 600))
def test_c22_months_land_in_the_right_month_and_never_after_the_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
    assert add_months(later, -months) <= day
