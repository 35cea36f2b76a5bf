"""Rooms lent between units (A4, P-03): booked within their days and hours and nowhere else, ended with notice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from city.situations import a_registrar, a_stranger, an_organisation
from coordination.classes.situations import a_live_class, a_teacher, sessions
from coordination.facilities.situations import MONDAY, NOW, ZONE, Town, a_loan, a_space, booked, on, open_always, wanted
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import queries as classes
from xuecheng.coordination.classes import services as teaching
from xuecheng.coordination.facilities import queries, rules, services
from xuecheng.coordination.facilities.models import Booking, LoanUse, RoomLoan, RoomWait

pytestmark = pytest.mark.django_db
TODAY = clock.date_of(NOW)
EVENING = (on(MONDAY, "19:00"), on(MONDAY, "21:00"))


def a_borrower(town: Town) -> tuple[Organisation, Standing]:
    unit = an_organisation(town.city["从化区"], name_zh="从化区社区学院")
    return unit, a_registrar(unit, "邱老师")


def books(town: Town, unit: Organisation, clerk: Standing, space: Any, *when: Any, **more: Any) -> Booking:
    begins, ends = when or EVENING
    own = {"group_name": "", "group_organisation": unit} | more
    return booked(town, space, begins, ends, actor=clerk, **own)


@given(st.integers(-2, 100), st.integers(0, 24 * 60), st.integers(1, 26 * 60))
def test_what_is_covered_lies_within_days_and_hours(day: int, minute: int, length: int) -> None:
    lent = rules.Lent(MONDAY, MONDAY + timedelta(days=60), [0, 2], 18 * 60, 24 * 60)
    begins = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=ZONE) + timedelta(days=day, minutes=minute)
    ends = begins + timedelta(minutes=length)
    last = ends - timedelta(microseconds=1)
    fits = (
        begins.date() == last.date() and MONDAY <= begins.date() < MONDAY + timedelta(days=60)
        and begins.weekday() in (0, 2) and begins.hour >= 18
    )  # fmt: skip
    assert lent.covers(begins, ends, ZONE) == fits


def test_a_room_is_booked_within_its_loan_and_only_within_it(town: Town) -> None:
    unit, clerk = a_borrower(town)
    with pytest.raises(Denied):
        books(town, unit, clerk, town.left)
    a_loan(town.keeper, town.venue, unit, space=town.hall, weekdays=[0])
    made = books(town, unit, clerk, town.left)
    assert LoanUse.objects.get(booking=made).loan.borrower_id == unit.pk
    tuesday = tuple(one + timedelta(days=1) for one in EVENING)
    for room, when in (
        (town.hall, tuesday),
        (town.hall, (on(MONDAY, "17:59"), on(MONDAY, "18:30"))),
        (town.right, (on(MONDAY, "21:30"), on(MONDAY, "22:01"))),
        (town.hall, tuple(one + timedelta(weeks=13) for one in EVENING)),
    ):
        with pytest.raises(rules.NotWithinLoan):
            books(town, unit, clerk, room, *when)
    # The corner is no part of the hall; and whoever is lent a room books for itself, and takes nobody's place.
    with pytest.raises(Denied):
        books(town, unit, clerk, town.corner)
    with pytest.raises(services.LentToTheUnit):
        books(town, unit, clerk, town.right, group_name="别人的团", group_organisation=None)
    with pytest.raises(rules.SpaceTaken):
        books(town, unit, clerk, town.hall)
    stranger, others = a_stranger(), a_registrar(an_organisation(town.city["从化区"]))
    for who in (stranger, others):
        with pytest.raises(Denied):
            books(town, unit, who, town.right)
        with pytest.raises(Denied):
            services.cancel_booking(actor=who, booking=made, at=NOW, why="闹着玩")
    services.cancel_booking(actor=clerk, booking=made, at=NOW, why="改期")


def test_lending_is_refused_in_its_words_and_the_same_twice(town: Town) -> None:
    unit, clerk = a_borrower(town)
    for who in (clerk, a_stranger()):
        with pytest.raises(Denied):
            a_loan(who, town.venue, unit)
    for refusal, more in (
        (rules.LoanPeriodWrong, {"ends_on": TODAY - timedelta(days=1)}),
        (rules.LoanPeriodWrong, {"ends_on": TODAY + timedelta(days=4 * 366)}),
        (rules.LoanHoursWrong, {"weekdays": []}),
        (rules.LoanHoursWrong, {"ends": 18 * 60}),
        (services.ReasonNeeded, {"purpose": " "}),
    ):
        with pytest.raises(refusal):
            a_loan(town.keeper, town.venue, unit, **more)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(services.LentToItself):
        a_loan(town.keeper, town.venue, town.college)
    text = services.LoanText(
        begins_on=TODAY, ends_on=TODAY + timedelta(days=30), weekdays=[0], begins=540, ends=600, purpose="书法班"
    )
    same: dict[str, Any] = {
        "actor": town.keeper, "public_id": uuid7(), "venue": town.venue, "space": None, "borrower": unit, "at": NOW,
    }  # fmt: skip
    assert services.lend_room(text=text, **same) == services.lend_room(text=text, **same)
    with pytest.raises(FormUsedBefore):
        services.lend_room(text=text, **(same | {"space": town.hall}))
    assert Notice.objects.filter(kind="facilities.room_lent", person=clerk.person).count() == 1
    loan = RoomLoan.objects.get()
    for change in ({"minutes": (0, 60)}, {"borrower": town.college}, {"ended_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoomLoan.objects.filter(pk=loan.pk).update(**change)


def test_p03_it_ends_with_notice_and_gives_back_what_is_booked_after(town: Town) -> None:
    unit, clerk = a_borrower(town)
    loan = a_loan(town.keeper, town.venue, unit)
    first = books(town, unit, clerk, town.left)
    late = tuple(one + timedelta(weeks=2) for one in EVENING)
    second = books(town, unit, clerk, town.left, *late)
    end: dict[str, Any] = {"loan": loan, "at": NOW, "why": "教学楼大修"}
    first_day = TODAY + timedelta(days=rules.NOTICE_DAYS)
    with pytest.raises(rules.NoticeTooShort):
        services.end_loan(actor=town.keeper, ended_on=first_day - timedelta(days=1), **end)
    with pytest.raises(Denied):
        services.end_loan(actor=a_stranger(), ended_on=first_day, **end)
    assert services.end_loan(actor=town.keeper, ended_on=first_day, **end) == 1
    with pytest.raises(services.LoanEnded):
        services.end_loan(actor=town.keeper, ended_on=first_day, **end)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("confirmed", "cancelled")
    with pytest.raises(rules.NotWithinLoan):
        books(town, unit, clerk, town.left, *late)
    assert Notice.objects.filter(kind="facilities.loan_ended", person=clerk.person).count() == 1
    # Whoever borrowed it needs no notice.
    other = a_loan(town.keeper, town.venue, unit, space=town.corner)
    services.end_loan(actor=clerk, loan=other, ended_on=TODAY, at=NOW, why="不用了")


def series(town: Town, unit: Organisation, clerk: Standing, space: Any, **more: Any) -> Any:
    pattern = services.Pattern(
        **{
            "begins_on": MONDAY, "ends_on": MONDAY + timedelta(weeks=3), "weekday": 0, "begins_minute": 19 * 60,
            "length_minutes": 90, **more.pop("pattern", {}),
        }
    )  # fmt: skip
    whole = wanted(**({"group_name": "", "group_organisation": unit} | more))
    return services.book_series(
        actor=clerk, public_id=uuid7(), space=space, pattern=pattern, wanted=whole, at=NOW
    )  # fmt: skip


def test_b04_a_borrower_books_a_series_and_what_is_not_lent_is_refused_as_such(town: Town) -> None:
    unit, clerk = a_borrower(town)
    with pytest.raises(Denied):
        series(town, unit, clerk, town.left)
    # Lent on Mondays until before the fourth; the second is a holiday, the keeper's own group has the third.
    end = MONDAY + timedelta(weeks=3)
    loan = a_loan(town.keeper, town.venue, unit, space=town.hall, weekdays=[0], ends_on=end - timedelta(days=1))
    booked(town, town.left, *(one + timedelta(weeks=2) for one in EVENING))
    made = series(town, unit, clerk, town.left)
    assert [(one.result, one.reason, one.conflict) for one in made.occurrences.order_by("on")] == [
        ("accepted", "", ""), ("refused", "holiday", "ClosedOnHoliday"), ("refused", "overlap", "SpaceTaken"),
        ("refused", "closed", "LentAtOtherTimes"),
    ]  # fmt: skip
    assert [one.loan_use.loan for one in made.bookings.all()] == [loan]
    for more, refusal in (
        ({"pattern": {"weekday": 1}}, rules.NotWithinLoan),
        ({"group_name": "别人的团", "group_organisation": None}, services.LentToTheUnit),
    ):
        with pytest.raises(refusal):
            series(town, unit, clerk, town.right, **more)
    others = a_registrar(an_organisation(town.city["从化区"]))
    there = reverse("facilities:show_series", args=[made.public_id])
    for who, status in ((clerk, 200), (others, 403), (town.keeper, 200)):
        client = Client()
        client.force_login(who.person)
        assert client.get(there).status_code == status
    with pytest.raises(Denied):
        services.cancel_series(actor=others, series=made, at=NOW, why="闹着玩")
    assert services.cancel_series(actor=clerk, series=made, at=NOW, why="改期") == 1


def test_b07_a_borrower_waits_for_what_is_lent_and_no_longer_than_it_is(town: Town) -> None:
    unit, clerk = a_borrower(town)
    loan = a_loan(town.keeper, town.venue, unit, space=town.hall)
    taken = booked(town, town.hall, *EVENING)

    def waits(**more: Any) -> RoomWait:
        begins, ends = more.pop("when", EVENING)
        own = wanted(**({"group_name": "", "group_organisation": unit} | more))
        return services.wait_for_room(
            actor=clerk, public_id=uuid7(), space=town.left, begins_at=begins, ends_at=ends, wanted=own, at=NOW
        )

    with pytest.raises(services.LentToTheUnit):
        waits(group_name="别人的团", group_organisation=None)
    with pytest.raises(rules.NotWithinLoan):
        waits(when=(on(MONDAY, "09:00"), on(MONDAY, "10:00")))
    first = waits()
    assert first.loan == loan
    others = a_registrar(an_organisation(town.city["从化区"]))
    assert [list(queries.room_waits(one)) for one in (clerk, others, town.keeper)] == [[first], [], [first]]
    services.cancel_booking(actor=town.keeper, booking=taken, at=NOW, why="散了")
    first.refresh_from_db()
    assert first.state == "offered"
    for verb in (services.take_room_offer, services.leave_room_line):
        with pytest.raises(Denied):
            verb(actor=others, wait=first, at=NOW)
    made = services.take_room_offer(actor=clerk, wait=first, at=NOW)
    assert LoanUse.objects.get(booking=made).loan == loan
    # Whoever waits for what is lent no more waits no more, and is told.
    later = tuple(one + timedelta(weeks=2) for one in EVENING)
    booked(town, town.left, *later)
    second = waits(when=later)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoomWait.objects.filter(pk=second.pk).update(loan=None)
    services.end_loan(actor=clerk, loan=loan, ended_on=TODAY, at=NOW, why="不用了")
    second.refresh_from_db()
    assert second.state == "lapsed"
    assert Notice.objects.filter(kind="facilities.room_lapsed", person=clerk.person).count() == 1


def test_pages_show_what_is_lent_and_a_class_is_planned_there(town: Town) -> None:
    at = clock.now()
    unit, clerk = a_borrower(town)
    room = open_always(town.keeper, town.college)
    day = clock.date_of(at) + timedelta(days=3)
    owner, borrower, others = Client(), Client(), Client()
    owner.force_login(town.keeper.person)
    borrower.force_login(clerk.person)
    others.force_login(a_registrar(an_organisation(town.city["从化区"])).person)
    house = reverse("facilities:show_venue", args=[room.venue.public_id])
    there = reverse("facilities:lend_room", args=[room.venue.public_id])
    typed = {
        "public_id": str(uuid7()), "borrower": unit.code, "space": room.pk, "begins_on": str(clock.date_of(at)),
        "ends_on": str(day + timedelta(days=30)), "weekdays": [str(day.weekday())], "begins": "19:00", "ends": "21:00",
        "purpose": "借给从化上课",
    }  # fmt: skip
    assert borrower.post(there, typed).status_code == 403
    assert owner.post(there, typed | {"ends_on": "2020-01-01"}).status_code == 422
    assert owner.post(there, typed).status_code == 302
    loan = RoomLoan.objects.get()
    end = reverse("facilities:end_loan", args=[loan.public_id])
    for client, sees in ((owner, True), (borrower, True), (others, False), (Client(), False)):
        page = client.get(house).content.decode()
        assert ("借给从化上课" in page) is sees
        assert (end in page) is sees
    assert reverse("facilities:book_space", args=[room.public_id]) in borrower.get(house).content.decode()
    assert others.get(end).status_code == 403
    # The borrower plans a class in it: within the hours only.
    row = a_live_class(clerk, unit, count=0)
    assert room in classes.rooms_to_book(clerk, unit)
    assert a_space(town.keeper, room.venue, name_zh="没借的") not in classes.rooms_to_book(clerk, unit)
    teacher = a_teacher(unit, "任课人", at=at)
    wish: dict[str, Any] = {"actor": clerk, "course_class": row, "space": room, "teacher": teacher, "at": at}

    def slot(hour: int) -> list[Any]:
        return teaching.slots_of(uuid7(), [day], datetime(2026, 1, 1, hour).time(), 90)

    (outcome,) = teaching.try_sessions(slots=slot(9), **wish)
    assert [type(one) for one in outcome.refusals] == [rules.NotWithinLoan]
    teaching.add_sessions(slots=slot(19), **wish)
    (held,) = sessions(row)
    assert held.booking
    booking = reverse("facilities:show_booking", args=[held.booking.public_id])
    assert borrower.get(booking).status_code == 200
    assert others.get(booking).status_code == 403
    assert borrower.post(end, {"ended_on": str(clock.today()), "why": "不用了"}).status_code == 302
    held.booking.refresh_from_db()
    assert held.booking.state == "cancelled"
