"""Charges for places, and every movement of their money. Amounts are fen."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.coordination.enrolment import rules

from .rolls import Enrolment

_RAISES = sorted(one.value for one in rules.RAISES)


class Provider(models.TextChoices):
    """How money comes and goes."""

    CASH = "cash", pgettext_lazy("payment", "cash desk")
    TEST = "test", pgettext_lazy("payment", "trial payment, no money moves")
    VOUCHER = "voucher", pgettext_lazy("payment", "voucher for reward points")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CashDay(models.Model):
    """The cash desk of a unit on a day: its receipts are numbered one after the other; closed, it takes no more."""

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    on = models.DateField(_("day"))
    last_number = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    counted_fen = models.IntegerField(_("counted"), null=True)
    """What lay in the drawer when it was closed, beyond the change it began with."""

    class Meta:
        verbose_name = _("day of a cash desk")
        constraints: ClassVar = [
            models.UniqueConstraint(name="cash_day_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="cash_day_once", fields=["organisation", "on"]),
            models.CheckConstraint(
                name="cash_day_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, counted_fen__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, counted_fen__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="closed_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__closed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.on}"

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


class Charge(models.Model):
    """What a place costs. `owed_fen` is the sum of its movements, and the database writes it (`sql/money_v1.sql`)."""

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("charge", "to be paid")
        SETTLED = "settled", pgettext_lazy("charge", "settled")
        REFUND_DUE = "refund_due", pgettext_lazy("charge", "money to be given back")

    public_id = models.UUIDField(editable=False)
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="charge", verbose_name=_("enrolment")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    """To whom it is paid: the unit that holds the class."""
    owed_fen = models.IntegerField(_("owed"), default=0, editable=False)
    """Positive: still to be paid; negative: to be given back."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SETTLED, editable=False)
    made_at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("charge")
        constraints: ClassVar = [
            models.UniqueConstraint(name="charge_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="charge_state_as_owed",
                condition=Q(state="due", owed_fen__gt=0)
                | Q(state="settled", owed_fen=0)
                | Q(state="refund_due", owed_fen__lt=0),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-id"], name="charge_of_unit"),
            models.Index(fields=["person", "-id"], name="charge_of_person"),
            models.Index(fields=["enrolment"], name="charge_due", condition=Q(state="due")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="charge_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.public_id)

    def access_scope(self) -> Scope:
        return self.enrolment.access_scope()


class Movement(models.Model):
    """One movement of a charge: raises (+) or lowers (−) what is owed. Rows are only ever added."""

    class Kind(models.TextChoices):
        CHARGED = "charged", pgettext_lazy("money", "fee")
        WAIVED = "waived", pgettext_lazy("money", "waived")
        REDUCED = "reduced", pgettext_lazy("money", "taken off")
        PAID = "paid", pgettext_lazy("money", "paid")
        REFUNDED = "refunded", pgettext_lazy("money", "given back")
        MOVED_OUT = "moved_out", pgettext_lazy("money", "carried to another class")
        MOVED_IN = "moved_in", pgettext_lazy("money", "carried from another class")

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="movements", verbose_name=_("charge"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    """The charge's, whose own it is."""
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount_fen = models.IntegerField(_("amount"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    """Who waived, took or gave it; none: a rule did."""
    provider = models.CharField(_("how"), max_length=8, choices=Provider, blank=True)
    reference = models.CharField(_("receipt"), max_length=60, blank=True)
    cash_day = models.ForeignKey(CashDay, null=True, on_delete=models.PROTECT, related_name="movements")
    waiver = models.CharField(_("waived for"), max_length=12, blank=True)
    why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("movement of money")
        constraints: ClassVar = [
            models.UniqueConstraint(name="movement_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="movement_sign_as_kind",
                condition=Q(kind__in=_RAISES, amount_fen__gt=0) | (~Q(kind__in=_RAISES) & Q(amount_fen__lt=0)),
            ),
            models.UniqueConstraint(name="movement_charged_once", fields=["charge"], condition=Q(kind="charged")),
            models.UniqueConstraint(
                name="movement_receipt_once", fields=["provider", "reference"], condition=~Q(reference="")
            ),
            models.CheckConstraint(
                name="movement_of_money_has_receipt",
                condition=(Q(kind__in=["paid", "refunded"]) & ~Q(provider="") & ~Q(reference=""))
                | (~Q(kind__in=["paid", "refunded"]) & Q(provider="", reference="", cash_day__isnull=True)),
            ),
            models.CheckConstraint(
                name="movement_cash_is_of_a_day",
                condition=(Q(provider="cash") & Q(cash_day__isnull=False))
                | (~Q(provider="cash") & Q(cash_day__isnull=True)),
            ),
            models.CheckConstraint(
                name="movement_waiver_whole",
                condition=(Q(kind="waived") & ~Q(waiver="") & ~Q(why="") & Q(by__isnull=False))
                | (~Q(kind="waived") & Q(waiver="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cash_day", "id"], name="movement_of_cash_day"),
            models.Index(fields=["person", "-id"], name="movement_of_person"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="money_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen}"

    @property
    def drawer_fen(self) -> int:
        """What it means for a drawer: what is paid comes in, what is given back goes out."""
        return -self.amount_fen
