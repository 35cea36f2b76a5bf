"""Verbs of money: charging a place, waiving, paying, taking off, giving back, closing the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Denied, Scope
from xuecheng.coordination.enrolment import news, payments, rules
from xuecheng.coordination.enrolment.models import CashDay, Charge, Enrolment, Movement, Provider
from xuecheng.coordination.enrolment.queries import ENROL, MONEY, WAIVE, net_of, voucher_numbers, voucher_payments
from xuecheng.learning.redemption import services as redemption

_Kind = Movement.Kind


class NothingOwed(Refusal):
    message = _("Nothing is to be paid for this place.")


class NothingToGiveBack(Refusal):
    message = _("Nothing is to be given back.")


class WaiverNotOffered(Refusal):
    message = _("This course waives no fee for that.")
    remedy = _("Choose one of the waivers that the course names.")
    field = "waiver"


class WaivedTooMuch(Refusal):
    message = _("More than the fee cannot be waived.")
    field = "amount"


class WhyMissing(Refusal):
    message = _("Say why, in a few words that people can read.")
    field = "why"


class DayClosedBefore(Refusal):
    message = _("This day of the cash desk is closed already.")


class DayNotStarted(Refusal):
    message = _("Nothing was taken or given back at this desk on that day.")


def charge_place(one: Enrolment, *, at: datetime) -> Charge | None:
    """Charge a place that was just given, under the lock of its class; nothing where the class costs nothing."""
    fee = one.course_class.fee_fen
    if not fee:
        return None
    made = Charge.objects.create(
        public_id=uuid7(), enrolment=one, person_id=one.person_id, organisation_id=one.course_class.host_id, made_at=at
    )
    add(made, _Kind.CHARGED, fee, at=at)
    return made


def add(
    charge: Charge, kind: str, amount_fen: int, *, at: datetime, public_id: UUID | None = None, **more: object
) -> Movement:
    """Write one movement: an amount above nothing, signed by its kind. The trigger brings the charge in step."""
    signed = amount_fen if kind in rules.RAISES else -amount_fen
    return Movement.objects.create(
        public_id=public_id or uuid7(),
        charge=charge,
        person_id=charge.person_id,
        kind=kind,
        amount_fen=signed,
        at=at,
        **more,
    )


def lock_refunds(charges: Sequence[Charge]) -> None:
    """Whoever takes off several charges in one transaction locks all that may go back of them first."""
    redemption.lock_returns(voucher_numbers(charges))


def take_off(charge: Charge, percent: int, *, at: datetime, why: str) -> None:
    """Take a share of what a place costs off its charge, whose lock is held, and tell the person what comes back. Of
    several, `lock_refunds` comes first."""
    net = net_of(charge)
    amount = rules.share_of(net.asked, percent)
    if amount > 0:
        add(charge, _Kind.REDUCED, amount, at=at, why=why)
    settle_refund(charge, at=at, why=why)


def settle_refund(charge: Charge, *, at: datetime, why: str) -> None:
    """Where more is held than asked: what vouchers paid goes back as points at once, of the rest the person is told.

    Points never become money: what came as a voucher is given back first, and only as a voucher (C-39). The lock of the
    charge is held.
    """
    charge.refresh_from_db()
    if charge.state != Charge.State.REFUND_DUE:
        return
    payments = voucher_payments(charge)
    redemption.lock_returns([paid.public_id for paid, _left in payments])
    for paid, left_fen in payments:
        amount = min(-charge.owed_fen, left_fen)
        if amount <= 0:
            continue
        number = uuid5(paid.public_id, f"back/{left_fen}")
        redemption.return_fee(public_id=number, payment=paid.public_id, fen=amount, why=why, at=at)
        add(
            charge, _Kind.REFUNDED, amount, at=at, public_id=number, why=why, provider=Provider.VOUCHER,
            reference=f"{paid.reference}-R{left_fen}",
        )  # fmt: skip
        charge.refresh_from_db()
    if charge.state == Charge.State.REFUND_DUE:
        news.tell_refund(charge, at=at)


def pay_by_voucher(*, actor: Standing, public_id: UUID, charge: Charge, code: str, at: datetime) -> Movement:
    """Pay with a voucher for reward points as much of what is owed as whole vouchers can. Asked again with the same id,
    return the same receipt.

    At the desk: enrolment.take_money at the unit; else whoever may enrol for the person. Raises `Denied`,
    `NothingOwed`, `FormUsedBefore`, and what redemption refuses with (`VoucherUnknown`, `VoucherOfElsewhere`,
    `VoucherTooLarge`, `NotReserved`, `KeptTooShort`).
    """
    if charge.person_id in actor.person_keys:
        require(actor, ENROL, on=Scope(person_id=charge.person_id))
    else:
        require(actor, MONEY, on=charge.enrolment.course_class)
    with trace.change(by=actor.person, why=gettext_noop("Paid")), refusing(movement_public_id_once=FormUsedBefore):
        row = _locked(charge)
        if (known := _known(public_id, row, _Kind.PAID)) is not None:
            return known
        if row.owed_fen <= 0:
            raise NothingOwed
        paid = redemption.pay_with_voucher(
            actor=actor, public_id=public_id, code=code, person_keys=keys_of(row.person_id),
            at_unit=row.organisation, owed_fen=row.owed_fen, at=at,
        )  # fmt: skip
        return add(
            row, _Kind.PAID, paid.fen, at=at, public_id=public_id, by=actor.person, provider=Provider.VOUCHER,
            reference=paid.reference,
        )  # fmt: skip


def pay_charge(*, actor: Standing, public_id: UUID, charge: Charge, provider: str, at: datetime) -> Movement:
    """Pay all that is owed. Asked again with the same id, return the same receipt.

    At the desk: enrolment.take_money at the unit. By a provider outside: whoever may enrol for the person. Raises
    `Denied`, `ProviderOff`, `NothingOwed`, `DayClosed`, `FormUsedBefore`.
    """
    way = payments.way_named(provider)
    if way.at_counter:
        _require_desk(actor, charge)
    else:
        require(actor, ENROL, on=Scope(person_id=charge.person_id))
    with trace.change(by=actor.person, why=gettext_noop("Paid")), refusing(movement_public_id_once=FormUsedBefore):
        row = _locked(charge)
        if (known := _known(public_id, row, _Kind.PAID)) is not None:
            return known
        if row.owed_fen <= 0:
            raise NothingOwed
        wish = _wish(public_id, row, row.owed_fen, at)
        return _moved(wish, row, _Kind.PAID, way=way, receipt=way.take(wish), by=actor.person)


def give_back(*, actor: Standing, public_id: UUID, charge: Charge, at: datetime) -> Movement:
    """Give back what is held too much, the way it came. Asked again with the same id, return the same receipt.

    Right: enrolment.take_money at the unit. Raises `Denied`, `NothingToGiveBack`, `DayClosed`, `FormUsedBefore`.
    """
    _require_desk(actor, charge)
    with (
        trace.change(by=actor.person, why=gettext_noop("Given back")),
        refusing(movement_public_id_once=FormUsedBefore),
    ):
        row = _locked(charge)
        if (known := _known(public_id, row, _Kind.REFUNDED)) is not None:
            return known
        if row.owed_fen >= 0:
            raise NothingToGiveBack
        # What vouchers paid went back as points already; what is left came as money.
        money = Movement.objects.filter(charge=row, kind=_Kind.PAID).exclude(provider=Provider.VOUCHER)
        came = money.order_by("-id").first()
        way = payments.way_named(came.provider if came else Provider.CASH)
        wish = _wish(public_id, row, -row.owed_fen, at)
        return _moved(wish, row, _Kind.REFUNDED, way=way, receipt=way.give_back(wish), by=actor.person)


def waive_charge(
    *, actor: Standing, public_id: UUID, charge: Charge, waiver: str, amount_fen: int | None, why: str, at: datetime
) -> Movement:
    """Waive the fee of a place or a part of it, for one of the reasons that its course names, and say why.

    Right: enrolment.waive_charge at the unit, never for oneself. Raises `Denied`, `WaiverNotOffered`, `WaivedTooMuch`,
    `WhyMissing`, `FormUsedBefore`.
    """
    course_class = charge.enrolment.course_class
    require(actor, WAIVE, on=course_class)
    if charge.person_id in actor.person_keys:
        raise Denied(WAIVE)
    if not why.strip():
        raise WhyMissing
    if waiver not in course_class.version.waivers:
        raise WaiverNotOffered
    with trace.change(by=actor.person, why=why), refusing(movement_public_id_once=FormUsedBefore):
        row = _locked(charge)
        if (known := _known(public_id, row, _Kind.WAIVED)) is not None:
            return known
        asked = net_of(row).asked
        amount = asked if amount_fen is None else amount_fen
        if not 0 < amount <= asked:
            raise WaivedTooMuch
        made = add(
            row, _Kind.WAIVED, amount, at=at, public_id=public_id, by=actor.person, waiver=waiver, why=why.strip()
        )
        settle_refund(row, at=at, why=gettext_noop("Waived"))
        return made


def close_day(*, actor: Standing, organisation: Organisation, on: date, counted_fen: int, at: datetime) -> CashDay:
    """Close a day of the desk with what was counted; from then on it takes and gives nothing.

    Right: enrolment.take_money at the unit. Raises `Denied`, `DayNotStarted`, `DayClosedBefore`.
    """
    require(actor, MONEY, on=organisation)
    with trace.change(by=actor.person, why=gettext_noop("Cash desk closed")):
        row = CashDay.objects.select_for_update(no_key=True).filter(organisation=organisation, on=on).first()
        if row is None:
            raise DayNotStarted
        if row.closed_at is not None:
            if row.counted_fen == counted_fen and row.closed_by_id == actor.person.pk:
                return row
            raise DayClosedBefore
        row.closed_at, row.closed_by, row.counted_fen = at, _person(actor), counted_fen
        row.save(update_fields=["closed_at", "closed_by", "counted_fen"])
        return row


def _person(actor: Standing) -> Person:
    return actor.person


def _require_desk(actor: Standing, charge: Charge) -> None:
    """A desk belongs to a unit; nobody takes or gives back money there for their own place."""
    require(actor, MONEY, on=charge.enrolment.course_class)
    if charge.person_id in actor.person_keys:
        raise Denied(MONEY)


def _locked(charge: Charge) -> Charge:
    rows = Charge.objects.select_related("organisation__territory", "enrolment")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=charge.pk)


def _known(public_id: UUID, charge: Charge, kind: str) -> Movement | None:
    """The movement that was written under this id, if it is the same one; another one's id raises `FormUsedBefore`."""
    known = Movement.objects.filter(public_id=public_id).first()
    if known is not None and (known.charge_id, known.kind) != (charge.pk, kind):
        raise FormUsedBefore
    return known


def _wish(public_id: UUID, charge: Charge, amount_fen: int, at: datetime) -> payments.Wish:
    return payments.Wish(public_id=public_id, organisation=charge.organisation, amount_fen=amount_fen, at=at)


def _moved(
    wish: payments.Wish, charge: Charge, kind: str, *, way: payments.Way, receipt: payments.Receipt, by: Person
) -> Movement:
    return add(
        charge, kind, wish.amount_fen, at=wish.at, public_id=wish.public_id, by=by, provider=way.name,
        reference=receipt.reference, cash_day=receipt.cash_day,
    )  # fmt: skip
