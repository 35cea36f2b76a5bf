"""Sixteen at once, on sixteen real connections: one gets the room, nobody deadlocks."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from city.test_races import at_once
from coordination.facilities.situations import MONDAY, NOW, Town, a_series, a_town, booked, on, wanted
from xuecheng.city.ids import uuid7
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import Booking, BookingSeries, Hold

pytestmark = pytest.mark.django_db(transaction=True)
NINE, TEN = on(MONDAY, "09:00"), on(MONDAY, "10:00")


@pytest.fixture
def town(transactional_db: None) -> Town:
    return a_town()


def test_of_sixteen_one_gets_the_room_whole_or_part(town: Town) -> None:
    for round_no in range(3):
        day = timedelta(days=round_no)
        answers = at_once(*[partial(booked, town, town.hall, NINE + day, TEN + day)] * 16)
        assert Counter(type(one) for one in answers) == {Booking: 1, rules.SpaceTaken: 15}
    rooms = [town.hall, town.left, town.right] * 5
    evening = (on(MONDAY, "19:00"), on(MONDAY, "20:00"))
    answers = at_once(*(partial(booked, town, room, *evening, group_name=f"团{n}") for n, room in enumerate(rooms)))
    kinds = Counter(type(one) for one in answers)
    assert set(kinds) <= {Booking, rules.SpaceTaken}
    won = [one.space_id for one in answers if isinstance(one, Booking)]
    assert won == [town.hall.pk] or sorted(won) == sorted([town.left.pk, town.right.pk])


def test_places_are_never_given_twice(town: Town) -> None:
    calls = [partial(booked, town, town.corner, NINE, TEN, heads=3, group_name=f"团{n}") for n in range(16)]
    answers = at_once(*calls)
    assert Counter(type(one) for one in answers) == {Booking: 4, rules.SeatsTaken: 12}


def test_one_form_sent_sixteen_times_is_one_booking(town: Town) -> None:
    number = uuid7()
    answers = at_once(*[partial(booked, town, town.hall, NINE, TEN, public_id=number)] * 16)
    assert Counter(type(one) for one in answers) == {Booking: 16}
    assert Booking.objects.count() == 1


def test_past_the_service_rivals_queue_too(town: Town) -> None:
    """The trigger locks the house itself: with an exclusion constraint alone rivals would deadlock."""

    def write(space: object) -> str:
        with transaction.atomic():
            Booking.objects.create(
                public_id=uuid7(), space=space, venue=town.venue, during=(NINE, TEN), state="confirmed",
                booked_by=town.keeper.person, made_at=NOW, **wanted().values(),
            )  # fmt: skip
        return "made"

    for _round in range(3):
        rooms = [town.hall, town.left, town.right, town.hall] * 4
        answers = at_once(*(partial(write, room) for room in rooms))
        assert not [one for one in answers if "deadlock" in str(one)]
        assert 1 <= answers.count("made") <= 2
        Booking.objects.all().update(state="cancelled")


def test_series_and_single_bookings_cross_and_never_double(town: Town) -> None:
    calls = [partial(a_series, town, room, group_name=f"班{room.pk}") for room in (town.hall, town.left, town.right)]
    evening = (on(MONDAY, "19:30"), on(MONDAY, "20:30"))
    calls += [partial(booked, town, town.left, *evening, group_name=f"团{n}") for n in range(9)]
    answers = at_once(*calls)
    kinds = {type(one) for one in answers}
    assert kinds <= {BookingSeries, Booking, rules.SpaceTaken}
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from facilities_hold a join facilities_hold b on a.id < b.id and a.space_id = b.space_id "
            "and a.period && b.period"
        )
        assert cursor.fetchone() == (0,)
    assert Hold.objects.exists()


def test_coming_cancelling_and_releasing_meet_and_one_is_first(town: Town) -> None:
    made = booked(town, town.left, NINE, TEN)
    at = NINE + timedelta(minutes=15)
    answers = at_once(
        partial(services.check_in, actor=town.keeper, booking=made, at=NINE),
        partial(services.cancel_booking, actor=town.keeper, booking=made, at=NINE, why="散了"),
        partial(services.release_missed, at=at),
        partial(services.release_missed, at=at),
    )
    assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, services.BookingSettled)]
    made.refresh_from_db()
    assert made.state in ("confirmed", "cancelled", "released")
    assert (made.state == "released") <= (made.checked_in_at is None)
