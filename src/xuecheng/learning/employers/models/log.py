"""Who asked about a person's credentials: that person's log, which outlives the lists."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

from .lists import RowAnswer


class Inquiry(models.Model):
    """One row of an organisation's list that named a credential of somebody: once, however often the job ran.

    `was_agreed`: whether the organisation could get more than “not confirmed”. `told_at`: the holder was told.
    """

    class What(models.TextChoices):
        CREDENTIAL = "credential", pgettext_lazy("asked by an employer", "credential")
        TRANSCRIPT = "transcript", pgettext_lazy("asked by an employer", "transcript")
        CERTIFICATE = "certificate", pgettext_lazy("asked by an employer", "certificate of completion")

    list_id = models.UUIDField(help_text=_("Public id of the list"))
    row_no = models.PositiveIntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    at = models.DateTimeField(_("asked"))
    what = models.CharField(_("what"), max_length=12, choices=What)
    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("name"), max_length=200, blank=True)
    was_agreed = models.BooleanField(_("answered with consent"))
    answer = models.CharField(_("answer"), max_length=24, choices=RowAnswer.Answer)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("inquiry of an employer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="employers_inquiry_once", fields=["list_id", "row_no"]),
            models.CheckConstraint(
                name="employers_inquiry_says_nothing_unagreed",
                condition=Q(was_agreed=True) | Q(answer=RowAnswer.Answer.NOT_CONFIRMED),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="employers_inquiry_of"),
            models.Index(fields=["id"], name="employers_inquiry_untold", condition=Q(told_at=None)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="inquiry_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["told_at"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.organisation_id}"
