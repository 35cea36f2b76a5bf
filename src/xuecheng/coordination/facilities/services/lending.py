"""Verbs of lending: an owner lends rooms to another unit, either of them ends it, the borrower books within (P-03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange, TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.facilities import news, queries, rules
from xuecheng.coordination.facilities.models import Booking, BookingSeries, RoomLoan, RoomWait, Space, Venue
from xuecheng.coordination.facilities.queries import BOOK, KEEP

from .keeping import ReasonNeeded, locked
from .line import end_waits, offer_next


class LentToItself(Refusal):
    message = _("These rooms are the unit's own.")
    field = "borrower"


class LentToTheUnit(Refusal):
    message = _("This room is lent to %(unit)s: it books for itself.")
    remedy = _("Choose it as the organisation that comes.")
    field = "group"


class LoanEnded(Refusal):
    message = _("It was ended already, or is over.")


@dataclass(frozen=True, kw_only=True)
class LoanText:
    """What is agreed: first and last day (counted in), weekdays (Monday is 0), minutes of the day, what for."""

    begins_on: date
    ends_on: date
    weekdays: Sequence[int]
    begins: int
    ends: int
    purpose: str

    @classmethod
    def of(cls, lent: rules.Lent, *, purpose: str) -> LoanText:
        """The same as the rules take it."""
        return cls(
            begins_on=lent.first, ends_on=lent.end - timedelta(days=1), weekdays=list(lent.weekdays),
            begins=lent.begins, ends=lent.ends, purpose=purpose,
        )  # fmt: skip

    def lent(self) -> rules.Lent:
        return rules.Lent(
            self.begins_on, self.ends_on + timedelta(days=1), sorted(set(self.weekdays)), self.begins, self.ends
        )


def lend_room(
    *, actor: Standing, public_id: UUID, venue: Venue, space: Space | None, borrower: Organisation, text: LoanText,
    at: datetime,
) -> RoomLoan:  # fmt: skip
    """Lend a room, or all rooms of a place, to another unit: whoever does so gives the owner's consent.

    Asked again in the same words, return the same loan. Right: facilities.keep_venue. Raises `Denied`, `LentToItself`,
    `LoanPeriodWrong`, `LoanHoursWrong`, `ReasonNeeded` without a purpose, `FormUsedBefore`.
    """
    require(actor, KEEP, on=venue)
    lent = text.lent()
    rules.check_lent(lent, today=clock.date_of(at))
    if borrower.pk == venue.owner_id:
        raise LentToItself
    purpose = text.purpose.strip()
    if not purpose:
        raise ReasonNeeded
    values: dict[str, Any] = {
        "venue_id": venue.pk, "space_id": space.pk if space else None, "lender_id": venue.owner_id,
        "borrower_id": borrower.pk, "during": DateRange(lent.first, lent.end), "weekdays": list(lent.weekdays),
        "purpose": purpose,
    }  # fmt: skip
    with trace.change(by=actor.person, why=purpose), refusing(room_loan_public_id_once=FormUsedBefore):
        locked(venue)
        known = queries.loan(public_id)
        if known is not None:
            same = (known.minutes.lower, known.minutes.upper) == (lent.begins, lent.ends)
            if not same or any(getattr(known, name) != value for name, value in values.items()):
                raise FormUsedBefore
            return known
        made = RoomLoan.objects.create(
            public_id=public_id, minutes=(lent.begins, lent.ends), consented_by=actor.person, consented_at=at, **values
        )
        news.tell_lent(made, at=at)
    return made


def end_loan(*, actor: Standing, loan: RoomLoan, ended_on: date, at: datetime, why: str) -> int:
    """Let a loan count no more from a day on; what is booked by it from then on is given back: how many bookings.

    Right: facilities.keep_venue at the place, with notice (P-03); else facilities.book_space at the unit that borrowed
    it, from today on. Raises `Denied`, `LoanEnded`, `NoticeTooShort`, `ReasonNeeded`.
    """
    is_owner = actor.may(KEEP, loan.venue.access_scope())
    if is_owner:
        require(actor, KEEP, on=loan.venue)
    else:
        require(actor, BOOK, on=loan.borrower)
    words = why.strip()[:200]
    if not words:
        raise ReasonNeeded
    rules.check_notice(ended_on, today=clock.date_of(at), is_owner=is_owner)
    with trace.change(by=actor.person, why=words):
        venue = locked(loan.venue)
        row = RoomLoan.objects.select_for_update(no_key=True).get(pk=loan.pk)
        if row.ended_on is not None or row.during.upper <= ended_on:
            raise LoanEnded
        row.ended_on, row.ended_because = ended_on, words
        row.save(update_fields=["ended_on", "ended_because"])
        begins = datetime.combine(ended_on, time(), clock.zone())
        left = Booking.objects.select_for_update(no_key=True, of=("self",)).filter(
            loan_use__loan=row, state__in=[Booking.State.CONFIRMED, Booking.State.PROPOSED],
            during__endswith__gt=max(begins, at),
        )  # fmt: skip
        found = list(left.order_by("pk"))
        for one in found:
            one.state, one.ended_because = Booking.State.CANCELLED, words
            one.save(update_fields=["state", "ended_because"])
        end_waits(row, venue, after=max(begins, at), at=at)
        if found:
            offer_next(
                venue, at=at,
                near=TimestamptzRange(min(one.during.lower for one in found), max(one.during.upper for one in found)),
            )  # fmt: skip
        row.venue = venue
        news.tell_loan_ended(row, len(found), at=at)
    return len(found)


def require_reach(actor: Standing, space: Space, begins: datetime, ends: datetime, *, at: datetime) -> RoomLoan | None:
    """By which loan somebody books a room then; None for whoever books at the place itself.

    Raises `Denied`, and `NotWithinLoan` for whom a room is lent, but not then.
    """
    found = loans_in_reach(actor, space, at=at)
    if found is None:
        return None
    for one in found:
        if one.lent().covers(begins, ends, clock.zone()):
            require(actor, BOOK, on=one.borrower)
            return one
    raise not_within(found[0])


def loans_in_reach(actor: Standing, space: Space, *, at: datetime) -> list[RoomLoan] | None:
    """The loans by which somebody books a room, at whatever times; None for whoever books at the place itself.

    Raises `Denied`.
    """
    if actor.may(BOOK, space.venue.access_scope()):
        require(actor, BOOK, on=space.venue)
        return None
    found = [one for one in queries.loans_to_book(actor, space.venue, on=clock.date_of(at)) if one.holds(space)]
    if not found:
        require(actor, BOOK, on=space.venue)  # denied, and noted as such
    return found


def not_within(loan: RoomLoan) -> rules.NotWithinLoan:
    """The refusal that tells when the room is lent."""
    first, last = loan.during.lower, loan.end - timedelta(days=1)
    return rules.NotWithinLoan(told=f"{first:%Y-%m-%d} – {last:%Y-%m-%d}, {queries.hours_lent(loan)[1]}")


def for_the_unit(found: Sequence[RoomLoan], group: Organisation | None) -> list[RoomLoan]:
    """Of some loans those to the unit that comes. Raises `LentToTheUnit` where it comes by none of them."""
    own = [one for one in found if one.borrower == group]
    if found and not own:
        raise LentToTheUnit(unit=found[0].borrower.name)
    return own


def require_with(actor: Standing, act: str, booking: Booking) -> None:
    """Ask for a right at a booking's place, or at the unit to which its room is lent. Raises `Denied`."""
    _require(actor, act, booking.venue, lambda: queries.loan_behind(booking))


def require_with_series(actor: Standing, act: str, series: BookingSeries) -> None:
    """The same of a series."""
    _require(actor, act, series.venue, lambda: queries.loan_of_series(series))


def require_with_wait(actor: Standing, act: str, wait: RoomWait) -> None:
    """The same of somebody in a line."""
    _require(actor, act, wait.venue, lambda: wait.loan)


def _require(actor: Standing, act: str, venue: Venue, loan: Callable[[], RoomLoan | None]) -> None:
    if not actor.may(act, venue.access_scope()):
        row = loan()
        if row is not None and actor.may(act, queries.scope_of_borrower(row)):
            require(actor, act, on=row.borrower)
            return
    require(actor, act, on=venue)
