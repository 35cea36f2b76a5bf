"""The law of the pool: both sides of each boundary, and the algebra of hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.coordination.staff import rules
from xuecheng.coordination.staff.rules import DAY, Form, Limits

TODAY = date(2026, 11, 23)
LIMITS = Limits()


def spans():
    def made(parts):
        day, begins, length = parts
        begins = min(begins, DAY - 1)
        return rules.span(day, begins, min(begins + length, DAY))

    return st.tuples(st.integers(0, 6), st.integers(0, DAY - 1), st.integers(1, 300)).map(made)


@given(st.lists(spans(), min_size=1, max_size=12))
def test_hours_that_are_accepted_never_overlap_and_come_in_order(hours):
    try:
        checked = rules.check_hours(hours)
    except rules.HoursTwice:
        minutes = [minute for begins, ends in hours for minute in range(begins, ends)]
        assert len(minutes) != len(set(minutes))
        return
    assert list(checked) == sorted(hours)
    assert rules.minutes_of(checked) == len({minute for begins, ends in hours for minute in range(begins, ends)})


@given(spans(), spans())
def test_overlap_is_a_shared_minute(one, other):
    assert rules.overlap([one], [other]) == bool(set(range(*one)) & set(range(*other)))


@pytest.mark.parametrize("wrong", [(60, 60), (120, 60), (-5, 10), (DAY - 30, DAY + 30)])
def test_hours_that_are_no_time_of_one_day_are_refused(wrong):
    with pytest.raises(rules.HoursWrong):
        rules.check_hours([wrong])
    with pytest.raises(rules.HoursEmpty):
        rules.check_hours([])


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_at_the_month_s_end(day, months, expected):
    assert rules.months_after(day, months) == expected


def test_borrowing_lasts_twelve_months_and_not_a_day_more_t05():
    begins = TODAY
    rules.check_period(Form.BORROW, (begins, date(2027, 11, 23)), today=TODAY, limits=LIMITS)
    with pytest.raises(rules.BorrowTooLong):
        rules.check_period(Form.BORROW, (begins, date(2027, 11, 24)), today=TODAY, limits=LIMITS)


def test_a_hire_lasts_a_season_t06():
    rules.check_period(Form.HIRE, (TODAY, TODAY + timedelta(days=184)), today=TODAY, limits=LIMITS)
    with pytest.raises(rules.HireTooLong):
        rules.check_period(Form.HIRE, (TODAY, TODAY + timedelta(days=185)), today=TODAY, limits=LIMITS)
    with pytest.raises(rules.BeginsInThePast):
        rules.check_period(Form.HIRE, (TODAY - timedelta(days=1), TODAY), today=TODAY, limits=LIMITS)


def test_work_beside_the_post_comes_to_44_hours_with_it_t07():
    year = (TODAY, date(2027, 11, 23))
    rules.check_week(40 * 60, [], (year, 4 * 60), LIMITS)
    with pytest.raises(rules.WeekTooLong):
        rules.check_week(40 * 60, [], (year, 4 * 60 + 1), LIMITS)
    before = ((date(2026, 1, 1), TODAY), 4 * 60)
    beside = ((date(2027, 1, 1), date(2027, 2, 1)), 2 * 60)
    rules.check_week(40 * 60, [before], (year, 4 * 60), LIMITS)
    with pytest.raises(rules.WeekTooLong):
        rules.check_week(40 * 60, [before, beside], (year, 3 * 60), LIMITS)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(1, 600)), max_size=8),
    st.integers(0, 60),
    st.integers(1, 40),
)
def test_the_heaviest_week_is_the_heaviest_of_all_days(parts, begins, length):
    def period(first, days):
        return (TODAY + timedelta(days=first), TODAY + timedelta(days=first + days))

    known = [(period(first, days), minutes) for first, days, minutes in parts]
    own = period(begins, length)
    by_day = [
        sum(minutes for (one, other), minutes in known if one <= own[0] + timedelta(days=day) < other)
        for day in range(length)
    ]
    assert rules.heaviest_week(known, own) == max(by_day)


def test_a_recall_needs_thirty_days_and_only_borrowing_is_recalled_t05():
    period = (date(2026, 10, 1), date(2027, 6, 1))
    on = TODAY + timedelta(days=30)
    rules.check_recall(Form.BORROW, period, on, today=TODAY, days=30)
    with pytest.raises(rules.RecallTooEarly):
        rules.check_recall(Form.BORROW, period, on - timedelta(days=1), today=TODAY, days=30)
    with pytest.raises(rules.EndsOutside):
        rules.check_recall(Form.BORROW, period, period[1], today=TODAY, days=30)
    with pytest.raises(rules.OnlyBorrowing):
        rules.check_recall(Form.HIRE, period, on, today=TODAY, days=30)


def test_an_extension_is_asked_once_and_lasts_six_months_t05():
    period = (date(2026, 1, 1), date(2027, 1, 1))
    rules.check_extension(Form.BORROW, period, date(2027, 7, 1), was_extended=False, limits=LIMITS)
    for until, extended, refusal in (
        (date(2027, 7, 2), False, rules.ExtensionTooLong),
        (date(2027, 1, 1), False, rules.PeriodWrong),
        (date(2027, 2, 1), True, rules.ExtendedBefore),
    ):
        with pytest.raises(refusal):
            rules.check_extension(Form.BORROW, period, until, was_extended=extended, limits=LIMITS)


@pytest.mark.parametrize(("kind", "most"), [("full_time", 16), ("part_time", 6), ("volunteer", 3)])
def test_each_type_has_its_ceiling_t04(kind, most):
    rules.check_wish(kind, most, LIMITS)
    with pytest.raises(rules.WishAboveCeiling):
        rules.check_wish(kind, most + 1, LIMITS)


def test_a_licence_is_asked_where_the_law_demands_one_t02():
    wish = {"issued_on": date(2026, 1, 1), "expires_on": None, "today": TODAY}
    rules.check_qualification(subject="calligraphy", licence_number="", **wish)
    rules.check_qualification(subject="first_aid", licence_number="粤急救2026", **wish)
    with pytest.raises(rules.LicenceMissing):
        rules.check_qualification(subject="first_aid", licence_number=" ", **wish)


def test_two_places_lie_as_far_apart_as_their_divisions():
    one = ["1", "12", "190", "1901"]
    assert rules.kilometres(one, ["1", "12", "190", "1902"]) == rules.KM_IN_STREET
    assert rules.kilometres(one, ["1", "12", "191"]) == rules.KM_IN_DISTRICT
    assert rules.kilometres(one, ["1", "13"]) == rules.KM_IN_CITY


def test_a_time_of_the_week_lies_within_one_day():
    at = datetime(2026, 11, 24, 19)
    assert rules.span_of(at, at.replace(hour=21)) == rules.span(1, 19 * 60, 21 * 60)
    with pytest.raises(rules.HoursWrong):
        rules.span_of(at, at + timedelta(days=1))
