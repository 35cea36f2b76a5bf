"""Units that ask for the loan of a room, and what its owner answers (A4, P-03)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField, DateRangeField, IntegerRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.coordination.facilities import rules

from .lending import RoomLoan
from .places import Space, Venue


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class LoanRequest(models.Model):
    """A unit asks for a room, or all rooms of a place, for a period: on weekdays, within hours, for a purpose.

    | state      | means                                     | follows | moved by             |
    |------------|-------------------------------------------|---------|----------------------|
    | asked      | the owner has not answered                | nothing | `ask_for_room`       |
    | granted    | the owner lends it: `loan`                | asked   | `grant_request`      |
    | refused    | the owner does not, and says why          | asked   | `refuse_request`     |
    | taken_back | whoever asked needs it no more            | asked   | `take_back_request`  |

    What was asked stays as it was (`sql/requests_v1.sql`); the owner grants all of it or says what would do.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("room request", "waits for the owner")
        GRANTED = "granted", pgettext_lazy("room request", "granted")
        REFUSED = "refused", pgettext_lazy("room request", "refused")
        TAKEN_BACK = "taken_back", pgettext_lazy("room request", "taken back")

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    space = models.ForeignKey(Space, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("room"))
    """None: every room of the place."""
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit that asks"))
    during = DateRangeField(_("period"))
    weekdays = ArrayField(models.SmallIntegerField(), verbose_name=_("weekdays"))
    minutes = IntegerRangeField(_("hours"))
    """Of each of these days."""
    purpose = models.CharField(_("purpose"), max_length=200)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    answer = models.CharField(_("what the owner says"), max_length=200, blank=True)
    answered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    loan = models.OneToOneField(
        RoomLoan, null=True, on_delete=models.PROTECT, related_name="request", verbose_name=_("room lent")
    )

    class Meta:
        verbose_name = _("request for a room")
        constraints: ClassVar = [
            models.UniqueConstraint(name="loan_request_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="loan_request_asked_once",
                fields=["unit", "venue", "space"],
                condition=Q(state="asked"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="loan_request_has_purpose", condition=~Q(purpose="")),
            models.CheckConstraint(
                name="loan_request_period_whole",
                condition=Q(during__isempty=False, during__startswith__isnull=False, during__endswith__isnull=False),
            ),
            models.CheckConstraint(
                name="loan_request_hours_of_a_day",
                condition=Q(minutes__contained_by=(0, rules.DAY), minutes__isempty=False)
                & Q(weekdays__contained_by=list(range(7)), weekdays__len__gte=1),
            ),
            models.CheckConstraint(
                name="loan_request_granted_is_lent",
                condition=Q(state="granted", loan__isnull=False) | (~Q(state="granted") & Q(loan__isnull=True)),
            ),
            models.CheckConstraint(
                name="loan_request_answered_by_somebody",
                condition=Q(state="asked", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="loan_request_refused_has_reason", condition=~Q(state="refused") | ~Q(answer="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="loan_request_of_owner"),
            models.Index(fields=["unit", "-id"], name="loan_request_of_unit"),
        ]

    def __str__(self) -> str:
        return self.purpose

    def lent(self) -> rules.Lent:
        """As the rules take it."""
        return rules.Lent(self.during.lower, self.during.upper, self.weekdays, self.minutes.lower, self.minutes.upper)
