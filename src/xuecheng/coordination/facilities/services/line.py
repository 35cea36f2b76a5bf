"""The line for a room: what comes free is offered to whoever waits for it first, and kept for them for a time."""

from __future__ import annotations

from datetime import datetime

from psycopg.types.range import TimestamptzRange

from xuecheng.coordination.facilities import news, queries, rules
from xuecheng.coordination.facilities.models import RoomLoan, RoomWait, Venue

from .bench import Wanted, bench

MOST_JUDGED = 40
"""So many of a line are looked at when a room comes free; those behind wait for the next one."""


def wanted_of(wait: RoomWait) -> Wanted:
    return Wanted(
        heads=wait.heads, purpose=wait.purpose, group_name=wait.group_name, group_organisation=wait.group_organisation
    )


def offer_next(venue: Venue, *, at: datetime, near: TimestamptzRange | None = None) -> int:
    """Offer what is free to whoever waits, in their order; answers how many offers were made.

    Within a change that holds the place's lock: whoever books there queues behind it, and sees the offers. Somebody
    whom something else hinders (a suspension, a closure) is passed over and goes on waiting.
    """
    lapse_offers(venue, at=at)
    offered = 0
    rows = queries.in_line(venue, at=at, near=near).select_for_update(no_key=True, of=("self",))
    for wait in rows[:MOST_JUDGED]:
        wait.space.venue = venue
        begins, ends = wait.during.lower, wait.during.upper
        judged = bench(wait.space, begins=begins, ends=ends, wanted=wanted_of(wait), at=at).judged(
            rules.Wish(begins, ends, wait.heads)
        )
        if judged.blocked is not None or not judged.is_confirmed:
            continue
        wait.state, wait.moved_at = RoomWait.State.OFFERED, at
        wait.offered_until = rules.offer_ends(at, begins, ends)
        wait.save(update_fields=["state", "moved_at", "offered_until"])
        wait.venue = venue
        news.tell_offered(wait, at=at)
        offered += 1
    return offered


def end_waits(loan: RoomLoan, venue: Venue, *, after: datetime, at: datetime) -> None:
    """End waits for what is lent no more. Within a change that holds the place."""
    rows = RoomWait.objects.select_for_update(no_key=True, of=("self",)).select_related("space")
    for wait in rows.filter(loan=loan, state__in=queries.STANDING, during__endswith__gt=after).order_by("pk"):
        _lapse(wait, venue, at=at)


def lapse_offers(venue: Venue, *, at: datetime) -> list[RoomWait]:
    """End offers of a place whose time is over, and waits for what has passed. Within a change that holds it."""
    rows = RoomWait.objects.select_for_update(no_key=True, of=("self",)).select_related("space")
    over = list(rows.filter(venue=venue, state=RoomWait.State.OFFERED, offered_until__lte=at).order_by("pk"))
    past = list(rows.filter(venue=venue, state=RoomWait.State.WAITING, during__endswith__lte=at).order_by("pk"))
    for wait in (*over, *past):
        _lapse(wait, venue, at=at)
    return over


def _lapse(wait: RoomWait, venue: Venue, *, at: datetime) -> None:
    wait.state, wait.moved_at, wait.offered_until = RoomWait.State.LAPSED, at, None
    wait.save(update_fields=["state", "moved_at", "offered_until"])
    wait.venue = venue
    news.tell_lapsed(wait, at=at)
