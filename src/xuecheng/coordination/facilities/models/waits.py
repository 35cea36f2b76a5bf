"""Who waits for a room that was taken (B-07)."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .bookings import Booking, _Use, _use_constraints
from .lending import RoomLoan
from .places import Space, Venue, one_row


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class RoomWait(_Use):
    """Somebody in the line for a room in one period `[begins, ends)`; `booked_by` is who waits.

    | state   | means                                       | follows          | moved by          |
    |---------|---------------------------------------------|------------------|-------------------|
    | waiting | the room was taken; it may come free        | nothing          | `wait_for_room`   |
    | offered | the room is kept for them until a time      | waiting          | `offer_next`      |
    | taken   | they took it: `booking` is theirs           | offered          | `take_room_offer` |
    | left    | they do not want it any more                | waiting, offered | `leave_room_line` |
    | lapsed  | the offer, the period or the loan ran out   | waiting, offered | `tend_room_lines`,|
    |         |                                             |                  | `end_loan`        |

    The line of a room is by `id`: whoever waits has queued for the lock of the place, so that ids are in the order in
    which they came. `sql/waits_v1.sql` keeps the order of states.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("room wait", "in the line")
        OFFERED = "offered", pgettext_lazy("room wait", "offered")
        TAKEN = "taken", pgettext_lazy("room wait", "taken")
        LEFT = "left", pgettext_lazy("room wait", "not wanted any more")
        LAPSED = "lapsed", pgettext_lazy("room wait", "ran out")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    during = DateTimeRangeField(_("period"))
    is_whole = models.BooleanField()
    """Whether all of the room is wanted, and not places of a shared one."""
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    offered_until = models.DateTimeField(_("offered until"), null=True)
    moved_at = models.DateTimeField(_("since"))
    booking = models.OneToOneField(Booking, null=True, on_delete=models.PROTECT, related_name="+")
    loan = models.ForeignKey(
        RoomLoan, null=True, on_delete=models.PROTECT, related_name="waits", verbose_name=_("room lent")
    )
    """By which whoever waits may book it; none: at the place itself."""

    class Meta:
        verbose_name = _("wait for a room")
        constraints: ClassVar = [
            *_use_constraints("room_wait"),
            models.CheckConstraint(
                name="room_wait_period_whole",
                condition=Q(during__isempty=False, during__startswith__isnull=False, during__endswith__isnull=False),
            ),
            models.CheckConstraint(
                name="room_wait_offer_has_end",
                condition=Q(state="offered", offered_until__isnull=False)
                | (~Q(state="offered") & Q(offered_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="room_wait_taken_is_booked",
                condition=Q(state="taken", booking__isnull=False) | (~Q(state="taken") & Q(booking__isnull=True)),
            ),
            models.UniqueConstraint(
                name="room_wait_once",
                fields=["space", "booked_by", "during"],
                condition=Q(state__in=["waiting", "offered"]),
            ),
            ExclusionConstraint(
                name="room_wait_offered_to_one",
                condition=Q(state="offered", is_whole=True),
                expressions=[(one_row("space"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["venue", "-id"], name="room_wait_of_venue"),
            GistIndex(
                one_row("venue"), "during", name="room_wait_standing", condition=Q(state__in=["waiting", "offered"])
            ),
            models.Index(fields=["offered_until"], name="room_wait_offers", condition=Q(state="offered")),
        ]

    @property
    def begins_at(self) -> Any:
        return self.during.lower

    @property
    def ends_at(self) -> Any:
        return self.during.upper
