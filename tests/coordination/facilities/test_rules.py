"""The law of places at its boundaries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.facilities.situations import HOLIDAYS, MADE_UP, MONDAY, NOW, ZONE, on
from xuecheng.city.workdays.rules import Calendar, Special
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.rules import Hours, House, Wish

CALENDAR = Calendar(
    [*(Special(day, "off", "national") for day in HOLIDAYS), Special(MADE_UP, "work", "national")], allow_expected=True
)
WEEK = [Hours(day, 8 * 60, 22 * 60) for day in range(5)]
MINUTE = timedelta(minutes=1)


def house(**more):
    return House(**({"zone": ZONE, "hours": WEEK} | more))


def names(conflicts):
    return [type(one).__name__ for one in conflicts]


def asked(begins, ends, **more):
    return names(rules.conflicts_of_the_house(Wish(begins, ends, 1), house(**more), CALENDAR))


class TestOpening:
    def test_exactly_the_opening_hours_can_be_had_and_no_minute_more(self):
        assert asked(on(MONDAY, "08:00"), on(MONDAY, "22:00")) == []
        assert asked(on(MONDAY, "08:00") - MINUTE, on(MONDAY, "22:00")) == ["OutsideOpeningHours"]
        assert asked(on(MONDAY, "08:00"), on(MONDAY, "22:00") + MINUTE) == ["OutsideOpeningHours"]

    def test_hours_that_touch_are_one(self):
        halves = [Hours(0, 8 * 60, 12 * 60), Hours(0, 12 * 60, 18 * 60)]
        assert asked(on(MONDAY, "11:00"), on(MONDAY, "13:00"), hours=halves) == []
        gap = [Hours(0, 8 * 60, 12 * 60), Hours(0, 12 * 60 + 1, 18 * 60)]
        assert asked(on(MONDAY, "11:00"), on(MONDAY, "13:00"), hours=gap) == ["OutsideOpeningHours"]

    def test_a_night_needs_both_days_and_a_whole_day_all_of_it(self):
        tuesday = MONDAY + timedelta(days=1)
        always = [Hours(day, 0, rules.DAY) for day in range(7)]
        assert asked(on(MONDAY, "22:00"), on(tuesday, "02:00"), hours=always) == []
        assert asked(on(MONDAY, "22:00"), on(tuesday, "02:00"), hours=always[:1]) == ["ClosedThatDay"]
        assert asked(on(MONDAY, "00:00"), on(MONDAY, "24:00"), hours=always[:1]) == [], "the day after is not touched"
        assert asked(on(MONDAY, "00:00"), on(MONDAY, "24:00") + MINUTE, hours=always[:1]) == ["ClosedThatDay"]

    def test_hours_hold_from_their_first_day_until_before_their_last(self):
        hours = [Hours(0, 480, 1320, MONDAY, MONDAY + timedelta(weeks=2))]
        evening = ("19:00", "21:00")
        week = timedelta(weeks=1)
        assert asked(*(on(MONDAY, text) for text in evening), hours=hours) == []
        assert asked(*(on(MONDAY - week, text) for text in evening), hours=hours) == ["ClosedThatDay"]
        assert asked(*(on(MONDAY + 2 * week, text) for text in evening), hours=hours) == ["ClosedThatDay"]

    def test_a_closed_house_gives_nothing(self):
        evening = (on(MONDAY, "19:00"), on(MONDAY, "21:00"))
        assert asked(*evening, closed_because="装修") == ["VenueIsClosed"]
        assert asked(*evening, space_closed_because="库房") == ["SpaceIsClosed"]

    def test_a_closure_ends_when_it_ends_and_a_defect_does_not(self):
        evening = (on(MONDAY, "19:00"), on(MONDAY, "21:00"))
        before = rules.Closed(on(MONDAY, "08:00"), evening[0], "盘点")
        assert asked(*evening, closures=[before]) == []
        into = rules.Closed(on(MONDAY, "08:00"), evening[0] + MINUTE, "盘点")
        assert asked(*evening, closures=[into]) == ["ClosedThen"]
        after = rules.Closed(evening[1], None, "漏电", is_defect=True)
        assert asked(*evening, closures=[after]) == []
        defect = rules.Closed(evening[1] - MINUTE, None, "漏电", is_defect=True)
        assert asked(*evening, closures=[defect]) == ["DefectOpen"]


class TestCalendar:
    def test_b05_holidays_are_closed_unless_the_house_opted_in(self):
        holiday = (on(HOLIDAYS[0], "10:00"), on(HOLIDAYS[0], "11:00"))
        assert asked(*holiday) == ["ClosedOnHoliday"]
        assert asked(*holiday, opens_on_holidays=True) == []

    def test_b05_a_make_up_day_has_the_hours_of_the_weekday_that_the_house_chose(self):
        made_up = (on(MADE_UP, "10:00"), on(MADE_UP, "11:00"))
        assert asked(*made_up) == ["ClosedThatDay"], "as its own Saturday"
        assert asked(*made_up, makeup_weekday=2) == []
        assert asked(*made_up, makeup_weekday=6) == ["ClosedThatDay"]

    def test_a_year_that_nobody_announced_is_said_and_not_guessed(self):
        later = date(2027, 3, 1)
        found = rules.conflicts_of_the_house(Wish(on(later, "10:00"), on(later, "11:00"), 1), house(), CALENDAR)
        assert names(found) == ["HolidaysNotKnown"]
        assert rules.Terms().level_of(found[0]) is rules.Level.WARN

    def test_b06_school_premises_outside_teaching_hours_and_with_consent(self):
        school = {"teaching": [Hours(0, 8 * 60, 17 * 60)], "needs_consent": True, "has_consent": True}
        assert asked(on(MONDAY, "17:00"), on(MONDAY, "19:00"), **school) == []
        assert asked(on(MONDAY, "17:00") - MINUTE, on(MONDAY, "19:00"), **school) == ["SchoolTeaches"]
        assert asked(on(MONDAY, "17:00"), on(MONDAY, "19:00"), **school | {"has_consent": False}) == [
            "SchoolHasNotConsented"
        ]
        holiday = HOLIDAYS[4]
        assert holiday.weekday() == 0
        assert asked(on(holiday, "10:00"), on(holiday, "11:00"), **school, opens_on_holidays=True) == []


class TestOthers:
    BEGINS, ENDS = on(MONDAY, "10:00"), on(MONDAY, "11:00")

    def beside(self, begins, ends, *, before=0, after=0, heads=None, **more):
        other = rules.Held(
            self.BEGINS - timedelta(minutes=before), self.ENDS + timedelta(minutes=after), self.BEGINS, self.ENDS, heads
        )
        wish = Wish(begins, ends, more.pop("wished", 1))
        found = rules.conflict_with_others(wish, house(**more), [other])
        return type(found).__name__ if found else None

    def test_b01_half_open_periods_may_touch(self):
        hour = timedelta(hours=1)
        assert self.beside(self.ENDS, self.ENDS + hour) is None
        assert self.beside(self.BEGINS - hour, self.BEGINS) is None
        assert self.beside(self.ENDS - MINUTE, self.ENDS + hour) == "SpaceTaken"
        assert self.beside(self.BEGINS - hour, self.BEGINS + MINUTE) == "SpaceTaken"

    def test_b01_the_minutes_of_both_bookings_lie_between(self):
        hour = timedelta(hours=1)
        ten, thirty = 10 * MINUTE, 30 * MINUTE
        kept = {"after": 20, "buffer_before": 10}
        assert self.beside(self.ENDS + thirty, self.ENDS + hour, **kept) is None
        assert self.beside(self.ENDS + thirty - MINUTE, self.ENDS + hour, **kept) == "BufferTaken"
        assert self.beside(self.ENDS, self.ENDS + ten, **kept) == "BufferTaken"

    def test_b03_places_are_counted_together_at_one_time(self):
        shared = {"is_shared": True, "capacity": 12, "heads": 8}
        assert self.beside(self.BEGINS, self.ENDS, wished=4, **shared) is None
        assert self.beside(self.BEGINS, self.ENDS, wished=5, **shared) == "SeatsTaken"
        assert self.beside(self.ENDS, self.ENDS + MINUTE, wished=12, **shared) is None

    @given(
        st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10), st.integers(1, 5)), max_size=8),
        st.integers(0, 20),
        st.integers(1, 10),
    )
    def test_b03_the_most_at_one_time_is_what_counting_each_minute_finds(self, others, begin, length):
        at = [self.BEGINS + MINUTE * number for number in range(40)]
        held = [rules.Held(at[b], at[b + n], at[b], at[b + n], heads) for b, n, heads in others]
        counted = max(
            sum(one.heads for one in held if one.begins <= at[minute] < one.ends)
            for minute in range(begin, begin + length)
        )
        assert rules.most_heads(held, at[begin], at[begin + length]) == counted


class TestQuotas:
    def test_b08_the_season_takes_what_the_reserve_leaves_and_no_minute_more(self):
        wish = Wish(on(MONDAY, "08:00"), on(MONDAY, "18:00"), 1, is_seasonal=True)
        # Three working days of 14 hours are open in the week of the National Day: 2,520 minutes, 2,268 of them.
        assert rules.open_minutes(rules.week_of(MONDAY), CALENDAR, house()) == 2520

        def left(minutes):
            return rules.reserve_conflict(wish, house(), CALENDAR, rules.Terms(), seasonal_minutes=minutes)

        assert left(2268 - 600) is None
        assert isinstance(left(2268 - 599), rules.ReserveReached)
        private = house(is_public=False)
        assert rules.reserve_conflict(wish, private, CALENDAR, rules.Terms(), seasonal_minutes=2520) is None
        short = Wish(wish.begins, wish.ends, 1)
        assert rules.reserve_conflict(short, house(), CALENDAR, rules.Terms(), seasonal_minutes=2520) is None

    def test_teaching_hours_are_no_open_ones(self):
        school = house(teaching=[Hours(0, 8 * 60, 17 * 60)])
        assert rules.open_on(MONDAY, CALENDAR, school) == [(17 * 60, 22 * 60)]

    def test_so_many_days_ahead_and_the_season_as_far_as_it_likes(self):
        far = NOW + timedelta(days=90)
        hour = timedelta(hours=1)
        assert rules.ahead_conflict(Wish(far, far + hour, 1), rules.Terms(), at=NOW) is None
        later = Wish(far + MINUTE, far + hour, 1)
        assert isinstance(rules.ahead_conflict(later, rules.Terms(), at=NOW), rules.TooFarAhead)
        season = Wish(far + MINUTE, far + hour, 1, is_seasonal=True)
        assert rules.ahead_conflict(season, rules.Terms(), at=NOW) is None

    def test_b07_the_third_no_show_within_a_season_suspends(self):
        day = timedelta(days=1)
        first = NOW - 130 * day
        assert rules.suspended_until([first, first + day], rules.Terms()) is None
        assert rules.suspended_until([first, first + day, first + 120 * day], rules.Terms()) == first + 150 * day
        assert rules.suspended_until([first, first + day, first + 120 * day + MINUTE], rules.Terms()) is None

    def test_b07_the_door_of_check_in(self):
        begins = on(MONDAY, "19:00")
        quarter = timedelta(minutes=15)

        def at(instant, *, made_at=NOW, ends=begins + timedelta(hours=2)):
            rules.check_check_in(begins, ends, rules.Terms(), made_at=made_at, at=instant, zone=ZONE)

        at(begins - quarter)
        at(begins + quarter - MINUTE)
        with pytest.raises(rules.CheckInTooEarly):
            at(begins - quarter - MINUTE)
        with pytest.raises(rules.CheckInTooLate):
            at(begins + quarter)
        at(begins + quarter, made_at=begins + MINUTE)
        with pytest.raises(rules.CheckInTooLate):
            at(begins + 5 * MINUTE, ends=begins + 5 * MINUTE)

    def test_b09_what_the_database_keeps_is_never_softened(self):
        soft = rules.Terms(levels=dict.fromkeys(rules.Reason, "ignore"))
        assert soft.level_of(rules.SpaceTaken(begins="", ends="")) is rules.Level.BLOCK
        assert soft.level_of(rules.BufferTaken(begins="", ends="")) is rules.Level.BLOCK
        assert soft.level_of(rules.ClosedThatDay(date="")) is rules.Level.IGNORE


class TestPeriods:
    def test_a_period_ends_after_it_begins_within_a_month_and_not_in_the_past(self):
        begins = on(MONDAY, "10:00")
        rules.check_period(begins, begins + MINUTE, at=NOW)
        rules.check_period(begins, begins + timedelta(days=31), at=NOW)
        with pytest.raises(rules.PeriodEmpty):
            rules.check_period(begins, begins, at=NOW)
        with pytest.raises(rules.PeriodTooLong):
            rules.check_period(begins, begins + timedelta(days=31) + MINUTE, at=NOW)
        rules.check_period(NOW - MINUTE, NOW + MINUTE, at=NOW)
        with pytest.raises(rules.BookingInThePast):
            rules.check_period(NOW - MINUTE, NOW, at=NOW)

    @given(
        st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda t: t.replace(second=0, microsecond=0)),
        st.integers(1, 5000),
    )
    def test_the_days_of_a_period_make_up_its_length(self, begins, minutes):
        begins = begins.replace(tzinfo=ZONE)
        parts = list(rules.days_of(begins, begins + minutes * MINUTE, ZONE))
        assert sum(stop - start for _on, start, stop in parts) == minutes
        assert all(0 <= start < stop <= rules.DAY for _on, start, stop in parts)

    def test_the_dates_of_a_series(self):
        assert rules.dates_of(MONDAY, MONDAY, weekday=0) == [MONDAY]
        second = rules.dates_of(MONDAY, MONDAY + timedelta(weeks=4), weekday=2, every_weeks=2)
        assert second == [MONDAY + timedelta(days=2), MONDAY + timedelta(days=16)]
        with pytest.raises(rules.SeriesEmpty):
            rules.dates_of(MONDAY, MONDAY + timedelta(days=1), weekday=2)
        assert rules.dates_of(MONDAY, MONDAY + timedelta(days=400), weekday=0)
        with pytest.raises(rules.SeriesTooLong):
            rules.dates_of(MONDAY, MONDAY + timedelta(days=401), weekday=0)

    def test_a_week_within_its_days_and_without_overlap(self):
        rules.check_week([Hours(0, 0, 720), Hours(0, 720, 1440), Hours(1, 0, 1)])
        with pytest.raises(rules.HoursOverlap):
            rules.check_week([Hours(0, 0, 721), Hours(0, 720, 1440)])
        for begins, ends in ((0, 1441), (5, 5), (-1, 5)):
            with pytest.raises(rules.WeeklyMinutesWrong):
                rules.check_week([Hours(0, begins, ends)])

    def test_a_kept_conflict_tells_itself_again_and_an_unknown_one_its_name(self):
        first = rules.ClosedOnHoliday(date="2026-10-01", holiday="national")
        assert rules.told("ClosedOnHoliday", first.values) == str(first)
        assert rules.told("OfALaterRelease", {}) == "OfALaterRelease"


class TestDistances:
    def test_how_far_it_is(self):
        there = (23.129110, 113.264385)
        assert rules.distance_km(there, there) == 0
        # One degree of a meridian.
        assert abs(rules.distance_km((23.0, 113.0), (24.0, 113.0)) - 111.2) < 0.1

    def test_the_middle_of_places(self):
        assert rules.middle_of([]) is None
        assert rules.middle_of([(23.0, 113.0)]) == (23.0, 113.0)
        assert rules.middle_of([(23.0, 113.0), (24.0, 113.5)]) == (23.5, 113.25)
