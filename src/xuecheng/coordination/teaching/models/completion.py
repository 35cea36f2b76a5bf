"""What was assessed, who completed a class and why not."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.coordination.enrolment.models import Enrolment

from .attendance import in_book


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Assessment(models.Model):
    """What the teacher found: passed or not. One of an enrolment; earlier ones stand in its history."""

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="assessment", verbose_name=_("enrolment")
    )
    passed = models.BooleanField(_("passed"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("assessed by"))
    at = models.DateTimeField(_("assessed"))

    class Meta:
        verbose_name = _("assessment")

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.passed}"

    def access_scope(self) -> Scope:
        return self.enrolment.access_scope()


class Decision(models.Model):
    """Whether somebody completed a class by its course's rule, as it was judged. A new judgement is a new version.

    A completed one that was written stands in the learner's records under `record_key`. Rows are only ever added.
    """

    class Reason(models.TextChoices):
        NO_SESSION = "no_session", _("no session was held")
        FEW_SESSIONS = "few_sessions", _("attended too few sessions")
        NOT_ASSESSED = "not_assessed", _("was not assessed")
        NOT_PASSED = "not_passed", _("did not pass the assessment")

    public_id = models.UUIDField(editable=False)
    book = models.IntegerField()
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("learner"),
    )  # fmt: skip
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("enrolment"),
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(_("version"))
    is_complete = models.BooleanField(_("completed"))
    reason = models.CharField(_("why not"), max_length=14, choices=Reason, blank=True)
    attended = models.PositiveSmallIntegerField(_("sessions attended"))
    held = models.PositiveSmallIntegerField(_("sessions held"))
    minutes = models.PositiveIntegerField(_("minutes attended"))
    decided_at = models.DateTimeField(_("decided"))
    because = models.CharField(_("why it was judged anew"), max_length=200, blank=True)
    record_key = models.CharField(max_length=80, blank=True)
    """Of the learning record that says it; empty if none was written, and then `refused` says why."""
    refused = models.CharField(_("why no record was written"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("decision on completion")
        constraints: ClassVar = [
            models.UniqueConstraint(name="decision_version_once", fields=["enrolment", "version", "book"]),
            models.UniqueConstraint(name="decision_public_id_once", fields=["public_id", "book"]),
            models.CheckConstraint(name="decision_in_its_book", condition=in_book()),
            models.CheckConstraint(
                name="decision_whole",
                condition=Q(is_complete=True, reason="") | (Q(is_complete=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(name="decision_attended_of_held", condition=Q(attended__lte=F("held"))),
            models.CheckConstraint(
                name="decision_corrected_has_reason",
                condition=Q(version=1, because="") | (Q(version__gt=1) & ~Q(because="")),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.enrolment_id} v{self.version}"

    @property
    def refused_words(self) -> str:
        return gettext(self.refused) if self.refused else ""

    @property
    def because_words(self) -> str:
        """Words of a rule in the reader's language; words of people as they stand."""
        return gettext(self.because) if self.because else ""

    @property
    def percent(self) -> int:
        return self.attended * 100 // self.held if self.held else 0
