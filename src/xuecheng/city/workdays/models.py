"""Days on which the week's order does not hold. A year is known when all of its holidays are here."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from . import rules


class Kind(models.TextChoices):
    OFF = rules.OFF, pgettext_lazy("special day", "day off")
    WORK = rules.WORK, pgettext_lazy("special day", "make-up working day")


class State(models.TextChoices):
    """Announced by the State Council, or what people expect before it is."""

    ANNOUNCED = rules.ANNOUNCED, pgettext_lazy("calendar", "announced")
    EXPECTED = rules.EXPECTED, pgettext_lazy("calendar", "expected, not announced yet")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SpecialDay(models.Model):
    """A holiday, or a weekend day to which work was moved; who says so stands in `source`."""

    on = models.DateField(_("date"))
    kind = models.CharField(pgettext_lazy("special day", "kind"), max_length=4, choices=Kind)
    holiday = models.CharField(
        _("holiday"), max_length=12, blank=True, choices=[*rules.HOLIDAYS.items(), (rules.OTHER, _("other reason"))]
    )
    state = models.CharField(pgettext_lazy("calendar", "state"), max_length=9, choices=State, default=State.ANNOUNCED)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("special day of the calendar")
        constraints: ClassVar = [
            models.UniqueConstraint(name="special_day_once", fields=["on"]),
            models.CheckConstraint(name="special_day_off_has_holiday", condition=Q(kind="work") | ~Q(holiday="")),
            models.CheckConstraint(
                name="special_day_work_on_weekends", condition=Q(kind="off") | Q(on__week_day__in=[1, 7])
            ),
            models.CheckConstraint(name="special_day_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"
