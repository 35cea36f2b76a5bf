"""Rooms lent between units for programs: what is lent to whom, lending and ending it (P-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Out, Reason

from . import queries, rules, services
from .api import NearDay, Purpose, organisation_of
from .models import RoomLoan, Space, Venue
from .queries import SEE

router = Router(tags=["Venues and rooms"])


class RoomLoanOut(Out):
    """A room, or all of a place (`room` is empty), lent from a first day until before `ends_before`.

    On weekdays (Monday is 0), between two minutes of each day.
    """

    KEYS: ClassVar = ("id",)
    id: UUID
    venue: UUID
    room: UUID | None
    lender: str
    borrower: str
    begins_on: date
    ends_before: date
    weekdays: list[int]
    begins_minute: int
    ends_minute: int
    purpose: str
    ended_because: str

    @staticmethod
    def of(row: RoomLoan) -> RoomLoanOut:
        return RoomLoanOut(
            id=row.public_id,
            venue=row.venue.public_id,
            room=row.space.public_id if row.space else None,
            lender=row.lender.code,
            borrower=row.borrower.code,
            begins_on=row.during.lower,
            ends_before=row.end,
            weekdays=sorted(row.weekdays),
            begins_minute=row.minutes.lower,
            ends_minute=row.minutes.upper,
            purpose=row.purpose,
            ended_because=row.ended_because,
        )


class RoomLoanWish(Paged):
    """Nothing but the page."""


Weekday = Annotated[int, Field(ge=0, le=6)]
Minute = Annotated[int, Field(ge=0, le=rules.DAY)]


class RoomLoanIn(In):
    """What is lent; `id` is chosen by the caller, and without `room` it is all of the place."""

    id: UUID
    room: UUID | None = None
    borrower: Code
    begins_on: NearDay
    ends_before: NearDay
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    begins_minute: Minute
    ends_minute: Minute
    purpose: Purpose

    def text(self) -> services.LoanText:
        return services.LoanText(
            begins_on=self.begins_on, ends_on=self.ends_before - timedelta(days=1), weekdays=self.weekdays,
            begins=self.begins_minute, ends=self.ends_minute, purpose=self.purpose,
        )  # fmt: skip


class RoomLoanEndIn(In):
    """From which day on it is lent no more, and why; the other unit reads it."""

    on: NearDay
    reason: Reason


@router.listing("/room-loans", scope="bookings.read", out=RoomLoanOut)
def list_room_loans(request: HttpRequest, wish: Query[RoomLoanWish]) -> dict[str, Any]:
    """What is lent today or later, of places that the caller sees into or to their unit, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(SEE):
        raise Denied(SEE)
    return cut(request, wish, queries.loans_of_unit(viewer, on=clock.today()), order=("-pk",), show=_shown)


@router.reading("/room-loans/{id}", scope="bookings.read", out=RoomLoanOut)
def get_room_loan(request: HttpRequest, id: Path[UUID]) -> RoomLoanOut:
    """One loan, over or not, of a place that the caller sees into or to their unit."""
    return RoomLoanOut.of(_loan(request, id))


@router.writing("/venues/{id}/room-loans", scope="venues.lend", out=RoomLoanOut)
def lend_room(request: HttpRequest, id: Path[UUID], body: RoomLoanIn) -> RoomLoanOut:
    """Lend a room, or all of a place, to another unit: with this the owner consents, and the unit books by itself."""
    venue = queries.by_id(id)
    if venue is None:
        raise Http404
    made = services.lend_room(
        actor=standing(request), public_id=body.id, venue=venue, space=_room(venue, body.room) if body.room else None,
        borrower=organisation_of(body.borrower), text=body.text(), at=clock.now(),
    )  # fmt: skip
    return RoomLoanOut.of(_loan(request, made.public_id))


@router.writing("/room-loans/{id}/end", scope="venues.lend", out=RoomLoanOut, status=200)
def end_room_loan(request: HttpRequest, id: Path[UUID], body: RoomLoanEndIn) -> RoomLoanOut:
    """Let a loan count no more from a day on: the owner with notice, whoever borrowed it from today on.

    What is booked by it from then on is given back.
    """
    loan = _loan(request, id)
    services.end_loan(actor=standing(request), loan=loan, ended_on=body.on, at=clock.now(), why=body.reason)
    return RoomLoanOut.of(_loan(request, id))


def _loan(request: HttpRequest, public_id: UUID) -> RoomLoan:
    found = queries.loan_seen(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _room(venue: Venue, public_id: UUID) -> Space:
    found = queries.space_by_id(public_id)
    if found is None or found.venue_id != venue.pk:
        raise Http404
    return found


def _shown(rows: Sequence[RoomLoan]) -> list[RoomLoanOut]:
    return [RoomLoanOut.of(row) for row in rows]
