"""Agreements between institutions on what credits of one count as at another (C-32)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import LEARNING_KINDS, FrameworkLevel, UnitVersion


class Silence(models.TextChoices):
    """What becomes of a case that nobody answers, after it was raised to the certification body (C-34)."""

    LAPSES = "lapses", pgettext_lazy("silence", "the request lapses")
    ACCEPTS = "accepts", pgettext_lazy("silence", "the request counts as accepted")


class Basis(models.TextChoices):
    """What of the giving institution a term speaks of."""

    UNIT = "unit", pgettext_lazy("term of an agreement", "a certification unit")
    COURSE = "course", pgettext_lazy("term of an agreement", "a course, certificate or activity")
    LEVEL = "level", pgettext_lazy("term of an agreement", "any credit of a kind and level")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Agreement(models.Model):
    """One version of an agreement 互认协议 (C-32). What is in force is never edited; another version follows it.

    | state    | means                                                     | moved by                                  |
    |----------|-----------------------------------------------------------|-------------------------------------------|
    | draft    | written by one side; may be changed                       | `draft_agreement`                         |
    | offered  | signed by that side, waits for the others                 | `offer_agreement`                         |
    | signed   | every party signed; waits for the certification body      | the last `sign_agreement`                 |
    | approved | in force for its period                                   | `approve_agreement`, nobody who drafted   |
    | rejected | sent back for good, with the reason                       | `reject_agreement`                        |
    | ended    | takes no new cases from `effect_to` on; running ones stay | `end_agreement`, the version after it     |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("agreement", "draft")
        OFFERED = "offered", pgettext_lazy("agreement", "waits for the other side")
        SIGNED = "signed", pgettext_lazy("agreement", "waits for the certification body")
        APPROVED = "approved", pgettext_lazy("agreement", "in force")
        REJECTED = "rejected", pgettext_lazy("agreement", "sent back")
        ENDED = "ended", pgettext_lazy("agreement", "ended")

    class Period(models.TextChoices):
        YEAR = "year", pgettext_lazy("cap", "calendar year")
        HALF = "half", pgettext_lazy("cap", "half-year")

    public_id = models.UUIDField(editable=False)
    code = models.CharField(_("number"), max_length=24)
    version = models.PositiveSmallIntegerField(_("version"))
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    drafted_for = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by the side of")
    )
    effect_from = models.DateField(_("from"))
    effect_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day on which nothing new is asked under it")
    )
    is_automatic = models.BooleanField(
        _("decides by itself"), default=False, help_text=_("Else the receiving institution's registrar decides")
    )
    answer_days = models.PositiveSmallIntegerField(_("working days to answer"), default=10)
    escalation_days = models.PositiveSmallIntegerField(_("working days after the reminder"), default=5)
    silence = models.CharField(_("without an answer"), max_length=8, choices=Silence, default=Silence.LAPSES)
    appeal_days = models.PositiveSmallIntegerField(_("days to appeal"), default=15)
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=60)
    most_per_learner = models.PositiveIntegerField(
        _("most for one learner"), null=True, blank=True, help_text=_("Hundredths of a credit, per direction")
    )
    most_per_period = models.PositiveIntegerField(
        _("most in one period"), null=True, blank=True, help_text=_("Hundredths of a credit, per learner and direction")
    )
    period = models.CharField(pgettext_lazy("cap", "period"), max_length=5, choices=Period, blank=True)
    evidence = models.CharField(_("evidence needed"), max_length=300, blank=True)
    price_fen = models.PositiveIntegerField(
        _("price of a credit"), default=0, help_text=_("Fen per 1.00 credit, from the giving to the receiving side")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"))
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    ended_because = models.CharField(_("why it ends"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("exchange agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_agreement_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="exchange_agreement_version_once", fields=["code", "version"]),
            models.CheckConstraint(
                name="exchange_agreement_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="exchange_agreement_in_force_was_decided",
                condition=~Q(state__in=["approved", "ended"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="exchange_agreement_period",
                condition=Q(effect_to__isnull=True) | Q(effect_to__gt=F("effect_from")),
            ),
            models.CheckConstraint(
                name="exchange_agreement_cap_has_period",
                condition=Q(most_per_period__isnull=True, period="")
                | (Q(most_per_period__isnull=False) & ~Q(period="")),
            ),
            models.CheckConstraint(
                name="exchange_agreement_clocks_run", condition=Q(answer_days__gte=1, escalation_days__gte=1)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "code"], name="exchange_agreement_by_state")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def chip(self) -> str:
        return {"approved": "done", "rejected": "no", "ended": "neutral"}.get(self.state, "wait")

    @property
    def ended_words(self) -> str:
        """Why it ends, in the reader's language where nobody but the next version said it."""
        return gettext(self.ended_because) if self.ended_because else ""

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.drafted_for_id, territory_path=self.drafted_for.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Party(models.Model):
    """An institution that an agreement binds, and who signed for it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    signed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True)

    class Meta:
        verbose_name = _("party of an agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_party_once", fields=["agreement", "organisation"]),
            # Nobody agrees with themselves, though they keep the registers of both sides.
            models.UniqueConstraint(name="exchange_party_speaks_for_one_side", fields=["agreement", "signed_by"]),
            models.CheckConstraint(
                name="exchange_party_signed_whole",
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Term(models.Model):
    """A line of an agreement: what of `source` counts as what of `target` (C-32, C-33).

    A pair (`unit`, `course`) is exchanged whole, for the credits of `as_unit`. A ratio (`level`) turns hundredths of
    the source into `num/den` of them of `as_kind` and `as_level`.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField(_("number"))
    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("giving"))
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving"))
    basis = models.CharField(_("about"), max_length=6, choices=Basis)
    of_code = models.CharField(_("code there"), max_length=60, blank=True)
    of_kind = models.CharField(_("kind there"), max_length=12, choices=LEARNING_KINDS, blank=True)
    of_level = models.ForeignKey(
        FrameworkLevel, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("level there")
    )
    as_unit = models.ForeignKey(
        UnitVersion, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("counts as the unit")
    )
    as_kind = models.CharField(_("counts as the kind"), max_length=12, choices=LEARNING_KINDS, blank=True)
    as_level = models.ForeignKey(
        FrameworkLevel, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("counts at the level")
    )
    num = models.PositiveIntegerField(_("counts"), default=1)
    den = models.PositiveIntegerField(_("out of"), default=1)
    least_grade = models.CharField(_("least grade"), max_length=20, blank=True)
    grade_scale = models.CharField(_("scale of the grade"), max_length=24, blank=True)

    class Meta:
        verbose_name = _("term of an agreement")
        ordering: ClassVar = ["agreement_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_term_number_once", fields=["agreement", "number"]),
            models.UniqueConstraint(
                name="exchange_term_said_once",
                fields=["agreement", "source", "target", "basis", "of_code", "of_kind", "of_level"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="exchange_term_between_two", condition=~Q(source=F("target"))),
            models.CheckConstraint(
                name="exchange_term_pair_or_ratio",
                condition=(
                    Q(basis__in=["unit", "course"], as_unit__isnull=False, of_kind="", as_kind="", num=1, den=1)
                    & Q(of_level__isnull=True, as_level__isnull=True)
                    & ~Q(of_code="")
                )
                | (
                    Q(basis="level", as_unit__isnull=True, of_code="", num__gte=1, den__gte=1)
                    & Q(of_level__isnull=False, as_level__isnull=False)
                    & ~Q(of_kind="")
                    & ~Q(as_kind="")
                ),
            ),
            # No ratio makes two credits of one: no chain of agreements could mint any (C-34).
            models.CheckConstraint(name="exchange_term_never_more", condition=Q(num__lte=F("den"))),
            models.CheckConstraint(
                name="exchange_term_grade_has_scale",
                condition=Q(least_grade="", grade_scale="") | (~Q(least_grade="") & ~Q(grade_scale="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} #{self.number}"

    @property
    def is_ratio(self) -> bool:
        return self.basis == Basis.LEVEL
