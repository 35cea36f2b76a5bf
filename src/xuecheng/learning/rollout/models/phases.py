"""Phases of the roll-out 分步推进 (C-67)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory

from .accreditations import RecordKind

CARRIED_OVER = gettext_noop("Carried over when phases began.")
"""The decision of the phase that comes with the system, as `sql/carried_over_v1.sql` writes it."""


class RuleFamily(models.TextChoices):
    """Families of conversion rules, from the easy to the hard."""

    FIXED = "fixed", pgettext_lazy("rule family", "fixed credits for a course or certificate")
    HOURS = "hours", pgettext_lazy("rule family", "hours counted into credits")
    ACCUMULATED = "accumulated", pgettext_lazy("rule family", "hours added up over a period")
    CREDITS = "credits", pgettext_lazy("rule family", "credits of another framework")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Phase(models.Model):
    """A step of the roll-out: what may be recognised once it is open (C-67). Empty lists open all there is.

    | state   | means                                                            | moved by                      |
    |---------|------------------------------------------------------------------|-------------------------------|
    | planned | announced; may be changed                                        | `plan_phase`                  |
    | open    | rules within it may be approved                                  | `open_phase`, not the planner |
    | closed  | no further rule is approved by it; what stands by it stays as is | `close_phase`                 |
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("phase", "planned")
        OPEN = "open", pgettext_lazy("phase", "open")
        CLOSED = "closed", pgettext_lazy("phase", "closed for new rules")

    public_id = models.UUIDField(editable=False)
    code = models.CharField(_("number"), max_length=16)
    place = models.PositiveSmallIntegerField(_("place in the order"))
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    about_zh = models.CharField(_("what it brings, in Chinese"), max_length=300)
    about_en = models.CharField(_("what it brings, in English"), max_length=400, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=12, choices=RecordKind), default=list, blank=True, verbose_name=_("kinds of record")
    )
    families = ArrayField(
        models.CharField(max_length=12, choices=RuleFamily),
        default=list,
        blank=True,
        verbose_name=_("families of rules"),
    )
    organisations = models.ManyToManyField(Organisation, related_name="+", verbose_name=_("institutions"))
    territories = models.ManyToManyField(Territory, related_name="+", verbose_name=_("divisions"))
    covers_from = models.DateField(_("learning that ended from"), null=True, blank=True)
    covers_to = models.DateField(_("learning that ended before"), null=True, blank=True)
    needs_accreditation = models.BooleanField(
        _("accredited institutions only"), default=False,
        help_text=_("From its opening on, records of these kinds are taken from accredited institutions only"),
    )  # fmt: skip
    expected_on = models.DateField(_("expected to open"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned"))
    opened_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), null=True)
    decision = models.CharField(_("decision"), max_length=300, blank=True)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("phase", "closed by")
    )
    closed_at = models.DateTimeField(pgettext_lazy("phase", "closed"), null=True)
    closed_because = models.CharField(_("why it was closed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("phase of the roll-out")
        constraints: ClassVar = [
            models.UniqueConstraint(name="rollout_phase_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="rollout_phase_code_once", fields=["code"]),
            models.CheckConstraint(
                name="rollout_phase_opened_by_another",
                condition=Q(opened_by__isnull=True) | Q(planned_by__isnull=True) | ~Q(opened_by=F("planned_by")),
            ),
            models.CheckConstraint(
                name="rollout_phase_open_was_decided",
                condition=Q(state="planned", opened_at__isnull=True)
                | (~Q(state="planned") & Q(opened_at__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="rollout_phase_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_because="") & ~Q(state="closed")
                | (Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_because="")),
            ),
            models.CheckConstraint(
                name="rollout_phase_days",
                condition=Q(covers_from__isnull=True) | Q(covers_to__isnull=True) | Q(covers_to__gt=F("covers_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def about(self) -> str:
        return self.about_en if get_language() == "en" and self.about_en else self.about_zh

    @property
    def decision_words(self) -> str:
        """The decision, in the reader's language where nobody but the system took it."""
        return gettext(self.decision) if self.opened_by_id is None else self.decision

    @property
    def chip(self) -> str:
        return {"open": "done", "closed": "neutral"}.get(self.state, "wait")

    @property
    def kind_words(self) -> list[str]:
        return [str(RecordKind(one).label) for one in self.kinds]

    @property
    def family_words(self) -> list[str]:
        return [str(RuleFamily(one).label) for one in self.families]
