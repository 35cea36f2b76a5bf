"""Fees paid with vouchers for reward points, and given back as points, to the hundredth (C-39, C-40)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.enrolment.situations import BEGINS, NOW, School, a_resident, an_open_class, charge_of, enrolled, of
from coordination.enrolment.test_money import check_sums, paid
from learning.redemption.situations import fee_wish, give_points, points_at, points_of
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Denied
from xuecheng.coordination.enrolment import services
from xuecheng.coordination.enrolment.models import Charge, Movement
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.redemption import services as redemption
from xuecheng.learning.redemption.models import Offer, Redemption

pytestmark = pytest.mark.django_db
FEE = 3500


def a_voucher(school: School, person: Person, items: int = 3, *, points: int = 2000, **more: object) -> Redemption:
    """`items` vouchers of 10 yuan for 3 points each, reserved by somebody with so many points."""
    load_frameworks()
    give_points(person, points)
    wish = fee_wish(most_per_order=9, **more)
    made = redemption.draft_offer(actor=school.clerk, public_id=uuid4(), organisation=school.college, wish=wish, at=NOW)
    redemption.publish_offer(actor=school.clerk, offer=whole(made), at=NOW)
    return redemption.reserve(actor=of(person), public_id=uuid4(), offer=whole(made), items=items, at=NOW)


def whole(row: Offer) -> Offer:
    return Offer.objects.select_related("organisation__territory").get(pk=row.pk)


def by_voucher(charge: Charge, row: Redemption, **more: object) -> Movement:
    plain = {"actor": of(row.learner), "public_id": uuid7(), "charge": charge, "code": row.code, "at": NOW}
    return services.pay_by_voucher(**plain | more)  # type: ignore[arg-type]  # as a test wishes


def test_whole_vouchers_pay_what_they_can_and_the_desk_takes_the_rest(school: School) -> None:
    person = a_resident(school)
    charge = charge_of(enrolled(an_open_class(school, fee_fen=FEE), person))
    row, number = a_voucher(school, person, 4), uuid7()
    made = by_voucher(charge, row, public_id=number)
    assert by_voucher(charge, row, public_id=number) == made
    charge.refresh_from_db()
    row.refresh_from_db()
    assert (charge.owed_fen, row.handed, row.left, points_of(person)) == (500, 3, 1, (800, 300))
    with pytest.raises(redemption.VoucherTooLarge):
        by_voucher(charge, row)
    paid(school, charge)
    check_sums()


def test_who_leaves_before_it_begins_has_every_point_again_and_the_money_waits(school: School) -> None:
    person = a_resident(school)
    one = enrolled(an_open_class(school, fee_fen=FEE), person)
    charge = charge_of(one)
    row = a_voucher(school, person)
    by_voucher(charge, row)
    paid(school, charge)
    services.withdraw(actor=of(person), enrolment=one, at=NOW)
    charge.refresh_from_db()
    assert (points_of(person), points_at(school.college, person)) == ((2000, 0), 0)
    assert (charge.owed_fen, charge.state) == (-500, "refund_due")
    services.give_back(actor=school.clerk, public_id=uuid7(), charge=charge, at=NOW)
    row.refresh_from_db()
    assert (row.returned, row.points_back) == (3, 900)
    check_sums()


def test_of_a_half_refund_half_the_points_come_back_and_never_money_for_points(school: School) -> None:
    person = a_resident(school)
    one = enrolled(an_open_class(school, fee_fen=3000), person)
    charge = charge_of(one)
    row = a_voucher(school, person)
    by_voucher(charge, row)
    services.withdraw(actor=of(person), enrolment=one, at=BEGINS + timedelta(hours=3))
    charge.refresh_from_db()
    back = sum(one.amount_fen for one in charge.movements.filter(kind="refunded"))
    row.refresh_from_db()
    assert charge.state == "settled"
    assert 0 < back < 3000
    assert row.points_back == back * 300 // 1000
    assert points_of(person) == (2000 - 900 + row.points_back, 0)
    check_sums()


def test_carried_to_another_class_and_left_there_the_points_come_back(school: School) -> None:
    person = a_resident(school)
    here = an_open_class(school, fee_fen=3000)
    there = an_open_class(school, version=here.version, fee_fen=2000)
    one = enrolled(here, person)
    row = a_voucher(school, person)
    by_voucher(charge_of(one), row)
    moved = services.transfer(actor=of(person), public_id=uuid7(), enrolment=one, to=there, at=NOW)
    assert points_of(person) == (1400, 0)
    services.withdraw(actor=of(person), enrolment=moved, at=NOW)
    assert points_of(person) == (2000, 0)
    assert {one.state for one in Charge.objects.all()} == {"settled"}
    check_sums()


def test_vouchers_pay_for_their_own_person_and_at_their_own_place_only(school: School) -> None:
    person, other = a_resident(school), a_resident(school)
    charge = charge_of(enrolled(an_open_class(school, fee_fen=FEE, seats=3), person))
    row = a_voucher(school, person)
    theirs = a_voucher(school, other)
    with pytest.raises(redemption.VoucherUnknown):
        by_voucher(charge, theirs, actor=of(person))
    with pytest.raises(Denied):
        by_voucher(charge, row, actor=of(other))
    by_voucher(charge, row, actor=school.clerk)
    far = an_open_class(school, fee_fen=FEE, host=school.far)
    with pytest.raises(redemption.VoucherOfElsewhere):
        by_voucher(charge_of(enrolled(far, other)), theirs)
