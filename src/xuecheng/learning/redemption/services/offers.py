"""Verbs of offers: draft, change, publish, close, and their stock (C-39, C-42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.creditbank.models import CreditKind, UnitVersion
from xuecheng.learning.creditbank.queries import POINTS
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.redemption.models import Need, Offer, OfferKind, Period, Stock, StockMovement
from xuecheng.learning.redemption.models.offers import OF_POINTS, OF_UNITS
from xuecheng.learning.redemption.queries import KEEP

_State = Offer.State
_Moved = StockMovement.Kind


class NotADraft(Refusal):
    message = _("It is published or closed, and is not changed any more.")
    remedy = _("Close it and put up another in its place.")


class PointsMissing(Refusal):
    message = _("Say how many points one takes.")
    field = "points"


class FeeWorthMissing(Refusal):
    message = _("Say how much of a course fee one pays.")
    field = "face_fen"


class UnitsMissing(Refusal):
    message = _("Name the unit whose credit it takes.")
    field = "units"


class PointsNotOfKind(Refusal):
    message = _("An exemption or qualification takes the credit of units, never points (C-39).")
    remedy = _("Leave the points empty, or choose another kind.")
    field = "points"


class UnitsNotOfKind(Refusal):
    message = _("Rewards and course fees take points, never credit of learning (C-39).")
    remedy = _("Choose no unit, or choose another kind.")
    field = "units"


class WorthNotOfKind(Refusal):
    message = _("Only a voucher for a course fee is worth so much of a fee.")
    remedy = _("Leave it empty, or choose course fee as the kind.")
    field = "face_fen"


class DaysWrong(Refusal):
    message = _("It must end after it begins.")
    field = "closes_on"


class PlaceMissing(Refusal):
    message = _("Say where and when it is handed out.")
    field = "place"


class SecondOfficerNeeded(Refusal):
    message = _("What uses credits of learning is published by somebody else than who drafted it.")
    remedy = _("Ask a colleague.")


class StockEntered(Refusal):
    message = _("There is stock of this already, so it stays counted.")
    remedy = _("Write a new offer for what is not counted.")
    field = "kind"


class NotForOthers(Refusal):
    message = _("What pays at every college is put up by whoever may do so for the whole city.")
    remedy = _("Let it pay at your own place only, or ask the city.")
    field = "is_everywhere"


class StockMissing(Refusal):
    message = _("Nothing is in stock yet.")
    remedy = _("Enter what came in first.")


class CloseReasonMissing(Refusal):
    message = _("Say why it is closed.")
    field = "why"


class NotPublished(Refusal):
    message = _("It is not on the shelf.")


class StockNotCounted(Refusal):
    message = _("Of this offer nothing is counted.")


class AmountWrong(Refusal):
    message = _("Say how many: between 1 and 100,000.")
    field = "amount"


class StockKept(Refusal):
    message = _("So many cannot be written off: the others are kept for somebody.")
    field = "amount"


class StockReasonMissing(Refusal):
    message = _("Say why they are written off.")
    field = "why"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an offer says. Points in hundredths for one, worth in fen for one; `stock` counts what there is."""

    kind: str
    title_zh: str
    opens_on: date
    title_en: str = ""
    about_zh: str = ""
    about_en: str = ""
    place: str = ""
    points: int = 0
    face_fen: int = 0
    is_everywhere: bool = False
    consumes: bool = False
    most_per_order: int = 1
    most_per_person: int | None = None
    period: str = Period.EVER
    hold_hours: int = 72
    low_stock: int | None = None
    closes_on: date | None = None
    units: Sequence[UnitVersion] = field(default=())
    is_counted: bool = True

    def check(self) -> None:
        """Raise the first refusal of what does not go together."""
        if self.kind in OF_POINTS and not self.points:
            raise PointsMissing
        if self.kind == OfferKind.FEE and not self.face_fen:
            raise FeeWorthMissing
        if self.kind in OF_UNITS and not self.units:
            raise UnitsMissing
        # Nothing that somebody wrote is left out without a word.
        if self.kind in OF_UNITS and self.points:
            raise PointsNotOfKind
        if self.kind not in OF_UNITS and self.units:
            raise UnitsNotOfKind
        if self.kind != OfferKind.FEE and self.face_fen:
            raise WorthNotOfKind
        if self.kind == OfferKind.GOODS and not self.place.strip():
            raise PlaceMissing
        if self.closes_on is not None and self.closes_on <= self.opens_on:
            raise DaysWrong

    def values(self) -> dict[str, Any]:
        """The columns: what a kind does not have is left at nothing."""
        of_points, is_fee = self.kind in OF_POINTS, self.kind == OfferKind.FEE
        plain = (
            "kind", "title_zh", "title_en", "about_zh", "about_en", "place", "most_per_person", "period", "hold_hours",
            "opens_on", "closes_on",
        )  # fmt: skip
        return {name: getattr(self, name) for name in plain} | {
            "credit_class": credit_class(framework=POINTS, kind=CreditKind.REWARD, level=0) if of_points else None,
            "points": self.points if of_points else 0,
            "face_fen": self.face_fen if is_fee else 0,
            "is_everywhere": self.is_everywhere if is_fee else False,
            "consumes": False if of_points else self.consumes,
            "most_per_order": self.most_per_order if of_points else 1,
            "low_stock": self.low_stock if self.has_stock else None,
        }

    @property
    def has_stock(self) -> bool:
        """Goods are always counted, fees where one wants it, what takes units never."""
        return self.kind == OfferKind.GOODS or (self.kind == OfferKind.FEE and self.is_counted)


def draft_offer(
    *, actor: Standing, public_id: UUID, organisation: Organisation, wish: Wish, at: datetime,
    follows: Offer | None = None,
) -> Offer:  # fmt: skip
    """Write an offer that nobody sees yet. `follows` is the one whose place it takes when it is published.

    Asked again with the same id, the same draft. Right: redemption.keep_offer at the organisation. Raises `Denied`,
    what `Wish.check` raises, `FormUsedBefore`.
    """
    require(actor, KEEP, on=organisation)
    if follows is not None:
        require(actor, KEEP, on=follows)
    wish.check()
    with (
        trace.change(by=actor.person, why=gettext_noop("Offer drafted")),
        refusing(redemption_offer_public_id_once=FormUsedBefore, redemption_offer_follows_id_key=FormUsedBefore),
    ):
        known = Offer.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.organisation_id, known.title_zh) != (organisation.pk, wish.title_zh):
                raise FormUsedBefore
            return known
        row = Offer.objects.create(
            public_id=public_id, organisation=organisation, drafted_by=actor.person, drafted_at=at, follows=follows,
            **wish.values(),
        )  # fmt: skip
        _write_parts(row, wish)
    return row


def change_offer(*, actor: Standing, offer: Offer, wish: Wish, at: datetime) -> Offer:
    """Write a draft anew; who changed it last has drafted it. Raises `Denied`, `NotADraft`, what the wish refuses."""
    require(actor, KEEP, on=offer)
    wish.check()
    with trace.change(by=actor.person, why=gettext_noop("Offer changed")):
        row = _locked(offer)
        if row.state != _State.DRAFT:
            raise NotADraft
        for name, value in wish.values().items():
            setattr(row, name, value)
        row.drafted_by, row.drafted_at = actor.person, at
        row.save()
        _write_parts(row, wish)
    return row


def publish_offer(*, actor: Standing, offer: Offer, at: datetime) -> Offer:
    """Put it on the shelf; the one it follows is closed in the same moment. Said twice, once.

    Right: redemption.keep_offer; what uses credits of learning, by somebody else than who drafted it. Raises `Denied`,
    `NotADraft`, `SecondOfficerNeeded`, `NotForOthers`, `StockMissing`.
    """
    require(actor, KEEP, on=offer)
    with trace.change(by=actor.person, why=gettext_noop("Offer published")):
        row = _locked(offer)
        if row.state == _State.PUBLISHED:
            return row
        if row.state != _State.DRAFT:
            raise NotADraft
        if row.kind in OF_UNITS and row.drafted_by_id in actor.person_keys:
            raise SecondOfficerNeeded
        if row.is_everywhere and not actor.may_city_wide(KEEP):
            raise NotForOthers
        stock = Stock.objects.filter(offer=row).first()
        if stock is not None and not stock.on_hand:
            raise StockMissing
        row.state, row.published_by, row.published_at = _State.PUBLISHED, actor.person, at
        row.save(update_fields=["state", "published_by", "published_at"])
        before = Offer.objects.select_for_update(no_key=True).filter(followed_by=row, state=_State.PUBLISHED).first()
        if before is not None:
            _close(before, actor, why=gettext_noop("Another was put up in its place."), at=at)
    return row


def close_offer(*, actor: Standing, offer: Offer, why: str, at: datetime) -> Offer:
    """Take it off the shelf, and say why. What is reserved stays so, until it is fetched or its time is over.

    Said twice, once. Right: redemption.keep_offer. Raises `Denied`, `CloseReasonMissing`, `NotPublished`.
    """
    require(actor, KEEP, on=offer)
    if not why.strip():
        raise CloseReasonMissing
    with trace.change(by=actor.person, why=why):
        row = _locked(offer)
        if row.state == _State.CLOSED:
            return row
        if row.state != _State.PUBLISHED:
            raise NotPublished
        _close(row, actor, why=why.strip()[:200], at=at)
    return row


def receive_stock(
    *, actor: Standing, public_id: UUID, offer: Offer, amount: int, why: str, at: datetime
) -> StockMovement:
    """Enter what came in. Asked again with the same id, the same movement.

    Right: redemption.keep_offer. Raises `Denied`, `StockNotCounted`, `AmountWrong`, `FormUsedBefore`.
    """
    return _move(actor, public_id, offer, amount=amount, kind=_Moved.RECEIVED, why=why, at=at)


def write_off_stock(
    *, actor: Standing, public_id: UUID, offer: Offer, amount: int, why: str, at: datetime
) -> StockMovement:
    """Enter what is broken or lost, and why; not what is kept for somebody. Asked again with the same id, the same.

    Right: redemption.keep_offer. Raises `Denied`, `StockNotCounted`, `AmountWrong`, `StockReasonMissing`, `StockKept`,
    `FormUsedBefore`.
    """
    if not why.strip():
        raise StockReasonMissing
    return _move(actor, public_id, offer, amount=amount, kind=_Moved.WRITTEN_OFF, why=why, at=at)


def _move(
    actor: Standing, public_id: UUID, offer: Offer, *, amount: int, kind: str, why: str, at: datetime
) -> StockMovement:
    require(actor, KEEP, on=offer)
    if not 1 <= amount <= 100_000:
        raise AmountWrong
    signed = amount if kind == _Moved.RECEIVED else -amount
    with (
        trace.change(by=actor.person, why=why or gettext_noop("Stock came in")),
        refusing(
            redemption_movement_public_id_once=FormUsedBefore,
            redemption_stock_reserved_within=StockKept,
            redemption_stock_on_hand_check=StockKept,
        ),
    ):
        stock = Stock.objects.select_for_update(no_key=True).filter(offer=offer).first()
        if stock is None:
            raise StockNotCounted
        known = StockMovement.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.stock_id, known.kind, known.amount) != (stock.pk, kind, signed):
                raise FormUsedBefore
            return known
        return StockMovement.objects.create(
            public_id=public_id, stock=stock, kind=kind, amount=signed, by=actor.person, at=at, why=why.strip()[:200]
        )


def _close(row: Offer, actor: Standing, *, why: str, at: datetime) -> None:
    row.state, row.closed_by, row.closed_at, row.closed_because = _State.CLOSED, actor.person, at, why
    row.save(update_fields=["state", "closed_by", "closed_at", "closed_because"])


def _write_parts(row: Offer, wish: Wish) -> None:
    """Units and stock as the draft says; what was entered as stock stays."""
    wanted = {unit.pk for unit in wish.units} if row.kind in OF_UNITS else set()
    row.needs.exclude(unit__in=wanted).delete()
    Need.objects.bulk_create([Need(offer=row, unit_id=key) for key in sorted(wanted)], ignore_conflicts=True)
    if wish.has_stock:
        Stock.objects.get_or_create(offer=row)
    elif StockMovement.objects.filter(stock_id=row.pk).exists():
        raise StockEntered
    else:
        Stock.objects.filter(offer=row).delete()


def _locked(offer: Offer) -> Offer:
    rows = Offer.objects.select_related("organisation__territory").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=offer.pk)
