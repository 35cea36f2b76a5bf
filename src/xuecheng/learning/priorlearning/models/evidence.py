"""Evidence of any kind, and the witnesses who speak without an account (C-46)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .applications import Application


class Evidence(models.Model):
    """One piece of evidence. `source` names who stands behind it: two pieces of one source count as one source."""

    class Kind(models.TextChoices):
        FILE = "file", pgettext_lazy("evidence", "document or photograph")
        LINK = "link", pgettext_lazy("evidence", "link")
        WITNESS = "witness", pgettext_lazy("evidence", "witness")
        RECORD = "record", pgettext_lazy("evidence", "learning record")
        STATEMENT = "statement", pgettext_lazy("evidence", "own account")
        GROUP = "group", pgettext_lazy("evidence", "statement of the organisation")
        MEETING = "meeting", pgettext_lazy("evidence", "minutes of an interview or test")

    public_id = models.UUIDField(editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("what it is"), max_length=120)
    words = models.CharField(_("what it shows"), max_length=2000, blank=True)
    source = models.CharField(_("who it comes from"), max_length=120)
    dated_on = models.DateField(_("of which day"), null=True, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    record_id = models.BigIntegerField(null=True)
    document = models.UUIDField(null=True)
    """The version of the document in `documents` that it was brought with."""
    added_at = models.DateTimeField(_("added"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("evidence")
        ordering: ClassVar = ["application_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_evidence_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="priorlearning_evidence_number_once", fields=["application", "number"]),
            models.CheckConstraint(
                name="priorlearning_evidence_of_kind",
                condition=(Q(kind="link") & ~Q(link=""))
                | Q(kind="file", document__isnull=False)
                | Q(kind="record", record_id__isnull=False)
                | (Q(kind__in=["statement", "group", "meeting"]) & ~Q(words=""))
                | Q(kind="witness"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Witness(models.Model):
    """Who saw it, asked by a link and a code, without an account and for a bounded time. What they said is kept.

    | state   | means                                   | moved by             |
    |---------|-----------------------------------------|----------------------|
    | asked   | the link is open until `closes_at`      | `name_witness`       |
    | spoke   | they confirmed, in their own words      | `speak_as_witness`   |
    | denied  | they say that it was otherwise          | `speak_as_witness`   |
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("witness", "not answered yet")
        SPOKE = "spoke", pgettext_lazy("witness", "confirmed")
        DENIED = "denied", pgettext_lazy("witness", "did not confirm")

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="witness")
    public_id = models.UUIDField(editable=False)
    """In the link; tells nothing about anybody."""
    sealed = models.BinaryField()
    """Name, relation, how to reach them, and the code of the link, sealed by the vault."""
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    closes_at = models.DateTimeField(_("open until"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    statement = models.CharField(_("what they said"), max_length=2000, blank=True)
    spoke_at = models.DateTimeField(_("said"), null=True)

    class Meta:
        verbose_name = _("witness")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_witness_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="priorlearning_witness_spoke_whole",
                condition=Q(state="asked", spoke_at__isnull=True, statement="")
                | (~Q(state="asked") & Q(spoke_at__isnull=False) & ~Q(statement="")),
            ),
        ]

    def __str__(self) -> str:
        return self.state
