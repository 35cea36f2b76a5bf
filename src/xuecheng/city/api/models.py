"""What the interface remembers: answers to writes, and how often a caller asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptAnswer(models.Model):
    """The answer to a write, under the key that its caller chose: asked again, the same answer (REL-01).

    The row commits with the effect. `asked` is SHA-256 over method, address and body.
    """

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kept answer")
        constraints: ClassVar = [models.UniqueConstraint(name="kept_answer_once", fields=["caller", "key"])]
        indexes: ClassVar = [models.Index(fields=["kept_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"


class AskedCount(models.Model):
    """How often a caller asked within one minute. Rows of past minutes are swept away."""

    caller = models.CharField(max_length=80)
    minute = models.BigIntegerField(help_text=_("Minutes since 1970"))
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of requests")
        constraints: ClassVar = [models.UniqueConstraint(name="asked_count_once", fields=["caller", "minute"])]
        indexes: ClassVar = [models.Index(fields=["minute"], name="asked_count_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.minute}"
