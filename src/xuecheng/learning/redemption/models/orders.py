"""Orders: what a person reserved, what is held for it, what was handed out and taken back (C-40, C-41)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import CreditClass, UnitVersion

from .offers import Offer


# Words stand in the row only, where the erasure of a person reaches them; so does the voucher's number.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "code"])
class Redemption(models.Model):
    """One order of a learner; what it costs and its stock are held from the same moment on (C-40).

    | state     | means                                                          | moved by                            |
    |-----------|----------------------------------------------------------------|---------------------------------------|
    | reserved  | held until `until`; a part may have been handed out            | `reserve`                           |
    | fulfilled | handed out, wholly or in part; what was left over is free      | `hand_out`, `release`, `tend`       |
    | released  | nothing was handed out, all is free again                      | `release`, `tend`                   |
    """

    class State(models.TextChoices):
        RESERVED = "reserved", pgettext_lazy("redemption", "reserved")
        FULFILLED = "fulfilled", pgettext_lazy("redemption", "handed out")
        RELEASED = "released", pgettext_lazy("redemption", "given up")

    class Because(models.TextChoices):
        """Who ended what was not handed out."""

        LEARNER = "learner", pgettext_lazy("redemption ended by", "taken back")
        PROVIDER = "provider", pgettext_lazy("redemption ended by", "called off by the provider")
        CLOCK = "clock", pgettext_lazy("redemption ended by", "not fetched in time")

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("offer"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("offered by")
    )
    items = models.PositiveSmallIntegerField(_("how many"), default=1)
    handed = models.PositiveSmallIntegerField(_("handed out"), default=0)
    returned = models.PositiveSmallIntegerField(_("taken back"), default=0)
    points_back = models.PositiveBigIntegerField(_("points given back"), default=0, help_text=_("Hundredths"))
    points = models.PositiveBigIntegerField(_("points for one"), default=0, help_text=_("Hundredths"))
    code = models.CharField(_("number of the voucher"), max_length=10)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.RESERVED)
    reserved_at = models.DateTimeField(_("reserved"))
    reserved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("reserved by"))
    until = models.DateTimeField(_("kept until"))
    hold = models.UUIDField(_("set-aside in the ledger"), null=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)
    because = models.CharField(_("why it ended"), max_length=8, choices=Because, blank=True)
    words = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("redemption")
        constraints: ClassVar = [
            models.UniqueConstraint(name="redemption_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="redemption_code_once", fields=["code"]),
            models.CheckConstraint(name="redemption_code_form", condition=Q(code__regex=r"^[0-9]{10}$")),
            models.CheckConstraint(
                name="redemption_counts_fit",
                condition=Q(
                    items__gte=1,
                    handed__lte=F("items"),
                    returned__lte=F("handed"),
                    points_back__lte=F("handed") * F("points"),
                ),
            ),
            models.CheckConstraint(
                name="redemption_state_as_counts",
                condition=Q(state="reserved", handed__lt=F("items"), ended_at__isnull=True, because="")
                | Q(state="fulfilled", handed__gte=1, ended_at__isnull=False)
                | (Q(state="released", handed=0, ended_at__isnull=False) & ~Q(because="")),
            ),
            # Only what was handed out whole ends without a reason.
            models.CheckConstraint(
                name="redemption_ends_with_reason",
                condition=~Q(state="fulfilled")
                | Q(handed=F("items"), because="")
                | (Q(handed__lt=F("items")) & ~Q(because="")),
            ),
            models.CheckConstraint(
                name="redemption_provider_says_why", condition=~Q(because="provider") | ~Q(words="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="redemption_of_learner"),
            models.Index(fields=["offer", "learner"], name="redemption_of_offer"),
            models.Index(fields=["organisation", "state", "until", "id"], name="redemption_of_place"),
            models.Index(fields=["until", "id"], name="redemption_running", condition=Q(state="reserved")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def books(self) -> list[int]:
        """The books of the ledger in which its points stand: one, but for people whose accounts were merged."""
        return [key % 256 for key in (self.learner_id, *(one.learner_id for one in self.parts.all()))]

    @property
    def reason(self) -> str:
        """The reason that was given, in the reader's language where it is the house's own."""
        return gettext(self.words) if self.words else ""

    @property
    def left(self) -> int:
        """How many can still be fetched."""
        return self.items - self.handed if self.state == self.State.RESERVED else 0

    @property
    def kept(self) -> int:
        """How many the learner has: handed out and not taken back."""
        return self.handed - self.returned

    @property
    def total(self) -> int:
        """Points for all of it; hundredths."""
        return self.points * self.items

    @property
    def chip(self) -> str:
        if self.returned or self.points_back:
            return "neutral"
        return {"fulfilled": "done", "released": "neutral"}.get(self.state, "wait")

    @property
    def state_name(self) -> str:
        """As a list says it: also that a part was handed out or taken back."""
        if self.returned or self.points_back:
            whole = self.returned == self.handed
            return pgettext("redemption", "taken back") if whole else pgettext("redemption", "partly taken back")
        if self.handed and self.handed < self.items:
            return pgettext("redemption", "partly handed out")
        if self.state == self.State.RELEASED:
            return str(self.get_because_display())
        return str(self.get_state_display())

    def access_scope(self) -> Scope:
        return Scope(
            organisation_id=self.organisation_id,
            territory_path=self.organisation.territory.path,
            person_id=self.learner_id,
        )

    def place_scope(self) -> Scope:
        """Where those stand who hand out."""
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Part(models.Model):
    """What of an order's points lies on another account of the same person, after two of theirs were merged.

    The order's own account bears the rest, and bears first; what goes back goes to these first, the last one foremost.
    So a part is as exact as the order: each account gets back what it gave, also after the merge was undone.
    """

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="parts")
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    points = models.PositiveBigIntegerField(_("points"), help_text=_("Hundredths"))
    taken = models.PositiveBigIntegerField(_("points handed out"), default=0, help_text=_("Hundredths"))
    back = models.PositiveBigIntegerField(_("points given back"), default=0, help_text=_("Hundredths"))
    hold = models.UUIDField(_("set-aside in the ledger"))

    class Meta:
        verbose_name = _("part of an order")
        constraints: ClassVar = [
            models.UniqueConstraint(name="redemption_part_account_once", fields=["redemption", "learner"]),
            models.UniqueConstraint(name="redemption_part_hold_once", fields=["hold"]),
            models.CheckConstraint(
                name="redemption_part_amounts",
                condition=Q(points__gte=1, taken__lte=F("points"), back__lte=F("taken")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.redemption_id} {self.points}"

    @property
    def left(self) -> int:
        """Points that are still held, while the order runs."""
        return self.points - self.taken


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Allocation(models.Model):
    """The credit of a unit that an exemption or qualification uses: held and taken, or only marked as used (C-41)."""

    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="allocations")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        UnitVersion, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("credit", "unit")
    )
    posting = models.UUIDField()
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    credits = models.PositiveBigIntegerField(_("credits"), help_text=_("Hundredths of a credit"))
    hold = models.UUIDField(_("set-aside in the ledger"), null=True)
    is_live = models.BooleanField(default=True)
    """Until the order ends without being granted, or what was granted is taken back."""

    class Meta:
        verbose_name = _("use of a unit's credit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="redemption_allocation_unit_once", fields=["redemption", "unit"]),
            models.UniqueConstraint(
                name="redemption_allocation_of_offer_once",
                fields=["posting", "learner", "offer"],
                condition=Q(is_live=True),
            ),
            models.UniqueConstraint(
                name="redemption_allocation_consumed_once",
                fields=["posting", "learner"],
                condition=Q(is_live=True, hold__isnull=False),
            ),
            models.CheckConstraint(name="redemption_allocation_has_credit", condition=Q(credits__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.posting}"


class Handing(models.Model):
    """One act at a counter: some of an order handed out, or some of it taken back. Rows are only ever added."""

    class Way(models.TextChoices):
        OUT = "out", pgettext_lazy("redemption", "handed out")
        BACK = "back", pgettext_lazy("redemption", "taken back")

    public_id = models.UUIDField(editable=False)
    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, related_name="handings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    way = models.CharField(_("what was done"), max_length=4, choices=Way)
    items = models.PositiveSmallIntegerField(_("how many"), help_text=_("0: a part of one, of a fee"))
    points = models.PositiveBigIntegerField(_("points"), help_text=_("Hundredths"))
    fen = models.PositiveIntegerField(_("of a course fee"), default=0, help_text=_("Fen"))
    posting = models.UUIDField(_("posting"), null=True)
    """The hold that was taken, or the key of the transfer that gives points back."""
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    """Of a fee: the payment of which something goes back."""
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        constraints: ClassVar = [
            models.UniqueConstraint(name="redemption_handing_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="redemption_handing_of_something", condition=Q(items__gte=1) | Q(fen__gte=1)),
            models.CheckConstraint(name="redemption_handing_back_says_why", condition=Q(way="out") | ~Q(why="")),
        ]
        indexes: ClassVar = [models.Index(fields=["redemption", "id"], name="redemption_handing_of_order")]
        triggers: ClassVar = [pgtrigger.Protect(name="handing_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.way} {self.items}"

    @property
    def reason(self) -> str:
        """Why, in the reader's language where it is the house's own reason."""
        return gettext(self.why) if self.why else ""
