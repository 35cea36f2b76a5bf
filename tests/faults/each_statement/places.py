"""Verbs of places: keeping them, booking rooms in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from city.situations import a_registrar, an_organisation
from coordination.facilities.situations import (
    NOW,
    a_booking,
    a_loan,
    a_request,
    a_space,
    a_venue,
    a_wait,
    open_always,
    wanted,
)
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.facilities import rules, services
from xuecheng.coordination.facilities.models import Booking, Closure, LoanRequest, Space, Venue


def _keeper(town: Town) -> Any:
    return town.city.registrar


def _venue(town: Town, name: str = "学院楼") -> Venue:
    return a_venue(_keeper(town), town.city.college, town.places["五山街道"], name_zh=name)


def _booking(town: Town) -> Booking:
    return a_booking(_keeper(town), town.city.college)


def _tomorrow() -> datetime:
    return clock.now() + timedelta(days=1)


@row("coordination.facilities.create_venue")
def _(town: Town) -> Verb:
    facts = services.VenueFacts(kind="library", name_zh="分馆", territory=town.places["五山街道"], address="1号")
    number = uuid7()
    return lambda: services.create_venue(
        actor=_keeper(town), public_id=number, owner=town.city.college, facts=facts, why=WHY
    )


@row("coordination.facilities.change_venue")
def _(town: Town) -> Verb:
    venue = _venue(town)
    facts = services.VenueFacts(kind="library", name_zh="分馆", territory=venue.territory, address="1号")
    return lambda: services.change_venue(actor=_keeper(town), venue=venue, facts=facts, why=WHY)


@row("coordination.facilities.close_venue")
def _(town: Town) -> Verb:
    venue = _venue(town)
    return lambda: services.close_venue(actor=_keeper(town), venue=venue, why=WHY)


@row("coordination.facilities.reopen_venue")
def _(town: Town) -> Verb:
    venue = services.close_venue(actor=_keeper(town), venue=_venue(town), why=WHY)
    return lambda: services.reopen_venue(actor=_keeper(town), venue=venue, why=WHY)


@row("coordination.facilities.add_space")
def _(town: Town) -> Verb:
    hall = a_space(_keeper(town), _venue(town), name_zh="礼堂")
    number, facts = uuid7(), services.SpaceFacts(name_zh="舞台", capacity=9)
    return lambda: services.add_space(
        actor=_keeper(town), public_id=number, venue=hall.venue, parent=hall, facts=facts, why=WHY
    )


@row("coordination.facilities.change_space")
def _(town: Town) -> Verb:
    hall = a_space(_keeper(town), _venue(town), name_zh="礼堂")
    facts = services.SpaceFacts(name_zh="大礼堂", capacity=9)
    return lambda: services.change_space(actor=_keeper(town), space=hall, facts=facts, why=WHY)


@row("coordination.facilities.set_hours")
def _(town: Town) -> Verb:
    venue, week = _venue(town), [rules.Hours(0, 0, 60), rules.Hours(1, 0, 60)]
    return lambda: services.set_hours(
        actor=_keeper(town), venue=venue, use="open", week=week, from_on=clock.today(), why=WHY
    )


def _closed(town: Town, *, begins: datetime) -> Closure:
    return services.add_closure(
        actor=_keeper(town), public_id=uuid7(), venue=_venue(town), space=None, kind="defect", begins_at=begins,
        ends_at=None, reason=WHY,
    )  # fmt: skip


@row("coordination.facilities.add_closure")
def _(town: Town) -> Verb:
    venue, number, begins = _venue(town), uuid7(), _tomorrow()
    return lambda: services.add_closure(
        actor=_keeper(town), public_id=number, venue=venue, space=None, kind="defect", begins_at=begins, ends_at=None,
        reason=WHY,
    )  # fmt: skip


@row("coordination.facilities.end_closure")
def _(town: Town) -> Verb:
    closure = _closed(town, begins=NOW)
    return lambda: services.end_closure(actor=_keeper(town), closure=closure, at=clock.now(), why=WHY)


@row("coordination.facilities.book_space")
def _(town: Town) -> Verb:
    room, number, begins, at = open_always(_keeper(town), town.city.college), uuid7(), _tomorrow(), clock.now()
    return lambda: services.book_space(
        actor=_keeper(town), public_id=number, space=room, begins_at=begins, ends_at=begins + timedelta(hours=1),
        wanted=wanted(), at=at,
    )  # fmt: skip


@row("coordination.facilities.confirm_booking")
def _(town: Town) -> Verb:
    made = _booking(town)
    Booking.objects.filter(pk=made.pk).update(state="proposed")
    return lambda: services.confirm_booking(actor=_keeper(town), booking=made, at=clock.now())


@row("coordination.facilities.cancel_booking")
def _(town: Town) -> Verb:
    made = _booking(town)
    return lambda: services.cancel_booking(actor=_keeper(town), booking=made, at=clock.now(), why=WHY)


@row("coordination.facilities.check_in")
def _(town: Town) -> Verb:
    made = _booking(town)
    return lambda: services.check_in(actor=_keeper(town), booking=made, at=made.begins_at)


@row("coordination.facilities.release_missed")
def _(town: Town) -> Verb:
    made = _booking(town)
    return lambda: services.release_missed(at=made.ends_at)


@row("coordination.facilities.wait_for_room")
def _(town: Town) -> Verb:
    taken, number, at = _booking(town), uuid7(), clock.now()
    return lambda: services.wait_for_room(
        actor=_keeper(town), public_id=number, space=taken.space, begins_at=taken.begins_at, ends_at=taken.ends_at,
        wanted=wanted(group_name="等位团"), at=at,
    )  # fmt: skip


@row("coordination.facilities.take_room_offer")
def _(town: Town) -> Verb:
    wait, at = a_wait(_keeper(town), town.city.college, is_offered=True), clock.now()
    return lambda: services.take_room_offer(actor=_keeper(town), wait=wait, at=at)


@row("coordination.facilities.leave_room_line")
def _(town: Town) -> Verb:
    wait, at = a_wait(_keeper(town), town.city.college, is_offered=True), clock.now()
    return lambda: services.leave_room_line(actor=_keeper(town), wait=wait, at=at)


@row("coordination.facilities.tend_room_lines")
def _(town: Town) -> Verb:
    wait = a_wait(_keeper(town), town.city.college, is_offered=True)
    return lambda: services.tend_room_lines(at=wait.offered_until)


@row("coordination.facilities.lend_room")
def _(town: Town) -> Verb:
    venue, number, at = _venue(town), uuid7(), clock.now()
    other, today = an_organisation(town.places["天河区"]), clock.today()
    text = services.LoanText(
        begins_on=today, ends_on=today + timedelta(days=30), weekdays=[0], begins=540, ends=600, purpose="书法班"
    )
    return lambda: services.lend_room(
        actor=_keeper(town), public_id=number, venue=venue, space=None, borrower=other, text=text, at=at
    )


@row("coordination.facilities.end_loan")
def _(town: Town) -> Verb:
    at, day = clock.now(), clock.today() + timedelta(days=20)
    loan = a_loan(_keeper(town), _venue(town), an_organisation(town.places["天河区"]), at=at)
    return lambda: services.end_loan(actor=_keeper(town), loan=loan, ended_on=day, at=at, why=WHY)


def _asked(town: Town) -> tuple[Any, LoanRequest]:
    """A unit elsewhere asks for a place of the registrar's college."""
    other = an_organisation(town.places["天河区"])
    asker = a_registrar(other)
    return asker, a_request(asker, other, _venue(town), at=clock.now())


@row("coordination.facilities.ask_for_room")
def _(town: Town) -> Verb:
    venue, number, at, today = _venue(town), uuid7(), clock.now(), clock.today()
    other = an_organisation(town.places["天河区"])
    asker = a_registrar(other)
    text = services.LoanText(
        begins_on=today, ends_on=today + timedelta(days=30), weekdays=[0], begins=540, ends=600, purpose="书法班"
    )
    return lambda: services.ask_for_room(
        actor=asker, public_id=number, venue=venue, space=None, unit=other, text=text, at=at
    )


@row("coordination.facilities.grant_request")
def _(town: Town) -> Verb:
    _asker, asked = _asked(town)
    at = clock.now()
    return lambda: services.grant_request(actor=_keeper(town), request=asked, at=at)


@row("coordination.facilities.refuse_request")
def _(town: Town) -> Verb:
    _asker, asked = _asked(town)
    at = clock.now()
    return lambda: services.refuse_request(actor=_keeper(town), request=asked, why=WHY, at=at)


@row("coordination.facilities.take_back_request")
def _(town: Town) -> Verb:
    asker, asked = _asked(town)
    at = clock.now()
    return lambda: services.take_back_request(actor=asker, request=asked, at=at)


@row("coordination.facilities.excuse_no_show")
def _(town: Town) -> Verb:
    made = _booking(town)
    services.release_missed(at=made.ends_at)
    return lambda: services.excuse_no_show(actor=_keeper(town), booking=made, why=WHY)


def _pattern() -> services.Pattern:
    monday = rules.week_of(clock.today()) + timedelta(weeks=1)
    return services.Pattern(
        begins_on=monday, ends_on=monday + timedelta(weeks=2), weekday=0, begins_minute=600, length_minutes=60
    )


def _room(town: Town) -> Space:
    return open_always(_keeper(town), town.city.college)


@row("coordination.facilities.book_series")
def _(town: Town) -> Verb:
    room, number, at = _room(town), uuid7(), clock.now()
    return lambda: services.book_series(
        actor=_keeper(town), public_id=number, space=room, pattern=_pattern(), wanted=wanted(), at=at
    )


@row("coordination.facilities.cancel_series")
def _(town: Town) -> Verb:
    made = services.book_series(
        actor=_keeper(town), public_id=uuid7(), space=_room(town), pattern=_pattern(), wanted=wanted(), at=clock.now()
    )
    return lambda: services.cancel_series(actor=_keeper(town), series=made, at=clock.now(), why=WHY)


@row("coordination.facilities.set_terms")
def _(town: Town) -> Verb:
    today = clock.today()
    return lambda: services.set_terms(
        actor=town.operator, city=town.places["广州市"], level="district", numbers=rules.Terms(), begins_on=today,
        today=today, why=WHY,
    )  # fmt: skip
