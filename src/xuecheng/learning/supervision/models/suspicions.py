"""Suspicions 疑点: what looks wrong in credited records, and how it was looked into (C-12, C-13)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope


# Words stand in the row only, where the erasure of a person reaches them.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["words", "subject", "digest", "facts", "points"],
)
class Suspicion(models.Model):
    """One finding. `subject` names the records it is about, `digest` the facts: the same facts are found once.

    | state     | means                                              | moved by                              |
    |-----------|----------------------------------------------------|---------------------------------------|
    | found     | nobody has looked at it                            | `scan`                                |
    | taken     | an officer looks into it                           | `take_suspicion`                      |
    | dismissed | nothing is wrong, and why; unless the facts change | `dismiss_suspicion`                   |
    | pursued   | credit is to be withdrawn: a case of its own       | `open_withdrawal`                     |
    """

    class Kind(models.TextChoices):
        DOUBLE = "double", pgettext_lazy("suspicion", "the same learning twice")
        HOURS = "hours", pgettext_lazy("suspicion", "more than 24 hours a day")
        PLACES = "places", pgettext_lazy("suspicion", "two places on one day")
        CERTIFICATE = "certificate", pgettext_lazy("suspicion", "one certificate twice")
        BURST = "burst", pgettext_lazy("suspicion", "very many entries within an hour")

    class State(models.TextChoices):
        FOUND = "found", pgettext_lazy("suspicion", "new")
        TAKEN = "taken", pgettext_lazy("suspicion", "being looked into")
        DISMISSED = "dismissed", pgettext_lazy("suspicion", "nothing wrong")
        PURSUED = "pursued", pgettext_lazy("suspicion", "withdrawal opened")

    OPEN = ("found", "taken")

    public_id = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    subject = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    learner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner")
    )
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    """The institution behind the first of the records."""
    record_ids = ArrayField(models.BigIntegerField())
    facts = models.JSONField(default=dict)
    risk = models.PositiveSmallIntegerField(_("risk"), help_text=_("0 to 100"))
    points = models.JSONField(default=list, help_text=_("What the risk is made of"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.FOUND)
    found_at = models.DateTimeField(_("found"))
    taken_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("looked into by")
    )
    ended_at = models.DateTimeField(null=True)
    words = models.CharField(_("why nothing is wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("suspicion")
        constraints: ClassVar = [
            models.UniqueConstraint(name="suspicion_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="suspicion_facts_once", fields=["subject", "digest"]),
            models.UniqueConstraint(
                name="suspicion_one_open", fields=["subject"], condition=Q(state__in=["found", "taken"])
            ),
            models.CheckConstraint(name="suspicion_risk_range", condition=Q(risk__lte=100)),
            models.CheckConstraint(
                name="suspicion_dismissed_says_why",
                condition=~Q(state="dismissed") | (Q(taken_by__isnull=False, ended_at__isnull=False) & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="suspicion_taken_has_officer", condition=Q(state="found") | Q(taken_by__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-risk", "id"], name="suspicion_by_risk", condition=Q(state__in=["found", "taken"])),
            models.Index(fields=["id"], name="suspicion_by_age", condition=Q(state__in=["found", "taken"])),
            models.Index(fields=["institution", "-id"], name="suspicion_of_institution"),
            models.Index(fields=["learner", "-id"], name="suspicion_of_learner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.institution_id, territory_path=self.institution.territory.path)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def chip(self) -> str:
        return {"found": "new", "taken": "wait", "dismissed": "neutral", "pursued": "no"}[self.state]


class Note(models.Model):
    """What an officer wrote down while looking into it; stays."""

    suspicion = models.ForeignKey(Suspicion, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("note on a suspicion")
        constraints: ClassVar = [models.CheckConstraint(name="suspicion_note_has_words", condition=~Q(words=""))]
        indexes: ClassVar = [models.Index(fields=["suspicion", "id"], name="suspicion_note_of")]

    def __str__(self) -> str:
        return f"{self.suspicion} {self.at:%Y-%m-%d}"


class Question(models.Model):
    """What an institution was asked, with a clock, and what it answered."""

    public_id = models.UUIDField(editable=False)
    suspicion = models.ForeignKey(Suspicion, on_delete=models.PROTECT, related_name="questions")
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("question"), max_length=1000)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("to be answered by"))
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("question about a suspicion")
        constraints: ClassVar = [
            models.UniqueConstraint(name="supervision_question_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="supervision_question_answered_whole",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["institution", "due_on", "id"], name="supervision_question_open", condition=Q(answered_at=None)
            ),
            models.Index(fields=["suspicion", "id"], name="supervision_question_of"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.institution_id, territory_path=self.institution.territory.path)


class Scan(models.Model):
    """One search through the records. It goes on where it was interrupted."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    position = models.JSONField(default=dict, help_text=_("Book and learner up to which it has come"))
    learner_count = models.PositiveBigIntegerField(default=0)
    found_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("search for suspicions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="supervision_scan_one_runs", fields=["finished_at"], condition=Q(finished_at=None),
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"
