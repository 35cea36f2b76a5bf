"""Consent 同意: a person lets one organisation ask about their credentials, until a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

MOST: Final = timedelta(days=90)
"""Longer than this no consent lasts (C-89); an installation may make it shorter, never longer."""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Consent(models.Model):
    """That an organisation gets answers about a person's credentials in `[given_at, until)`.

    `ended_at`: withdrawn, or another took its place, before that. One at a time for an account and an organisation.
    """

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    given_at = models.DateTimeField(_("given"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)

    class Meta:
        verbose_name = _("consent to an employer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="employers_consent_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="employers_consent_one_runs", fields=["learner", "organisation"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="employers_consent_ends", condition=Q(until__gt=F("given_at")) & Q(until__lte=F("given_at") + MOST)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "-id"], name="employers_consent_of")]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.organisation_id}"

    def is_open(self, at: datetime) -> bool:
        return self.ended_at is None and self.given_at <= at < self.until

    @property
    def last_day(self) -> date:
        """The last day of which any part is covered."""
        return clock.date_of(self.until - timedelta(microseconds=1))
