"""Transcripts 成绩单 (C-88): what was certified on a day, and a code by which anybody may check it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.people.models import Person


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["snapshot", "digest", "digest_since"],
)
class Transcript(models.Model):
    """An issued transcript: a snapshot that never changes. `code` is C-88's 60 random bits, written 4-4-4.

    One exception: when its holder was erased, name and card number went from the snapshot. `was_genuine` keeps what the
    digest said of it until then, `digest_since` is that of what is left.
    """

    code = models.CharField(max_length=14)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    issued_at = models.DateTimeField(_("issued at"))
    language = models.CharField(_("language"), max_length=8)
    snapshot = models.JSONField(help_text=_("What is printed, no more"))
    digest = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_why = models.CharField(_("reason of the revocation"), max_length=200, blank=True)
    holder_left_at = models.DateTimeField(_("holder left at"), null=True)
    was_genuine = models.BooleanField(null=True)
    digest_since = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("transcript")
        constraints: ClassVar = [
            models.UniqueConstraint(name="transcript_code_once", fields=["code"]),
            models.CheckConstraint(
                name="transcript_left_keeps_finding",
                condition=Q(holder_left_at__isnull=True, was_genuine__isnull=True, digest_since="")
                | (Q(holder_left_at__isnull=False, was_genuine__isnull=False) & ~Q(digest_since="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "-issued_at"], name="transcript_of_learner")]

    def __str__(self) -> str:
        return self.code


class TranscriptCheck(models.Model):
    """Somebody looked a transcript up: shown to its holder. Nothing of the asker is kept."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="checks")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("transcript check")

    def __str__(self) -> str:
        return f"{self.transcript} {self.at:%Y-%m-%d}"


class TranscriptPrint(models.Model):
    """Somebody who may see a transcript took it as a sheet of paper: shown to its holder. Rows are only added."""

    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="prints")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("printed by"))

    class Meta:
        verbose_name = _("print of a transcript")

    def __str__(self) -> str:
        return f"{self.transcript} {self.at:%Y-%m-%d}"
