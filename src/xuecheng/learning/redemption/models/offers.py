"""What is offered against points or credit, by whom, where it is handed out, how much of it there is (C-39, C-42)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import CreditClass, UnitVersion


class OfferKind(models.TextChoices):
    """What it is redeemed for. Goods and fees take points, the others credit of units; never each other's (C-39)."""

    GOODS = "goods", pgettext_lazy("redemption", "reward")
    FEE = "fee", pgettext_lazy("redemption", "course fee")
    EXEMPTION = "exemption", pgettext_lazy("redemption", "exemption from a course")
    QUALIFICATION = "qualification", pgettext_lazy("redemption", "qualification")


OF_POINTS = (OfferKind.GOODS, OfferKind.FEE)
OF_UNITS = (OfferKind.EXEMPTION, OfferKind.QUALIFICATION)


class Period(models.TextChoices):
    """In which time a person's limit counts; calendar years, halves and months of the city."""

    EVER = "ever", pgettext_lazy("limit", "in all")
    YEAR = "year", pgettext_lazy("limit", "a year")
    HALF = "half", pgettext_lazy("limit", "a half-year")
    MONTH = "month", pgettext_lazy("limit", "a month")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Offer(models.Model):
    """One thing to be redeemed, of one organisation. Published, it is never edited: it is closed, and another follows.

    | state     | means                                        | moved by                          |
    |-----------|----------------------------------------------|-----------------------------------|
    | draft     | may still be changed                         | `draft_offer`, `change_offer`     |
    | published | on the shelf between its days                | `publish_offer`                   |
    | closed    | nothing new is reserved; what is, runs on    | `close_offer`, its follower's     |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("offer", "draft")
        PUBLISHED = "published", pgettext_lazy("offer", "on the shelf")
        CLOSED = "closed", pgettext_lazy("offer", "closed")

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("offered by")
    )
    kind = models.CharField(_("what for"), max_length=13, choices=OfferKind)
    title_zh = models.CharField(_("Chinese name"), max_length=60)
    title_en = models.CharField(_("English name"), max_length=120, blank=True)
    about_zh = models.CharField(_("what it is"), max_length=500, blank=True)
    about_en = models.CharField(_("what it is, in English"), max_length=800, blank=True)
    place = models.CharField(_("where and when it is handed out"), max_length=200, blank=True)
    credit_class = models.ForeignKey(
        CreditClass, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of points")
    )
    points = models.PositiveBigIntegerField(_("points"), default=0, help_text=_("Hundredths of a point, for one"))
    face_fen = models.PositiveIntegerField(_("worth"), default=0, help_text=_("Fen of a course fee, for one"))
    is_everywhere = models.BooleanField(
        _("pays at every college"), default=False, help_text=_("Else at the organisation's own classes only")
    )
    consumes = models.BooleanField(
        _("uses the credit up"), default=False, help_text=_("Else the credit stays and is marked as used (C-41)")
    )
    most_per_order = models.PositiveSmallIntegerField(_("most at once"), default=1)
    most_per_person = models.PositiveSmallIntegerField(_("most for a person"), null=True, blank=True)
    period = models.CharField(_("in which time"), max_length=5, choices=Period, default=Period.EVER)
    hold_hours = models.PositiveSmallIntegerField(_("hours it is kept"), default=72)
    low_stock = models.PositiveIntegerField(_("say when so few are left"), null=True, blank=True)
    opens_on = models.DateField(_("from"))
    closes_on = models.DateField(_("until"), null=True, blank=True, help_text=_("First day on which it is not given"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"))
    published_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published"), null=True)
    closed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("offer", "closed by")
    )
    closed_at = models.DateTimeField(pgettext_lazy("offer taken down", "closed"), null=True)
    closed_because = models.CharField(_("why it is closed"), max_length=200, blank=True)
    follows = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by", verbose_name=_("in place of")
    )

    class Meta:
        verbose_name = _("offer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="redemption_offer_public_id_once", fields=["public_id"]),
            # C-39: points for goods and fees, credit of units for the others; a fee is worth something.
            models.CheckConstraint(
                name="redemption_offer_takes_one_kind",
                condition=Q(kind__in=["goods", "fee"], points__gte=1, credit_class__isnull=False, consumes=False)
                | Q(kind__in=["exemption", "qualification"], points=0, credit_class__isnull=True),
            ),
            models.CheckConstraint(
                name="redemption_offer_fee_has_worth",
                condition=Q(kind="fee", face_fen__gte=1) | (~Q(kind="fee") & Q(face_fen=0, is_everywhere=False)),
            ),
            models.CheckConstraint(
                name="redemption_offer_one_by_one", condition=Q(kind__in=["goods", "fee"]) | Q(most_per_order=1)
            ),
            models.CheckConstraint(
                name="redemption_offer_limits", condition=Q(most_per_order__gte=1, hold_hours__gte=1)
            ),
            models.CheckConstraint(
                name="redemption_offer_days", condition=Q(closes_on__isnull=True) | Q(closes_on__gt=F("opens_on"))
            ),
            models.CheckConstraint(
                name="redemption_offer_published_whole",
                condition=Q(state="draft", published_by__isnull=True, published_at__isnull=True)
                | (~Q(state="draft") & Q(published_by__isnull=False, published_at__isnull=False)),
            ),
            # What weighs like a decision about learning is put up by a second officer.
            models.CheckConstraint(
                name="redemption_offer_published_by_another",
                condition=Q(kind__in=["goods", "fee"])
                | Q(published_by__isnull=True)
                | ~Q(published_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="redemption_offer_closed_whole",
                condition=(Q(state="closed", closed_by__isnull=False, closed_at__isnull=False) & ~Q(closed_because=""))
                | (~Q(state="closed") & Q(closed_by__isnull=True, closed_at__isnull=True, closed_because="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="redemption_offer_on_shelf", condition=Q(state="published")),
            models.Index(fields=["organisation", "state", "-id"], name="redemption_offer_of_place"),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def hold_days(self) -> int:
        """How long an order is kept, where that is whole days, and more than two; else 0, and hours are told."""
        days, rest = divmod(self.hold_hours, 24)
        return days if days > 2 and not rest else 0

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh

    @property
    def about(self) -> str:
        return self.about_en if get_language() == "en" and self.about_en else self.about_zh

    @property
    def closed_words(self) -> str:
        """Why it is closed, in the reader's language where nobody but its follower said it."""
        return gettext(self.closed_because) if self.closed_because else ""

    @property
    def takes_points(self) -> bool:
        return self.kind in OF_POINTS

    @property
    def icon(self) -> str:
        return {"goods": "gift", "fee": "wallet", "exemption": "school"}.get(self.kind, "certificate")

    @property
    def chip(self) -> str:
        return {"published": "done", "closed": "neutral"}.get(self.state, "wait")

    def is_open_on(self, day: date) -> bool:
        """Whether it is on the shelf and can be reserved on `day`; stock aside."""
        is_in_time = self.opens_on <= day and (self.closes_on is None or day < self.closes_on)
        return self.state == self.State.PUBLISHED and is_in_time

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


class Need(models.Model):
    """A unit whose credit an exemption or qualification takes; any version of it will do."""

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="needs")
    unit = models.ForeignKey(
        UnitVersion, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("credit", "unit")
    )

    class Meta:
        verbose_name = _("unit that an offer takes")
        constraints: ClassVar = [models.UniqueConstraint(name="redemption_need_once", fields=["offer", "unit"])]

    def __str__(self) -> str:
        return str(self.unit)


class Stock(models.Model):
    """How many of an offer there are, and how many of those are kept for somebody. Written by the database alone, from
    movements and orders (`sql/orders_v1.sql`). An offer without a row is not counted, which goods always are."""

    offer = models.OneToOneField(Offer, primary_key=True, on_delete=models.PROTECT, related_name="stock")
    on_hand = models.PositiveIntegerField(_("there are"), default=0, editable=False)
    reserved = models.PositiveIntegerField(_("kept for somebody"), default=0, editable=False)

    class Meta:
        verbose_name = _("stock")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="redemption_stock_reserved_within", condition=Q(reserved__gte=0, reserved__lte=F("on_hand"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} − {self.reserved}"

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


class StockMovement(models.Model):
    """One movement of a stock. Rows are only ever added."""

    class Kind(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("stock", "came in")
        WRITTEN_OFF = "written_off", pgettext_lazy("stock", "written off")
        HANDED_OUT = "handed_out", pgettext_lazy("stock", "handed out")
        TAKEN_BACK = "taken_back", pgettext_lazy("stock", "taken back")

    public_id = models.UUIDField(editable=False)
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    amount = models.IntegerField(_("how many"))
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    why = models.CharField(_("why"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("movement of stock")
        constraints: ClassVar = [
            models.UniqueConstraint(name="redemption_movement_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="redemption_movement_sign",
                condition=Q(kind__in=["received", "taken_back"], amount__gte=1)
                | Q(kind__in=["written_off", "handed_out"], amount__lte=-1),
            ),
            models.CheckConstraint(name="redemption_movement_says_why", condition=~Q(kind="written_off") | ~Q(why="")),
        ]
        indexes: ClassVar = [models.Index(fields=["stock", "-id"], name="redemption_movement_of_stock")]
        triggers: ClassVar = [pgtrigger.Protect(name="stock_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
