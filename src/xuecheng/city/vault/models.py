"""Keys 密钥: data keys and look-up keys, wrapped by keys that lie outside the database (SEC-01, SEC-02)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["wrapped"])
class Key(models.Model):
    """A key of one purpose: of a year and perhaps an owner for sealing, for as long as it lasts for look-up.

    | state     | means                                                         | moved by            |
    |-----------|---------------------------------------------------------------|---------------------|
    | active    | seals new values; one per purpose, owner and year             | first use, rotation |
    | retiring  | opens only; its rows are being sealed anew                    | `retire`            |
    | drained   | a query found no row that uses it; waits for its last day     | `drain`             |
    | destroyed | its material is gone; the row tells since when                | `destroy_unused`    |
    """

    class Use(models.TextChoices):
        SEAL = "seal", pgettext_lazy("key", "sealing")
        LOOK_UP = "look_up", pgettext_lazy("key", "look-up")

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("key", "in use")
        RETIRING = "retiring", pgettext_lazy("key", "being replaced")
        DRAINED = "drained", pgettext_lazy("key", "no longer used")
        DESTROYED = "destroyed", pgettext_lazy("key", "destroyed")

    use = models.CharField(_("use"), max_length=8, choices=Use)
    purpose = models.CharField(_("purpose"), max_length=60)
    owner = models.CharField(_("owner"), max_length=40, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), default=0)
    suite = models.CharField(_("cipher suite"), max_length=32)
    state = models.CharField(pgettext_lazy("key", "state"), max_length=10, choices=State)
    kek = models.CharField(_("key-encryption key"), max_length=64)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(_("made at"))
    retired_at = models.DateTimeField(_("replaced at"), null=True)
    drained_at = models.DateTimeField(_("last used before"), null=True)
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True)

    class Meta:
        verbose_name = _("key")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="key_one_active", fields=["use", "purpose", "owner", "year"], condition=Q(state="active")
            ),
            models.CheckConstraint(
                name="key_destroyed_has_no_material",
                condition=Q(state="destroyed", wrapped__isnull=True, destroyed_at__isnull=False)
                | (~Q(state="destroyed") & Q(wrapped__isnull=False, destroyed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="key_state_has_its_time",
                condition=(Q(state="active") | Q(retired_at__isnull=False))
                & (Q(state__in=["active", "retiring"]) | Q(drained_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["owner"], name="key_of_owner", condition=~Q(owner=""))]

    def __str__(self) -> str:
        return f"{self.purpose} {self.year or ''} #{self.pk}"
