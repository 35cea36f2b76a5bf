"""Readiness: what the last count said of each kind of record at each institution, and the bounds it is held against."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation

from .accreditations import RecordKind


class Measure(models.TextChoices):
    """The words of `rules.Measured`."""

    VOLUME = "volume", pgettext_lazy("readiness", "records reported")
    WAITING = "waiting", pgettext_lazy("readiness", "records waiting")
    COVERAGE = "coverage", pgettext_lazy("readiness", "records that a rule is for")
    IDENTITY = "identity", pgettext_lazy("readiness", "numbers and names that match")
    ERRORS = "errors", pgettext_lazy("readiness", "wrong at most, by audit")
    AGREEMENTS = "agreements", pgettext_lazy("readiness", "institutions that accept its credits")
    DISPUTES = "disputes", pgettext_lazy("readiness", "disputes in a thousand records")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Threshold(models.Model):
    """What a measure must reach or may not pass; shares in thousandths. The city's own numbers, none of them law."""

    measure = models.CharField(_("measure"), max_length=12, choices=Measure)
    least = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    most = models.PositiveIntegerField(_("at most"), null=True, blank=True)

    class Meta:
        verbose_name = _("threshold of readiness")
        constraints: ClassVar = [
            models.UniqueConstraint(name="rollout_threshold_once", fields=["measure"]),
            models.CheckConstraint(
                name="rollout_threshold_can_be_met",
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(most__gte=models.F("least")),
            ),
        ]

    def __str__(self) -> str:
        return self.measure


class Readiness(models.Model):
    """One kind of record at one institution, as counted last. Written anew by the job; never edited."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of record"), max_length=12, choices=RecordKind)
    values = models.JSONField(default=dict)
    is_ready = models.BooleanField(_("ready"))
    missing = ArrayField(models.CharField(max_length=12, choices=Measure), default=list)
    lacks = models.GeneratedField(
        expression=models.Func("missing", function="cardinality"), output_field=models.IntegerField(), db_persist=True
    )
    """How many measures are missing: who lacks least is ready next (C-68)."""
    counted_at = models.DateTimeField(pgettext_lazy("readiness", "counted"))

    class Meta:
        verbose_name = _("readiness")
        constraints: ClassVar = [
            models.UniqueConstraint(name="rollout_readiness_once", fields=["organisation", "kind"]),
        ]
        indexes: ClassVar = [models.Index(fields=["-is_ready", "lacks", "id"], name="rollout_readiness_next")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.kind}"
