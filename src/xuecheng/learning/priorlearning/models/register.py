"""Who recognises prior learning: centres with their clocks, assessors by field, declared ties, guide questions."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Centre(models.Model):
    """An institution that recognises prior learning, by which clocks. Days are working days; all numbers are ours."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    is_open = models.BooleanField(_("takes applications"), default=True)
    screening_days = models.PositiveSmallIntegerField(_("working days to look through"), default=5)
    decision_days = models.PositiveSmallIntegerField(_("working days to decide"), default=30)
    appeal_days = models.PositiveSmallIntegerField(_("working days to appeal"), default=15)
    appeal_answer_days = models.PositiveSmallIntegerField(_("working days to decide an appeal"), default=20)
    task_days = models.PositiveSmallIntegerField(_("working days for a supplementary task"), default=30)
    reminder_days = models.PositiveSmallIntegerField(_("working days before a clock ends to remind"), default=3)
    currency_months = models.PositiveSmallIntegerField(_("months after which evidence is too old"), default=48)
    sources_least = models.PositiveSmallIntegerField(_("independent sources of a unit"), default=2)
    second_percent = models.PositiveSmallIntegerField(_("cases of a group with a second assessor, percent"), default=30)
    published_least = models.PositiveSmallIntegerField(_("smallest number that is published"), default=10)

    class Meta:
        verbose_name = _("centre for recognising prior learning")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="priorlearning_centre_numbers",
                condition=Q(
                    screening_days__gte=1,
                    decision_days__gte=1,
                    appeal_days__gte=1,
                    appeal_answer_days__gte=1,
                    task_days__gte=1,
                    currency_months__gte=1,
                    sources_least__gte=1,
                    second_percent__lte=100,
                    published_least__gte=3,
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Assessor(models.Model):
    """Somebody who assesses for a centre: in which fields of study, how many cases at once, where they work."""

    public_id = models.UUIDField(editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="assessors", verbose_name=_("centre"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    fields = models.JSONField(_("fields of study"), default=list)
    """Codes of ISCED-F 2013, two to four digits; a shorter one covers what begins with it."""
    capacity = models.PositiveSmallIntegerField(_("cases at once"), default=5)
    employer = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("works at")
    )
    is_active = models.BooleanField(_("assesses"), default=True)
    kept_at = models.DateTimeField(_("last changed"))
    """A draw takes no seal of the ledger that was known when the list was changed."""

    class Meta:
        verbose_name = _("assessor")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_assessor_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="priorlearning_assessor_once", fields=["centre", "person"]),
            models.CheckConstraint(name="priorlearning_assessor_has_room", condition=Q(capacity__gte=1)),
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="priorlearning_assessor_person")]

    def __str__(self) -> str:
        return str(self.person)

    def covers(self, field: str) -> bool:
        """Whether a field of study is theirs."""
        return any(field.startswith(one) for one in self.fields)


class Tie(models.Model):
    """A declared tie between an assessor and a learner, by either of them; it excludes, and stays (C-45)."""

    class Kind(models.TextChoices):
        KIN = "kin", pgettext_lazy("tie", "family")
        EMPLOYER = "employer", pgettext_lazy("tie", "same workplace")
        TEACHER = "teacher", pgettext_lazy("tie", "taught them in the last three years")
        SUPERVISOR = "supervisor", pgettext_lazy("tie", "superior")
        HELPER = "helper", pgettext_lazy("tie", "helped with the evidence")
        OTHER = "other", pgettext_lazy("tie", "another reason")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("assessor"))
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("declared by"))
    declared_at = models.DateTimeField(_("declared"))

    class Meta:
        verbose_name = _("tie between assessor and learner")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_tie_once", fields=["person", "learner", "kind"])
        ]
        indexes: ClassVar = [models.Index(fields=["learner"], name="priorlearning_tie_of_learner")]

    def __str__(self) -> str:
        return self.kind


class Guide(models.Model):
    """What is asked in plain words about one outcome of a unit; without one the outcome's own text is asked."""

    unit_code = models.CharField(max_length=24)
    outcome = models.PositiveSmallIntegerField(_("number of the outcome"))
    question_zh = models.CharField(_("question in Chinese"), max_length=300)
    question_en = models.CharField(_("question in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("guide question")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_guide_once", fields=["unit_code", "outcome"]),
            models.CheckConstraint(name="priorlearning_guide_from_one", condition=Q(outcome__gte=1)),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def question(self) -> str:
        return self.question_en if get_language() == "en" and self.question_en else self.question_zh
