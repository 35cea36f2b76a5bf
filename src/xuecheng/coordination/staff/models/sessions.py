"""When somebody teaches, planned by classes."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory

from .agreements import Agreement
from .kinds import ClassLevel, Subject, TeacherKind
from .pool import Teacher
from .ranges import one


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["place", "origin"])
class TeachingSession(models.Model):
    """Somebody teaches at a time and place. Planned by whoever holds classes; hours and fees count when checked in.

    `origin` and `series` are the session and the class above, kept as plain data: this app knows neither.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("session", "planned")
        TAUGHT = "taught", pgettext_lazy("session", "taught")
        RELEASED = "released", pgettext_lazy("session", "released")

    public_id = models.UUIDField()  # chosen by the caller
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("agreement")
    )
    """Under which it is taught; none at the home unit."""
    kind = models.CharField(pgettext_lazy("teacher", "type"), max_length=12, choices=TeacherKind)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    place = models.CharField(_("place"), max_length=120)
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    level = models.PositiveSmallIntegerField(_("level"), choices=ClassLevel)
    during = DateTimeRangeField(_("period"))
    series = models.UUIDField(null=True)
    origin = models.CharField(max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    checked_in_at = models.DateTimeField(_("checked in"), null=True)
    fee_fen = models.PositiveIntegerField(_("fee, fen"), default=0)

    class Meta:
        verbose_name = _("session of a teacher")
        constraints: ClassVar = [
            models.UniqueConstraint(name="teaching_session_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="teaching_session_not_empty", condition=Q(during__isempty=False)),
            # T-06: without checking in no hour and no fee.
            models.CheckConstraint(
                name="teaching_session_fee_only_when_taught",
                condition=Q(state="taught", checked_in_at__isnull=False)
                | (~Q(state="taught") & Q(checked_in_at__isnull=True, fee_fen=0)),
            ),
            # T-03: nobody is in two places.
            ExclusionConstraint(
                name="teaching_session_one_at_a_time",
                condition=~Q(state="released"),
                expressions=[(one("person"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["teacher", "-id"], name="teaching_session_of_teacher"),
            models.Index(fields=["agreement", "-id"], name="teaching_session_of_agreement"),
            models.Index(fields=["organisation", "-id"], name="teaching_session_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.during}"
