"""Documents and their versions. A version is never overwritten; what was removed leaves a row that says so."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person


# The history keeps who, when and why, not the title: what is removed is to be gone from there too.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["title"])
class Document(models.Model):
    """One document of one thing; `place` and `thing_key` say of which (plain data, the thing lies on a higher floor).

    | state    | means                                                        | moved by                            |
    |----------|--------------------------------------------------------------|-------------------------------------|
    | standing | can be read by whom its place allows                         | `add_document`                      |
    | removed  | files and names are gone; hash, who, when and why stay       | `remove_document`, `remove_expired` |
    """

    class State(models.TextChoices):
        STANDING = "standing", pgettext_lazy("document", "kept")
        REMOVED = "removed", pgettext_lazy("document", "removed")

    class Cause(models.TextChoices):
        DECIDED = "decided", pgettext_lazy("document removal", "by a person's decision")
        EXPIRED = "expired", pgettext_lazy("document removal", "its time was over")

    public_id = models.UUIDField(default=uuid7, editable=False)
    place = models.CharField(max_length=60)
    thing_key = models.CharField(max_length=80)
    title = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    """Whose own thing it belongs to, if it is a person's."""
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.STANDING)
    keep_until = models.DateField(_("kept until"))
    """The first day on which the routine may remove it."""
    hold_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True)
    """Not empty: held for a legal reason, whatever the day."""
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("removed by")
    )
    removal_cause = models.CharField(_("cause of removal"), max_length=8, blank=True, choices=Cause)
    removal_reason = models.CharField(_("reason of removal"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("document")
        constraints: ClassVar = [
            models.UniqueConstraint(name="document_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="document_removed_says_why",
                condition=Q(state="standing", removed_at=None, removal_cause="", removal_reason="")
                | (
                    Q(state="removed", removed_at__isnull=False, title="")
                    & ~Q(removal_cause="")
                    & ~Q(removal_reason="")
                ),
            ),
            models.CheckConstraint(name="document_held_is_standing", condition=Q(hold_reason="") | Q(state="standing")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "thing_key", "id"], name="document_of_thing"),
            models.Index(fields=["organisation", "-id"], name="document_of_organisation"),
            models.Index(
                fields=["keep_until"], name="document_to_remove", condition=Q(state="standing", hold_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.thing_key} {self.public_id}"

    @property
    def why_removed(self) -> str:
        """The reason as a page shows it; one of the house's own is one that the catalogue knows."""
        is_ours = self.removal_cause == self.Cause.EXPIRED or self.removed_by_id is None
        return gettext(self.removal_reason) if is_ours else self.removal_reason


class DocumentVersion(models.Model):
    """One file. Its content never changes: a trigger lets only what is found out later be written, and the names go
    when the document is removed. `sha256` stays for ever."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "none", pgettext_lazy("malware scan", "not scanned for malware")
        WAITING = "waiting", pgettext_lazy("malware scan", "waits to be scanned")
        CLEAN = "clean", pgettext_lazy("malware scan", "scanned, nothing found")
        INFECTED = "infected", pgettext_lazy("malware scan", "infected, locked away")
        FAILED = "failed", pgettext_lazy("malware scan", "could not be scanned, locked")

    class Look(models.TextChoices):
        """Whether there is a small picture of it."""

        NONE = "none", pgettext_lazy("preview", "none for this type")
        WAITING = "waiting", pgettext_lazy("preview", "being made")
        MADE = "made", pgettext_lazy("preview", "made")
        FAILED = "failed", pgettext_lazy("preview", "cannot be shown")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one version
    number = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=8)
    byte_count = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    is_stored = models.BooleanField(default=True)
    scan = models.CharField(max_length=8, choices=Scan)
    scanned_at = models.DateTimeField(null=True)
    scan_note = models.CharField(max_length=200, blank=True)
    look = models.CharField(max_length=8, choices=Look)
    pages = models.PositiveIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("version of a document")
        constraints: ClassVar = [
            models.UniqueConstraint(name="document_version_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="document_version_number_once", fields=["document", "number"]),
            models.CheckConstraint(name="document_version_digest", condition=Q(sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="document_version_not_empty", condition=Q(byte_count__gt=0)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="document_version_content", condition=Q(is_stored=True)),
            models.Index(fields=["id"], name="document_version_to_scan", condition=Q(scan="waiting", is_stored=True)),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"

    @property
    def can_be_handed_on(self) -> bool:
        """Whether the file may leave the house: it is there, and no scanner is still to look at it or said no."""
        return self.is_stored and self.scan in (self.Scan.NOT_SCANNED, self.Scan.CLEAN)
