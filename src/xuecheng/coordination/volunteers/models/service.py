"""What was served: minutes that count, minutes that are looked at, and certificates of them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from .calls import Activity, Assignment
from .kinds import CHIPS
from .pool import Volunteer


def _one(name: str) -> Func:
    """A row as a range of one: && on it is equality, and needs no extension."""
    return Func(F(name), F(name), Value("[]"), function="int8range", output_field=BigIntegerRangeField())


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["why", "record_key", "no_record"],
)
class Service(models.Model):
    """Minutes that somebody served (V-06, V-07), from checking in and out, or registered afterwards (V-08). Two of one
    person that overlap never count.

    | state   | means                                                   | moved by                           |
    |---------|---------------------------------------------------------|------------------------------------|
    | counted | counts for hours, stars, certificates and credit        | `check_out`, `decide_service`      |
    | review  | overlaps with another; an officer looks at both (V-07)  | `check_out`, `decide_service`      |
    | refused | an officer found that it was not served so              | `decide_service`                   |
    """

    class State(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("volunteer service", "counted")
        REVIEW = "review", pgettext_lazy("volunteer service", "is looked at")
        REFUSED = "refused", pgettext_lazy("volunteer service", "not counted")

    public_id = models.UUIDField(editable=False)
    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="service", verbose_name=_("assignment")
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", verbose_name=_("activity"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organiser")
    )
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="services")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    during = DateTimeRangeField(_("period"))
    pause_minutes = models.PositiveSmallIntegerField(_("pauses and waiting, minutes"), default=0)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    """Whole minutes of the period without pauses and waiting; the database works them out again."""
    state = models.CharField(_("state"), max_length=10, choices=State)
    is_late = models.BooleanField(_("registered afterwards"), default=False, db_default=False)
    """V-08: from a stamped list, confirmed by a second person; the database asks for that entry."""
    entered_at = models.DateTimeField(_("entered"))
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    why = models.CharField(_("why"), max_length=200, blank=True)
    record_key = models.CharField(max_length=80, blank=True)
    """Of the learning record that says it; empty if none was written, and then `no_record` says why."""
    no_record = models.CharField(_("why no record was written"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("volunteer service")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_service_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="volunteer_service_not_empty", condition=Q(during__isempty=False)),
            # V-07: two records of one person that count never overlap.
            ExclusionConstraint(
                name="volunteer_service_counts_once",
                condition=Q(state="counted"),
                expressions=[(_one("person"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="volunteer_service_decided_by_another",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, why="")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(why="") & ~Q(decided_by=F("person"))),
            ),
            models.CheckConstraint(
                name="volunteer_service_refused_was_decided",
                condition=~Q(state="refused") | Q(decided_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="volunteer_service_of"),
            models.Index(fields=["organisation", "-id"], name="volunteer_service_at"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="service_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person_id} {self.during}"

    def access_scope(self) -> Scope:
        return Scope(
            organisation_id=self.organisation_id,
            territory_path=self.organisation.territory.path,
            person_id=self.person_id,
        )

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def no_record_shown(self) -> str:
        """Words of a rule in the reader's language; those of a gate as they stand."""
        return gettext(self.no_record) if self.no_record else ""


class Certificate(models.Model):
    """A certificate of service as it was issued, free of charge (V-06): what counted then, and nothing else.

    It holds as long as every service in it counts. `code` is made as a transcript's, for the one page that verifies.
    """

    public_id = models.UUIDField(editable=False)
    code = models.CharField(_("verification code"), max_length=14, null=True)  # noqa: DJ001  # none before codes; unique
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="certificates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    language = models.CharField(_("language"), max_length=8)
    issued_at = models.DateTimeField(_("issued"))
    minutes = models.PositiveIntegerField(_("minutes"))
    star = models.PositiveSmallIntegerField(_("star"))
    content = models.JSONField(_("content"))
    """What is printed: the holder and a line for each activity; with the public ids of the services that counted."""

    class Meta:
        verbose_name = _("certificate of service")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_certificate_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="volunteer_certificate_code_once", fields=["code"]),
            models.CheckConstraint(name="volunteer_certificate_of_something", condition=Q(minutes__gte=1)),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return str(self.public_id)

    def access_scope(self) -> Scope:
        return Scope(person_id=self.person_id)

    @property
    def number(self) -> str:
        """As it is printed."""
        return f"ZY-{self.public_id.hex[:8].upper()}-{self.public_id.hex[-8:].upper()}"
