"""Who issues learning elsewhere, and what it counts here: both proposed by one officer and put in force by another."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import UnitVersion


class Standing(models.TextChoices):
    """How far an issuer or a rule is."""

    PROPOSED = "proposed", pgettext_lazy("outside rule", "waits for another officer")
    IN_FORCE = "in_force", pgettext_lazy("outside rule", "in force")
    REJECTED = "rejected", pgettext_lazy("outside rule", "sent back")
    ENDED = "ended", pgettext_lazy("outside rule", "ended")


CHIPS = {"proposed": "wait", "in_force": "done", "rejected": "no", "ended": "neutral"}


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ForeignIssuer(models.Model):
    """An institution or platform outside the city whose word may count (C-32 without a second side)."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", pgettext_lazy("outside issuer", "university")
        VOCATIONAL = "vocational", pgettext_lazy("outside issuer", "vocational school or examination body")
        PLATFORM = "platform", pgettext_lazy("outside issuer", "learning platform")
        EMPLOYER = "employer", pgettext_lazy("outside issuer", "employer or industry association")
        OTHER = "other", pgettext_lazy("outside issuer", "other")

    public_id = models.UUIDField(editable=False)
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("rule", "kept by")
    )
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=200)
    country = models.CharField(_("country"), max_length=2, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=Standing, default=Standing.PROPOSED)
    why = models.CharField(_("why"), max_length=300)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("outside issuer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_issuer_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="foreign_issuer_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="foreign_issuer_decided", condition=Q(state="proposed") | Q(decided_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.body_id, territory_path=self.body.territory.path)


class IssuerKey(models.Model):
    """How files name an issuer: `did:web:…`, an address, `schac:uw.edu.pl`, `pic:…`. One live issuer for each."""

    issuer = models.ForeignKey(ForeignIssuer, on_delete=models.PROTECT, related_name="keys")
    key = models.CharField(max_length=300)
    is_live = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("identifier of an issuer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_issuer_key_once", fields=["key"], condition=Q(is_live=True))
        ]

    def __str__(self) -> str:
        return self.key


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ForeignRule(models.Model):
    """One version of a rule: what an outside achievement counts (C-17). A version is never edited; a new one follows.

    | state    | means                                                | moved by                       |
    |----------|------------------------------------------------------|--------------------------------|
    | proposed | written by one officer                               | `draft_rule`                   |
    | in_force | applies to what ends within its days (C-18)          | `put_in_force`, another person |
    | rejected | sent back for good, with the reason                  | `send_back`, another person    |
    | ended    | applies no more to what ends on `effect_to` or later | `end_rule`, the next version   |
    """

    class Needs(models.TextChoices):
        VERIFIED = "verified", pgettext_lazy("outside proof", "a credential whose signature was verified")
        STATED = "stated", pgettext_lazy("outside proof", "an institution of this city states it")
        UNPROVEN = "unproven", pgettext_lazy("outside proof", "a document without proof")

    class CapPer(models.TextChoices):
        """What the cap adds up: credit that one learner got for learning from outside, in the framework of the unit."""

        ORIGIN = "origin", pgettext_lazy("outside cap", "everything learnt elsewhere")
        ISSUER = "issuer", pgettext_lazy("outside cap", "what one issuer issued")

    class CapPeriod(models.TextChoices):
        YEAR = "year", pgettext_lazy("outside cap", "calendar year")
        SEMESTER = "semester", pgettext_lazy("outside cap", "semester")
        ROLLING = "rolling", pgettext_lazy("outside cap", "any so many months")
        LIFE = "life", pgettext_lazy("outside cap", "lifetime")

    class CapPolicy(models.TextChoices):
        CUT = "cut", pgettext_lazy("outside cap", "what still fits is given")
        WHOLE = "whole", pgettext_lazy("outside cap", "all or nothing")

    public_id = models.UUIDField(editable=False)
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("rule", "kept by")
    )
    code = models.CharField(_("number"), max_length=16)
    version = models.PositiveSmallIntegerField(_("version"))
    issuer = models.ForeignKey(
        ForeignIssuer,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rules",
        verbose_name=pgettext_lazy("credential", "issuer"),
    )
    issuer_class = models.CharField(_("issuers of a kind"), max_length=10, choices=ForeignIssuer.Kind, blank=True)
    kind = models.CharField(_("kind of achievement"), max_length=40, blank=True)
    level = models.CharField(_("level"), max_length=40, blank=True)
    achievement = models.CharField(_("achievement"), max_length=200, blank=True)
    unit = models.ForeignKey(
        UnitVersion, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("credit", "unit")
    )
    num = models.PositiveIntegerField(default=0, help_text=_("Credits here for `den` credits there; 0: the unit whole"))
    den = models.PositiveIntegerField(default=1)
    most = models.PositiveIntegerField(null=True, help_text=_("At most so much of one record; hundredths"))
    cap = models.PositiveIntegerField(
        _("most in a period"), null=True, help_text=_("At most so much of one learner in a period (C-23); hundredths")
    )
    cap_per = models.CharField(_("what is added up"), max_length=6, choices=CapPer, blank=True)
    cap_period = models.CharField(_("period"), max_length=8, choices=CapPeriod, blank=True)
    cap_months = models.PositiveSmallIntegerField(_("months"), null=True)
    cap_policy = models.CharField(_("what does not fit"), max_length=5, choices=CapPolicy, blank=True)
    needs = models.CharField(_("proof that is needed"), max_length=8, choices=Needs)
    validity_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)
    effect_from = models.DateField(_("applies from"))
    effect_to = models.DateField(_("applies until before"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=Standing, default=Standing.PROPOSED)
    why = models.CharField(_("why"), max_length=300)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    trial_digest = models.CharField(
        max_length=64, blank=True, help_text=_("What the dry run found that the approval rests on (C-31)")
    )

    class Meta:
        verbose_name = _("rule for outside achievements")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_rule_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="foreign_rule_version_once", fields=["code", "version"]),
            models.UniqueConstraint(name="foreign_rule_one_proposed", fields=["code"], condition=Q(state="proposed")),
            models.CheckConstraint(
                name="foreign_rule_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="foreign_rule_decided", condition=Q(state="proposed") | Q(decided_by__isnull=False)
            ),
            # A rule for every issuer whatsoever would be none.
            models.CheckConstraint(
                name="foreign_rule_names_issuer",
                condition=Q(issuer__isnull=False, issuer_class="") | (Q(issuer__isnull=True) & ~Q(issuer_class="")),
            ),
            models.CheckConstraint(name="foreign_rule_ratio", condition=Q(den__gte=1) & Q(num__lte=100_000)),
            models.CheckConstraint(
                name="foreign_rule_cap_whole",
                condition=Q(cap__isnull=True, cap_per="", cap_period="", cap_policy="", cap_months__isnull=True)
                | Q(cap__gte=1, cap_per__in=["origin", "issuer"], cap_policy__in=["cut", "whole"])
                & (
                    Q(cap_period="rolling", cap_months__gte=1)
                    | Q(cap_period__in=["year", "semester", "life"], cap_months__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="foreign_rule_days", condition=Q(effect_to__isnull=True) | Q(effect_to__gte=F("effect_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.body_id, territory_path=self.body.territory.path)


class ForeignTrial(models.Model):
    """What a proposed rule would do to the records that wait (C-31): numbers, nobody's name. Nothing is posted."""

    public_id = models.UUIDField(editable=False)
    rule = models.ForeignKey(ForeignRule, on_delete=models.PROTECT, related_name="trials")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    waiting_count = models.PositiveIntegerField(default=0, help_text=_("Records that waited when it ran"))
    newest_record_id = models.BigIntegerField(default=0, help_text=_("What came later is counted from here"))
    result = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("dry run of a rule for outside achievements")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_trial_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="foreign_trial_finished_has_digest", condition=Q(finished_at__isnull=True) | ~Q(digest="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.asked_at:%Y-%m-%d}"
