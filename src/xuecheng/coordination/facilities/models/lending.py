"""Rooms that their owner lends to another unit (A4, P-03)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField, IntegerRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.coordination.facilities import rules

from .bookings import Booking
from .places import Space, Venue


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class RoomLoan(models.Model):
    """A room, or all rooms of a place, lent to another unit for a period: on weekdays, within hours, for a purpose.

    Whoever enters it speaks for the owner: that is the consent, kept with who and when. It counts until its last day or
    until it was ended, with notice (`sql/loans_v1.sql` keeps all else as it was agreed).
    """

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="loans")
    space = models.ForeignKey(Space, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("room"))
    """None: every room of the place."""
    lender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    borrower = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("lent to"))
    during = DateRangeField(_("period"))
    weekdays = ArrayField(models.SmallIntegerField(), verbose_name=_("weekdays"))
    minutes = IntegerRangeField(_("hours"))
    """Of each of these days."""
    purpose = models.CharField(_("purpose"), max_length=200)
    consented_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("consented"))
    consented_at = models.DateTimeField(_("consented at"))
    ended_on = models.DateField(_("ends before its time on"), null=True)
    """The first day on which it counts no more."""
    ended_because = models.CharField(_("why ended"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("room lent")
        constraints: ClassVar = [
            models.UniqueConstraint(name="room_loan_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="room_loan_has_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(name="room_loan_to_another", condition=~Q(lender=F("borrower"))),
            models.CheckConstraint(
                name="room_loan_period_whole",
                condition=Q(during__isempty=False, during__startswith__isnull=False, during__endswith__isnull=False),
            ),
            models.CheckConstraint(
                name="room_loan_hours_of_a_day",
                condition=Q(minutes__contained_by=(0, rules.DAY), minutes__isempty=False)
                & Q(weekdays__contained_by=list(range(7)), weekdays__len__gte=1),
            ),
            models.CheckConstraint(
                name="room_loan_ended_has_reason",
                condition=Q(ended_on__isnull=True, ended_because="")
                | (Q(ended_on__isnull=False) & ~Q(ended_because="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["venue", "-id"], name="room_loan_of_venue"),
            models.Index(fields=["borrower", "-id"], name="room_loan_to_unit"),
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def end(self) -> date:
        """The first day on which it counts no more."""
        last: date = self.during.upper
        return min(last, self.ended_on) if self.ended_on else last

    def lent(self) -> rules.Lent:
        """As the rules take it."""
        return rules.Lent(self.during.lower, self.end, self.weekdays, self.minutes.lower, self.minutes.upper)

    def holds(self, space: Space) -> bool:
        """Whether a room is lent by it: the room itself, or one within it."""
        return space.venue_id == self.venue_id and (self.space_id is None or self.space_id in space.line_ids())


class LoanUse(models.Model):
    """A booking that was made because the room is lent."""

    loan = models.ForeignKey(RoomLoan, on_delete=models.PROTECT, related_name="uses")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="loan_use")

    class Meta:
        verbose_name = _("use of a room lent")

    def __str__(self) -> str:
        return f"{self.loan_id} {self.booking_id}"
