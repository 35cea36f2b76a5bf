"""The credit bank's nouns: frameworks, classes of credit, certification units, learning accounts.

The ledger itself lives in the schema `ledger` (see `ledger/` and `sql/`) and has no Django models: it is reached by its
functions only.
"""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person


class CreditKind(models.TextChoices):
    """Kinds of credit 学分类别; never converted into one another (C-39)."""

    FORMAL = "formal", pgettext_lazy("credit kind", "formal education")
    CERTIFICATE = "certificate", pgettext_lazy("credit kind", "certificates")
    COMMUNITY = "community", pgettext_lazy("credit kind", "community learning")
    REWARD = "reward", pgettext_lazy("credit kind", "reward points")
    """积分: what is handed out against it is a thank-you; it is no learning and never becomes any."""


LEARNING = tuple(kind for kind in CreditKind if kind is not CreditKind.REWARD)
"""The kinds that units give and institutions exchange: all but points (C-39)."""
LEARNING_KINDS = [(kind.value, kind.label) for kind in LEARNING]
"""The same as choices."""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Framework(models.Model):
    """One version of an outcome framework 学习成果框架 (C-01…C-03). A version in use is never edited.

    `minutes_per_credit` is the learning time behind 1.00 credit, `step` the rounding step in hundredths of a credit.
    """

    code = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField(default=1)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    minutes_per_credit = models.PositiveIntegerField()
    step = models.PositiveIntegerField(help_text=_("Rounding step, hundredths of a credit"))
    all_or_nothing = models.BooleanField(default=False)
    validity_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Months after which credit is not put to new use; empty: no limit (C-22)")
    )
    effect_on = models.DateField()
    predecessor = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor"
    )
    dimensions = models.JSONField(
        default=list, help_text=_("Aspects in which levels are described: list of {code, zh, en}")
    )
    facts = models.JSONField(
        default=dict, help_text=_("Per value: source, and whether it was verified in an official text")
    )

    class Meta:
        verbose_name = _("outcome framework")
        constraints: ClassVar = [
            models.UniqueConstraint(name="framework_version_once", fields=["code", "version"]),
            models.CheckConstraint(
                name="framework_measures_positive", condition=Q(minutes_per_credit__gte=1, step__gte=1, step__lte=10000)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FrameworkLevel(models.Model):
    """A level of a framework version: `ordinal` orders, `label` is what people read (India's 4.5 is a label, C-01)."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="levels")
    ordinal = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    descriptors = models.JSONField(default=dict, help_text=_("Dimension → what is expected, zh and en"))
    is_verified = models.BooleanField(default=False, help_text=_("Read in the official text"))
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")

    class Meta:
        verbose_name = _("framework level")
        ordering: ClassVar = ["framework_id", "ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="framework_level_ordinal_once", fields=["framework", "ordinal"]),
            models.UniqueConstraint(name="framework_level_label_once", fields=["framework", "label"]),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Alignment(models.Model):
    """A published comparison of two levels of different frameworks (C-01). Without one, levels do not compare."""

    from_level = models.ForeignKey(FrameworkLevel, on_delete=models.PROTECT, related_name="aligned_to")
    to_level = models.ForeignKey(FrameworkLevel, on_delete=models.PROTECT, related_name="aligned_from")
    source = models.CharField(max_length=300)
    is_verified = models.BooleanField(default=False)
    valid_from = models.DateField()

    class Meta:
        verbose_name = _("level alignment")
        constraints: ClassVar = [models.UniqueConstraint(name="alignment_once", fields=["from_level", "to_level"])]

    def __str__(self) -> str:
        return f"{self.from_level} → {self.to_level}"


class CreditClass(models.Model):
    """A class of credit (framework, kind, level): what the ledger calls a unit. Classes are never added up (C-01).

    `id` is the number in the ledger, given once by the service and never reused. What collectives earn is of classes of
    their own, with numbers that no learner's account in the ledger can have (C-91).
    """

    id = models.IntegerField(primary_key=True)
    framework_code = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=CreditKind)
    level = models.PositiveSmallIntegerField(help_text=_("Ordinal of the level"))
    is_collective = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("class of credit")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="credit_class_once", fields=["framework_code", "kind", "level", "is_collective"]
            ),
            # The ledger's own line between the two (`account_units_of_collectives_apart`).
            models.CheckConstraint(
                name="credit_class_of_collectives_apart",
                condition=Q(is_collective=True, id__gte=1_000_000) | Q(is_collective=False, id__lt=1_000_000),
            ),
            # Points have no level (C-39): no comparison of levels ever reaches them.
            models.CheckConstraint(name="credit_class_points_have_no_level", condition=~Q(kind="reward") | Q(level=0)),
        ]

    def __str__(self) -> str:
        return f"{self.framework_code} {self.kind} {self.level}"


class AssessmentMethod(models.TextChoices):
    """Ways to find out whether an outcome was reached (C-07)."""

    WRITTEN = "written", pgettext_lazy("assessment", "written test")
    PRACTICAL = "practical", pgettext_lazy("assessment", "practical task")
    PORTFOLIO = "portfolio", pgettext_lazy("assessment", "piece of work or portfolio")
    OBSERVATION = "observation", pgettext_lazy("assessment", "observation in class or at work")
    INTERVIEW = "interview", pgettext_lazy("assessment", "interview")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class UnitVersion(models.Model):
    """One version of a certification unit 认证单元 (C-07): outcomes that can be assessed, worth a fixed credit.

    Publishing needs two officers. Two versions are the same unit for C-25 unless `is_substantial_change` (C-08).

    | state     | means                        | moved by                     |
    |-----------|------------------------------|------------------------------|
    | draft     | may still be edited          | `draft_unit`                 |
    | published | may be given; never edited   | `publish_unit`, other person |
    | rejected  | sent back for good           | `reject_unit`                |
    | ended     | not given any more           | `end_unit`                   |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("unit", "draft")
        PUBLISHED = "published", pgettext_lazy("unit", "published")
        REJECTED = "rejected", pgettext_lazy("unit", "rejected")
        ENDED = "ended", pgettext_lazy("unit", "ended")

    public_id = models.UUIDField(default=uuid7, editable=False)
    code = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    level = models.ForeignKey(FrameworkLevel, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=4, help_text=_("Field of study, ISCED-F 2013 detailed code"))
    kind = models.CharField(max_length=12, choices=LEARNING_KINDS)
    credits = models.PositiveIntegerField(help_text=_("Hundredths of a credit"))
    outcomes = models.JSONField(
        help_text=_("At least one, each with its methods of assessment: list of {zh, en, assessed_by}")
    )
    equivalents = models.JSONField(
        default=list, help_text=_("Codes of units that count as this one; not transitive (C-08)")
    )
    exclusions = models.JSONField(default=list, help_text=_("Codes of units that may not be held beside this one"))
    keeper = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    is_substantial_change = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text=_("First day on which it is not given any more"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("certification unit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="unit_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="unit_version_once", fields=["code", "version"]),
            models.CheckConstraint(name="unit_has_credit", condition=Q(credits__gte=1)),
            models.CheckConstraint(
                name="unit_decided_by_another", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by"))
            ),
            models.CheckConstraint(
                name="unit_published_has_decider",
                condition=~Q(state__in=["published", "ended"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="unit_valid_period", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}@{self.version}"

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh


class LearningAccount(models.Model):
    """A resident's personal learning account 个人学习账户, and the number on the lifelong learning card (C-82)."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="learning_account")
    card_number = models.CharField(max_length=16)
    opened_at = models.DateTimeField()
    public_id = models.UUIDField(default=uuid7, editable=False)

    class Meta:
        verbose_name = _("learning account")
        constraints: ClassVar = [
            models.UniqueConstraint(name="learning_account_card_number_once", fields=["card_number"]),
            models.UniqueConstraint(name="learning_account_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="learning_account_card_number_form", condition=Q(card_number__regex=r"^44\d{14}$")
            ),
        ]

    def __str__(self) -> str:
        return self.card_number


class LedgerCheck(models.Model):
    """One verification of the ledger: chains against rows, city heads against chains, balances against sums.

    `verified_to` names per book the newest block that was found good: the next check may begin after it.
    """

    public_id = models.UUIDField(default=uuid7, editable=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text=_("Empty: the nightly check")
    )
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    is_full = models.BooleanField(help_text=_("From the first block on; else from the last good check on"))
    book_count = models.PositiveSmallIntegerField()
    block_count = models.PositiveBigIntegerField()
    row_count = models.PositiveBigIntegerField()
    faults = models.JSONField(default=list, help_text=_("First fault of each chain: list of {book, block, seq, what}"))
    findings = models.JSONField(default=list, help_text=_("What does not add up: list of {check, book, values}"))
    sums = models.JSONField(default=list, help_text=_("Per class of credit: list of {unit, issued, held}, hundredths"))
    verified_to = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("check of the ledger")
        constraints: ClassVar = [models.UniqueConstraint(name="ledger_check_public_id_once", fields=["public_id"])]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"

    @property
    def is_good(self) -> bool:
        return not self.faults and not self.findings
