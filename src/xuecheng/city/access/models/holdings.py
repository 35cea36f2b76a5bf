"""Who holds which role, where, and for how long. What a role may do stands in `RoleVersion`."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RoleHolding(models.Model):
    """A person holds a role at an organisation or over a territory (and all beneath it) during `[from, to)`.

    Granted by somebody else: nobody grants a role to themselves (SEC threats "Insider admin"). A sensitive role counts
    only once a second person approved it. The very first operator of an installation is granted from the command line,
    where `granted_by` stays empty.

    | state | moved by | counts |
    |---|---|---|
    | proposed | `grant_role`, for a sensitive role | no |
    | approved | `grant_role` else, `approve_holding` | during its period |
    | refused | `refuse_holding` | never |
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("holding", "waits for approval")
        APPROVED = "approved", pgettext_lazy("holding", "approved")
        REFUSED = "refused", pgettext_lazy("holding", "refused")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_holdings", verbose_name=_("person"))
    role = models.CharField(pgettext_lazy("role", "role"), max_length=32)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_holdings",
        verbose_name=_("organisation"),
    )
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    during = DateRangeField(_("period"))
    granted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPROVED)
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("role holding")
        constraints: ClassVar = [
            models.UniqueConstraint(name="role_holding_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="role_holding_at_one_place",
                condition=Q(organisation__isnull=False, territory__isnull=True)
                | Q(organisation__isnull=True, territory__isnull=False),
            ),
            models.CheckConstraint(
                name="role_holding_not_by_oneself", condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("person"))
            ),
            # Four eyes on a sensitive role: neither who proposed it nor who gets it decides.
            models.CheckConstraint(
                name="role_holding_decided_by_another",
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("person")) & (Q(granted_by__isnull=True) | ~Q(decided_by=F("granted_by")))),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "role"], name="role_holding_of_person"),
            models.Index(fields=["id"], name="role_holding_waiting", condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"

    @property
    def place(self) -> Organisation | Territory:
        """Where it is held."""
        place = self.organisation or self.territory
        if place is None:
            raise TypeError("a role is held somewhere")
        return place
