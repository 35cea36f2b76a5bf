"""Verbs of orders: reserve, release, and what the clock does (C-40, C-42).

What is scarce is the stock and the person's points. Locks in this order: person, order, stock (by the trigger of the
order's row), book of the ledger. Between the stock's lock and the commit stand two statements only, so that a hot
offer serves as many as the disk lets it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.trace import robot
from xuecheng.learning.creditbank.ledger import CreditsInsufficient, NotPosted
from xuecheng.learning.redemption import news, queries, rules
from xuecheng.learning.redemption.models import Allocation, Offer, Period, Redemption
from xuecheng.learning.redemption.queries import HAND_OUT, REDEEM

from . import books, shares

logger = logging.getLogger("xuecheng.redemption")

ROBOT = robot("redemption")
"""Acts where the clock does."""

REMIND_BEFORE = timedelta(hours=24)
"""So long before the end somebody is reminded, if it is kept for more than two days."""

_State = Redemption.State
_Because = Redemption.Because


class OfferNotOpen(Refusal):
    message = _("This is not on the shelf now.")
    remedy = _("Look on the shelf what there is.")


class TooManyAtOnce(Refusal):
    message = _("At most %(most)s can be reserved at once.")
    field = "items"


class LimitReached(Refusal):
    message = _("One person gets at most %(most)s %(period)s; you have %(used)s.")
    field = "items"


class OutOfStock(Refusal):
    message = _("Not so many are left.")
    remedy = _("Take fewer, or look again later: what others give up comes back on the shelf.")
    field = "items"


class PointsTooFew(Refusal):
    message = _("This takes %(needed)s points, and you have %(have)s.")
    field = "items"


class UnitMissing(Refusal):
    message = _("It takes the credit of “%(unit)s”, and none is free on the account.")


class VoucherNumberTaken(Refusal):
    """Two numbers drawn in the same moment were the same; whoever meets it tries again."""

    message = _("That did not work. Please try once more.")


class NotReserved(Refusal):
    message = _("This was handed out or given up already.")


class ReasonMissing(Refusal):
    message = _("Say why; the learner reads it.")
    field = "words"


def reserve(
    *, actor: Standing, public_id: UUID, offer: Offer, items: int, at: datetime, learner: Person | None = None
) -> Redemption:
    """Reserve `items` of an offer: what it costs and the stock are held from the same moment (C-40).

    For oneself: redemption.redeem. For somebody at a counter (`learner`): redemption.hand_out at who offers it. Asked
    again with the same id, the same order. Raises `Denied`, `OfferNotOpen`, `TooManyAtOnce`, `LimitReached`,
    `OutOfStock`, `PointsTooFew`, `UnitMissing`, `AccountErased`, `FormUsedBefore`, and what the ledger refuses with.
    """
    if learner is None or learner.pk in actor.person_keys:
        require(actor, REDEEM, on=actor.person)
        keys: Sequence[int] = actor.person_keys
    else:
        require(actor, HAND_OUT, on=offer)
        keys = keys_of(learner)
    today = clock.date_of(at)
    with (
        trace.change(by=actor.person, why=gettext_noop("Reserved")),
        refusing(
            redemption_stock_reserved_within=OutOfStock,
            redemption_public_id_once=FormUsedBefore,
            redemption_code_once=VoucherNumberTaken,
            redemption_order_of_offer=OfferNotOpen,
            redemption_allocation_of_offer_once=NotReserved,
            redemption_allocation_consumed_once=NotReserved,
        ),
    ):
        lock_persons(keys)
        known = Redemption.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.learner_id not in keys or (known.offer_id, known.items) != (offer.pk, items):
                raise FormUsedBefore
            return known
        _check_open(offer, items, on=today)
        code = _check_limit(offer, items, keys, at=at)
        if offer.takes_points:
            return _reserve_points(actor, public_id, offer, items=items, keys=keys, code=code, at=at)
        return _reserve_units(actor, public_id, offer, keys=keys, code=code, at=at)


def release(*, actor: Standing, redemption: Redemption, at: datetime, words: str = "") -> Redemption:
    """Give up what was not handed out yet; exactly what was held goes back. Said twice, once.

    The learner (redemption.redeem), or the provider (redemption.hand_out), who says why. Raises `Denied`,
    `NotReserved`, `ReasonMissing`.
    """
    is_own = redemption.learner_id in actor.person_keys
    if is_own:
        require(actor, REDEEM, on=redemption.learner)
    else:
        require(actor, HAND_OUT, on=redemption.place_scope())
        if not words.strip():
            raise ReasonMissing
    because = _Because.LEARNER if is_own else _Because.PROVIDER
    with trace.change(by=actor.person, why=gettext_noop("Reservation given up")):
        row = locked_order(redemption)
        if row.state != _State.RESERVED:
            if row.because == because:
                return row
            raise NotReserved
        end(row, because, words="" if is_own else words.strip()[:300], actor=actor.person.pk, at=at)
        if not is_own:
            news.tell_called_off(row, at=at)
    return row


def tend(*, at: datetime) -> int:
    """What the clock does: what was not fetched in time is free again; a day before somebody is reminded.

    Safe at any time, and twice; a clock that steps back frees nothing anew. Answers how many moved.
    """
    moved = 0
    running = Redemption.objects.filter(state=_State.RESERVED)
    for key in list(running.filter(until__lte=at).order_by("until", "pk").values_list("pk", flat=True)):
        try:
            with trace.change(by=ROBOT, why=gettext_noop("Not fetched in time")):
                row = locked_order(Redemption(pk=key))
                if row.state != _State.RESERVED or row.until > at:
                    continue
                end(row, _Because.CLOCK, words="", actor=0, at=at)
                news.tell_lapsed(row, at=at)
                moved += 1
        except NotPosted as refusal:
            # An account that is closed holds up its own order, not those after it.
            logger.warning("redemption.not_given_back", extra={"order": key, "code": refusal.code})
    soon = running.filter(until__gt=at, until__lte=at + REMIND_BEFORE, reminded_at=None)
    for key in list(soon.order_by("until", "pk").values_list("pk", flat=True)):
        with trace.change(by=ROBOT, why=gettext_noop("Reminded of what is kept")):
            row = locked_order(Redemption(pk=key))
            if row.state != _State.RESERVED or row.reminded_at is not None:
                continue
            row.reminded_at = at
            row.save(update_fields=["reminded_at"])
            if row.until - row.reserved_at > 2 * REMIND_BEFORE:
                news.tell_ending(row, at=at)
            moved += 1
    return moved


def end(row: Redemption, because: str, *, words: str, actor: int, at: datetime) -> None:
    """End a locked order: what of it was not handed out is free, and what is held for that goes back."""
    _end_row(row, because, words=words, at=at)
    if row.offer.credit_class_id is not None:
        shares.free(row, unit=row.offer.credit_class_id, actor=actor, at=at)
    free_units(row, actor=actor, at=at)


def free_units(row: Redemption, *, actor: int, at: datetime) -> None:
    """Let go of the credit of units that an order held or marked."""
    for one in Allocation.objects.filter(redemption=row, is_live=True).order_by("pk"):
        if one.hold is not None:
            books.free(one.hold, learner_id=one.learner_id, unit=one.credit_class_id, ref=row.pk, actor=actor, at=at)
        one.is_live = False
        one.save(update_fields=["is_live"])


def lock_persons(keys: Sequence[int]) -> None:
    """Lock all accounts of a person: whoever uses or takes back what lies on them queues. Raises `AccountErased`."""
    for person in Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True):
        check_stands(person.erased_at)


def locked_order(order: Redemption) -> Redemption:
    """The order as it is now, locked: whoever hands out, gives up or takes back queues here."""
    rows = Redemption.objects.select_related("offer", "learner", "organisation__territory").prefetch_related("parts")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=order.pk)


def _end_row(row: Redemption, because: str, *, words: str, at: datetime) -> None:
    row.state = _State.FULFILLED if row.handed else _State.RELEASED
    row.because, row.words, row.ended_at = because, words, at
    row.save(update_fields=["state", "because", "words", "ended_at"])


def _check_open(offer: Offer, items: int, *, on: date) -> None:
    if not offer.is_open_on(on):
        raise OfferNotOpen
    if not 1 <= items <= offer.most_per_order:
        raise TooManyAtOnce(most=offer.most_per_order)


def _check_limit(offer: Offer, items: int, keys: Sequence[int], *, at: datetime) -> str:
    """A free number for the voucher, where the limit of the person leaves room."""
    begins = rules.begins_of(offer.period, clock.date_of(at))
    since = None if begins is None else datetime.combine(begins, time(), tzinfo=clock.zone())
    while True:
        code = rules.voucher_number(f"{secrets.randbelow(10**9):09}")
        used, is_taken = queries.limit_used(learners=keys, offer_id=offer.pk, since=since, code=code)
        if offer.most_per_person is not None and used + items > offer.most_per_person:
            raise LimitReached(most=offer.most_per_person, period=Period(offer.period).label, used=used)
        if not is_taken:
            return code


def _reserve_points(
    actor: Standing, public_id: UUID, offer: Offer, *, items: int, keys: Sequence[int], code: str, at: datetime
) -> Redemption:
    assert offer.credit_class_id is not None, "points are of a class"
    unit, amount = offer.credit_class_id, offer.points * items
    # Of merged accounts one pays alone if it can; otherwise each gives what it has (`shares`).
    borne = shares.choose(keys, unit, amount)
    row = _new(actor, public_id, offer, items=items, learner_id=borne[0].learner_id, code=code, at=at)
    row.hold = books.hold_key(public_id, 0, at=at)
    news.tell_reserved(row, at=at)
    # The stock, by the trigger of this row, and only then the books.
    row.save(force_insert=True)
    try:
        shares.hold(row, borne, unit=unit, actor=actor.person.pk, at=at)
    except CreditsInsufficient:
        raise PointsTooFew(
            needed=queries.shown_points(amount), have=queries.shown_points(queries.points_free(keys, unit))
        ) from None
    return row


def _reserve_units(
    actor: Standing, public_id: UUID, offer: Offer, *, keys: Sequence[int], code: str, at: datetime
) -> Redemption:
    needs = {need.unit.code: need.unit for need in offer.needs.select_related("unit").order_by("unit__code")}
    found = queries.unit_credits(learners=keys, codes=list(needs), offer_id=offer.pk, today=clock.date_of(at))
    for unit_code, unit in needs.items():
        if unit_code not in found:
            raise UnitMissing(unit=unit.title)
    learner_id = next(iter(found.values())).learner_id if found else keys[0]
    row = _new(actor, public_id, offer, items=1, learner_id=learner_id, code=code, at=at)
    news.tell_reserved(row, at=at)
    row.save(force_insert=True)
    for unit_code, unit in needs.items():
        credit = found[unit_code]
        key = books.hold_key(public_id, unit_code, at=at) if offer.consumes else None
        Allocation.objects.create(
            redemption=row, offer=offer, learner_id=credit.learner_id, unit=unit, posting=credit.posting,
            credit_class_id=credit.class_id, credits=credit.credits, hold=key,
        )  # fmt: skip
        if key is not None:
            accounts = books.accounts_of(credit.learner_id, credit.class_id)
            books.hold(key, accounts=accounts, amount=credit.credits, ref=row.pk, actor=actor.person.pk, at=at)
    news.tell_asked(row, at=at)
    return row


def _new(
    actor: Standing, public_id: UUID, offer: Offer, *, items: int, learner_id: int, code: str, at: datetime
) -> Redemption:
    return Redemption(
        public_id=public_id, learner_id=learner_id, offer=offer, organisation_id=offer.organisation_id, items=items,
        points=offer.points, code=code, reserved_at=at, reserved_by=actor.person,
        until=at + timedelta(hours=offer.hold_hours),
    )  # fmt: skip
