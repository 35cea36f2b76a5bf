"""Rooms lent between units for programs: what is lent to whom, to lend it, to end it (P-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Out, Reason
from xuecheng.city.organisations import queries as organisations

from . import queries, rules, services
from .api import NearDay, Purpose
from .models import RoomLoan, Space
from .queries import KEEP, SEE

router = Router(tags=["Venues and rooms"])

Minute = Annotated[int, Field(ge=0, le=rules.DAY)]
WEEKDAYS = Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]


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


class RoomLoanIn(In):
    """What is lent; `id` is chosen by the caller. Without `room` all rooms of the place are."""

    id: UUID
    borrower: Code
    room: UUID | None = None
    begins_on: NearDay
    ends_on: NearDay
    weekdays: WEEKDAYS
    begins_minute: Minute
    ends_minute: Minute
    purpose: Purpose


class RoomLoanEndIn(In):
    """The first day on which it counts no more, and why."""

    ended_on: NearDay
    reason: Reason


class RoomLoanWish(Paged):
    """Nothing but the page."""


@router.listing("/room-loans", scope="bookings.read", out=RoomLoanOut)
def list_room_loans(request: HttpRequest, wish: Query[RoomLoanWish]) -> dict[str, Any]:
    """What is lent today or later, of places that the caller sees into or to their unit, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(SEE):
        raise Denied(SEE)
    return cut(request, wish, queries.loans_of_unit(viewer, on=clock.today()), order=("-pk",), show=_shown)


@router.writing("/venues/{id}/loans", scope="bookings.write", out=RoomLoanOut)
def lend_room(request: HttpRequest, id: Path[UUID], body: RoomLoanIn) -> RoomLoanOut:
    """Lend a room, or all of a place, to another unit: whoever does so gives the owner's consent."""
    venue = queries.by_id(id)
    if venue is None:
        raise Http404
    require(standing(request), KEEP, on=venue)
    borrower = organisations.by_code(body.borrower)
    space = _space_of(venue.pk, body.room)
    if borrower is None:
        raise Http404
    made = services.lend_room(
        actor=standing(request), public_id=body.id, venue=venue, space=space, borrower=borrower, at=clock.now(),
        text=services.LoanText(
            begins_on=body.begins_on, ends_on=body.ends_on, weekdays=body.weekdays, begins=body.begins_minute,
            ends=body.ends_minute, purpose=body.purpose,
        ),
    )  # fmt: skip
    return RoomLoanOut.of(_loan(request, made.public_id))


@router.writing("/room-loans/{id}/end", scope="bookings.write", out=RoomLoanOut, status=200)
def end_room_loan(request: HttpRequest, id: Path[UUID], body: RoomLoanEndIn) -> RoomLoanOut:
    """Let it count no more from a day on: the owner with notice, the other unit from today on."""
    services.end_loan(
        actor=standing(request), loan=_loan(request, id), ended_on=body.ended_on, at=clock.now(), why=body.reason
    )
    return RoomLoanOut.of(_loan(request, id))


def _space_of(venue: int, public_id: UUID | None) -> Space | None:
    if public_id is None:
        return None
    space = queries.space_by_id(public_id)
    if space is None or space.venue_id != venue:
        raise Http404
    return space


def _loan(request: HttpRequest, public_id: UUID) -> RoomLoan:
    found = queries.loan(public_id)
    if found is None or not queries.may_see_loan(standing(request), found):
        raise Http404
    return found


def _shown(rows: Sequence[RoomLoan]) -> list[RoomLoanOut]:
    return [RoomLoanOut.of(row) for row in rows]
