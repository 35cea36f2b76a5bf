"""Verbs of whoever was refused a room: to wait for it, to take what is offered, to leave the line (B-07)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.facilities import queries, rules
from xuecheng.coordination.facilities.models import Booking, RoomWait, Space, Venue
from xuecheng.coordination.facilities.queries import BOOK

from .bench import Wanted, bench, check_fits
from .booking import book_space
from .keeping import locked
from .lending import for_the_unit, require_reach, require_with_wait
from .line import lapse_offers, offer_next, wanted_of


class RoomIsFree(Refusal):
    message = _("This room is free then: nobody need wait for it.")
    remedy = _("Book it.")


class WaitsAlready(Refusal):
    message = _("You wait for this room at that time already.")
    remedy = _("Look at the line: your number stands there.")


class NotOffered(Refusal):
    message = _("This is not offered to you: %(state)s.")
    remedy = _("Look for another room, or wait anew.")


class NotInLine(Refusal):
    message = _("This is over: %(state)s.")


def wait_for_room(
    *, actor: Standing, public_id: UUID, space: Space, begins_at: datetime, ends_at: datetime, wanted: Wanted,
    at: datetime,
) -> RoomWait:  # fmt: skip
    """Wait for a room that is taken then. Asked again in the same words, return the same wait.

    Right: facilities.book_space at the place, or at a unit to which the room is lent then (P-03): it waits for itself.
    Raises `Denied`, `NotWithinLoan`, `LentToTheUnit`, `RoomIsFree`, `WaitsAlready`, `TooManyHeads`, `FormUsedBefore`,
    what `Wanted.values` raises, and each `rules.Conflict` that no free room would lift.
    """
    loan = require_reach(actor, space, begins_at, ends_at, at=at)
    values = wanted.values()
    if loan is not None:
        for_the_unit([loan], values["group_organisation"])
    wish = rules.Wish(begins_at, ends_at, wanted.heads)
    rules.check_period(begins_at, ends_at, at=at)
    period = TimestamptzRange(begins_at, ends_at)
    with (
        trace.change(by=actor.person, why=values["purpose"]),
        refusing(room_wait_once=WaitsAlready, room_wait_public_id_once=FormUsedBefore),
    ):
        venue = locked(space.venue)
        known = RoomWait.objects.filter(public_id=public_id).first()
        if known is not None:
            same = {"space_id": space.pk, "during": period, "booked_by_id": actor.person.pk, **values}
            if any(getattr(known, name) != value for name, value in same.items()):
                raise FormUsedBefore
            return known
        space = Space.objects.get(pk=space.pk)
        space.venue = venue
        check_fits(space, wanted)
        found = bench(space, begins=begins_at, ends=ends_at, wanted=wanted, at=at)
        taken = rules.conflict_with_others(wish, found.house, found.held)
        found.held = []
        if (other := found.judged(wish).blocked) is not None:
            raise other
        if taken is None:
            raise RoomIsFree
        if loan is not None:
            # Ended in this moment: the owner has queued for the same lock.
            loan = require_reach(actor, space, begins_at, ends_at, at=at)
        return RoomWait.objects.create(
            public_id=public_id, space=space, venue=venue, during=period, is_whole=not space.is_shared,
            booked_by=actor.person, made_at=at, moved_at=at, loan=loan, **values,
        )  # fmt: skip


def take_room_offer(*, actor: Standing, wait: RoomWait, at: datetime) -> Booking:
    """Take what is offered: the room is booked as by everybody. Asked again, return the same booking.

    Right: facilities.book_space at the place, or at the unit to which the room is lent. Raises `Denied`, `NotOffered`,
    and what `book_space` raises.
    """
    require_with_wait(actor, BOOK, wait)
    with trace.change(by=actor.person, why=gettext_noop("Took the room that was offered")):
        row = _locked(wait)
        if row.booking is not None:
            return row.booking
        if row.state != RoomWait.State.OFFERED or row.offered_until is None or row.offered_until <= at:
            raise NotOffered(state=row.get_state_display())
        booking = book_space(
            actor=actor, public_id=row.public_id, space=row.space, begins_at=row.during.lower,
            ends_at=row.during.upper, wanted=wanted_of(row), at=at, offer=row,
        )  # fmt: skip
        row.state, row.moved_at, row.offered_until, row.booking = RoomWait.State.TAKEN, at, None, booking
        row.save(update_fields=["state", "moved_at", "offered_until", "booking"])
    return booking


def leave_room_line(*, actor: Standing, wait: RoomWait, at: datetime) -> RoomWait:
    """Wait no more, or decline what is offered: the next is asked. Asked again, nothing more happens.

    Right: facilities.book_space at the place, or at the unit to which the room is lent. Raises `Denied`, `NotInLine`.
    """
    require_with_wait(actor, BOOK, wait)
    with trace.change(by=actor.person, why=gettext_noop("Left the line for a room")):
        row = _locked(wait)
        if row.state == RoomWait.State.LEFT:
            return row
        if row.state not in queries.STANDING:
            raise NotInLine(state=row.get_state_display())
        was_offered = row.state == RoomWait.State.OFFERED
        row.state, row.moved_at, row.offered_until = RoomWait.State.LEFT, at, None
        row.save(update_fields=["state", "moved_at", "offered_until"])
        if was_offered:
            offer_next(row.venue, at=at, near=row.during)
    return row


def tend_room_lines(*, at: datetime) -> int:
    """End offers whose time is over and ask whoever is next; answers at how many places. By the robot “places”.

    A place at a time, each in a transaction of its own. Safe at any time, and twice.
    """
    found = queries.held_up(at=at)
    for key in found:
        with trace.change(by=trace.robot("places"), why=gettext_noop("The time was over")):
            venue = locked(Venue(pk=key))
            for one in lapse_offers(venue, at=at):
                offer_next(venue, at=at, near=one.during)
    return len(found)


def _locked(wait: RoomWait) -> RoomWait:
    """The place first, then the wait: as everybody locks them."""
    venue = locked(wait.venue)
    rows = RoomWait.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("space", "group_organisation", "booking").get(pk=wait.pk)
    row.venue = row.space.venue = venue
    return row
