"""B-04: a series is accepted date by date; what is refused is kept with its reason and hides no other date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from city.situations import a_stranger
from coordination.facilities.situations import HOLIDAYS, MONDAY, a_series, a_space, booked, on, open_from, terms
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import BookingSeries, Occurrence

WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)


def results(series):
    return [(one.result, one.reason) for one in series.occurrences.order_by("on")]


ACCEPTED = ("accepted", "")


class TestEachDate:
    def test_a_holiday_refuses_its_own_date_only(self, town):
        assert HOLIDAYS[4] == MONDAY + WEEK
        made = a_series(town, town.left)
        assert results(made) == [ACCEPTED, ("refused", "holiday"), *[ACCEPTED] * 4]
        assert made.bookings.filter(state="confirmed").count() == 5

    def test_every_reason_stands_beside_its_date(self, town):
        studio = a_space(town.keeper, town.venue, name_zh="琴房", buffer_after=15)
        evenings = [on(MONDAY + number * WEEK, "19:00") for number in range(8)]
        booked(town, studio, evenings[0] + 30 * MINUTE, evenings[0] + 60 * MINUTE)
        booked(town, studio, evenings[2] - 60 * MINUTE, evenings[2] - 10 * MINUTE)
        for kind, number, ends in (("closure", 3, evenings[4]), ("defect", 4, None)):
            services.add_closure(
                actor=town.keeper, public_id=uuid7(), venue=town.venue, space=studio, kind=kind,
                begins_at=evenings[number], ends_at=ends, reason="修",
            )  # fmt: skip
        made = a_series(town, studio, ends_on=MONDAY + 5 * WEEK)
        assert results(made) == [
            ("refused", "overlap"), ("refused", "holiday"), ("refused", "buffer"), ("refused", "closed"),
            ("refused", "defect"), ("refused", "defect"),
        ]  # fmt: skip

    def test_the_past_is_no_time_to_book(self, town):
        made = a_series(town, town.left, begins_on=MONDAY - 2 * WEEK, ends_on=MONDAY - WEEK, begins_minute=7 * 60)
        assert results(made) == [("refused", "interval"), ("refused", "closed")]

    def test_b08_a_quota_refuses_where_it_is_reached_and_counts_itself(self, town):
        terms(reserve_percent=97)
        # Three days of 14 hours are open in the first week: 75 minutes are left to the season; in later ones 151.
        made = a_series(town, town.left, ends_on=MONDAY + 3 * WEEK, length_minutes=120, is_seasonal=True)
        assert results(made) == [("refused", "quota"), ("refused", "holiday"), ACCEPTED, ACCEPTED]

    def test_dates_of_a_series_stand_in_one_anothers_way_too(self, town):
        open_from(town.keeper, town.venue, "00:00", "24:00", range(7))
        night = a_series(town, town.left, begins_minute=23 * 60, length_minutes=120)
        assert results(night)[0] == ACCEPTED
        again = a_series(town, town.hall, begins_minute=0, length_minutes=60, weekday=1)
        assert results(again)[0] == ("refused", "overlap"), "the night before reaches into it"

    def test_an_exception_hides_its_own_date_and_no_other(self, town):
        """A weekly series with one exception lost its conflict warning elsewhere (rapla #15)."""
        booked(town, town.left, on(MONDAY + 3 * WEEK, "19:00"), on(MONDAY + 3 * WEEK, "20:00"))
        made = a_series(town, town.left, exceptions=frozenset({MONDAY + 2 * WEEK}))
        assert results(made) == [
            ACCEPTED, ("refused", "holiday"), ("excepted", ""), ("refused", "overlap"), ACCEPTED, ACCEPTED,
        ]  # fmt: skip
        with pytest.raises(rules.ExceptionNotInSeries):
            a_series(town, town.right, exceptions=frozenset({MONDAY + timedelta(days=1)}))

    def test_it_is_explained_in_both_languages(self, town):
        made = a_series(town, town.left)
        one = Occurrence.objects.get(series=made, result="refused")
        assert "2026-10-05" in one.why()
        with translation.override("zh-hans"):
            assert "2026-10-05" in one.why()
            assert "国庆" in one.why()

    def test_b09_a_level_that_lets_it_be_proposed(self, town):
        terms(levels={"holiday": "block_release"})
        made = a_series(town, town.left)
        assert results(made) == [ACCEPTED] * 6
        assert made.bookings.filter(state="proposed").count() == 1


class TestTheSeries:
    def test_asked_again_it_is_the_same(self, town):
        number = uuid7()
        first = a_series(town, town.left, public_id=number)
        assert a_series(town, town.left, public_id=number) == first
        with pytest.raises(FormUsedBefore):
            a_series(town, town.left, public_id=number, heads=11)
        assert BookingSeries.objects.count() == 1

    def test_strangers_make_none(self, town):
        town.keeper = a_stranger()
        with pytest.raises(Denied):
            a_series(town, town.left)

    def test_what_is_left_is_cancelled_and_what_was_stays(self, town):
        made = a_series(town, town.left)
        given_back = services.cancel_series(actor=town.keeper, series=made, at=on(MONDAY, "19:00"), why="老师走了")
        assert given_back == 4
        assert made.bookings.filter(state="confirmed").count() == 1
        with pytest.raises(services.NothingLeft):
            services.cancel_series(actor=town.keeper, series=made, at=on(MONDAY, "19:00"), why="又一次")

    def test_a_season_is_judged_in_a_fixed_number_of_queries(self, town, django_assert_max_num_queries):
        with django_assert_max_num_queries(22):
            a_series(town, town.left, ends_on=MONDAY + 2 * WEEK)
        with django_assert_max_num_queries(22):
            a_series(town, town.right, ends_on=MONDAY + 30 * WEEK, is_seasonal=True)

    def test_too_many_people_is_about_all_of_it(self, town):
        with pytest.raises(rules.TooManyHeads):
            a_series(town, town.left, heads=41)
        assert not BookingSeries.objects.exists()
