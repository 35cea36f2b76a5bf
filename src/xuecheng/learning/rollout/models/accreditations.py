"""Accreditation of institutions 机构准入: for which records, at which levels, how long (C-13)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import Framework, FrameworkLevel


class RecordKind(models.TextChoices):
    """Kinds of record an institution may be accredited for: where the learning comes from (C-11, C-49)."""

    FORMAL = "formal", pgettext_lazy("accredited for", "courses with a grade")
    CERTIFICATE = "certificate", pgettext_lazy("accredited for", "certificates")
    NONFORMAL = "nonformal", pgettext_lazy("accredited for", "activities and hours")
    RPL = "rpl", pgettext_lazy("accredited for", "recognition of prior learning")


KIND_NUMBERS = {kind.value: number for number, kind in enumerate(RecordKind, 1)}


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Accreditation(models.Model):
    """What an institution may issue from one day to another, by decision of the certification body.

    | state     | means                                                  | moved by                              |
    |-----------|--------------------------------------------------------|---------------------------------------|
    | proposed  | one officer wrote it; waits for another                | `propose_accreditation`               |
    | granted   | in force for its period                                | `grant_accreditation`, not the author |
    | refused   | another officer said no, with the reason               | `refuse_accreditation`                |
    | suspended | learning that ends from a day on is not taken for now  | `suspend_accreditation`               |
    | ended     | takes nothing that ends from `ended_on` on             | `end_accreditation`, the one after it |

    A suspension is lifted back to granted. That its period is over is no state: the day says it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("accreditation", "waits for a second officer")
        GRANTED = "granted", pgettext_lazy("accreditation", "in force")
        REFUSED = "refused", pgettext_lazy("accreditation", "refused")
        SUSPENDED = "suspended", pgettext_lazy("accreditation", "suspended")
        ENDED = "ended", pgettext_lazy("accreditation", "ended")

    public_id = models.UUIDField(editable=False)
    code = models.CharField(_("number"), max_length=24)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="accreditations", verbose_name=_("institution")
    )
    kinds = ArrayField(models.CharField(max_length=12, choices=RecordKind), verbose_name=_("for what"))
    fields = ArrayField(
        models.CharField(max_length=4),
        default=list,
        blank=True,
        verbose_name=_("fields of study"),
        help_text=_("ISCED-F, two to four digits; none: every field"),
    )
    lowest = models.ForeignKey(
        FrameworkLevel, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lowest level")
    )
    highest = models.ForeignKey(
        FrameworkLevel, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("highest level")
    )
    during = DateRangeField(_("period"))
    renews = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="renewals", verbose_name=_("renews")
    )
    is_carried_over = models.BooleanField(_("came with the system"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    why = models.CharField(_("why"), max_length=300)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    ended_on = models.DateField(_("ended from"), null=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )
    ended_because = models.CharField(_("why it ends"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("accreditation")
        constraints: ClassVar = [
            models.UniqueConstraint(name="accreditation_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="accreditation_code_once", fields=["code"]),
            models.CheckConstraint(
                name="accreditation_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="accreditation_was_decided",
                condition=Q(state="proposed") | Q(is_carried_over=True) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="accreditation_was_proposed", condition=Q(is_carried_over=True) | Q(proposed_by__isnull=False)
            ),
            models.CheckConstraint(
                name="accreditation_has_an_end",
                condition=Q(during__isempty=False)
                & (Q(is_carried_over=True) | Q(during__upper_inf=False, during__lower_inf=False)),
            ),
            models.CheckConstraint(name="accreditation_for_something", condition=~Q(kinds=[])),
            models.CheckConstraint(
                name="accreditation_levels_whole",
                condition=Q(lowest__isnull=True, highest__isnull=True) | Q(lowest__isnull=False, highest__isnull=False),
            ),
            models.CheckConstraint(
                name="accreditation_ended_whole",
                condition=(Q(state="ended") & Q(ended_on__isnull=False) & ~Q(ended_because=""))
                | (~Q(state="ended") & Q(ended_on__isnull=True, ended_because="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state"], name="accreditation_of_body"),
            models.Index(fields=["state", "-id"], name="accreditation_by_state"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def kind_words(self) -> list[str]:
        return [str(RecordKind(one).label) for one in self.kinds]

    @property
    def ended_words(self) -> str:
        """Why it ended, in the reader's language where nobody but the next one said it."""
        return gettext(self.ended_because) if self.ended_because else ""

    @property
    def begins_on(self) -> date | None:
        first: date | None = self.during.lower
        return first

    @property
    def ends_on(self) -> date | None:
        """First day of learning it does not cover any more; None: no end was set."""
        ends: list[date] = [day for day in (self.during.upper, self.ended_on) if day is not None]
        return min(ends, default=None)

    @property
    def chip(self) -> str:
        return {"granted": "done", "refused": "no", "suspended": "no", "ended": "neutral"}.get(self.state, "wait")

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Line(models.Model):
    """One kind and one field of a granted accreditation, as ranges, so that no two of one scope ever overlap.

    `fields` holds the detailed fields `[first, after the last)`; `levels` ordinals of `framework`, all of every
    framework where none is named.
    """

    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="lines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind_number = models.PositiveSmallIntegerField()
    fields = IntegerRangeField()
    framework = models.ForeignKey(Framework, null=True, on_delete=models.PROTECT, related_name="+")
    levels = IntegerRangeField()
    during = DateRangeField()

    class Meta:
        verbose_name = _("line of an accreditation")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="accreditation_one_of_a_scope",
                # A number as a range of one: && on it is equality, and without a number it meets every range.
                expressions=[
                    (
                        Func(F("organisation"), F("organisation"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("kind_number"), F("kind_number"), Value("[]"), function="int4range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("fields", RangeOperators.OVERLAPS),
                    (
                        Func(F("framework"), F("framework"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("levels", RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accreditation} {self.kind_number}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Suspension(models.Model):
    """Days `[from, until)` for which an accreditation counts for nothing, with the reason; without an end: still."""

    accreditation = models.ForeignKey(Accreditation, on_delete=models.PROTECT, related_name="suspensions")
    during = DateRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=300)
    suspended_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("suspended by"))
    suspended_at = models.DateTimeField(_("suspended"))
    lifted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lift_reason = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("suspension of an accreditation")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="accreditation_suspended_once", fields=["accreditation"], condition=Q(lifted_at__isnull=True)
            ),
            models.CheckConstraint(name="accreditation_suspension_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="accreditation_lifted_whole",
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True, lift_reason="", during__upper_inf=True)
                | (Q(lifted_by__isnull=False, lifted_at__isnull=False, during__upper_inf=False) & ~Q(lift_reason="")),
            ),
            models.CheckConstraint(
                name="accreditation_lifted_by_another",
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("suspended_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accreditation} {self.during}"
