"""Keys that sign credentials: of the platform, and of each institution that issues."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["sealed"])),
    exclude=["sealed"],
)
class SigningKey(models.Model):
    """One pair of keys. The private half is sealed in the vault; a compromised one is destroyed.

    | state       | means                                                     | moved by          |
    |-------------|-----------------------------------------------------------|-------------------|
    | active      | signs; the only one of its issuer and kind                | first use, `rotate` |
    | retired     | signs nothing new; what it signed still verifies          | `rotate`          |
    | compromised | taken from the DID document; all it signed is re-issued   | `compromise`      |
    """

    class Kind(models.TextChoices):
        ED25519 = "ed25519", pgettext_lazy("key", "embedded signature (Ed25519)")
        RSA = "rsa", pgettext_lazy("key", "JWT (RS256)")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("key", "signs")
        RETIRED = "retired", pgettext_lazy("key", "retired")
        COMPROMISED = "compromised", pgettext_lazy("key", "compromised")

    public_id = models.UUIDField(default=uuid7, editable=False)
    issuer = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=pgettext_lazy("credential", "issuer"), help_text=_("Empty: the platform"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    number = models.PositiveSmallIntegerField(_("number"))
    public = models.JSONField(_("public half"))
    """`{"multibase": "z6Mk…"}` or `{"jwk": {…}}`."""
    sealed = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.ACTIVE)
    made_at = models.DateTimeField(pgettext_lazy("time", "made"))
    made_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"),
        help_text=_("Empty: made on first use"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("signs no more since"), null=True)
    why = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("signing key")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_key_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="badges_key_number_once", fields=["issuer", "kind", "number"], nulls_distinct=False
            ),
            models.UniqueConstraint(
                name="badges_key_one_signs", fields=["issuer", "kind"], condition=Q(state="active"),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="badges_key_is_whole",
                condition=Q(state="active", sealed__isnull=False, ended_at__isnull=True)
                | Q(state="retired", sealed__isnull=True, ended_at__isnull=False)
                | (Q(state="compromised", sealed__isnull=True, ended_at__isnull=False) & ~Q(why="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The fragment under which it is published."""
        return f"{'key' if self.kind == self.Kind.ED25519 else 'rsa'}-{self.number}"

    @property
    def chip(self) -> str:
        return {"active": "done", "retired": "neutral"}.get(self.state, "no")
