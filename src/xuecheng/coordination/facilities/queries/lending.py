"""What is lent to whom, and what somebody may book because of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from xuecheng.city.rights import Scope, Standing, visible
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Booking, BookingSeries, RoomLoan, RoomWait, Venue

from .acts import BOOK, SEE
from .places import days_together


def loans(*, on: date) -> QuerySet[RoomLoan]:
    """What is lent on a day or later; unordered."""
    return _whole().annotate(over=Coalesce("ended_on", "during__endswith")).filter(over__gt=on)


def _whole() -> QuerySet[RoomLoan]:
    return RoomLoan.objects.select_related("venue__owner", "venue__territory", "space", "borrower__territory", "lender")


def loan(public_id: Any) -> RoomLoan | None:
    """One, whenever. One query."""
    return _whole().filter(public_id=public_id).first()


def loan_seen(viewer: Standing, public_id: Any) -> RoomLoan | None:
    """One, whenever, of a place that the viewer sees into or to their units. One query."""
    return _whole().filter(_seen_by(viewer), public_id=public_id).first()


def _seen_by(viewer: Standing) -> Q:
    there = visible(viewer, SEE, organisation="venue__owner", territory="venue__territory")
    return there | loans_for(viewer, SEE)


def loans_for(viewer: Standing, act: str = BOOK) -> Q:
    """The condition that keeps loans to those of units at which the viewer may do `act`."""
    return visible(viewer, act, organisation="borrower", territory="borrower__territory")


def loans_of(venue: Venue, viewer: Standing, *, on: date) -> list[RoomLoan]:
    """What is lent of a place: all of it for its own staff, for others what is lent to them. One query."""
    found = loans(on=on).filter(venue=venue)
    if not viewer.may(SEE, venue.access_scope()):
        found = found.filter(loans_for(viewer, SEE))
    return list(found.order_by("during", "pk"))


def loans_to_book(viewer: Standing, venue: Venue, *, on: date) -> list[RoomLoan]:
    """Of what is lent of a place on a day or later, what the viewer may book. One query."""
    return list(loans(on=on).filter(loans_for(viewer), venue=venue).order_by("during", "pk"))


def scope_of_borrower(row: RoomLoan) -> Scope:
    return Scope(organisation_id=row.borrower_id, territory_path=row.borrower.territory.path)


def loan_behind(booking: Booking) -> RoomLoan | None:
    """By which loan it was booked, if by one. One query."""
    found = RoomLoan.objects.select_related("borrower__territory").filter(uses__booking=booking.pk)
    return found.first()


def may_with(viewer: Standing, act: str, booking: Booking) -> bool:
    """Whether the viewer may do `act` with a booking: at its place, or because the room is lent to their unit."""
    if viewer.may(act, booking.venue.access_scope()):
        return True
    row = loan_behind(booking)
    return row is not None and viewer.may(act, scope_of_borrower(row))


def loans_of_unit(viewer: Standing, *, on: date) -> QuerySet[RoomLoan]:
    """What is lent on a day or later, of places that the viewer sees into or to their units; for a list by (-id)."""
    return loans(on=on).filter(_seen_by(viewer))


def loan_of_series(series: BookingSeries) -> RoomLoan | None:
    """By which loan dates of a series were booked, if by one. One query."""
    found = RoomLoan.objects.select_related("borrower__territory").filter(uses__booking__series=series)
    return found.order_by("pk").first()


def may_with_series(viewer: Standing, act: str, series: BookingSeries) -> bool:
    """The same of a series."""
    if viewer.may(act, series.venue.access_scope()):
        return True
    row = loan_of_series(series)
    return row is not None and viewer.may(act, scope_of_borrower(row))


def may_answer(viewer: Standing, wait: RoomWait) -> bool:
    """Whether the viewer may take what a wait is offered, or leave the line: at the place, or for its unit."""
    if viewer.may(BOOK, wait.venue.access_scope()):
        return True
    return wait.loan is not None and viewer.may(BOOK, scope_of_borrower(wait.loan))


def hours_lent(row: RoomLoan) -> tuple[list[tuple[int, int, str]], str]:
    """(first weekday, last weekday, hours) …, and the hours alone."""
    hours = f"{rules.clock_of(row.minutes.lower)}–{rules.clock_of(row.minutes.upper)}"
    return days_together([(weekday, hours) for weekday in sorted(row.weekdays)]), hours
