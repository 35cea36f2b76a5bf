"""What the search calls free can be booked, and what it does not call free cannot: one query for all of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coordination.facilities.situations import MADE_UP, MONDAY, NOW, a_space, a_venue, booked, on, open_from
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.facilities import queries, rules, services
from xuecheng.coordination.facilities.models import RoomWait, Space, Venue
from xuecheng.coordination.facilities.queries import Search
from xuecheng.coordination.facilities.services.booking import bench

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


def free(*periods, **more):
    return {one.name_zh: one.free for one in queries.free_spaces(Search(periods=periods, **more))}


class TestSearching:
    def test_equipment_places_accessibility_and_where(self, town):
        nine = (on(MONDAY, "09:00"), on(MONDAY, "10:00"))
        assert free(nine) == {"阅览角": 1, "礼堂左": 1, "礼堂右": 1, "礼堂": 1}
        assert free(nine, heads=41) == {"礼堂": 1}
        assert free(nine, equipment=["stage", "projector"]) == {"礼堂": 1}
        assert free(nine, equipment=["kitchen"]) == {}
        assert free(nine, within=town.city["天河区"]) == free(nine)
        assert free(nine, within=town.city["从化区"]) == {}
        Venue.objects.filter(pk=town.venue.pk).update(accessibility=["lift"])
        Space.objects.filter(pk=town.left.pk).update(accessibility=["hearing"])
        assert free(nine, accessibility=["hearing", "lift"]) == {"礼堂左": 1}

    def test_a_season_says_on_how_many_dates(self, town):
        weeks = [(on(MONDAY + number * WEEK, "19:00"), on(MONDAY + number * WEEK, "21:00")) for number in range(4)]
        booked(town, town.left, weeks[2][0], weeks[2][1])
        assert free(*weeks, every_date=False) == {"阅览角": 3, "礼堂右": 3, "礼堂左": 2, "礼堂": 2}
        weeks = [weeks[0], *weeks[2:]]
        assert free(*weeks) == {"阅览角": 3, "礼堂右": 3}

    def test_one_query_however_long_the_season(self, town, django_assert_num_queries):
        for dates in (1, 52):
            weeks = [(on(MONDAY + n * WEEK, "19:00"), on(MONDAY + n * WEEK, "21:00")) for n in range(dates)]
            with django_assert_num_queries(1):
                queries.free_spaces(Search(periods=weeks, every_date=False))

    def test_places_of_shared_rooms(self, town):
        nine = (on(MONDAY, "09:00"), on(MONDAY, "10:00"))
        booked(town, town.corner, *nine, heads=8)
        assert "阅览角" in free(nine, heads=4)
        assert "阅览角" not in free(nine, heads=5)


texts = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{half % 2 * 30:02d}")
periods = st.builds(
    lambda day, text, halves: (
        on(MONDAY - timedelta(days=2) + timedelta(days=day), text),
        on(MONDAY - timedelta(days=2) + timedelta(days=day), text) + halves * HOUR / 2,
    ),
    st.integers(0, 16),
    texts,
    st.integers(1, 60),
)


@pytest.fixture
def houses(town):
    """Three houses that are as different as houses get."""
    street = town.city["五山街道"]
    school = a_venue(
        town.keeper, town.college, street, kind="school", name_zh="小学", has_consent=True, makeup_weekday=0
    )
    open_from(town.keeper, school, "07:00", "24:00", range(7))
    open_from(town.keeper, school, "08:00", "17:00", range(5), use="teaching")
    always = a_venue(town.keeper, town.college, street, name_zh="不夜楼", opens_on_holidays=True, makeup_weekday=2)
    week = [hours for day in range(7) for hours in (rules.Hours(day, 0, 720), rules.Hours(day, 720, rules.DAY))]
    services.set_hours(actor=town.keeper, venue=always, use="open", week=week, from_on=MONDAY, why="改")
    rooms = [
        town.hall, town.left, town.right, town.corner,
        a_space(town.keeper, school, name_zh="课室", buffer_before=30),
        a_space(town.keeper, always, name_zh="大厅", buffer_after=30),
    ]  # fmt: skip
    rooms.append(a_space(town.keeper, always, name_zh="小厅", parent=rooms[-1], buffer_after=60))
    services.add_closure(
        actor=town.keeper, public_id=uuid7(), venue=town.venue, space=town.right, kind="closure",
        begins_at=on(MADE_UP, "08:00"), ends_at=on(MADE_UP, "15:00"), reason="盘点",
    )  # fmt: skip
    services.add_closure(
        actor=town.keeper, public_id=uuid7(), venue=always, space=None, kind="defect",
        begins_at=on(MADE_UP, "12:00"), ends_at=None, reason="漏电",
    )  # fmt: skip
    _offered(town, rooms[-1], on(MONDAY, "09:00"), on(MONDAY, "12:00"))
    fresh = Space.objects.select_related("venue__owner", "venue__territory")
    return [fresh.get(pk=room.pk) for room in rooms]


def _offered(town, room, begins, ends):
    """A room that is kept for whoever waited for it."""
    made = RoomWait.objects.create(
        public_id=uuid7(), space=room, venue=room.venue, during=(begins, ends), is_whole=True, heads=5, purpose="排练",
        group_name="等位团", booked_by=town.keeper.person, made_at=NOW, moved_at=NOW,
    )  # fmt: skip
    RoomWait.objects.filter(pk=made.pk).update(state="offered", offered_until=clock.now() + timedelta(days=1))


def free_by_the_rules(houses, wishes, heads):
    """What `book_space` would say, room by room and date by date: on how many dates each room is free."""
    found = dict.fromkeys(houses, 0)
    for room in houses:
        for wish in (rules.Wish(begins, ends, heads) for begins, ends in wishes):
            wanted = services.Wanted(heads=heads, purpose="x", group_name="y")
            known = bench(room, begins=wish.begins, ends=wish.ends, wanted=wanted, at=NOW)
            against = [*rules.conflicts_of_the_house(wish, known.house, known.calendar)]
            against = [one for one in against if not isinstance(one, rules.HolidaysNotKnown)]
            against += filter(None, [rules.conflict_with_others(wish, known.house, known.held)])
            found[room] += not against
    return found


wishes = st.one_of(
    st.lists(periods, min_size=1, max_size=4),
    st.builds(
        lambda period, weeks: [tuple(one + n * WEEK for one in period) for n in range(weeks)],
        periods,
        st.integers(2, 4),
    ),
)


def test_the_search_and_the_rules_say_the_same(town, houses):
    """Whatever is wished, whatever is booked: the one statement against the rules, room by room and date by date.

    Asked for few rooms it looks at them one after the other, asked for more than there are at all of them at once.
    """

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.integers(0, 6), periods, st.integers(1, 12)), max_size=6), wishes, st.integers(1, 12),
        st.integers(1, 3),
    )  # fmt: skip
    # Right behind what is offered to somebody, in the hour that the offered room needs afterwards.
    @example([], [(on(MONDAY, "12:00"), on(MONDAY, "12:30"))], 1, 1)
    def agree(bookings, wished, heads, few):
        # Undone if they do not agree, too: else the next try finds what this one booked.
        with transaction.atomic():
            for number, period, others in bookings:
                try:
                    booked(town, houses[number], *period, heads=others, group_name=str(uuid7()))
                except rules.Conflict:
                    continue
            known = free_by_the_rules(houses, wished, heads)
            ordered = sorted(filter(known.get, houses), key=lambda room: (-known[room], room.capacity, room.pk))
            whole = [room for room in ordered if known[room] == len(wished)]
            for rooms, limit, every_date in (
                (ordered, 40, False), (ordered, few, False), (whole, 40, True), (whole, few, True),
            ):  # fmt: skip
                search = Search(periods=wished, heads=heads, every_date=every_date, limit=limit)
                found = [(one.space_id, one.free) for one in queries.free_spaces(search)]
                assert found == [(room.pk, known[room]) for room in rooms[:limit]], (wished, limit, every_date)
            transaction.set_rollback(True)

    agree()
