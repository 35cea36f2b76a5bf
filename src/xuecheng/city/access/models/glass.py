"""Breaking the glass: reading without a role that allows it, for a short time, with an alarm and a review."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BrokenGlass(models.Model):
    """`opened_by` may read the records of one person or one organisation during `[opened_at, ends_at)`.

    Operators see it at once, the person can see it, every page read by it is in the log, and somebody else says
    afterwards whether it was in order.
    """

    class Verdict(models.TextChoices):
        IN_ORDER = "in_order", pgettext_lazy("glass", "in order")
        NOT_IN_ORDER = "not_in_order", pgettext_lazy("glass", "not in order")

    public_id = models.UUIDField(default=uuid7, editable=False)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    opened_at = models.DateTimeField(_("opened"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=300)
    review_due_on = models.DateField(_("to be reviewed by"))
    reviewed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    verdict = models.CharField(_("finding"), max_length=16, choices=Verdict, blank=True)
    finding = models.CharField(_("what was found"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("emergency access")
        constraints: ClassVar = [
            models.UniqueConstraint(name="glass_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="glass_opens_one_thing",
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
            ),
            models.CheckConstraint(name="glass_ends_after_it_opens", condition=Q(ends_at__gte=F("opened_at"))),
            models.CheckConstraint(
                name="glass_not_oneself", condition=Q(person__isnull=True) | ~Q(person=F("opened_by"))
            ),
            models.CheckConstraint(
                name="glass_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True)
                | (~Q(reviewed_by=F("opened_by")) & Q(reviewed_at__isnull=False) & ~Q(verdict="") & ~Q(finding="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["review_due_on", "id"], name="glass_to_review", condition=Q(reviewed_by__isnull=True)),
            models.Index(fields=["person", "-id"], name="glass_of_person"),
            models.Index(fields=["opened_by", "-id"], name="glass_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.opened_by} → {self.person or self.organisation}"
