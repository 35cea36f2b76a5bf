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
    """One version of a conversion rule 转换规则 (C-17, C-18).

    `body` holds match, quantity, give, caps and the like in the form of `credit-bank.md` §6; what has a column of its
    own (id, version, effect, author, approver) is not repeated there.

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
    dry_run_digest = models.CharField(
        max_length=80, blank=True, help_text=_("Digest of the dry run that was approved (C-31)")
    )

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
        indexes: ClassVar = [models.Index(fields=["state", "code"], name="rule_by_state")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh


class DryRun(models.Model):
    """What a draft would do to the records we have (C-31). Nothing is posted."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="dry_runs")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    wording_digest = models.CharField(max_length=80, help_text=_("Digest of the rule as it was tried"))
    record_count = models.PositiveBigIntegerField(default=0, help_text=_("Records that existed when it ran"))
    newest_record_id = models.BigIntegerField(default=0, help_text=_("What came later is counted from here (C-31)"))
    result = models.JSONField(default=dict)
    digest = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("dry run")
        constraints: ClassVar = [
            models.UniqueConstraint(name="dry_run_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="dry_run_finished_has_digest", condition=Q(finished_at__isnull=True) | ~Q(digest="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.asked_at:%Y-%m-%d}"


class Run(models.Model):
    """One recognition: of an institution's pending records, of one imported file, of what one rule is for, or of all.

    `credits` is what was posted, hundredths by number of the class of credit: classes are never added up (C-01).
    """

    public_id = models.UUIDField(default=uuid7, editable=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    import_file_id = models.BigIntegerField(null=True)
    rule = models.ForeignKey(
        RuleVersion,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Recognises anew under this rule"),
    )
    is_again = models.BooleanField(default=False, help_text=_("Also records that got no credit before"))
    why = models.CharField(max_length=200, blank=True)
    started_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seen_count = models.PositiveBigIntegerField(default=0)
    credited_count = models.PositiveBigIntegerField(default=0)
    carried_count = models.PositiveBigIntegerField(default=0)
    refused_count = models.PositiveBigIntegerField(default=0)
    reversed_count = models.PositiveBigIntegerField(default=0)
    credits = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict, help_text=_("Records without credit, by code of the first reason"))

    class Meta:
        verbose_name = _("recognition run")
        constraints: ClassVar = [
            models.UniqueConstraint(name="recognition_run_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="recognition_run_under_rule_has_reason", condition=Q(rule__isnull=True) | ~Q(why="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="recognition_run_of_body")]

    def __str__(self) -> str:
        return str(self.public_id)


class Result(models.Model):
    """What the rules said of one record version: its newest answer. A bulk table of learners.

    `credits` is what its postings come to, hundredths; `reasons` is a list of {code, values}, whose first code is
    `reason`. `memory` holds the lines that gave nothing yet: the minutes in them wait for the next record (C-20).

    | state    | means                                                      | moved by                          |
    |----------|------------------------------------------------------------|-----------------------------------|
    | credited | postings stand behind it                                   | recognition                       |
    | carried  | its minutes wait for the next record of the kind           | recognition                       |
    | refused  | nothing was credited; `reason` says why                    | recognition                       |
    | reversed | its postings were taken back; only a person lets it try on | `reverse_postings`                |
    """

    class State(models.TextChoices):
        CREDITED = "credited", pgettext_lazy("recognition", "credited")
        CARRIED = "carried", pgettext_lazy("recognition", "hours kept for the next credit")
        REFUSED = "refused", pgettext_lazy("recognition", "not credited")
        REVERSED = "reversed", pgettext_lazy("recognition", "taken back")

    pk = models.CompositePrimaryKey("record_id", "book")
    record_id = models.BigIntegerField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    run_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=40, blank=True, help_text=_("Code of the first reason"))
    reasons = models.JSONField(default=list)
    credits = models.BigIntegerField(default=0)
    memory = models.JSONField(default=list)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recognition result")
        indexes: ClassVar = [
            models.Index(fields=["institution", "state", "-record_id"], name="result_of_institution"),
            # Few records get nothing; counting and listing them by reason must not go through all the others.
            models.Index(fields=["reason", "-record_id"], name="result_refused", condition=Q(state="refused")),
            models.Index(fields=["learner"], name="result_with_memory", condition=~Q(memory=[])),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.state}"


class Posting(models.Model):
    """What stands behind one transfer of the ledger (C-30): record, rule, unit, measure, caps. Append-only, bulk table.

    `key` is the transfer's key. A reversal is a posting of its own that names the one it takes back. `worth` is what
    the rule says before earlier postings and caps, `identity` what counts once for a learner (C-25), `supersedes` the
    key of the record whose posting this one tops up, `part` how many postings of this record and rule came before: the
    next recognition reads them.
    """

    pk = models.CompositePrimaryKey("key", "book")
    key = models.UUIDField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    record_id = models.BigIntegerField()
    rule = models.ForeignKey(
        RuleVersion,
        null=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        db_index=False,
        help_text=_("Empty: assessors decided it on evidence (C-49)"),
    )
    unit = models.ForeignKey(
        UnitVersion, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    credit_class = models.ForeignKey(
        CreditClass, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    credits = models.BigIntegerField(help_text=_("Hundredths; negative on a reversal"))
    worth = models.BigIntegerField(default=0, help_text=_("By the rule, before caps and earlier postings; hundredths"))
    part = models.PositiveSmallIntegerField(default=0)
    identity = models.CharField(max_length=240, blank=True)
    accumulates_in = models.CharField(max_length=10, blank=True)
    field = models.CharField(max_length=8, blank=True, help_text=_("Field of study, ISCED-F 2013"))
    supersedes = models.CharField(max_length=120, blank=True)
    minutes_used = models.PositiveIntegerField(default=0)
    carried_minutes = models.PositiveIntegerField(default=0)
    grade_used = models.CharField(max_length=20, blank=True)
    cap_state = models.JSONField(
        default=list, help_text=_("Per cap: id, period, used before and after, limit, whether items; hundredths")
    )
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
            models.UniqueConstraint(
                name="posting_reversed_once", fields=["reverses", "book"], condition=Q(reverses__isnull=False)
            ),
            models.CheckConstraint(
                name="posting_sign",
                condition=Q(reverses__isnull=True, credits__gt=0)
                | (Q(reverses__isnull=False, credits__lt=0) & ~Q(why="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "effective_on"], name="posting_of_learner")]

    def __str__(self) -> str:
        return str(self.key)


class SetAside(models.Model):
    """A learner chose not to apply a record, to keep room under a cap for a better one (C-24). The choice is kept."""

    pk = models.CompositePrimaryKey("record_id", "book")
    record_id = models.BigIntegerField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    chosen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("record set aside")

    def __str__(self) -> str:
        return str(self.record_id)


class Withholding(models.Model):
    """Credit of one posting that stands, and is not for new use (C-71, C-73). Only `ended_at` ever changes.

    | purpose | means                                                       | `credits`                                |
    |---------|-------------------------------------------------------------|------------------------------------------|
    | frozen  | a case about it is open: none of the posting is used anew   | what the ledger holds for the case       |
    | owed    | taken to fill what an earlier withdrawal could not take     | what was taken; stays for ever           |
    """

    class Purpose(models.TextChoices):
        FROZEN = "frozen", pgettext_lazy("withheld credit", "frozen during a case")
        OWED = "owed", pgettext_lazy("withheld credit", "taken for a shortfall")

    posting = models.UUIDField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+", db_index=False)
    purpose = models.CharField(max_length=6, choices=Purpose)
    credits = models.PositiveBigIntegerField(help_text=_("Hundredths of a credit"))
    hold = models.UUIDField(
        null=True, help_text=_("Key of the set-aside in the ledger; empty: nothing was left to hold")
    )
    case_id = models.UUIDField(help_text=_("Public id of the case of withdrawal"))
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("withheld credit")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="withholding_frozen_once",
                fields=["posting", "book"],
                condition=Q(purpose="frozen", ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="withholding_is_whole",
                condition=Q(purpose="frozen", credits=0, hold__isnull=True)
                | Q(purpose="frozen", credits__gte=1, hold__isnull=False)
                | Q(purpose="owed", credits__gte=1, ended_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "posting"], name="withholding_of_learner"),
            models.Index(fields=["case_id"], name="withholding_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.posting} {self.purpose}"
