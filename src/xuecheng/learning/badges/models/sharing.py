"""Shares: a link that shows chosen credentials until a day, and who looked."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person

from .badges import Badge


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["token_hash", "title"])),
    pghistory.DeleteEvent(),
    exclude=["token_hash", "title"],
)
class Share(models.Model):
    """What a learner shows to whoever has the link. Of the link's secret only a hash is kept."""

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    token_hash = models.BinaryField(max_length=32)
    title = models.CharField(_("for whom"), max_length=60, blank=True)
    shows_name = models.BooleanField(_("shows the name"), default=False)
    made_at = models.DateTimeField(pgettext_lazy("time", "made"))
    until = models.DateTimeField(_("until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("share")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_share_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="badges_share_token_once", fields=["token_hash"]),
            models.CheckConstraint(name="badges_share_ends", condition=Q(until__gt=F("made_at"))),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "-id"], name="badges_share_of_learner")]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_open(self, at: datetime) -> bool:
        return self.withdrawn_at is None and at < self.until


class ShareItem(models.Model):
    """One credential that a share shows."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="items")
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("shared credential")
        constraints: ClassVar = [models.UniqueConstraint(name="badges_share_item_once", fields=["share", "badge"])]

    def __str__(self) -> str:
        return f"{self.share_id} {self.badge_id}"


class Look(models.Model):
    """Somebody looked at a share, or an organisation verified a credential: for its holder. Rows are only added.

    Of who follows a link nothing is kept but when; an organisation that verifies while signed in is named.
    """

    badge = models.ForeignKey(Badge, null=True, on_delete=models.CASCADE, related_name="looks")
    share = models.ForeignKey(Share, null=True, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField(_("looked at"))
    by = models.CharField(_("organisation"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("look at a credential")
        constraints: ClassVar = [
            models.CheckConstraint(name="badges_look_of_one", condition=Q(badge__isnull=True) ^ Q(share__isnull=True))
        ]
        indexes: ClassVar = [
            models.Index(fields=["badge", "-id"], name="badges_look_of_badge"),
            models.Index(fields=["share", "-id"], name="badges_look_of_share"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.by}"
