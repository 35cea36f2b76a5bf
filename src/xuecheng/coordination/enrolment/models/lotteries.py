"""Lotteries of classes: what was published when."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.rules.lottery import ALGORITHM


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["secret_sealed", "order"]
)
class Lottery(models.Model):
    """How the places of a class are drawn (`rules/lottery.py`). Announced, then frozen, then drawn, once.

    | step      | published with it                               | moved by           |
    |-----------|-------------------------------------------------|--------------------|
    | announced | commitment, where the beacon will come from     | `announce_lottery` |
    | frozen    | the list of public numbers and its hash         | `freeze_lottery`   |
    | drawing   | the beacon                                      | `draw_lottery`     |
    | drawn     | the secret, the seed, the order                 | the job            |

    A trigger keeps what was published (`sql/enrolment_v1.sql`).
    """

    class Step(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("lottery", "announced")
        FROZEN = "frozen", pgettext_lazy("lottery", "list frozen")
        DRAWING = "drawing", pgettext_lazy("lottery", "being drawn")
        DRAWN = "drawn", pgettext_lazy("lottery", "drawn")

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    course_class = models.OneToOneField(
        CourseClass, on_delete=models.PROTECT, related_name="lottery", verbose_name=_("class")
    )
    step = models.CharField(_("step"), max_length=10, choices=Step, default=Step.ANNOUNCED)
    commitment = models.CharField(_("hash of the secret"), max_length=64)
    secret_sealed = models.BinaryField(editable=False)
    """Under the vault's key until it is opened: nobody who reads the database knows it before the draw."""
    beacon_source = models.CharField(_("where the second part of the seed comes from"), max_length=200)
    announced_at = models.DateTimeField(_("announced"))
    entries = models.JSONField(default=list, blank=True)
    """The frozen list: `[[group, public number], …]`."""
    list_hash = models.CharField(_("hash of the list"), max_length=64, blank=True)
    frozen_at = models.DateTimeField(_("list frozen"), null=True)
    beacon = models.CharField(_("second part of the seed"), max_length=200, blank=True)
    secret = models.CharField(_("secret"), max_length=64, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    places = models.PositiveSmallIntegerField(_("places"), null=True)
    order = models.JSONField(default=list, blank=True)
    """Public numbers in the order of the draw."""
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    job = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("lottery")
        constraints: ClassVar = [
            models.UniqueConstraint(name="lottery_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="lottery_frozen_whole",
                condition=Q(step="announced", list_hash="", frozen_at__isnull=True)
                | (~Q(step="announced") & ~Q(list_hash="") & Q(frozen_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="lottery_beacon_after_the_list",
                condition=Q(step__in=["announced", "frozen"], beacon="")
                | (Q(step__in=["drawing", "drawn"]) & ~Q(beacon="")),
            ),
            models.CheckConstraint(
                name="lottery_drawn_whole",
                condition=(~Q(step="drawn") & Q(seed="", secret="", drawn_at__isnull=True, places__isnull=True))
                | (Q(step="drawn") & ~Q(seed="") & ~Q(secret="") & Q(drawn_at__isnull=False, places__isnull=False)),
            ),
            models.CheckConstraint(name="lottery_has_source", condition=~Q(beacon_source="")),
        ]

    def __str__(self) -> str:
        return f"{self.course_class} {self.step}"

    def access_scope(self) -> Scope:
        return self.course_class.access_scope()

    def document(self) -> dict[str, Any]:
        """What is published, as anybody can work it out again; empty until it was drawn."""
        if self.step != self.Step.DRAWN or self.places is None:
            return {}
        return {
            "algorithm": ALGORITHM,
            "class": str(self.course_class.public_id),
            "commitment": self.commitment,
            "secret": self.secret,
            "beacon_source": self.beacon_source,
            "beacon": self.beacon,
            "list": self.entries,
            "list_hash": self.list_hash,
            "seed": self.seed,
            "places": self.places,
            "order": self.order,
            "taken": self.order[: self.places],
        }
