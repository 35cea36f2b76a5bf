"""R-01: counting in working days, with the guide's vectors on the shipped calendar of China."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.city.workdays import rules, services
from xuecheng.city.workdays.rules import (
    ANNOUNCED,
    EXPECTED,
    HOLIDAYS,
    OFF,
    WORK,
    Calendar,
    DeadlineLaw,
    Special,
    add_working_days,
    end_of_days,
    latest_start,
    working_days_between,
)

CHINA = services.shipped_calendar()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-04-30", 2, "2026-05-07"),
        ("2026-09-18", 7, "2026-09-29"),
        ("2025-12-31", 2, "2026-01-05"),
        ("2026-09-24", 5, "2026-10-09"),
    ],
)
def test_r01_the_guides_vectors(start: str, days: int, end: str) -> None:
    start_on, end_on = date.fromisoformat(start), date.fromisoformat(end)

    assert add_working_days(CHINA, start_on, days) == end_on
    assert working_days_between(CHINA, start_on, end_on) == days


def test_r01_the_working_weekend_days_of_2026() -> None:
    all_days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    working = [on for on in all_days if on.weekday() >= 5 and CHINA.is_working_day(on)]

    assert [on.strftime("%m-%d") for on in working] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


@pytest.mark.parametrize(("year", "makes_up", "rest_days"), [(2024, 8, None), (2025, 5, None), (2026, 6, 117)])
def test_make_up_days_and_days_of_rest_are_as_many_as_the_guide_says(
    year: int, makes_up: int, rest_days: int | None
) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]

    assert sum(on.weekday() >= 5 and CHINA.is_working_day(on) for on in days) == makes_up
    if rest_days:
        assert sum(not CHINA.is_working_day(on) for on in days) == rest_days


def test_the_start_day_is_not_counted_whether_it_works_or_not() -> None:
    friday, saturday = date(2026, 11, 27), date(2026, 11, 28)

    assert add_working_days(CHINA, friday, 1) == add_working_days(CHINA, saturday, 1) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("start", "days", "law", "end"),
    [
        ("2026-09-21", 10, rules.CIVIL_LAW, "2026-10-08"),  # 1 October is a day off
        ("2026-09-20", 10, rules.CIVIL_LAW, "2026-09-30"),
        ("2026-09-21", 10, DeadlineLaw(moves_to_working_day=False), "2026-10-01"),
        ("2026-09-20", 10, DeadlineLaw(counts_start_day=True), "2026-09-29"),
        ("2026-10-03", 7, rules.CIVIL_LAW, "2026-10-10"),  # a Saturday that is worked
    ],
)
def test_r01_a_period_of_calendar_days_that_ends_on_a_day_off_ends_on_the_next_working_day(
    start: str, days: int, law: DeadlineLaw, end: str
) -> None:
    assert end_of_days(CHINA, date.fromisoformat(start), days, law=law) == date.fromisoformat(end)


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 120))
def test_adding_counting_and_looking_back_agree(start_on: date, days: int) -> None:
    end_on = add_working_days(CHINA, start_on, days)

    assert CHINA.is_working_day(end_on)
    assert working_days_between(CHINA, start_on, end_on) == days
    assert working_days_between(CHINA, end_on, start_on) == -days
    latest = latest_start(CHINA, end_on, days)
    assert latest >= start_on
    assert add_working_days(CHINA, latest, days) == end_on
    assert add_working_days(CHINA, latest + timedelta(days=1), days) > end_on


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(1, 60), st.integers(1, 60))
def test_two_periods_after_one_another_are_one(start_on: date, first: int, second: int) -> None:
    assert add_working_days(CHINA, add_working_days(CHINA, start_on, first), second) == add_working_days(
        CHINA, start_on, first + second
    )


class TestUnknownYears:
    def test_a_period_that_leaves_what_was_announced_is_refused_and_says_which_year(self) -> None:
        assert add_working_days(CHINA, date(2026, 12, 30), 1) == date(2026, 12, 31)
        with pytest.raises(rules.YearMissing) as refused:
            add_working_days(CHINA, date(2026, 12, 30), 2)
        assert refused.value.values == {"year": 2027}
        with pytest.raises(rules.YearMissing):
            working_days_between(CHINA, date(2023, 12, 1), date(2024, 1, 5))
        with pytest.raises(rules.YearMissing):
            end_of_days(CHINA, date(2026, 12, 20), 12)

    def test_a_year_that_lacks_a_holiday_is_not_whole(self) -> None:
        part = Calendar([Special(date(2030, 1, 1), OFF, "new_year")])
        with pytest.raises(rules.YearNotWhole) as refused:
            part.is_working_day(date(2030, 5, 6))
        assert "元旦" not in str(refused.value)
        assert part.missing_holidays(2030) == [code for code in HOLIDAYS if code != "new_year"]

    def test_an_expected_year_counts_for_plans_only(self) -> None:
        days = [Special(date(2030, 1, number + 1), OFF, code, EXPECTED) for number, code in enumerate(HOLIDAYS)]
        with pytest.raises(rules.YearOnlyExpected):
            Calendar(days).is_working_day(date(2030, 3, 4))
        assert Calendar(days, allow_expected=True).is_working_day(date(2030, 3, 4))

    @pytest.mark.parametrize("days", [0, -1, rules.MOST_DAYS + 1])
    def test_nonsense_is_refused(self, days: int) -> None:
        with pytest.raises(rules.PeriodOutOfRange):
            add_working_days(CHINA, date(2026, 1, 5), days)


def test_a_row_of_a_calendar_is_judged() -> None:
    def codes(*row: object) -> list[str]:
        return [one.code for one in rules.check_special(*row)]  # type: ignore[arg-type]

    assert codes(date(2027, 1, 3), WORK, "new_year") == []
    assert codes(date(2027, 1, 4), WORK, "new_year") == ["weekday_works_anyway"]
    assert codes(date(2027, 1, 4), OFF, "") == ["holiday_unnamed"]
    assert codes(date(1949, 10, 1), OFF, "national") == ["day_of_another_century"]


def test_every_shipped_row_is_sound_and_names_its_source() -> None:
    days = services.shipped_days()

    assert all(rules.check_special(day.on, day.kind, day.holiday) == [] for day in days)
    assert all(day.source and day.state == ANNOUNCED for day in days)
    assert len({day.on for day in days}) == len(days)
    for year in (2024, 2025, 2026):
        assert CHINA.missing_holidays(year) == []
