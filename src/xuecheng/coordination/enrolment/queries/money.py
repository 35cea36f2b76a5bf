"""What was charged, taken off, paid and given back; the list of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.urls import reverse

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.enrolment.models import CashDay, Charge, Enrolment, Movement, Provider
from xuecheng.learning.redemption.fees import Payable
from xuecheng.learning.redemption.queries import returned_of_fees

_Kind = Movement.Kind


@dataclass(frozen=True)
class Net:
    """The parts of a charge, in fen, none of them negative."""

    charged: int
    waived: int
    reduced: int
    paid: int
    refunded: int
    moved: int
    """Carried from another class, less what was carried on to one."""

    @property
    def asked(self) -> int:
        """What the place costs after all that was taken off."""
        return self.charged - self.waived - self.reduced

    @property
    def held(self) -> int:
        """What lies in the unit's hands."""
        return self.paid - self.refunded + self.moved

    @property
    def owed(self) -> int:
        return self.asked - self.held


def net_of(charge: Charge) -> Net:
    """The parts of a charge by its movements. One query."""
    rows = Movement.objects.filter(charge=charge).order_by().values_list("kind").annotate(Sum("amount_fen"))
    sums: dict[str, int] = dict(rows)
    return Net(
        charged=sums.get(_Kind.CHARGED, 0),
        waived=-sums.get(_Kind.WAIVED, 0),
        reduced=-sums.get(_Kind.REDUCED, 0),
        paid=-sums.get(_Kind.PAID, 0),
        refunded=sums.get(_Kind.REFUNDED, 0),
        moved=-sums.get(_Kind.MOVED_IN, 0) - sums.get(_Kind.MOVED_OUT, 0),
    )


def voucher_payments(charge: Charge) -> list[tuple[Movement, int]]:
    """What vouchers paid for a place, here or in the classes it was carried from, and how much of each has not gone
    back, in fen; the newest first. One query per class it was carried from, and two."""
    rows = list(_paid_with_vouchers([charge]).order_by("-id"))
    if not rows:
        return []
    back = returned_of_fees([one.public_id for one in rows])
    return [(one, -one.amount_fen - back.get(one.public_id, 0)) for one in rows]


def voucher_numbers(charges: Sequence[Charge]) -> list[UUID]:
    """The ids of every payment with a voucher for some places. One query per class one was carried from, and one."""
    return list(_paid_with_vouchers(charges).values_list("public_id", flat=True)) if charges else []


def _paid_with_vouchers(charges: Sequence[Charge]) -> QuerySet[Movement]:
    """Payments for some places, here or in the classes that they were carried from."""
    chain: set[int] = set()
    step = {one.enrolment_id for one in charges}
    while step:
        chain |= step
        before = Enrolment.objects.filter(pk__in=step, follows__isnull=False).values_list("follows", flat=True)
        step = {key for key in before if key is not None} - chain
    return Movement.objects.filter(charge__enrolment__in=chain, kind=_Kind.PAID, provider=Provider.VOUCHER)


def payables_of(keys: Sequence[int], counter: Standing | None) -> list[Payable]:
    """What people still owe for their places, with the page on which a voucher pays it; to somebody at a counter of a
    unit, what is owed there. One query."""
    is_own = counter is None
    rows = Charge.objects.filter(person__in=keys, state=Charge.State.DUE).select_related(
        "enrolment__course_class__version__course"
    )
    if counter is not None:
        rows = rows.filter(
            visible(counter, "enrolment.take_money", organisation="organisation", territory="organisation__territory")
        )
    page = "enrolment:show_enrolment" if is_own else "enrolment:show_charge"
    return [
        Payable(
            title=one.enrolment.course_class.title,
            owed_fen=one.owed_fen,
            url=reverse(page, args=[one.enrolment.public_id if is_own else one.public_id]),
        )
        for one in rows.order_by("-id")[:10]
    ]


@dataclass(frozen=True)
class DayList:
    """The receipts of a desk on a day, in their order, and what they add up to."""

    organisation: Organisation
    on: date
    day: CashDay | None
    receipts: list[Movement]

    @property
    def taken_fen(self) -> int:
        return -sum(one.amount_fen for one in self.receipts if one.kind == _Kind.PAID)

    @property
    def returned_fen(self) -> int:
        return sum(one.amount_fen for one in self.receipts if one.kind == _Kind.REFUNDED)

    @property
    def balance_fen(self) -> int:
        """What should lie in the drawer beyond the change it began with."""
        return self.taken_fen - self.returned_fen

    @property
    def difference_fen(self) -> int:
        return (self.day.counted_fen or 0) - self.balance_fen if self.day and self.day.closed_at else 0


def day_list(organisation: Organisation, on: date) -> DayList:
    """The list of a desk and day; whoever calls has checked the right. Two queries."""
    day = CashDay.objects.filter(organisation=organisation, on=on).select_related("closed_by").first()
    receipts = (
        list(day.movements.select_related("charge__person", "charge__enrolment__course_class", "by").order_by("id"))
        if day
        else []
    )
    return DayList(organisation=organisation, on=on, day=day, receipts=receipts)


def cash_day(viewer: Standing, public_id: UUID) -> CashDay | None:
    """A day of a desk that `viewer` keeps. One query."""
    return cash_days(viewer).filter(public_id=public_id).first()


def cash_days(viewer: Standing) -> QuerySet[CashDay]:
    """Days of the desks that `viewer` keeps, for a list by (-id)."""
    mine = visible(viewer, "enrolment.take_money", organisation="organisation", territory="organisation__territory")
    return CashDay.objects.filter(mine).select_related("organisation__territory", "closed_by")


def desks(viewer: Standing) -> QuerySet[Organisation]:
    """The units at whose desk `viewer` takes money and which hold or held a class with a fee, by key."""
    mine = visible(viewer, "enrolment.take_money", organisation="pk", territory="territory")
    return Organisation.objects.filter(mine, pk__in=Charge.objects.order_by().values("organisation"))
