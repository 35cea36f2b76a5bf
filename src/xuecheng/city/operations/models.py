"""What the last look at the installation found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class PointState(models.Model):
    """How one point stood when it was last looked at, and since when it has stood so. One row a point."""

    class State(models.TextChoices):
        PASS = "pass", pgettext_lazy("point", "healthy")
        WARN = "warn", pgettext_lazy("point", "to be watched")
        FAIL = "fail", pgettext_lazy("point", "not healthy")

    what = models.CharField(max_length=40, primary_key=True)
    state = models.CharField(max_length=4, choices=State)
    found_zh = models.CharField(max_length=300)
    found_en = models.CharField(max_length=300)
    remedy_zh = models.CharField(max_length=300, blank=True)
    remedy_en = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("point looked at")
        constraints: ClassVar = [
            models.CheckConstraint(name="point_state_is_known", condition=Q(state__in=["pass", "warn", "fail"])),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.state}"

    @property
    def found(self) -> str:
        """What was found, in the reader's language."""
        return self.found_en if _is_english() else self.found_zh

    @property
    def remedy(self) -> str:
        """What to do, in the reader's language."""
        return self.remedy_en if _is_english() else self.remedy_zh


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


class Mark(models.Model):
    """A number that was noted on a day: how far something counted at the day's first look, or when it last was.

    `records` and the like are marked once a day, so that "today" is a difference; `backup` and `drill` are moments in
    seconds since 1970, noted anew at each look; `kept` counts the looks of the day that found everything working.
    """

    name = models.CharField(max_length=40)
    on = models.DateField()
    value = models.BigIntegerField()

    class Meta:
        verbose_name = _("number noted on a day")
        constraints: ClassVar = [models.UniqueConstraint(name="operations_mark_once", fields=["name", "on"])]

    def __str__(self) -> str:
        return f"{self.name} {self.on} {self.value}"
