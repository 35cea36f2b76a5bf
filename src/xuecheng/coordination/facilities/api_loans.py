"""Rooms lent between units for programs: what is lent to whom (P-03). Owners lend and end at a screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Out

from . import queries
from .models import RoomLoan
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


@router.listing("/room-loans", scope="bookings.read", out=RoomLoanOut)
def list_room_loans(request: HttpRequest, wish: Query[RoomLoanWish]) -> dict[str, Any]:
    """What is lent today or later, of places that the caller sees into or to their unit, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(SEE):
        raise Denied(SEE)
    return cut(request, wish, queries.loans_of_unit(viewer, on=clock.today()), order=("-pk",), show=_shown)


def _shown(rows: Sequence[RoomLoan]) -> list[RoomLoanOut]:
    return [RoomLoanOut.of(row) for row in rows]
