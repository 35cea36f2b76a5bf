"""The line for a room (B-07): who was refused waits, the first is asked when it comes free, nobody has it twice."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from city.situations import a_registrar, a_stranger, an_organisation
from coordination.facilities.situations import MONDAY, NOW, Town, a_wait, booked, on, wanted
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import Booking, RoomWait

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN, NOON = (on(MONDAY, text) for text in ("09:00", "10:00", "11:00", "12:00"))
HALF = timedelta(hours=rules.judging.OFFER_HOURS)


def waits(town: Town, space: Any, begins: Any = NINE, ends: Any = TEN, *, at: Any = NOW, **more: Any) -> RoomWait:
    more = {"actor": town.keeper, "public_id": uuid7()} | more
    own = {name: more.pop(name) for name in ("actor", "public_id")}
    return services.wait_for_room(space=space, begins_at=begins, ends_at=ends, wanted=wanted(**more), at=at, **own)


def other_clerk(town: Town) -> Any:
    return a_registrar(town.college, "陈文员")


def state(row: RoomWait) -> str:
    row.refresh_from_db()
    return row.state


def test_only_what_is_taken_is_waited_for_and_once(town: Town) -> None:
    with pytest.raises(services.RoomIsFree):
        waits(town, town.left)
    booked(town, town.hall, NINE, TEN)
    number = uuid7()
    first = waits(town, town.left, public_id=number)
    assert waits(town, town.left, public_id=number) == first
    with pytest.raises(FormUsedBefore):
        waits(town, town.left, public_id=number, heads=3)
    with pytest.raises(services.WaitsAlready):
        waits(town, town.left)
    with pytest.raises(rules.OutsideOpeningHours):
        waits(town, town.left, on(MONDAY, "06:00"), on(MONDAY, "07:00"))
    with pytest.raises(rules.TooManyHeads):
        waits(town, town.left, heads=41)
    for who in (a_stranger(), a_registrar(an_organisation(town.city["从化区"]))):
        for verb in (
            partial(waits, town, town.left, actor=who),
            partial(services.take_room_offer, actor=who, wait=first, at=NOW),
            partial(services.leave_room_line, actor=who, wait=first, at=NOW),
        ):
            with pytest.raises(Denied):
                verb()


def test_the_first_is_asked_it_is_kept_for_them_and_the_next_after_them(town: Town) -> None:
    made = booked(town, town.hall, NINE, TEN)
    first = waits(town, town.left)
    second = waits(town, town.left, actor=other_clerk(town), group_name="书画社")
    beside = waits(town, town.right, group_name="舞蹈队")
    services.cancel_booking(actor=town.keeper, booking=made, at=NOW, why="散了")
    assert [state(one) for one in (first, second, beside)] == ["offered", "waiting", "offered"]
    assert first.offered_until == NOW + HALF
    assert Notice.objects.filter(kind="facilities.room_offered").count() == 2
    # While it is kept nobody else has it, nor what it is part of; and it is not found as free.
    for room in (town.left, town.hall):
        with pytest.raises(rules.SpaceTaken):
            booked(town, room, NINE, TEN, group_name="别人")
    # Its time runs out: then the next is asked, whoever was first cannot take it any more.
    late = NOW + HALF
    assert services.tend_room_lines(at=late - timedelta(microseconds=1)) == 0
    with pytest.raises(services.NotOffered):
        services.take_room_offer(actor=town.keeper, wait=first, at=late)
    services.leave_room_line(actor=town.keeper, wait=beside, at=NOW)
    assert services.tend_room_lines(at=late) == 1
    assert services.tend_room_lines(at=late) == 0
    assert [state(one) for one in (first, second, beside)] == ["lapsed", "offered", "left"]
    taken = services.take_room_offer(actor=town.keeper, wait=second, at=late)
    assert services.take_room_offer(actor=town.keeper, wait=second, at=late) == taken
    assert (taken.state, taken.space_id, taken.group_name) == ("confirmed", town.left.pk, "书画社")
    assert Booking.objects.filter(space=town.left, state="confirmed").count() == 1
    with pytest.raises(services.NotInLine):
        services.leave_room_line(actor=town.keeper, wait=second, at=late)


def test_places_of_a_shared_room_go_to_as_many_as_fit(town: Town) -> None:
    made = booked(town, town.corner, NINE, TEN, heads=12)
    rows = [waits(town, town.corner, actor=who, heads=heads, group_name=f"组{heads}") for who, heads in (
        (town.keeper, 8), (other_clerk(town), 5), (a_registrar(town.college, "第三人"), 4))]  # fmt: skip
    services.cancel_booking(actor=town.keeper, booking=made, at=NOW, why="散了")
    # Eight of twelve, then four: five do not fit beside them and go on waiting.
    assert [state(one) for one in rows] == ["offered", "waiting", "offered"]
    with pytest.raises(rules.SeatsTaken):
        booked(town, town.corner, NINE, TEN, heads=1, group_name="别人")


def test_who_does_not_come_makes_room_for_who_waits_and_what_has_passed_ends(town: Town) -> None:
    booked(town, town.left, NINE, ELEVEN)
    booked(town, town.right, NINE, TEN)
    first, past = waits(town, town.left, NINE, ELEVEN), waits(town, town.right, actor=other_clerk(town))
    at = NINE + timedelta(minutes=15)
    services.came_to_room(Booking.objects.get(space=town.right), at=NINE)
    assert len(services.release_missed(at=at)) == 1
    assert state(first) == "offered"
    assert first.offered_until == at + timedelta(minutes=rules.judging.OFFER_MINUTES)
    services.take_room_offer(actor=town.keeper, wait=first, at=at)
    services.tend_room_lines(at=TEN)
    assert state(past) == "lapsed"


@pytest.mark.parametrize(
    ("hours", "length", "kept"),
    [(48, 2, 12 * 60), (3, 2, 180), (0, 2, 30), (-1, 2, 30), (-1, 1.25, 15)],
)
def test_an_offer_lasts_half_a_day_to_its_begin_half_an_hour_or_to_the_end(
    hours: int, length: float, kept: int
) -> None:
    begins = NOW + timedelta(hours=hours)
    assert rules.offer_ends(NOW, begins, begins + timedelta(hours=length)) == NOW + timedelta(minutes=kept)


def test_the_database_keeps_the_order_and_one_offer(town: Town) -> None:
    made = booked(town, town.left, NINE, TEN)
    first = waits(town, town.left)
    second = waits(town, town.left, actor=other_clerk(town))
    services.cancel_booking(actor=town.keeper, booking=made, at=NOW, why="散了")
    for row, change in (
        (second, {"state": "offered", "offered_until": NOON}),
        (second, {"state": "taken", "booking": made}),
        (first, {"state": "waiting", "offered_until": None}),
        (first, {"during": (TEN, ELEVEN)}),
        (first, {"state": "taken", "offered_until": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoomWait.objects.filter(pk=row.pk).update(**change)


def test_pages_from_refusal_to_the_room(town: Town, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.force_login(town.keeper.person)
    wait = a_wait(town.keeper, town.college)
    taken = Booking.objects.get()
    here = taken.begins_at.astimezone(clock.zone())
    there = reverse("facilities:book_space", args=[taken.space.public_id])
    typed = {
        "public_id": str(uuid7()), "on": str(here.date()), "begins": f"{here:%H:%M}",
        "ends": f"{here + timedelta(minutes=30):%H:%M}", "heads": 10, "group_name": "书画社", "purpose": "练习",
    }  # fmt: skip
    refused = client.post(there, typed)
    assert refused.status_code == 422
    assert 'value="wait"' in refused.content.decode()
    assert client.post(there, typed | {"act": "wait"}).status_code == 302
    assert RoomWait.objects.filter(group_name="书画社", state="waiting").exists()
    services.cancel_booking(actor=town.keeper, booking=taken, at=clock.now(), why="散了")
    lines = reverse("facilities:list_waits")
    with django_assert_max_num_queries(12):
        page = client.get(lines).content.decode()
    answer = reverse("facilities:answer_wait", args=[wait.public_id, "take"])
    assert answer in page
    stranger = Client()
    stranger.force_login(a_registrar(an_organisation(town.city["从化区"])).person)
    assert "等位团" not in stranger.get(lines).content.decode()
    assert stranger.post(answer).status_code == 404
    assert client.post(reverse("facilities:answer_wait", args=[wait.public_id, "burn"])).status_code == 404
    assert client.post(answer).status_code == 302
    assert state(wait) == "taken"
