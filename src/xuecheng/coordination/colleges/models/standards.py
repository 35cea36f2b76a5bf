"""The standard of each level as data, what shows that a unit meets it, and what the network aims at."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.people.models import Person
from xuecheng.coordination.colleges import rules

from .network import College, CollegeLevel


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Standard(models.Model):
    """What units of a level must show, from a day on (N-01, N-03). What counted before stays beside it."""

    level = models.CharField(pgettext_lazy("college", "level"), max_length=8, choices=CollegeLevel)
    begins_on = models.DateField(_("holds from"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = pgettext_lazy("network", "standard")
        constraints: ClassVar = [
            models.UniqueConstraint(name="standard_once_a_day", fields=["level", "begins_on"]),
            models.CheckConstraint(name="standard_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.begins_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StandardItem(models.Model):
    """One requirement of a standard and what shows it. `premises` is counted from rooms, nobody declares it (N-01).

    `code` names the requirement through all versions: what was shown for it goes on counting.
    """

    class Shown(models.TextChoices):
        PREMISES = "premises", pgettext_lazy("standard", "counted from its premises")
        DOCUMENT = "document", pgettext_lazy("standard", "a document")
        FACT = "fact", pgettext_lazy("standard", "a fact in words")

    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(_("code"), max_length=16)
    shown_by = models.CharField(_("shown by"), max_length=8, choices=Shown)
    months = models.PositiveSmallIntegerField(_("holds for months"), null=True)
    """How long what shows it may hold; None: it does not expire."""
    text_zh = models.CharField(_("Chinese"), max_length=200)
    text_en = models.CharField(_("English"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("network", "requirement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="standard_item_once", fields=["standard", "code"]),
            models.UniqueConstraint(name="standard_item_place_once", fields=["standard", "place"]),
            models.CheckConstraint(
                name="standard_item_months_sound",
                condition=Q(months__isnull=True) | (Q(months__range=(1, 120)) & ~Q(shown_by="premises")),
            ),
            models.CheckConstraint(name="standard_item_has_text", condition=~Q(text_zh="")),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" and self.text_en else self.text_zh


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StandardEvidence(models.Model):
    """What a unit gave to show that it meets a requirement: words and a date, and files where a document is asked.

    | state    | means                                   | moved by          |
    |----------|-----------------------------------------|-------------------|
    | given    | waits for somebody other than its giver | `give_evidence`   |
    | accepted | shows it until `valid_until`            | `review_evidence` |
    | refused  | does not, and why                       | `review_evidence` |
    """

    class State(models.TextChoices):
        GIVEN = rules.GIVEN, pgettext_lazy("evidence", "waits for review")
        ACCEPTED = rules.ACCEPTED, pgettext_lazy("evidence", "accepted")
        REFUSED = rules.NOT_ACCEPTED, pgettext_lazy("evidence", "not accepted")

    public_id = models.UUIDField()
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="evidence")
    item_code = models.CharField(max_length=16)
    """The requirement's code, the same in all versions of the level's standard."""
    item = models.ForeignKey(StandardItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("requirement"))
    """As it read when this was given."""
    words = models.CharField(_("what shows it"), max_length=500)
    valid_until = models.DateField(_("holds until"), null=True, blank=True)
    """The last day on which it holds; None: it does not expire."""
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.GIVEN)
    reviewed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    finding = models.CharField(_("finding"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("network", "evidence")
        constraints: ClassVar = [
            models.UniqueConstraint(name="standard_evidence_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="standard_evidence_one_waits", fields=["college", "item_code"], condition=Q(state="given")
            ),
            models.CheckConstraint(name="standard_evidence_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="standard_evidence_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("given_by")),
            ),
            models.CheckConstraint(
                name="standard_evidence_reviewed_whole",
                condition=Q(state="given", reviewed_by__isnull=True, reviewed_at__isnull=True, finding="")
                | Q(state="accepted", reviewed_by__isnull=False, reviewed_at__isnull=False)
                | (Q(state="refused", reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(finding="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["college", "item_code", "id"], name="standard_evidence_of_item"),
            models.Index(fields=["valid_until"], condition=Q(state="accepted"), name="standard_evidence_ending"),
        ]

    def __str__(self) -> str:
        return self.words

    def access_scope(self) -> Any:
        return self.college.access_scope()

    def is_over(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until < on


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class NetworkTargets(models.Model):
    """What the network aims at from a day on [K]: parameters of the city, each version with its source (N-01)."""

    begins_on = models.DateField(_("holds from"))
    district_percent = models.PositiveSmallIntegerField(_("per cent of districts with a college"))
    street_percent = models.PositiveSmallIntegerField(_("per cent of streets and towns with a school"))
    point_percent = models.PositiveSmallIntegerField(_("per cent of communities and villages with a point"))
    least_seats = models.PositiveSmallIntegerField(_("seats from which premises count"))
    remind_days = models.PositiveSmallIntegerField(_("days before evidence ends"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("targets of the network")
        constraints: ClassVar = [
            models.UniqueConstraint(name="network_targets_once_a_day", fields=["begins_on"]),
            models.CheckConstraint(
                name="network_targets_sound",
                condition=Q(district_percent__lte=100, street_percent__lte=100, point_percent__lte=100)
                & Q(least_seats__range=(1, 1000), remind_days__range=(1, 365))
                & ~Q(source=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.begins_on)

    def numbers(self) -> rules.Targets:
        """As the rules take them."""
        return rules.Targets(**{name: getattr(self, name) for name in rules.Targets.__dataclass_fields__})
