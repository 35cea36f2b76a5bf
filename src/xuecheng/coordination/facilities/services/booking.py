"""Verbs of a single booking: making it, confirming, cancelling, coming, not coming."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.facilities import queries, rules
from xuecheng.coordination.facilities.models import Booking, LoanUse, RoomWait, Space
from xuecheng.coordination.facilities.queries import BOOK, KEEP

from .bench import Wanted, bench, check_fits
from .keeping import locked
from .lending import for_the_unit, require_reach, require_with
from .line import offer_next

RELEASED = gettext_noop("Nobody came in time")


class SpaceOfAnother(Refusal):
    """The database says the room is taken, for a wish that passed the rules: somebody wrote past the lock."""

    message = _("The room was taken in this moment.")
    remedy = _("Choose another time or room.")
    field = "begins_at"


class BookingSettled(Refusal):
    message = _("This booking is %(state)s; that cannot be done with it.")


class BookingOver(Refusal):
    message = _("This booking is over; what was, stays.")


class NotANoShow(Refusal):
    message = _("Only a no-show can be excused, once.")


def book_space(
    *,
    actor: Standing,
    public_id: UUID,
    space: Space,
    begins_at: datetime,
    ends_at: datetime,
    wanted: Wanted,
    at: datetime,
    offer: RoomWait | None = None,
) -> Booking:
    """Give a room for `[begins_at, ends_at)`. Asked again in the same words, return the same booking.

    Confirmed at once, or only proposed where a conflict lets it be (B-09). `offer`: what this takes of the line, and
    what else would stand in the way. Right: facilities.book_space at the
    place, or at a unit to which the room is lent then (P-03): it books for itself. Raises `Denied`, `NotWithinLoan`,
    `LentToTheUnit`, `TooManyHeads`, `FormUsedBefore`, what `Wanted.values` raises, and each `rules.Conflict` that
    blocks.
    """
    loan = require_reach(actor, space, begins_at, ends_at, at=at)
    values = wanted.values()
    if loan is not None:
        for_the_unit([loan], values["group_organisation"])
    wish = rules.Wish(begins_at, ends_at, wanted.heads, is_seasonal=wanted.is_seasonal)
    if begins_at >= ends_at:
        raise rules.PeriodEmpty
    period = TimestamptzRange(begins_at, ends_at)
    with trace.change(by=actor.person, why=values["purpose"]), _taken():
        # Rivals queue for the place; what they find when it is their turn is committed.
        venue = locked(space.venue)
        known = Booking.objects.filter(public_id=public_id).first()
        if known is not None:
            same = {"space_id": space.pk, "during": period, **values}
            if any(getattr(known, name) != value for name, value in same.items()):
                raise FormUsedBefore
            return known
        space = Space.objects.get(pk=space.pk)
        space.venue = venue
        check_fits(space, wanted)
        judged = bench(space, begins=begins_at, ends=ends_at, wanted=wanted, at=at, offer=offer).judged(wish)
        if judged.blocked is not None:
            raise judged.blocked
        if loan is not None:
            # Ended in this moment: the owner has queued for the same lock.
            loan = require_reach(actor, space, begins_at, ends_at, at=at)
        made = Booking.objects.create(
            public_id=public_id,
            space=space,
            venue=venue,
            during=period,
            state=Booking.State.CONFIRMED if judged.is_confirmed else Booking.State.PROPOSED,
            said=judged.said,
            booked_by=actor.person,
            made_at=at,
            **values,
        )
        if loan is not None:
            LoanUse.objects.create(loan=loan, booking=made)
        return made


def confirm_booking(*, actor: Standing, booking: Booking, at: datetime) -> Booking:
    """Confirm what was only proposed, once nothing blocks it any more; a conflict of that level is then none.

    Right: facilities.keep_venue at the place. Raises `Denied`, `BookingSettled`, and each `rules.Conflict` left.
    """
    require(actor, KEEP, on=booking.venue)
    with trace.change(by=actor.person, why=gettext_noop("Confirmed")), _taken():
        locked(booking.venue)
        row = _locked(booking)
        if row.state == Booking.State.CONFIRMED:
            return row
        if row.state != Booking.State.PROPOSED:
            raise BookingSettled(state=row.get_state_display())
        wanted = Wanted(
            heads=row.heads, purpose=row.purpose, group_name=row.group_name,
            group_organisation=row.group_organisation, is_seasonal=row.is_seasonal,
        )  # fmt: skip
        begins, ends = row.during.lower, row.during.upper
        found = bench(row.space, begins=begins, ends=ends, wanted=wanted, at=at)
        # It is itself one of those that the group has ahead.
        found.ahead -= 0 if row.is_seasonal else 1
        judged = found.judged(rules.Wish(begins, ends, row.heads, is_seasonal=row.is_seasonal))
        left = judged.blocked
        if left is not None:
            raise left
        if not judged.is_confirmed:
            first = judged.said[0]
            raise rules.CONFLICTS[first["conflict"]](**first["values"])
        row.state, row.said = Booking.State.CONFIRMED, judged.said
        row.save(update_fields=["state", "said"])
    return row


def cancel_booking(*, actor: Standing, booking: Booking, at: datetime, why: str, offers: bool = True) -> Booking:
    """Give a room back; it is offered to whoever waits for it, else free at once. Asked again, nothing more happens.

    Whoever moves a booking books anew first and asks `offer_room` then, without `offers` here.

    Right: facilities.book_space at the place. Raises `Denied`, `ReasonNeeded`, `BookingOver`, `BookingSettled`.
    """
    require_with(actor, BOOK, booking)
    with trace.change(by=actor.person, why=why):
        locked(booking.venue)
        row = _locked(booking)
        if row.state == Booking.State.CANCELLED:
            return row
        if row.state == Booking.State.RELEASED:
            raise BookingSettled(state=row.get_state_display())
        if row.during.upper <= at:
            raise BookingOver
        row.state, row.ended_because = Booking.State.CANCELLED, why.strip()[:200]
        row.save(update_fields=["state", "ended_because"])
        if offers:
            offer_next(row.venue, at=at, near=row.during)
    return row


def offer_room(*, booking: Booking, at: datetime) -> None:
    """Offer the room of a booking that was cancelled without offers. Within a change of an app above."""
    offer_next(locked(booking.venue), at=at, near=booking.during)


def check_in(*, actor: Standing, booking: Booking, at: datetime) -> Booking:
    """Somebody has come (B-07). Asked again, the first time stays.

    Right: facilities.book_space at the place. Raises `Denied`, `BookingSettled`, `CheckInTooEarly`, `CheckInTooLate`.
    """
    require_with(actor, BOOK, booking)
    with trace.change(by=actor.person, why=gettext_noop("Checked in")):
        return came_to_room(booking, at=at)


def came_to_room(booking: Booking, *, at: datetime) -> Booking:
    """The same within a change of an app above, which has asked for its own right. Raises the same but for `Denied`."""
    locked(booking.venue)
    row = _locked(booking)
    if row.checked_in_at is not None:
        return row
    if row.state != Booking.State.CONFIRMED:
        raise BookingSettled(state=row.get_state_display())
    rules.check_check_in(
        row.during.lower, row.during.upper, _terms(row, at), made_at=row.made_at, at=at, zone=clock.zone(),
        is_kept=row.is_kept,
    )  # fmt: skip
    row.checked_in_at = at
    row.save(update_fields=["checked_in_at"])
    return row


def release_missed(*, at: datetime) -> list[Booking]:
    """Release what nobody has checked in to in time (B-07): the room is free for the rest. By the robot “places”."""
    released = []
    terms: dict[str, rules.Terms] = {}
    for booking in queries.missed(at=at).order_by("venue", "pk"):
        level = queries.level_of(booking.venue)
        if level not in terms:
            terms[level] = queries.terms_on(level, clock.date_of(at))
        if _last_check_in(booking, terms[level]) > at:
            continue
        with trace.change(by=trace.robot("places"), why=RELEASED):
            locked(booking.venue)
            row = _locked(booking)
            if row.state != Booking.State.CONFIRMED or row.checked_in_at is not None:
                continue
            row.state, row.ended_because = Booking.State.RELEASED, RELEASED
            row.save(update_fields=["state", "ended_because"])
            offer_next(row.venue, at=at, near=row.during)
        released.append(row)
    return released


def _last_check_in(booking: Booking, terms: rules.Terms) -> datetime:
    begins: datetime = max(booking.during.lower, booking.made_at)
    ends: datetime = booking.during.upper
    return min(rules.check_in_ends(begins, terms), ends)


def excuse_no_show(*, actor: Standing, booking: Booking, why: str) -> Booking:
    """Let a no-show not count against the group: its appeal was right (B-07).

    Right: facilities.keep_venue at the place. Raises `Denied`, `NotANoShow`.
    """
    require(actor, KEEP, on=booking.venue)
    with trace.change(by=actor.person, why=why):
        row = _locked(booking)
        if row.state != Booking.State.RELEASED or row.is_excused:
            raise NotANoShow
        row.is_excused = True
        row.save(update_fields=["is_excused"])
    return row


def _locked(booking: Booking) -> Booking:
    rows = Booking.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("space", "venue__owner", "venue__territory", "group_organisation").get(pk=booking.pk)


def _terms(booking: Booking, at: datetime) -> rules.Terms:
    return queries.terms_on(queries.level_of(booking.venue), clock.date_of(at))


def _taken() -> Any:
    return refusing(
        hold_one_at_a_time=SpaceOfAnother,
        hold_within_places=SpaceOfAnother,
        booking_public_id_once=FormUsedBefore,
    )
