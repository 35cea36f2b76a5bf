"""Identity documents 身份证件: sealed numbers, who saw what, and every look at a whole number."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from .rules import FORMATS


class _KeyIn(Func):
    """The number of the key in a sealed value, as bytes: rotation and its proof find rows by it."""

    template = "substring(%(expressions)s from 3 for 8)"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["number_sealed", "number_hash"])),
    pghistory.DeleteEvent(),
    exclude=["number_sealed", "number_hash"],
)
class IdentityDocument(models.Model):
    """A document that a person says is theirs. The number is sealed (SEC-01) and found by its keyed hash (SEC-02).

    | state    | means                                                     | moved by                              |
    |----------|-----------------------------------------------------------|---------------------------------------|
    | claimed  | said by the person, an officer or an imported list        | `claim_document`, import              |
    | verified | an officer saw it, or a service confirmed it              | `verify_at_counter`, the service's job |
    | refused  | it is not theirs, or not genuine; `note` says why         | `refuse_document`                     |
    | expired  | its last day is over, or a newer one took its place       | `expire_due`, `verify_…`              |
    """

    class Kind(models.TextChoices):
        RESIDENT = "resident_id", FORMATS["resident_id"].label
        PASSPORT = "passport", FORMATS["passport"].label
        HKM_PERMIT = "hkm_permit", FORMATS["hkm_permit"].label
        HKMT_RESIDENCE = "hkmt_residence", FORMATS["hkmt_residence"].label
        TAIWAN_PERMIT = "taiwan_permit", FORMATS["taiwan_permit"].label

    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("document state", "to be checked")
        VERIFIED = "verified", pgettext_lazy("document state", "verified")
        REFUSED = "refused", pgettext_lazy("document state", "refused")
        EXPIRED = "expired", pgettext_lazy("document state", "expired")

    class Seen(models.TextChoices):
        ORIGINAL = "original", pgettext_lazy("document seen", "the original, with the person present")
        READER = "reader", pgettext_lazy("document seen", "the original, read by a card reader")
        PROXY = "proxy", pgettext_lazy("document seen", "the original, brought by somebody entitled")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="identity_documents", verbose_name=_("person")
    )
    kind = models.CharField(_("document"), max_length=16, choices=Kind)
    number_sealed = models.BinaryField()
    number_hash = models.BinaryField(max_length=36)
    name_on_document = models.CharField(_("name on the document"), max_length=80)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    doubts = ArrayField(models.CharField(max_length=20), verbose_name=_("doubts"), default=list)
    """What does not fit: `name`, `birth_year`, `area`. Decided by an officer."""
    state = models.CharField(pgettext_lazy("document", "state"), max_length=10, choices=State, default=State.CLAIMED)
    claimed_at = models.DateTimeField(_("entered at"))
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    seen = models.CharField(_("what was seen"), max_length=10, choices=Seen, blank=True)
    office = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("counter")
    )
    service_reference = models.CharField(_("reference of the service"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("identity document")
        constraints: ClassVar = [
            models.UniqueConstraint(name="identity_document_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="identity_document_number_verified_once",
                fields=["kind", "number_hash"],
                condition=Q(state="verified"),
            ),
            models.UniqueConstraint(
                name="identity_document_one_verified_of_a_kind",
                fields=["person", "kind"],
                condition=Q(state="verified"),
            ),
            models.CheckConstraint(
                name="identity_document_verified_was_seen",
                condition=~Q(state="verified")
                | (
                    Q(decided_at__isnull=False) & (~Q(seen="") & Q(decided_by__isnull=False) | ~Q(service_reference=""))
                ),
            ),
            models.CheckConstraint(
                name="identity_document_refused_says_why", condition=~Q(state="refused") | ~Q(note="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["number_hash"], name="identity_document_by_number"),
            models.Index(fields=["person", "-id"], name="identity_document_of_person"),
            models.Index(fields=["-id"], name="identity_document_to_check", condition=Q(state="claimed")),
            models.Index(fields=["valid_until"], name="identity_document_to_expire", condition=Q(state="verified")),
            models.Index(_KeyIn("number_sealed"), name="identity_document_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    def access_scope(self) -> Scope:
        territory = self.person.territory
        return Scope(person_id=self.person_id, territory_path=territory.path if territory else None)


class Unmasking(models.Model):
    """One look at one whole number: by whom, when, why (SEC-03). Only ever added to.

    Without a document its owner was erased since; that somebody looked, and how often that day, stays.
    """

    document = models.ForeignKey(IdentityDocument, null=True, on_delete=models.PROTECT, related_name="unmaskings")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField(help_text=_("The city's date, by which looks are counted"))
    number_that_day = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("look at a whole number")
        constraints: ClassVar = [
            models.UniqueConstraint(name="unmasking_counted_once", fields=["by", "on", "number_that_day"]),
            models.CheckConstraint(name="unmasking_has_reason", condition=~Q(reason="")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document_id} {self.on}"
