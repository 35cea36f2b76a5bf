"""Lines for rooms for programs: who waits for what, and the answer to an offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out

from . import queries, services
from .api import BookingIn, wanted_in
from .models import RoomWait
from .queries import SEE

router = Router(tags=["Venues and rooms"])


class RoomWaitOut(Out):
    """Somebody in the line for a room in a period; an offer is kept until `offered_until`, then the next is asked."""

    KEYS: ClassVar = ("id",)
    id: UUID
    room: UUID
    venue: UUID
    begins_at: datetime
    ends_at: datetime
    heads: int
    organisation: str | None
    group_name: str
    purpose: str
    state: RoomWait.State
    offered_until: datetime | None
    booking: UUID | None

    @staticmethod
    def of(row: RoomWait) -> RoomWaitOut:
        return RoomWaitOut(
            id=row.public_id,
            room=row.space.public_id,
            venue=row.venue.public_id,
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            heads=row.heads,
            organisation=row.group_organisation.code if row.group_organisation else None,
            group_name=row.group_name,
            purpose=row.purpose,
            state=RoomWait.State(row.state),
            offered_until=row.offered_until,
            booking=row.booking.public_id if row.booking else None,
        )


class RoomOfferIn(In):
    """Whether the room that is offered is taken; without it, or while one still waits, one leaves the line."""

    take: Flag


class RoomWaitWish(Paged):
    """Nothing but the page."""


@router.writing("/rooms/{id}/waits", scope="bookings.write", out=RoomWaitOut)
def wait_for_room(request: HttpRequest, id: Path[UUID], body: BookingIn) -> RoomWaitOut:
    """Wait for a room that is taken then: what comes free is offered in the order in which people came."""
    space = queries.space_by_id(id)
    if space is None:
        raise Http404
    made = services.wait_for_room(
        actor=standing(request), public_id=body.id, space=space, begins_at=body.begins_at, ends_at=body.ends_at,
        wanted=wanted_in(body), at=clock.now(),
    )  # fmt: skip
    return RoomWaitOut.of(_wait(request, made.public_id))


@router.listing("/room-waits", scope="bookings.read", out=RoomWaitOut)
def list_room_waits(request: HttpRequest, wish: Query[RoomWaitWish]) -> dict[str, Any]:
    """Lines for rooms of the places that the caller sees into, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(SEE):
        raise Denied(SEE)
    return cut(request, wish, queries.room_waits(viewer), order=("-pk",), show=_shown)


@router.writing("/room-waits/{id}/answer", scope="bookings.write", out=RoomWaitOut, status=200)
def answer_room_offer(request: HttpRequest, id: Path[UUID], body: RoomOfferIn) -> RoomWaitOut:
    """Take the room that is offered, or leave the line."""
    wait = _wait(request, id)
    if body.take:
        services.take_room_offer(actor=standing(request), wait=wait, at=clock.now())
    else:
        services.leave_room_line(actor=standing(request), wait=wait, at=clock.now())
    return RoomWaitOut.of(_wait(request, id))


def _wait(request: HttpRequest, public_id: UUID) -> RoomWait:
    found = queries.room_wait(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _shown(rows: Sequence[RoomWait]) -> list[RoomWaitOut]:
    return [RoomWaitOut.of(row) for row in rows]
