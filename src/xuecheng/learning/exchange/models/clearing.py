"""Clearing 结算 (C-35): what was settled each way in a period, acknowledged by both sides, closed for good."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

from .cases import Case


class ClearingPeriod(models.Model):
    """Some days of the whole city's exchange, `[begins_on, ends_on)`.

    | state  | means                                                         | moved by                    |
    |--------|---------------------------------------------------------------|-----------------------------|
    | drawn  | statements are there; both sides acknowledge, or doubt a line | `draw_period`, `draw_ended` |
    | closed | final: nothing of it changes any more                         | `close_period`              |
    """

    class State(models.TextChoices):
        DRAWN = "drawn", pgettext_lazy("clearing", "being acknowledged")
        CLOSED = "closed", pgettext_lazy("clearing", "closed")

    public_id = models.UUIDField(editable=False)
    begins_on = models.DateField(pgettext_lazy("clearing", "from"))
    ends_on = models.DateField(pgettext_lazy("clearing", "up to, without"))
    during = DateTimeRangeField()
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DRAWN)
    drawn_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")  # nobody: by the clock
    drawn_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clearing period")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_period_public_id_once", fields=["public_id"]),
            ExclusionConstraint(name="exchange_period_no_day_twice", expressions=[("during", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(name="exchange_period_not_empty", condition=Q(ends_on__gt=F("begins_on"))),
            models.CheckConstraint(
                name="exchange_period_closed_whole",
                condition=Q(state="drawn", closed_by__isnull=True, closed_at__isnull=True)
                | Q(state="closed", closed_by__isnull=False, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on} – {self.ends_on}"


class Statement(models.Model):
    """What two institutions settled in a period, in one framework: credits of two are never added up (C-01).

    `one` has the smaller key. `to_other` are hundredths of what `one` gave and `other` took, `to_one` the other way;
    fees are fen, where an agreement has a price. Each side's acknowledgement says who and when.
    """

    public_id = models.UUIDField(editable=False)
    period = models.ForeignKey(ClearingPeriod, on_delete=models.PROTECT, related_name="statements")
    framework_code = models.CharField(max_length=16)
    one = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_other = models.PositiveBigIntegerField(default=0)
    to_one = models.PositiveBigIntegerField(default=0)
    owed_by_one_fen = models.PositiveBigIntegerField(default=0)
    owed_by_other_fen = models.PositiveBigIntegerField(default=0)
    one_seen_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    one_seen_at = models.DateTimeField(null=True)
    other_seen_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    other_seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clearing statement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_statement_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="exchange_statement_of_pair_once", fields=["period", "framework_code", "one", "other"]
            ),
            models.CheckConstraint(name="exchange_statement_in_order", condition=Q(one__lt=F("other"))),
            models.CheckConstraint(
                name="exchange_statement_seen_by_two",
                condition=Q(one_seen_by__isnull=True)
                | Q(other_seen_by__isnull=True)
                | ~Q(one_seen_by=F("other_seen_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} – {self.other}"

    @property
    def net(self) -> int:
        """Hundredths; positive if more went to `other` than came back."""
        return self.to_other - self.to_one

    @property
    def net_from(self) -> Organisation:
        """Who gave more than came back; `one` where both gave the same."""
        return self.other if self.net < 0 else self.one

    @property
    def net_to(self) -> Organisation:
        return self.one if self.net < 0 else self.other

    @property
    def net_size(self) -> int:
        """Hundredths from `net_from` to `net_to`, never below zero."""
        return abs(self.net)

    @property
    def net_fen(self) -> int:
        """Fen that `one` owes `other`; negative the other way."""
        return self.owed_by_one_fen - self.owed_by_other_fen

    @property
    def pays(self) -> Organisation:
        """Who pays when both fees are set against each other."""
        return self.other if self.net_fen < 0 else self.one

    @property
    def is_paid(self) -> Organisation:
        return self.one if self.net_fen < 0 else self.other

    @property
    def pays_fen(self) -> int:
        """Fen from `pays` to `is_paid`, never below zero."""
        return abs(self.net_fen)

    @property
    def is_acknowledged(self) -> bool:
        return self.one_seen_at is not None and self.other_seen_at is not None


class StatementLine(models.Model):
    """One settled case in a statement; a case is cleared once."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="cleared_in")
    credits = models.PositiveBigIntegerField(help_text=_("Hundredths of a credit"))
    fee_fen = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("line of a clearing statement")

    def __str__(self) -> str:
        return f"{self.statement} {self.credits}"


class Doubt(models.Model):
    """A side says what is wrong with a line; the other side or the certification body explains. Both stay."""

    line = models.OneToOneField(StatementLine, on_delete=models.PROTECT, related_name="doubt")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300)
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("doubt about a line")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exchange_doubt_answered_whole",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return self.words
