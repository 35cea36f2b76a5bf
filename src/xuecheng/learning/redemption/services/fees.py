"""Verbs of fees: a charge of a class is paid with vouchers, and what is given back of it goes back as points (C-39).

Called by whoever keeps the charge, in that one's transaction and under its lock; here only the order is locked. Who
gives back several payments in one transaction locks all they rest on first (`lock_returns`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.redemption import news, queries, rules
from xuecheng.learning.redemption.models import Handing, OfferKind, Redemption, Stock

from .counter import fulfil, give_back, known_handing
from .orders import NotReserved, locked_order


class VoucherUnknown(Refusal):
    message = _("There is no voucher with this number for this person.")
    remedy = _("Check the 10 digits, or look under “My redemptions”.")
    field = "code"


class VoucherOfElsewhere(Refusal):
    message = _("This voucher pays at %(place)s only.")
    field = "code"


class VoucherTooLarge(Refusal):
    message = _("One voucher is worth more than what is to be paid.")
    field = "code"


class Paid(NamedTuple):
    """What vouchers paid: fen, and the number that stands on the receipt."""

    fen: int
    reference: str


def pay_with_voucher(
    *, actor: Standing, public_id: UUID, code: str, person_keys: tuple[int, ...], at_unit: Organisation, owed_fen: int,
    at: datetime,
) -> Paid:  # fmt: skip
    """Pay as much of `owed_fen` as whole vouchers of an order can; what is left of the order stays kept.

    The caller has checked the right to pay for that person. Asked again with the same id, the same. Raises
    `VoucherNumberWrong`, `VoucherUnknown`, `VoucherOfElsewhere`, `VoucherTooLarge`, `NotReserved`, `KeptTooShort`.
    """
    found = Redemption.objects.filter(
        code=rules.normalise_voucher(code), learner__in=person_keys, offer__kind=OfferKind.FEE
    ).first()
    if found is None:
        raise VoucherUnknown
    row = locked_order(found)
    known = Handing.objects.filter(public_id=public_id).first()
    if known is not None:
        known_handing(public_id, row, Handing.Way.OUT, known.items)
        return Paid(known.fen, _reference(row, known))
    if row.state != Redemption.State.RESERVED:
        raise NotReserved
    if not row.offer.is_everywhere and not queries.is_of(at_unit, row.organisation_id):
        raise VoucherOfElsewhere(place=row.organisation.name)
    items = rules.items_for_fee(owed_fen=owed_fen, face_fen=row.offer.face_fen, left=row.left)
    if not items:
        raise VoucherTooLarge
    made = fulfil(row, public_id, items, keeps_rest=True, by=actor, at=at, fen=items * row.offer.face_fen)
    return Paid(made.fen, _reference(row, made))


def lock_returns(payments: Sequence[UUID]) -> None:
    """Lock what giving back these payments writes, in the house's order: all orders, then all stock, then all books.

    Payment by payment the second order would come after the first one's book, and two classes that are cancelled in
    the same moment would wait for each other.
    """
    paid = Handing.objects.filter(public_id__in=payments).order_by().values("redemption")
    orders = Redemption.objects.filter(pk__in=paid).order_by("pk").prefetch_related("parts")
    rows = list(orders.select_for_update(no_key=True))
    if len(rows) > 1:
        offers = {row.offer_id for row in rows}
        list(Stock.objects.filter(pk__in=offers).order_by("pk").select_for_update(no_key=True))
        ledger.lock_books(books=[book for row in rows for book in row.books])


def return_fee(*, public_id: UUID, payment: UUID, fen: int, why: str, at: datetime) -> int:
    """Give back `fen` of what the hand-over `payment` paid: its points go back at once, exact to the hundredth.

    Answers the points. More than was paid is a fault of the caller. Asked again with the same id, the same.
    """
    paid = Handing.objects.get(public_id=payment, way=Handing.Way.OUT)
    row = locked_order(Redemption(pk=paid.redemption_id))
    number = uuid5(payment, f"back/{public_id}")
    known = Handing.objects.filter(public_id=number).first()
    if known is not None:
        return known.points
    before = sum(one.fen for one in paid.undone_by.all())
    assert 0 < fen <= paid.fen - before, "not more goes back than was paid"
    face, points = row.offer.face_fen, row.points
    back = rules.given_back_for(fen=fen, fen_before=before, face_fen=face, points=points)
    items = (before + fen) // face - before // face
    made = give_back(row, number, items, points=back, by=None, why=why, at=at, fen=fen, undoes=paid)
    news.tell_refunded(row, made, at=at)
    return back


def _reference(row: Redemption, made: Handing) -> str:
    """The voucher's number, and which act of it: unique among receipts."""
    return f"{rules.shown_voucher(row.code).replace(' ', '')}-{made.pk}"
