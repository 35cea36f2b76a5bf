"""Figures of the open learning network, rolled up so that public pages cost the same at any size of the city."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.territories.models import Territory


class DailyRecords(models.Model):
    """How many learning records of institutions of a district ended on a day; without a district, of city-wide ones.

    Settled rows count records that surely nobody is still writing; the others are counted anew at every round.
    """

    district = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    is_settled = models.BooleanField()
    count = models.BigIntegerField()

    class Meta:
        verbose_name = _("records of a day")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="daily_records_once", fields=["on", "district", "is_settled"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.district_id} {self.count}"


class Figures(models.Model):
    """One row: what the last round counted, and how far.

    Records up to number `settled_to` are in the settled rows; `seen_to` was the highest number at `seen_at`, and
    whoever wrote lower ones has long ended when the next round settles them.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    accounts = models.PositiveBigIntegerField(default=0)
    settled_to = models.BigIntegerField(default=0)
    seen_to = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    recounted_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("figures of the network")
        constraints: ClassVar = [models.CheckConstraint(name="network_figures_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.counted_at}"
