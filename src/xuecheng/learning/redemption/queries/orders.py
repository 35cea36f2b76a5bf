"""Orders: one's own, and those that wait at a counter."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet, Sum

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.redemption.models import Handing, Offer, OfferKind, Redemption

from .acts import HAND_OUT, REDEEM

_SHOWN = ("learner", "offer__stock", "organisation__territory")


def own_orders(viewer: Standing, *, state: str = "") -> QuerySet[Redemption]:
    """One's own orders, for a list by (-id)."""
    rows = Redemption.objects.filter(visible(viewer, REDEEM, person="learner")).select_related(*_SHOWN)
    return rows.filter(state=state) if state else rows


def own_order(viewer: Standing, public_id: UUID) -> Redemption | None:
    return own_orders(viewer).filter(public_id=public_id).first()


def orders_to_hand_out(viewer: Standing, *, state: str = "") -> QuerySet[Redemption]:
    """Orders of the viewer's organisations: those that wait, or of a state. For a list by (until, id)."""
    mine = visible(viewer, HAND_OUT, organisation="organisation", territory="organisation__territory")
    rows = Redemption.objects.filter(mine, state=state or Redemption.State.RESERVED)
    return rows.select_related(*_SHOWN)


def order(viewer: Standing, public_id: UUID) -> Redemption | None:
    """One order as its learner sees it, or who hands out."""
    own = visible(viewer, REDEEM, person="learner")
    theirs = visible(viewer, HAND_OUT, organisation="organisation", territory="organisation__territory")
    rows = Redemption.objects.filter(own | theirs, public_id=public_id)
    return rows.select_related(*_SHOWN, "reserved_by").prefetch_related("allocations__unit").first()


def by_code(viewer: Standing, code: str) -> Redemption | None:
    """The order with this voucher number, if the viewer hands it out."""
    mine = visible(viewer, HAND_OUT, organisation="organisation", territory="organisation__territory")
    return Redemption.objects.filter(mine, code=code).select_related(*_SHOWN).first()


def of_learner_at(viewer: Standing, keys: Sequence[int]) -> list[Redemption]:
    """What waits for somebody at the viewer's counters, the soonest end first."""
    return list(orders_to_hand_out(viewer).filter(learner__in=keys).order_by("until", "id")[:50])


def orders_of_offer(viewer: Standing, row: Offer) -> QuerySet[Redemption]:
    """The newest orders of an offer, as who hands out sees them."""
    mine = visible(viewer, HAND_OUT, organisation="organisation", territory="organisation__territory")
    return Redemption.objects.filter(mine, offer=row).select_related(*_SHOWN)


def handings_of(row: Redemption) -> list[Handing]:
    """What was handed out of an order and taken back, in order."""
    return list(row.handings.select_related("by").order_by("id"))


def fee_vouchers(keys: Sequence[int]) -> list[Redemption]:
    """Vouchers for course fees that a person has ready, the soonest end first. One query."""
    rows = Redemption.objects.filter(learner__in=keys, state=Redemption.State.RESERVED, offer__kind=OfferKind.FEE)
    return list(rows.select_related("offer", "organisation").order_by("until", "id")[:20])


def is_fee_voucher(code: str) -> bool:
    """Whether a voucher with this number pays course fees everywhere; it tells of nobody. One query."""
    rows = Redemption.objects.filter(code=code, offer__kind=OfferKind.FEE, offer__is_everywhere=True)
    return rows.exists()


def returned_of_fees(payments: Sequence[UUID]) -> dict[UUID, int]:
    """By payment with a voucher how much of it went back, in fen. One query."""
    rows = Handing.objects.filter(undoes__public_id__in=payments).values_list("undoes__public_id")
    return dict(rows.annotate(Sum("fen")))
