"""Offers: the shelf that everybody sees, and the desk of who keeps them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.redemption.models import Offer, StockMovement

from .acts import HAND_OUT, KEEP

_SHOWN = ("organisation__territory", "stock", "credit_class")


def open_offers(day: date) -> QuerySet[Offer]:
    """What can be reserved on `day`; stock aside."""
    in_time = Q(opens_on__lte=day) & (Q(closes_on__isnull=True) | Q(closes_on__gt=day))
    return Offer.objects.filter(in_time, state=Offer.State.PUBLISHED)


def shelf(day: date, *, kind: str = "", district: str = "", words: str = "") -> QuerySet[Offer]:
    """What is on the shelf on `day`, newest first: of a kind, in or above a district (its path), by words."""
    rows = open_offers(day).select_related(*_SHOWN).prefetch_related("needs__unit")
    if kind:
        rows = rows.filter(kind=kind)
    if district:
        rows = rows.filter(
            Q(organisation__territory__path__startswith=district) | Q(organisation__territory__level="city")
        )
    if words.strip():
        said = words.strip()
        rows = rows.filter(
            Q(title_zh__icontains=said) | Q(title_en__icontains=said) | Q(organisation__name_zh__icontains=said)
        )
    return rows


def offer(public_id: UUID) -> Offer | None:
    """An offer that is or was on the shelf. One query."""
    rows = Offer.objects.exclude(state=Offer.State.DRAFT).select_related(*_SHOWN).prefetch_related("needs__unit")
    return rows.filter(public_id=public_id).first()


def kept_offers(viewer: Standing, *, state: str = "") -> QuerySet[Offer]:
    """Offers of the organisations that the viewer keeps, for a list by (-id)."""
    mine = visible(viewer, KEEP, organisation="organisation", territory="organisation__territory")
    rows = Offer.objects.filter(mine).select_related(*_SHOWN)
    return rows.filter(state=state) if state else rows


def kept_offer(viewer: Standing, public_id: UUID) -> Offer | None:
    rows = kept_offers(viewer).select_related(
        *_SHOWN, "drafted_by", "published_by", "closed_by", "follows", "followed_by"
    )
    return rows.prefetch_related("needs__unit").filter(public_id=public_id).first()


def low_offers(viewer: Standing) -> QuerySet[Offer]:
    """Offers on the shelf of which few are left."""
    return kept_offers(viewer, state=Offer.State.PUBLISHED).filter(
        low_stock__isnull=False, stock__on_hand__lte=F("stock__reserved") + F("low_stock")
    )


def organisations_offering(viewer: Standing) -> QuerySet[Organisation]:
    """Where the viewer may put something up."""
    return Organisation.objects.filter(
        visible(viewer, KEEP, organisation="pk", territory="territory"), is_active=True
    ).order_by("code")


def movements_of(row: Offer) -> QuerySet[StockMovement]:
    """Movements of an offer's stock, the newest first."""
    return StockMovement.objects.filter(stock_id=row.pk).select_related("by").order_by("-id")


def districts_offering(day: date) -> QuerySet[Territory]:
    """Districts in which something is on the shelf. One query."""
    paths = open_offers(day).filter(organisation__territory__path__startswith=OuterRef("path"))
    return Territory.objects.filter(Exists(paths), level="district", is_current=True).order_by("code")


def offers_at(viewer: Standing, day: date) -> list[Offer]:
    """What the viewer could hand out of now: on the shelf of their organisations, and in stock."""
    mine = visible(viewer, HAND_OUT, organisation="organisation", territory="organisation__territory")
    rows = open_offers(day).filter(mine).select_related(*_SHOWN).order_by("points", "id")
    return [one for one in rows[:50] if not hasattr(one, "stock") or one.stock.free > 0]


def units_to_take() -> QuerySet[UnitVersion]:
    """Units that are given, the newest version of each last."""
    return UnitVersion.objects.filter(state=UnitVersion.State.PUBLISHED).order_by("code", "version")
