"""One booking: made, refused, confirmed, cancelled, come to, not come to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from city.situations import a_registrar, a_stranger, an_organisation
from coordination.facilities.situations import MONDAY, NOW, a_space, booked, on, terms, wanted
from xuecheng.city import trace
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import Booking, Hold

MINUTE = timedelta(minutes=1)
NINE, TEN, ELEVEN, NOON = (on(MONDAY, text) for text in ("09:00", "10:00", "11:00", "12:00"))


class TestMaking:
    def test_it_is_confirmed_at_once_and_holds_the_room_and_its_parts(self, town):
        made = booked(town, town.hall, NINE, TEN)
        assert made.state == "confirmed"
        assert {one.space_id for one in made.holds.all()} == {town.hall.pk, town.left.pk, town.right.pk}

    def test_asked_again_it_is_the_same_and_in_other_words_refused(self, town):
        number = uuid7()
        first = booked(town, town.hall, NINE, TEN, public_id=number)
        later = TEN + timedelta(days=1)
        assert booked(town, town.hall, NINE, TEN, public_id=number, at=later) == first, "a retry may come late"
        with pytest.raises(FormUsedBefore):
            booked(town, town.hall, NINE, TEN, public_id=number, heads=11)
        with pytest.raises(FormUsedBefore):
            booked(town, town.hall, TEN, ELEVEN, public_id=number)
        assert Booking.objects.count() == 1

    def test_b02_a_room_blocks_its_parts_and_they_block_it_but_not_one_another(self, town):
        booked(town, town.left, NINE, TEN)
        booked(town, town.right, NINE, TEN)
        with pytest.raises(rules.SpaceTaken):
            booked(town, town.hall, NINE, TEN)
        booked(town, town.hall, TEN, ELEVEN)
        with pytest.raises(rules.SpaceTaken):
            booked(town, town.right, ELEVEN - MINUTE, NOON)
        booked(town, town.right, ELEVEN, NOON)

    def test_b01_buffers_of_the_room_belong_to_the_conflict_test(self, town):
        studio = a_space(town.keeper, town.venue, name_zh="舞蹈室", buffer_before=10, buffer_after=20)
        booked(town, studio, NINE, TEN)
        with pytest.raises(rules.BufferTaken):
            booked(town, studio, TEN + 29 * MINUTE, NOON)
        booked(town, studio, TEN + 30 * MINUTE, NOON)

    def test_b03_places_of_a_shared_room(self, town):
        booked(town, town.corner, NINE, ELEVEN, heads=8)
        booked(town, town.corner, TEN, NOON, heads=4)
        with pytest.raises(rules.SeatsTaken):
            booked(town, town.corner, TEN, ELEVEN, heads=1)
        booked(town, town.corner, ELEVEN, NOON, heads=8)

    def test_a_shared_corner_of_a_hall_blocks_the_hall(self, town):
        nook = a_space(town.keeper, town.venue, name_zh="礼堂茶座", parent=town.hall, sharing="shared", capacity=10)
        booked(town, nook, NINE, TEN, heads=3)
        with pytest.raises(rules.SpaceTaken):
            booked(town, town.hall, NINE, TEN)
        booked(town, town.hall, TEN, ELEVEN)
        with pytest.raises(rules.SpaceTaken):
            booked(town, nook, TEN, ELEVEN, heads=1)

    def test_more_people_than_places(self, town):
        booked(town, town.left, NINE, TEN, heads=40)
        with pytest.raises(rules.TooManyHeads):
            booked(town, town.right, NINE, TEN, heads=41)

    def test_nights_and_whole_days(self, town):
        from coordination.facilities.situations import open_from

        open_from(town.keeper, town.venue, "00:00", "24:00", range(7))
        night = booked(town, town.hall, on(MONDAY, "22:00"), on(MONDAY + timedelta(days=1), "02:00"))
        assert night.state == "confirmed"
        with pytest.raises(rules.SpaceTaken):
            booked(town, town.hall, on(MONDAY + timedelta(days=1), "00:00"), on(MONDAY + timedelta(days=1), "24:00"))
        booked(town, town.left, on(MONDAY + timedelta(days=2), "00:00"), on(MONDAY + timedelta(days=2), "24:00"))

    @pytest.mark.parametrize(
        ("more", "refusal"),
        [
            ({"group_name": " "}, services.GroupMissing),
            ({"purpose": " "}, services.PurposeMissing),
        ],
    )
    def test_somebody_comes_for_something(self, town, more, refusal):
        with pytest.raises(refusal):
            booked(town, town.hall, NINE, TEN, **more)

    def test_either_an_organisation_comes_or_a_named_group(self, town):
        with pytest.raises(services.GroupTwice):
            booked(town, town.hall, NINE, TEN, group_organisation=town.college)
        made = booked(town, town.hall, NINE, TEN, group_organisation=town.college, group_name="")
        assert made.group == town.college.name

    def test_a_stranger_is_denied_and_another_keeper_too(self, town):
        for actor in (a_stranger(), a_registrar(an_organisation(town.city["从化区"]))):
            with pytest.raises(Denied):
                booked(town, town.hall, NINE, TEN, actor=actor)
        assert not Booking.objects.exists()

    def test_the_trace_says_who_and_why(self, town):
        made = booked(town, town.hall, NINE, TEN)
        (entry,) = trace.history_of(made)
        assert (entry.by, entry.reason) == ("梁场管", "排练")


class TestQuotas:
    def test_so_many_bookings_ahead_and_the_season_is_not_counted(self, town):
        terms(open_bookings=2)
        booked(town, town.left, NINE, TEN, is_seasonal=True)
        booked(town, town.left, TEN, ELEVEN)
        booked(town, town.left, ELEVEN, NOON)
        with pytest.raises(rules.TooManyBookings):
            booked(town, town.right, NINE, TEN)
        booked(town, town.right, NINE, TEN, group_name="别的团")

    def test_b08_the_reserve_of_the_week(self, town):
        terms(reserve_percent=90)
        # 42 hours are open in the week of the National Day, Saturday 10 October is not in it: a tenth is 4 h 12 min.
        booked(town, town.left, NINE, on(MONDAY, "13:12"), is_seasonal=True)
        with pytest.raises(rules.ReserveReached):
            booked(town, town.left, on(MONDAY, "14:00"), on(MONDAY, "14:01"), is_seasonal=True)
        booked(town, town.left, on(MONDAY, "14:00"), on(MONDAY, "15:00"))


class TestLevels:
    """B-09: block, block release, warn, ignore."""

    SUNDAY = (on(MONDAY + timedelta(days=20), "10:00"), on(MONDAY + timedelta(days=20), "11:00"))

    def test_it_blocks_by_itself(self, town):
        with pytest.raises(rules.ClosedThatDay):
            booked(town, town.hall, *self.SUNDAY)

    def test_it_lets_the_booking_be_proposed_which_holds_nothing(self, town):
        terms(levels={"closed": "block_release"})
        made = booked(town, town.hall, *self.SUNDAY)
        assert (made.state, made.holds.count()) == ("proposed", 0)
        assert [one["reason"] for one in made.said] == ["closed"]
        with pytest.raises(rules.ClosedThatDay):
            services.confirm_booking(actor=town.keeper, booking=made, at=NOW)

    def test_proposed_is_confirmed_once_nothing_blocks_it(self, town):
        known = terms(levels={"closed": "block_release"})
        made = booked(town, town.hall, *self.SUNDAY)
        rival = booked(town, town.left, *self.SUNDAY)
        known.levels = {"closed": "ignore"}
        known.save()
        confirmed = services.confirm_booking(actor=town.keeper, booking=made, at=NOW)
        assert (confirmed.state, confirmed.said, confirmed.holds.count()) == ("confirmed", [], 3)
        assert services.confirm_booking(actor=town.keeper, booking=made, at=NOW) == confirmed
        with pytest.raises(rules.SpaceTaken):
            services.confirm_booking(actor=town.keeper, booking=rival, at=NOW)

    def test_it_is_said(self, town):
        terms(levels={"closed": "warn"})
        made = booked(town, town.hall, *self.SUNDAY)
        assert made.state == "confirmed"
        assert len(made.warnings()) == 1

    def test_it_is_passed_over(self, town):
        terms(levels={"closed": "ignore"})
        assert booked(town, town.hall, *self.SUNDAY).said == []


class TestCancelling:
    def test_the_room_is_free_at_once_and_again_changes_nothing(self, town):
        made = booked(town, town.hall, NINE, TEN)
        for _twice in range(2):
            row = services.cancel_booking(actor=town.keeper, booking=made, at=NOW, why="团长病了")
            assert (row.state, row.ended_because) == ("cancelled", "团长病了")
        assert not Hold.objects.exists()
        booked(town, town.left, NINE, TEN)

    def test_what_was_stays(self, town):
        made = booked(town, town.hall, NINE, TEN)
        services.cancel_booking(actor=town.keeper, booking=made, at=TEN - MINUTE, why="散了")
        other = booked(town, town.hall, TEN, ELEVEN)
        with pytest.raises(services.BookingOver):
            services.cancel_booking(actor=town.keeper, booking=other, at=ELEVEN, why="散了")

    def test_strangers_cancel_nothing(self, town):
        made = booked(town, town.hall, NINE, TEN)
        with pytest.raises(Denied):
            services.cancel_booking(actor=a_stranger(), booking=made, at=NOW, why="闹着玩")


class TestComing:
    """B-07."""

    def test_in_time_and_twice(self, town):
        made = booked(town, town.hall, NINE, TEN)
        came = services.check_in(actor=town.keeper, booking=made, at=NINE + 14 * MINUTE)
        assert services.check_in(actor=town.keeper, booking=made, at=NOON).checked_in_at == came.checked_in_at

    def test_who_came_is_not_released_and_who_did_not_is_at_the_minute(self, town):
        came = booked(town, town.left, NINE, TEN)
        services.check_in(actor=town.keeper, booking=came, at=NINE)
        missed = booked(town, town.right, NINE, TEN)
        assert services.release_missed(at=NINE + 15 * MINUTE - timedelta(microseconds=1)) == []
        assert services.release_missed(at=NINE + 15 * MINUTE) == [missed]
        assert services.release_missed(at=NINE + 15 * MINUTE) == []
        came.refresh_from_db()
        assert came.state == "confirmed"
        booked(town, town.right, NINE + 15 * MINUTE, TEN, at=NINE + 15 * MINUTE)
        with pytest.raises(services.BookingSettled):
            services.check_in(actor=town.keeper, booking=missed, at=NINE + 16 * MINUTE)

    def test_a_room_that_is_kept_for_something_above_is_not_released_and_may_be_come_to_until_the_end(self, town):
        made = booked(town, town.left, NINE, TEN, origin_kind="class", origin_id=uuid7())
        assert services.release_missed(at=NINE + 15 * MINUTE) == []
        with pytest.raises(rules.CheckInTooLate):
            services.check_in(actor=town.keeper, booking=made, at=TEN)
        services.check_in(actor=town.keeper, booking=made, at=TEN - MINUTE)

    def test_the_minutes_are_those_of_the_level(self, town):
        terms(check_in_minutes=30)
        booked(town, town.left, NINE, TEN)
        assert services.release_missed(at=NINE + 29 * MINUTE) == []
        assert len(services.release_missed(at=NINE + 30 * MINUTE)) == 1

    def test_three_no_shows_suspend_the_group_and_an_excuse_lifts_it(self, town):
        at = NINE
        for number in range(3):
            day = timedelta(days=number)
            booked(town, town.left, NINE + day, TEN + day, at=NOW)
        missed = []
        for number in range(3):
            at = TEN + timedelta(days=number)
            missed += services.release_missed(at=at)
        later = on(MONDAY + timedelta(days=12), "09:00")
        wish = (later, later + timedelta(hours=1))
        with pytest.raises(rules.GroupSuspended):
            booked(town, town.left, *wish, at=at)
        booked(town, town.right, *wish, at=at, group_name="别的团")
        services.excuse_no_show(actor=town.keeper, booking=missed[0], why="停电")
        booked(town, town.left, *wish, at=at)
        with pytest.raises(services.NotANoShow):
            services.excuse_no_show(actor=town.keeper, booking=missed[0], why="又一次")

    def test_a_suspension_ends(self, town):
        for number in range(3):
            day = timedelta(days=number)
            booked(town, town.left, NINE + day, TEN + day)
        for number in range(3):
            services.release_missed(at=TEN + timedelta(days=number))
        ends = NINE + timedelta(days=32)
        with pytest.raises(rules.GroupSuspended):
            booked(town, town.left, ends + MINUTE, ends + 2 * MINUTE, at=ends - MINUTE)
        booked(town, town.left, ends + MINUTE, ends + 2 * MINUTE, at=ends)


class TestPastTheService:
    """Nobody gets by the database."""

    def row(self, town, space, begins, ends, **more):
        values = wanted(**more).values()
        return Booking(
            public_id=uuid7(), space=space, venue=space.venue, during=(begins, ends), state="confirmed",
            booked_by=town.keeper.person, made_at=NOW, **values,
        )  # fmt: skip

    @pytest.mark.parametrize(("first", "second"), [("hall", "hall"), ("hall", "left"), ("left", "hall")])
    def test_whole_rooms(self, town, first, second):
        self.row(town, getattr(town, first), NINE, TEN).save()
        with pytest.raises(IntegrityError, match="hold_one_at_a_time"), transaction.atomic():
            self.row(town, getattr(town, second), NINE, TEN).save()
        self.row(town, getattr(town, second), TEN, ELEVEN).save()

    def test_a_change_of_the_row_is_a_change_of_its_holds(self, town):
        first = self.row(town, town.left, NINE, TEN)
        first.save()
        second = self.row(town, town.left, TEN, ELEVEN)
        second.save()
        with pytest.raises(IntegrityError, match="hold_one_at_a_time"), transaction.atomic():
            Booking.objects.filter(pk=second.pk).update(during=(NINE, TEN))
        Booking.objects.filter(pk=first.pk).update(state="cancelled")
        Booking.objects.filter(pk=second.pk).update(during=(NINE, TEN))
        with pytest.raises(IntegrityError, match="hold_one_at_a_time"), transaction.atomic():
            Booking.objects.filter(pk=first.pk).update(state="confirmed")

    def test_places(self, town):
        self.row(town, town.corner, NINE, TEN, heads=12).save()
        with pytest.raises(IntegrityError, match="more people than places"), transaction.atomic():
            self.row(town, town.corner, NINE, TEN, heads=1).save()
        with pytest.raises(IntegrityError, match="more people than places"), transaction.atomic():
            self.row(town, town.left, NINE, TEN, heads=41).save()

    def test_a_hold_by_itself(self, town):
        made = booked(town, town.corner, NINE, TEN, heads=12)
        with pytest.raises(IntegrityError, match="more people than places"), transaction.atomic():
            Hold.objects.create(booking=made, space=town.corner, period=(NINE, TEN), heads=1)
        with pytest.raises(IntegrityError, match="places of this room are taken"), transaction.atomic():
            Hold.objects.create(booking=made, space=town.corner, period=(NINE, TEN))

    def test_a_room_of_another_house(self, town):
        from coordination.facilities.situations import a_venue

        other = a_venue(town.keeper, town.college, town.city["员村街道"])
        row = self.row(town, town.left, NINE, TEN)
        row.venue = other
        with pytest.raises(IntegrityError, match="another venue"), transaction.atomic():
            row.save()
