"""Assessing: who was drawn and how, what each found of each piece, each one's own opinion (C-45 … C-47, C-80)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from .applications import Application, Claim
from .evidence import Evidence
from .register import Assessor


class Draw(models.Model):
    """One draw of assessors, with all it takes to compute it again: seed, candidates, result. Append-only (C-76)."""

    class Purpose(models.TextChoices):
        ASSESSING = "assessing", pgettext_lazy("draw", "assessing")
        THIRD = "third", pgettext_lazy("draw", "a third where two differ")
        REPLACEMENT = "again", pgettext_lazy("draw", "in the place of somebody who may not")
        PANEL = "panel", pgettext_lazy("draw", "panel of an appeal")

    public_id = models.UUIDField(editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="draws")
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose)
    seal_number = models.BigIntegerField(_("number of the ledger's seal"))
    seed = models.CharField(_("seed"), max_length=200)
    candidates = models.JSONField(_("candidates"))
    """Public ids of the assessors who were free, fit and without conflict, in the order of the draw."""
    experts = models.JSONField(_("experts of the subject among them"), default=list)
    chosen = models.JSONField(_("drawn"))
    drawn_at = models.DateTimeField(_("drawn"))

    class Meta:
        verbose_name = _("draw of assessors")
        constraints: ClassVar = [models.UniqueConstraint(name="priorlearning_draw_id_once", fields=["public_id"])]

    def __str__(self) -> str:
        return f"{self.application} {self.purpose}"


class Assignment(models.Model):
    """An assessor and an application, by a draw. Places 1, 2 assess, 3 decides where they differ; a panel has three."""

    class Purpose(models.TextChoices):
        ASSESSING = "assessing", pgettext_lazy("assignment", "assesses")
        PANEL = "panel", pgettext_lazy("assignment", "appeal panel")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assignments")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("assessor"))
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("for"), max_length=10, choices=Purpose)
    round = models.PositiveSmallIntegerField(_("round of assessing"))
    place = models.PositiveSmallIntegerField(_("place"))
    assigned_at = models.DateTimeField(_("assigned"))
    ended_at = models.DateTimeField(_("released"), null=True)

    class Meta:
        verbose_name = _("assignment of an assessor")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="priorlearning_assignment_place_once",
                fields=["application", "purpose", "round", "place"],
                condition=Q(ended_at__isnull=True),
            ),
            # Nobody who assessed sits on the panel, nor assesses again in another round (C-48).
            models.UniqueConstraint(name="priorlearning_assignment_person_once", fields=["application", "person"]),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="priorlearning_work_of_person")]

    def __str__(self) -> str:
        return f"{self.application} {self.place}"

    def access_scope(self) -> Scope:
        """Theirs alone."""
        return Scope(person_id=self.person_id)


class Tick(models.Model):
    """What one assessor found of one piece for one outcome of a unit: V-A-S-C (C-46)."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="ticks")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    outcome = models.PositiveSmallIntegerField(_("number of the outcome"))
    valid = models.BooleanField(pgettext_lazy("evidence", "valid"), default=False)
    authentic = models.BooleanField(_("authentic"), default=False)
    sufficient = models.BooleanField(_("sufficient"), default=False)
    current = models.BooleanField(_("current"), default=False)

    class Meta:
        verbose_name = _("finding on evidence")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="priorlearning_tick_once", fields=["assignment", "claim", "evidence", "outcome"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} {self.outcome}"


class Opinion(models.Model):
    """What one assessor says of one unit, before seeing the other's. Append-only (C-80)."""

    class Word(models.TextChoices):
        YES = "yes", pgettext_lazy("opinion", "recognise")
        TASK = "task", pgettext_lazy("opinion", "recognise after one more task")
        NOT_YET = "not_yet", pgettext_lazy("opinion", "not yet")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="opinions")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="opinions")
    word = models.CharField(_("opinion"), max_length=8, choices=Word)
    words = models.CharField(_("reasons"), max_length=2000)
    task = models.CharField(_("supplementary task"), max_length=500, blank=True)
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("opinion of an assessor")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_opinion_once", fields=["assignment", "claim"]),
            models.CheckConstraint(
                name="priorlearning_opinion_task_whole", condition=Q(word="task") & ~Q(task="") | ~Q(word="task")
            ),
            models.CheckConstraint(name="priorlearning_opinion_says_why", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return self.word


class Meeting(models.Model):
    """An interview or a challenge test: when, where, and what was said or done in it."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", pgettext_lazy("prior learning", "interview")
        TEST = "test", pgettext_lazy("prior learning", "practical test")

    public_id = models.UUIDField(editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    begins_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    place = models.CharField(_("where"), max_length=200)
    called_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("called by"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    notes = models.CharField(_("minutes of the meeting"), max_length=4000, blank=True)
    held_at = models.DateTimeField(_("written down"), null=True)
    evidence = models.OneToOneField(
        Evidence, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("as evidence")
    )

    class Meta:
        verbose_name = _("interview or test")
        ordering: ClassVar = ["begins_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_meeting_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="priorlearning_meeting_held_has_notes",
                condition=Q(held_at__isnull=True, notes="") | (Q(held_at__isnull=False) & ~Q(notes="")),
            ),
            models.CheckConstraint(name="priorlearning_meeting_lasts", condition=Q(minutes__gte=5, minutes__lte=480)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.begins_at:%Y-%m-%d}"
