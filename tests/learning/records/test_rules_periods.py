"""The period of a date (C-14; pitfalls 5 and 7)."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.records.rules import LIFE, Calendar, PeriodKind
from xuecheng.learning.records.rules.periods import period_in_words

CITY = Calendar()
KOREA = Calendar(year_start=(3, 1), semester_starts=((3, 1), (9, 1)))
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("calendar", "kind", "day", "wanted"),
    [
        (CITY, PeriodKind.YEAR, "2026-12-31", ("2026", "2026-01-01", "2027-01-01")),
        (CITY, PeriodKind.YEAR, "2027-01-01", ("2027", "2027-01-01", "2028-01-01")),
        (KOREA, PeriodKind.YEAR, "2027-02-28", ("2026", "2026-03-01", "2027-03-01")),
        (KOREA, PeriodKind.YEAR, "2028-02-29", ("2027", "2027-03-01", "2028-03-01")),
        (KOREA, PeriodKind.YEAR, "2027-03-01", ("2027", "2027-03-01", "2028-03-01")),
        (KOREA, PeriodKind.SEMESTER, "2026-08-31", ("2026-S1", "2026-03-01", "2026-09-01")),
        (KOREA, PeriodKind.SEMESTER, "2026-09-01", ("2026-S2", "2026-09-01", "2027-03-01")),
        (KOREA, PeriodKind.SEMESTER, "2027-02-28", ("2026-S2", "2026-09-01", "2027-03-01")),
        (KOREA, PeriodKind.SEMESTER, "2028-02-29", ("2027-S2", "2027-09-01", "2028-03-01")),
        (KOREA, PeriodKind.SEMESTER, "2027-03-01", ("2027-S1", "2027-03-01", "2027-09-01")),
        (CITY, PeriodKind.SEMESTER, "2027-02-28", ("2026-S2", "2026-09-01", "2027-03-01")),
        (CITY, PeriodKind.QUARTER, "2026-03-31", ("2026-Q1", "2026-01-01", "2026-04-01")),
        (CITY, PeriodKind.QUARTER, "2026-04-01", ("2026-Q2", "2026-04-01", "2026-07-01")),
        (CITY, PeriodKind.QUARTER, "2026-12-31", ("2026-Q4", "2026-10-01", "2027-01-01")),
        (KOREA, PeriodKind.QUARTER, "2027-02-28", ("2027-Q1", "2027-01-01", "2027-04-01")),
    ],
)
def test_c14_the_end_date_decides_the_period(
    calendar: Calendar, kind: PeriodKind, day: str, wanted: tuple[str, str, str]
) -> None:
    label, begins, ends = wanted
    found = calendar.period_of(date.fromisoformat(day), kind)
    assert found == (label, date.fromisoformat(begins), date.fromisoformat(ends))


def test_a_lifetime_is_one_period() -> None:
    assert CITY.period_of(date(2026, 1, 1), PeriodKind.LIFE) == LIFE


@given(days, st.sampled_from([CITY, KOREA, Calendar((9, 1), ((2, 15), (9, 1), (12, 1)))]), st.sampled_from(PeriodKind))
def test_c14_periods_cover_every_day_once(day: date, calendar: Calendar, kind: PeriodKind) -> None:
    period = calendar.period_of(day, kind)
    assert period.begins <= day < period.ends
    assert calendar.period_of(period.begins, kind) == period
    if kind is not PeriodKind.LIFE:
        following = calendar.period_of(period.ends, kind)
        assert following.begins == period.ends
        assert following.label > period.label


@pytest.mark.parametrize("starts", [(), ((9, 1), (3, 1)), ((3, 1), (3, 1)), ((2, 29),)])
def test_a_calendar_that_cannot_be_is_our_own_mistake(starts: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match=r"stated once|out of range"):
        Calendar(semester_starts=starts)


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("2026", "2026年", "the year 2026"),
        ("2026-Q3", "2026年第3季度", "quarter 3 of 2026"),
        ("2026-S2", "2026年第2学期", "semester 2 of 2026"),
        ("life", "终身", "the whole life"),
        ("2026-01-02/2026-12-31", "2026-01-02至2026-12-31", "2026-01-02 to 2026-12-31"),
        ("", "", ""),
    ],
)
def test_a_period_is_called_as_people_say_it(label: str, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert period_in_words(label) == zh
    with override("en"):
        assert period_in_words(label) == en
