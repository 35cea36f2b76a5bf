"""Who waits for which room, and what is offered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from psycopg.types.range import TimestamptzRange

from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import RoomWait, Space, Venue

from .acts import SEE

STANDING = (RoomWait.State.WAITING, RoomWait.State.OFFERED)


def offered(
    space: Space, *, begins: datetime, ends: datetime, at: datetime, but: RoomWait | None = None
) -> list[rules.Held]:
    """What is kept for people of the line: the room, what it is part of, and its parts. One query.

    An offer holds the room like a booking until it runs out; `but` is the offer of whoever asks. With the time before
    and after that the offered room itself needs, as far as any room may: the rules look at each.
    """
    most = timedelta(minutes=rules.MOST_BUFFER_MINUTES)
    rows = RoomWait.objects.filter(
        Q(space__path__startswith=space.path) | Q(space__in=space.line_ids()),
        state=RoomWait.State.OFFERED,
        offered_until__gt=at,
        during__overlap=TimestamptzRange(begins - most, ends + most),
    )
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return [
        rules.Held(
            one.during.lower - timedelta(minutes=one.space.buffer_before),
            one.during.upper + timedelta(minutes=one.space.buffer_after),
            one.during.lower,
            one.during.upper,
            None if one.is_whole else one.heads,
            one.space_id,
        )
        for one in rows.select_related("space").order_by("pk")
    ]


def in_line(venue: Venue, *, at: datetime, near: Any = None) -> QuerySet[RoomWait]:
    """Who waits for a room of a place, in the order in which they came; `near`: for a time that meets this one."""
    rows = RoomWait.objects.filter(
        venue=venue, state=RoomWait.State.WAITING, during__overlap=TimestamptzRange(at, None)
    )
    if near is not None:
        most = timedelta(minutes=rules.MOST_BUFFER_MINUTES)
        rows = rows.filter(during__overlap=TimestamptzRange(near.lower - most, near.upper + most))
    return rows.select_related("space", "group_organisation").order_by("pk")


def held_up(*, at: datetime) -> list[int]:
    """Keys of places where an offer, or the time somebody waits for, has run out. One query."""
    over = Q(state=RoomWait.State.OFFERED, offered_until__lte=at)
    past = Q(state=RoomWait.State.WAITING, during__endswith__lte=at)
    return list(RoomWait.objects.filter(over | past).order_by("venue").values_list("venue", flat=True).distinct())


def room_waits(viewer: Standing) -> QuerySet[RoomWait]:
    """Lines for rooms of places that the viewer sees into, or that are lent to their unit; unordered."""
    there = visible(viewer, SEE, organisation="venue__owner", territory="venue__territory")
    lent = visible(viewer, SEE, organisation="loan__borrower", territory="loan__borrower__territory")
    return RoomWait.objects.filter(there | lent).select_related(
        "space", "venue__owner", "venue__territory", "group_organisation", "booking", "loan__borrower__territory"
    )


def room_wait(viewer: Standing, public_id: Any) -> RoomWait | None:
    """One of them. One query."""
    return room_waits(viewer).filter(public_id=public_id).first()
