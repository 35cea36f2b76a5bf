"""Verbs at a counter: hand out, wholly or in part, and take back what was handed out (C-40)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Denied
from xuecheng.learning.cards import services as cards
from xuecheng.learning.redemption import news, queries, rules
from xuecheng.learning.redemption.models import (
    OF_UNITS,
    Allocation,
    Handing,
    OfferKind,
    Redemption,
    Stock,
    StockMovement,
)
from xuecheng.learning.redemption.queries import HAND_OUT

from . import books, shares
from .orders import NotReserved, lock_persons, locked_order

_State = Redemption.State
_Moved = StockMovement.Kind


class KeptTooShort(Refusal):
    message = _("It was kept until %(until)s; that is over.")
    remedy = _("Reserve it anew, if there is one left.")


class TooManyHanded(Refusal):
    message = _("Not more than %(left)s are left to hand out.")
    field = "items"


class TooManyTaken(Refusal):
    message = _("Not more than %(kept)s can be taken back.")
    field = "items"


class CreditGone(Refusal):
    message = _("The credit that this takes was taken back since, or is being looked into.")
    remedy = _("Give the reservation up; it can be asked for again once that is decided.")


class WhyMissing(Refusal):
    message = _("Say why it is taken back; the learner reads it.")
    field = "why"


class PaidWithClass(Refusal):
    message = _("This pays a course fee, and is given back when the place is given up.")
    remedy = _("Open the fee that it is to pay, or paid.")


def read_holder(*, actor: Standing, public_id: UUID, text: str, at: datetime, confirmed: str = "") -> cards.ReadCard:
    """Whose learning card somebody shows at this counter: the code of a phone, or the printed number (C-84, C-85).

    `confirmed` says how it was made sure who shows a printed number; without it the answer `needs_confirmation`, and
    whoever asked notes that a name was seen. Right: redemption.hand_out somewhere. Raises `Denied`, and as
    `cards.services.read_within`.
    """
    if not actor.may_somewhere(HAND_OUT):
        raise Denied(HAND_OUT)
    unit = Organisation.objects.filter(pk__in=actor.organisation_ids(HAND_OUT)).order_by("pk").first()
    place = cards.place_of(unit) if unit is not None else cards.Place(f"counter:{actor.person.public_id}", "")
    return cards.read_within(actor=actor, public_id=public_id, place=place, text=text, at=at, confirmed=confirmed)


def hand_out(
    *, actor: Standing, public_id: UUID, redemption: Redemption, items: int, keeps_rest: bool, at: datetime
) -> Handing:
    """Hand out `items` of an order: their points are taken, the rest stays kept until its end or is given up at once.

    Asked again with the same id, the same act. Right: redemption.hand_out at who offers it, never to oneself. Raises
    `Denied`, `NotReserved`, `KeptTooShort`, `TooManyHanded`, `CreditGone`, `PaidWithClass`, `FormUsedBefore`.
    """
    require(actor, HAND_OUT, on=redemption.place_scope())
    if redemption.learner_id in actor.person_keys:
        raise Denied(HAND_OUT)
    with (
        trace.change(by=actor.person, why=gettext_noop("Handed out")),
        refusing(redemption_handing_public_id_once=FormUsedBefore),
    ):
        if redemption.offer.kind in OF_UNITS:
            # Whoever withdraws credit of theirs queues here too.
            lock_persons(keys_of(redemption.learner_id))
        row = locked_order(redemption)
        if (known := known_handing(public_id, row, Handing.Way.OUT, items)) is not None:
            return known
        if row.offer.kind == OfferKind.FEE:
            raise PaidWithClass
        made = fulfil(row, public_id, items, keeps_rest=keeps_rest, by=actor, at=at)
        news.tell_handed_out(row, at=at)
    return made


def take_back(
    *, actor: Standing, public_id: UUID, redemption: Redemption, items: int, why: str, at: datetime
) -> Handing:
    """Take back what was handed out: exactly its points go back by a posting of their own, and it is in stock again.

    Of an exemption or qualification the grant is taken back. Asked again with the same id, the same act. Right:
    redemption.hand_out at who offers it, never from oneself. Raises `Denied`, `TooManyTaken`, `WhyMissing`,
    `PaidWithClass`, `FormUsedBefore`, and what the ledger refuses with.
    """
    require(actor, HAND_OUT, on=redemption.place_scope())
    if redemption.learner_id in actor.person_keys:
        raise Denied(HAND_OUT)
    if not why.strip():
        raise WhyMissing
    with trace.change(by=actor.person, why=why), refusing(redemption_handing_public_id_once=FormUsedBefore):
        row = locked_order(redemption)
        if (known := known_handing(public_id, row, Handing.Way.BACK, items)) is not None:
            return known
        if row.offer.kind == OfferKind.FEE:
            raise PaidWithClass
        if not 1 <= items <= row.kept:
            raise TooManyTaken(kept=row.kept)
        made = give_back(row, public_id, items, points=row.points * items, by=actor, why=why.strip()[:200], at=at)
        _take_units_back(row, actor=actor.person.pk, at=at)
        news.tell_refunded(row, made, at=at)
    return made


def fulfil(
    row: Redemption, public_id: UUID, items: int, *, keeps_rest: bool, by: Standing, at: datetime, fen: int = 0
) -> Handing:
    """Hand out of a locked order, and settle what was held for it: taken, kept, freed; nothing is lost (C-40)."""
    _check_ready(row, items, at=at)
    split = rules.split_rest(left=row.left, items=items, points=row.points, keeps_rest=keeps_rest)
    is_whole = items == row.left
    plan = shares.plan_taking(row, taken=split.taken, keeps_rest=keeps_rest, handed=row.handed + items)
    actor = by.person.pk
    made = Handing.objects.create(
        public_id=public_id, redemption=row, person_id=row.learner_id, way=Handing.Way.OUT, items=items,
        points=split.taken, fen=fen, posting=plan[0].bearer.hold if plan else None, by=by.person, at=at,
    )  # fmt: skip
    row.handed += items
    shares.note_taking(row, plan)
    if is_whole or not keeps_rest:
        row.state, row.ended_at = _State.FULFILLED, at
        if not is_whole:
            row.because, row.words = Redemption.Because.PROVIDER, str(gettext_noop("The rest was given up."))
    row.save(update_fields=["handed", "hold", "state", "ended_at", "because", "words"])
    _move_stock(row, -items, _Moved.HANDED_OUT, by=by, at=at)
    if row.offer.credit_class_id is not None:
        shares.take(row, plan, unit=row.offer.credit_class_id, actor=actor, at=at)
    for one in Allocation.objects.filter(redemption=row, is_live=True, hold__isnull=False).order_by("pk"):
        assert one.hold is not None, "filtered"
        books.take(
            one.hold, learner_id=one.learner_id, provider_id=row.organisation_id, unit=one.credit_class_id,
            amount=one.credits, ref=row.pk, actor=actor, at=at,
        )  # fmt: skip
    return made


def _check_ready(row: Redemption, items: int, *, at: datetime) -> None:
    if row.state != _State.RESERVED:
        raise NotReserved
    if at >= row.until:
        raise KeptTooShort(until=queries.shown_moment(row.until))
    if not 1 <= items <= row.left:
        raise TooManyHanded(left=row.left)
    if row.offer.kind in OF_UNITS and queries.is_credit_gone(row.pk):
        raise CreditGone


def give_back(
    row: Redemption, public_id: UUID, items: int, *, points: int, by: Standing | None, why: str, at: datetime,
    fen: int = 0, undoes: Handing | None = None,
) -> Handing:  # fmt: skip
    """Post `points` back for `items` of a locked order, and put those in stock again. By nobody: a rule did."""
    unit = row.offer.credit_class_id
    key = books.hold_key(row.public_id, f"back/{public_id}", at=row.reserved_at) if points else None
    actor = by.person.pk if by is not None else 0
    plan = shares.plan_return(row, points)
    made = Handing.objects.create(
        public_id=public_id, redemption=row, person_id=row.learner_id, way=Handing.Way.BACK, items=items,
        points=points, fen=fen, posting=key, undoes=undoes, at=at, why=why,
        by=by.person if by is not None else None,
    )  # fmt: skip
    row.returned += items
    row.points_back += points
    shares.note_return(plan)
    row.save(update_fields=["returned", "points_back"])
    _move_stock(row, items, _Moved.TAKEN_BACK, by=by, at=at)
    if key is not None and unit is not None:
        shares.give_back(row, plan, key, unit=unit, actor=actor, at=at)
    return made


def known_handing(public_id: UUID, row: Redemption, way: str, items: int) -> Handing | None:
    """The act that was done under this id, if it is the same one; another one's id raises `FormUsedBefore`."""
    known = Handing.objects.filter(public_id=public_id).first()
    if known is not None and (known.redemption_id, known.way, known.items) != (row.pk, way, items):
        raise FormUsedBefore
    return known


def _take_units_back(row: Redemption, *, actor: int, at: datetime) -> None:
    """What was granted holds no more: credit that was used up goes back, marks are lifted."""
    for one in Allocation.objects.filter(redemption=row, is_live=True).order_by("pk"):
        if one.hold is not None:
            key = books.hold_key(row.public_id, f"back/{one.pk}", at=row.reserved_at)
            books.give_back(
                key, learner_id=one.learner_id, provider_id=row.organisation_id, unit=one.credit_class_id,
                amount=one.credits, ref=row.pk, actor=actor, at=at,
            )  # fmt: skip
        one.is_live = False
        one.save(update_fields=["is_live"])


def _move_stock(row: Redemption, amount: int, kind: str, *, by: Standing | None, at: datetime) -> None:
    """A movement of what is counted; the trigger brings the stock in step."""
    if amount and Stock.objects.filter(offer_id=row.offer_id).exists():
        StockMovement.objects.create(
            public_id=books.hold_key(row.public_id, f"{kind}/{row.handed}/{row.returned}", at=row.reserved_at),
            stock_id=row.offer_id, kind=kind, amount=amount, by=by.person if by is not None else None, at=at,
        )  # fmt: skip
        if amount < 0:
            news.tell_if_low(row.offer, at=at)
