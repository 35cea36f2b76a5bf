"""Exchange for many at once: a school asks for its graduates that what they learnt counts at the next institution."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from .cases import Case


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Batch(models.Model):
    """One request for a class of graduates 毕业班批量互认: everybody with this course who agreed in writing.

    Each learner has a case of their own, under the same rules as one that they ask for themselves; `rows` says what
    came of each. The counts are those of the job that asks.
    """

    public_id = models.UUIDField(editable=False)
    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("giving"))
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving"))
    code = models.CharField(_("code of the course"), max_length=60)
    ended_from = models.DateField(_("ended from"))
    ended_to = models.DateField(_("ended until"), help_text=_("The first day after them"))
    consents = models.CharField(
        _("where the written consents lie"), max_length=200, help_text=_("Nobody's credits move without their consent")
    )
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    deciding_job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    asked_count = models.PositiveIntegerField(_("requests made"), default=0)
    refused_count = models.PositiveIntegerField(_("not possible"), default=0)
    finished_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("exchange for a class of graduates")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_batch_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="exchange_batch_two_sides", condition=~Q(source=F("target"))),
            models.CheckConstraint(name="exchange_batch_has_days", condition=Q(ended_to__gt=F("ended_from"))),
            models.CheckConstraint(name="exchange_batch_says_consents", condition=~Q(consents="")),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.source} → {self.target}"

    @property
    def last_day(self) -> date:
        return self.ended_to - timedelta(days=1)

    def access_scope(self) -> Scope:
        """Where those sit who asked: the giving institution."""
        return Scope(organisation_id=self.source_id, territory_path=self.source.territory.path)

    def target_scope(self) -> Scope:
        """Where those sit who decide: the receiving institution."""
        return Scope(organisation_id=self.target_id, territory_path=self.target.territory.path)


class BatchRow(models.Model):
    """What came of one learner's credits in a batch: a case, or why there is none, in both languages."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    posting = models.UUIDField()
    case = models.OneToOneField(Case, null=True, on_delete=models.PROTECT, related_name="batch_row")
    why_zh = models.CharField(max_length=300, blank=True)
    why_en = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("learner in a class of graduates")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_batch_row_once", fields=["batch", "posting"]),
            models.CheckConstraint(
                name="exchange_batch_row_case_or_why",
                condition=(Q(case__isnull=False, why_zh="", why_en=""))
                | (Q(case__isnull=True) & ~Q(why_zh="") & ~Q(why_en="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner"], name="exchange_batch_row_of_learner")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.posting}"

    @property
    def why(self) -> str:
        return self.why_en if get_language() == "en" else self.why_zh

    @property
    def state(self) -> str:
        """For a chip: of the case, or that there is none."""
        return self.case.get_state_display() if self.case is not None else pgettext("exchange", "not possible")
