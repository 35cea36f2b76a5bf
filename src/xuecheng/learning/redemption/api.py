"""Redemption for programs: the shelf, one's own orders, the counter, stock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID, uuid5

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out
from xuecheng.city.people.groups import keys_of
from xuecheng.learning.cards import services as cards
from xuecheng.learning.cards import tries
from xuecheng.learning.cards.models import Use

from . import queries, services
from .models import Offer, OfferKind, Redemption

router = Router(tags=["Redemption"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
CardText = Annotated[str, StringConstraints(min_length=16, max_length=200)]
Items = Annotated[int, Field(ge=1, le=99)]


class RedemptionOfferOut(Out):
    """Something to be redeemed. `points` are hundredths for one; `left` is empty where nothing is counted."""

    KEYS: ClassVar = ("id",)
    id: UUID
    organisation: str
    kind: OfferKind
    title_zh: str
    title_en: str
    about_zh: str
    place: str
    points: int
    face_fen: int
    is_everywhere: bool
    consumes: bool
    units: list[str]
    left: int | None
    most_per_order: int
    most_per_person: int | None
    period: str
    hold_hours: int
    opens_on: date
    closes_on: date | None
    state: Offer.State

    @staticmethod
    def of(row: Offer) -> RedemptionOfferOut:
        plain = (
            "title_zh", "title_en", "about_zh", "place", "points", "face_fen", "is_everywhere", "consumes",
            "most_per_order", "most_per_person", "period", "hold_hours", "opens_on", "closes_on",
        )  # fmt: skip
        stock = getattr(row, "stock", None)
        return RedemptionOfferOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, organisation=row.organisation.code,
            kind=OfferKind(row.kind), units=[str(need.unit) for need in row.needs.all()],
            left=stock.free if stock is not None else None, state=Offer.State(row.state),
        )  # fmt: skip


class RedemptionPointsOut(Out):
    """Reward points, hundredths: free, and set aside for what is kept."""

    KEYS: ClassVar = ("free",)
    free: int
    held: int


class RedemptionOut(Out):
    """One order. `points` are hundredths for all of it; `code` is the number of its voucher."""

    KEYS: ClassVar = ("id",)
    id: UUID
    offer: UUID
    title: str
    organisation: str
    items: int
    handed: int
    returned: int
    points: int
    points_back: int
    code: str
    state: Redemption.State
    reserved_at: datetime
    until: datetime
    ended_at: datetime | None
    because: str
    words: str

    @staticmethod
    def of(row: Redemption) -> RedemptionOut:
        plain = (
            "items", "handed", "returned", "points_back", "code", "reserved_at", "until", "ended_at", "because",
            "words",
        )  # fmt: skip
        return RedemptionOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, offer=row.offer.public_id,
            title=row.offer.title_zh, organisation=row.organisation.code, points=row.total,
            state=Redemption.State(row.state),
        )  # fmt: skip


class StockOut(Out):
    """How many there are, and how many of them are kept for somebody."""

    KEYS: ClassVar = ("offer",)
    offer: UUID
    on_hand: int
    reserved: int


class RedemptionIn(In):
    """Reserve for oneself; the id makes a repeated request the same order."""

    id: UUID
    offer: UUID
    items: Items = 1


class CounterRedemptionIn(RedemptionIn):
    """Reserve for the holder of a learning card who stands at the counter."""

    card: CardText
    """The code of the phone as it was scanned, the number and the eight digits read aloud, or the printed number."""
    confirmed: Use.Confirmed | None = None
    """Of a printed number: how it was made sure who shows it."""


class ReleaseIn(In):
    """Why, if the provider calls it off; the learner says nothing."""

    words: Reason | None = None


class HandingIn(In):
    """So many are handed out; the rest stays kept or is given up. The id makes a repeated request the same act."""

    id: UUID
    items: Items
    keeps_rest: Flag = True


class TakeBackIn(In):
    """So many are taken back; exactly their points go back. The id makes a repeated request the same act."""

    id: UUID
    items: Items
    why: Reason


class StockIn(In):
    """So many came in or are written off, which needs a reason. The id makes a repeated request the same movement."""

    id: UUID
    kind: Literal["received", "written_off"]
    amount: Annotated[int, Field(ge=1, le=100_000)]
    why: Reason | None = None


class RedemptionHolderIn(In):
    """What stands on, or is shown by, a learning card; for a printed number, how it was made sure whose it is."""

    id: UUID
    card: CardText
    confirmed: Use.Confirmed | None = None


class RedemptionHolderOut(Out):
    """Whose card it is, the points that are free, and what waits for them at the caller's counters."""

    KEYS: ClassVar = ("account",)
    account: UUID
    name: str
    points: RedemptionPointsOut
    waiting: list[RedemptionOut]


class OfferWish(Paged):
    kind: OfferKind | None = None


class RedemptionWish(Paged):
    state: Redemption.State | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")] | None = None


@router.listing("/redemption-offers", out=RedemptionOfferOut)
def list_redemption_offers(request: HttpRequest, wish: Query[OfferWish]) -> dict[str, Any]:
    """What is on the shelf, the newest first."""
    return cut(request, wish, queries.shelf(clock.today(), kind=wish.kind or ""), order=("-id",), show=_offers)


@router.reading("/redemption-offers/{id}", out=RedemptionOfferOut)
def get_redemption_offer(request: HttpRequest, id: Path[UUID]) -> RedemptionOfferOut:
    """One offer that is or was on the shelf."""
    del request
    row = queries.offer(id)
    if row is None:
        raise Http404
    return RedemptionOfferOut.of(row)


@router.reading("/me/points", scope="redemption.read", out=RedemptionPointsOut)
def get_own_points(request: HttpRequest) -> RedemptionPointsOut:
    """How many reward points one has. Points are never credit of learning (C-39)."""
    points = queries.points_of(_own(request).person_keys)
    return RedemptionPointsOut(free=points.free, held=points.held)


@router.listing("/me/redemptions", scope="redemption.read", out=RedemptionOut)
def list_own_redemptions(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """One's own orders, the newest first."""
    return cut(request, wish, queries.own_orders(_own(request)), order=("-id",), show=_orders)


@router.writing("/me/redemptions", scope="redemption.write", out=RedemptionOut)
def reserve_for_oneself(request: HttpRequest, body: RedemptionIn) -> RedemptionOut:
    """Reserve something: points and stock are held from that moment on (C-40)."""
    made = services.reserve(
        actor=_own(request), public_id=body.id, offer=_offer(body.offer), items=body.items, at=clock.now()
    )
    return _shown(request, made.public_id)


@router.writing("/redemptions/{id}/release", scope="redemption.write", out=RedemptionOut, status=200)
def release_redemption(request: HttpRequest, id: Path[UUID], body: ReleaseIn) -> RedemptionOut:
    """Give up what was not handed out; at the counter, call it off and say why. What was held goes back."""
    services.release(actor=standing(request), redemption=_order(request, id), words=body.words or "", at=clock.now())
    return _shown(request, id)


@router.listing("/redemptions", scope="redemption.read", out=RedemptionOut)
def list_redemptions(request: HttpRequest, wish: Query[RedemptionWish]) -> dict[str, Any]:
    """Orders at the caller's counters; by default those that wait, the soonest end first. `code` finds a voucher."""
    viewer = _counter(request)
    rows = queries.orders_to_hand_out(viewer, state=wish.state or "")
    if wish.code is not None:
        rows = rows.filter(code=wish.code)

    def show(found: Sequence[Redemption]) -> list[RedemptionOut]:
        for one in found:
            seen(request, person_id=one.learner_id, what=Reading.What.ACCOUNT, thing=one.public_id)
        return _orders(found)

    return cut(request, wish, rows, order=("until", "id"), show=show)


@router.writing("/redemptions", scope="redemption.write", out=RedemptionOut)
def reserve_at_counter(request: HttpRequest, body: CounterRedemptionIn) -> RedemptionOut:
    """Reserve for the holder of a learning card who stands at the counter."""
    actor, now = _counter(request), clock.now()
    learner = _holder(request, body, at=now).person
    made = services.reserve(
        actor=actor, public_id=body.id, offer=_offer(body.offer), items=body.items, learner=learner, at=now
    )
    return _shown(request, made.public_id)


@router.writing("/redemption-holders", scope="redemption.write", out=RedemptionHolderOut, status=200)
def read_redemption_holder(request: HttpRequest, body: RedemptionHolderIn) -> RedemptionHolderOut:
    """Who stands at the counter, by their learning card: their points, and what waits for them there."""
    viewer, now = _counter(request), clock.now()
    read = _holder(request, body, at=now)
    keys = keys_of(read.person)
    points = queries.points_of(keys)
    return RedemptionHolderOut(
        account=read.card.account.public_id, name=read.person.name,
        points=RedemptionPointsOut(free=points.free, held=points.held),
        waiting=_orders(queries.of_learner_at(viewer, keys)),
    )  # fmt: skip


@router.writing("/redemptions/{id}/handings", scope="redemption.write", out=RedemptionOut)
def hand_out_redemption(request: HttpRequest, id: Path[UUID], body: HandingIn) -> RedemptionOut:
    """Hand out at the counter, wholly or in part (C-40)."""
    services.hand_out(
        actor=standing(request), public_id=body.id, redemption=_order(request, id), items=body.items,
        keeps_rest=body.keeps_rest, at=clock.now(),
    )  # fmt: skip
    return _shown(request, id)


@router.writing("/redemptions/{id}/returns", scope="redemption.write", out=RedemptionOut)
def take_back_redemption(request: HttpRequest, id: Path[UUID], body: TakeBackIn) -> RedemptionOut:
    """Take back what was handed out; exactly its points go back, and it is in stock again."""
    services.take_back(
        actor=standing(request), public_id=body.id, redemption=_order(request, id), items=body.items, why=body.why,
        at=clock.now(),
    )  # fmt: skip
    return _shown(request, id)


@router.writing("/redemption-offers/{id}/stock", scope="redemption.write", out=StockOut)
def enter_stock(request: HttpRequest, id: Path[UUID], body: StockIn) -> StockOut:
    """Enter what came in, or what is broken or lost."""
    actor = standing(request)
    row = queries.kept_offer(actor, id)
    if row is None:
        raise Http404
    move = services.receive_stock if body.kind == "received" else services.write_off_stock
    made = move(actor=actor, public_id=body.id, offer=row, amount=body.amount, why=body.why or "", at=clock.now())
    made.stock.refresh_from_db()
    return StockOut(offer=row.public_id, on_hand=made.stock.on_hand, reserved=made.stock.reserved)


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.REDEEM):
        raise Denied(queries.REDEEM)
    return viewer


def _counter(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.may_somewhere(queries.HAND_OUT):
        raise Denied(queries.HAND_OUT)
    return viewer


def _holder(request: HttpRequest, body: RedemptionHolderIn | CounterRedemptionIn, *, at: datetime) -> cards.ReadCard:
    """Whose card was shown; wrong ones count. A printed number alone is not enough (C-85)."""
    tries.check(request)
    try:
        read = services.read_holder(
            actor=standing(request), public_id=uuid5(body.id, "card"), text=body.card, confirmed=body.confirmed or "",
            at=at,
        )  # fmt: skip
    except cards.WRONG:
        tries.note(request)
        raise
    seen(request, person_id=read.person.pk, what=Reading.What.PERSON)
    if read.needs_confirmation:
        raise cards.ConfirmFirst(name=read.person.name)
    return read


def _offer(public_id: UUID) -> Offer:
    row = queries.offer(public_id)
    if row is None:
        raise Http404
    return row


def _order(request: HttpRequest, public_id: UUID) -> Redemption:
    row = queries.order(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, public_id: UUID) -> RedemptionOut:
    row = _order(request, public_id)
    if row.learner_id not in standing(request).person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.ACCOUNT, thing=row.public_id)
    return RedemptionOut.of(row)


def _offers(rows: Sequence[Offer]) -> list[RedemptionOfferOut]:
    return [RedemptionOfferOut.of(one) for one in rows]


def _orders(rows: Sequence[Redemption]) -> list[RedemptionOut]:
    return [RedemptionOut.of(one) for one in rows]
