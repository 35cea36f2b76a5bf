"""Sampling audits 抽查: a plan, a draw that anybody can repeat, own findings, a published verdict (C-76 … C-80)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.records.models import Origin
from xuecheng.learning.supervision import rules


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Audit(models.Model):
    """An audit of issued credit: what is looked at, how much of it, by which seed.

    | state     | means                                                                     | moved by         |
    |-----------|---------------------------------------------------------------------------|------------------|
    | planned   | population and sizes are fixed and published; the seed is not known yet   | `plan_audit`     |
    | drawn     | the seed was published after that day; items wait for auditors            | `draw_sample`    |
    | published | every item was looked at; the verdict is everybody's                      | `publish_audit`  |
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("audit", "waits for its seed")
        DRAWN = "drawn", pgettext_lazy("audit", "being looked at")
        PUBLISHED = "published", pgettext_lazy("audit", "published")

    class Aim(models.TextChoices):
        ESTIMATE = "estimate", pgettext_lazy("aim of an audit", "estimate the share that is wrong")
        DISCOVER = "discover", pgettext_lazy("aim of an audit", "discover whether a share is wrong")
        NEW = "new", pgettext_lazy("aim of an audit", "a new institution or rule: the first 30, then discovery")

    public_id = models.UUIDField(editable=False)
    code = models.CharField(max_length=20)
    keeper = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept by"))
    aim = models.CharField(_("aim"), max_length=8, choices=Aim)
    confidence = models.PositiveSmallIntegerField(_("confidence, %"), default=95)
    expected = models.PositiveIntegerField(_("share expected"), default=500_000, help_text=_("Parts of a million"))
    error = models.PositiveIntegerField(_("exact to"), default=50_000, help_text=_("Parts of a million"))
    institution = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("issuer")
    )
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, blank=True)
    rule = models.ForeignKey(RuleVersion, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("rule"))
    posted_from = models.DateField(_("credited from"))
    posted_to = models.DateField(_("credited until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned"))
    population = models.PositiveIntegerField(_("number of postings"), default=0)
    population_digest = models.CharField(max_length=64)
    """SHA-256 of the list that everybody may download: it cannot be changed once the seed is known."""
    seed_day = models.DateField(_("day of the seed"))
    seed_head = models.BigIntegerField(_("number of the city head"), null=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    looked_at = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(_("found wrong"), default=0)
    share = models.PositiveIntegerField(null=True)
    bound = models.PositiveIntegerField(null=True)
    is_census = models.BooleanField(default=False)
    strata = models.JSONField(default=list)
    published_by = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("audit", "published by"),
    )
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("sampling audit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="audit_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="audit_code_once", fields=["code"]),
            models.CheckConstraint(name="audit_period_in_order", condition=Q(posted_from__lte=models.F("posted_to"))),
            models.CheckConstraint(name="audit_confidence_known", condition=Q(confidence__in=[90, 95, 99])),
            models.CheckConstraint(
                name="audit_drawn_has_seed",
                condition=Q(state="planned", seed="", seed_head__isnull=True, drawn_at__isnull=True)
                | (~Q(state="planned") & ~Q(seed="") & Q(seed_head__isnull=False, drawn_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="audit_published_whole",
                condition=~Q(state="published")
                | Q(share__isnull=False, bound__isnull=False, published_at__isnull=False, published_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["keeper", "-id"], name="audit_of_keeper")]

    def __str__(self) -> str:
        return self.code

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.keeper_id, territory_path=self.keeper.territory.path)

    @property
    def bound_shown(self) -> str:
        return rules.shown_share(self.bound)

    @property
    def share_shown(self) -> str:
        return rules.shown_share(self.share)

    @property
    def drawn_count(self) -> int:
        return sum(one["drawn"] for one in self.strata)

    @property
    def chip(self) -> str:
        return {"planned": "wait", "drawn": "wait", "published": "done"}[self.state]


class AuditList(models.Model):
    """The population of an audit as everybody may download it: numbers and strata, compressed. Never changes."""

    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="list")
    packed = models.BinaryField()

    class Meta:
        verbose_name = _("population of an audit")

    def __str__(self) -> str:
        return str(self.audit)


class AuditItem(models.Model):
    """One posting that was drawn, under a number of the audit's own that says nothing of person or institution.

    `credits` is what was given. The auditor does not see it before an own finding is written down (C-80).
    """

    class Finding(models.TextChoices):
        RIGHT = "right", pgettext_lazy("audit finding", "credited rightly")
        AMOUNT = "amount", pgettext_lazy("audit finding", "another amount would be right")
        NO_BASIS = "no_basis", pgettext_lazy("audit finding", "should not have been credited")
        UNPROVEN = "unproven", pgettext_lazy("audit finding", "cannot be shown to be right")

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="items")
    number = models.CharField(max_length=16)
    stratum = models.CharField(max_length=12)
    posting = models.UUIDField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    record_id = models.BigIntegerField()
    credits = models.PositiveBigIntegerField()
    auditor = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("auditor")
    )
    finding = models.CharField(_("finding"), max_length=10, choices=Finding, blank=True)
    own_credits = models.PositiveBigIntegerField(_("credits that are right"), null=True)
    words = models.CharField(_("what it rests on"), max_length=500, blank=True)
    found_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("item of an audit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="audit_item_number_once", fields=["audit", "number"]),
            models.CheckConstraint(
                name="audit_item_found_whole",
                condition=Q(finding="", found_at__isnull=True, own_credits__isnull=True, auditor__isnull=True, words="")
                | (
                    ~Q(finding="")
                    & ~Q(words="")
                    & Q(auditor__isnull=False, found_at__isnull=False, own_credits__isnull=False)
                ),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "id"], name="audit_item_of_learner")]

    def __str__(self) -> str:
        return f"{self.audit} {self.number}"

    @property
    def is_wrong(self) -> bool:
        """What cannot be shown to be right counts as wrong."""
        return bool(self.finding) and self.finding != self.Finding.RIGHT
