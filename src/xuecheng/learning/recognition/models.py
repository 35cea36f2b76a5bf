"""Recognition 认定: the rules that turn records into credit, and what they did."""

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
from xuecheng.learning.creditbank.models import CreditClass, UnitVersion


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RuleVersion(models.Model):
    """One version of a conversion rule 转换规则 (C-17, C-18). `body` has the form of `credit-bank.md` §6.

    | state     | means                                             | moved by                          |
    |-----------|---------------------------------------------------|-----------------------------------|
    | draft     | being written; may be edited and dry-run          | `draft_rule`, `edit_draft`        |
    | proposed  | waits for another officer                         | `propose_rule`                    |
    | approved  | in force for records that end within its period   | `approve_rule`, not the author    |
    | rejected  | sent back with a reason; edit to propose again    | `reject_rule`, not the author     |
    | ended     | no longer applies from `effect_to` on             | `end_rule`                        |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("rule", "draft")
        PROPOSED = "proposed", pgettext_lazy("rule", "waiting for approval")
        APPROVED = "approved", pgettext_lazy("rule", "in force")
        REJECTED = "rejected", pgettext_lazy("rule", "sent back")
        ENDED = "ended", pgettext_lazy("rule", "ended")

    public_id = models.UUIDField(default=uuid7, editable=False)
    code = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    body = models.JSONField()
    effect_from = models.DateField()
    effect_to = models.DateField(null=True, blank=True, help_text=_("First day on which it does not apply any more"))
    keeper = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    why = models.CharField(max_length=300, help_text=_("Why this version is wanted"))
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    dry_run_digest = models.CharField(max_length=64, blank=True, help_text=_("Digest of the dry run that was approved (C-31)"))

    class Meta:
        verbose_name = _("conversion rule")
        constraints: ClassVar = [
            models.UniqueConstraint(name="rule_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="rule_version_once", fields=["code", "version"]),
            models.CheckConstraint(
                name="rule_decided_by_another", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by"))
            ),
            models.CheckConstraint(
                name="rule_approved_is_complete",
                condition=~Q(state__in=["approved", "ended"]) | (Q(decided_by__isnull=False) & ~Q(dry_run_digest="")),
            ),
            models.CheckConstraint(
                name="rule_effect_period", condition=Q(effect_to__isnull=True) | Q(effect_to__gt=F("effect_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh


class DryRun(models.Model):
    """What a draft would do to the records we have (C-31). Nothing is posted."""

    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="dry_runs")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    body_digest = models.CharField(max_length=64, help_text=_("Digest of the rule as it was tried"))
    record_count = models.PositiveBigIntegerField(default=0, help_text=_("Records that existed when it ran"))
    result = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("dry run")

    def __str__(self) -> str:
        return f"{self.rule} {self.asked_at:%Y-%m-%d}"


class Run(models.Model):
    """One recognition over a batch of records or over everything pending."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    import_file_id = models.BigIntegerField(null=True)
    started_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seen_count = models.PositiveBigIntegerField(default=0)
    credited_count = models.PositiveBigIntegerField(default=0)
    refused_count = models.PositiveBigIntegerField(default=0)
    credit_hundredths = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("recognition run")
        constraints: ClassVar = [models.UniqueConstraint(name="recognition_run_public_id_once", fields=["public_id"])]

    def __str__(self) -> str:
        return str(self.public_id)


class Result(models.Model):
    """What the rules said of one record version: its newest answer. A bulk table of learners."""

    class State(models.TextChoices):
        CREDITED = "credited", pgettext_lazy("recognition", "credited")
        REFUSED = "refused", pgettext_lazy("recognition", "not credited")
        REVERSED = "reversed", pgettext_lazy("recognition", "taken back")

    record_id = models.BigIntegerField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    run_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=40, blank=True, help_text=_("Code of the reason, where nothing was credited"))
    reason_values = models.JSONField(default=dict)
    credits = models.BigIntegerField(default=0)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recognition result")
        constraints: ClassVar = [models.UniqueConstraint(name="result_once_per_record", fields=["record_id", "book"])]
        indexes: ClassVar = [
            models.Index(fields=["institution", "state", "-record_id"], name="result_of_institution"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.state}"


class Posting(models.Model):
    """What stands behind one transfer of the ledger (C-30): record, rule, unit, measure, caps. Append-only, bulk table.

    `key` is the transfer's key. A reversal is a posting of its own that names the one it takes back.
    """

    key = models.UUIDField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    record_id = models.BigIntegerField()
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    unit = models.ForeignKey(UnitVersion, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    credits = models.BigIntegerField(help_text=_("Hundredths; negative on a reversal"))
    minutes_used = models.PositiveIntegerField(default=0)
    carried_minutes = models.PositiveIntegerField(default=0)
    grade_used = models.CharField(max_length=20, blank=True)
    cap_state = models.JSONField(default=dict, help_text=_("Per cap: used before and after, hundredths"))
    valid_until = models.DateField(null=True, help_text=_("Last day on which it may newly be used (C-22)"))
    effective_on = models.DateField()
    officer_id = models.BigIntegerField(null=True, help_text=_("Empty: automatic"))
    run_id = models.BigIntegerField(null=True)
    reverses = models.UUIDField(null=True)
    why = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("credit posting")
        constraints: ClassVar = [
            models.UniqueConstraint(name="posting_key_once", fields=["key", "book"]),
            models.UniqueConstraint(
                name="posting_reversed_once", fields=["reverses", "book"], condition=Q(reverses__isnull=False)
            ),
            models.CheckConstraint(
                name="posting_sign", condition=Q(reverses__isnull=True, credits__gt=0) | (Q(reverses__isnull=False, credits__lt=0) & ~Q(why=""))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "id"], name="posting_of_learner")]

    def __str__(self) -> str:
        return str(self.key)
