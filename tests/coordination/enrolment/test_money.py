"""Charges, waivers, payment, what is given back, the desk. Amounts in fen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from coordination.enrolment.situations import (
    BEGINS,
    NOW,
    School,
    a_resident,
    again,
    an_open_class,
    charge_of,
    enrolled,
    full,
    of,
)
from coordination.enrolment.test_enrolling import refused
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.classes import hooks
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment import payments, queries, rules, services
from xuecheng.coordination.enrolment.models import CashDay, Charge, Enrolment, Movement

FEE = 12_000


def paid(school: School, charge: Charge, **more: Any) -> Movement:
    wish = {"actor": school.clerk, "public_id": uuid7(), "charge": charge, "provider": "cash", "at": NOW} | more
    return services.pay_charge(**wish)


def check_sums() -> None:
    """What a charge says is what its movements add up to."""
    for charge in Charge.objects.all():
        net = queries.net_of(charge)
        assert charge.owed_fen == sum(one.amount_fen for one in charge.movements.all()) == net.owed
        assert charge.state == rules.owed_state(charge.owed_fen)
        assert net.asked >= 0
        assert net.held >= 0


@pytest.mark.django_db
def test_a_place_is_charged_when_it_is_given_and_paid_at_the_desk(school: School) -> None:
    row, (first, second) = full(school, seats=1, fee_fen=FEE)
    charge = charge_of(first)
    assert (charge.owed_fen, charge.state, again(first).pay_until) == (FEE, "due", NOW + timedelta(hours=48))
    assert not Charge.objects.filter(enrolment=second).exists()
    number = uuid7()
    receipt = paid(school, charge, public_id=number)
    assert paid(school, charge, public_id=number) == receipt
    assert receipt.reference == f"{school.college.code}-20261123-0001"
    assert (again(charge).owed_fen, charge.state) == (0, "settled")
    with pytest.raises(services.NothingOwed):
        paid(school, charge)
    with pytest.raises(services.NothingToGiveBack):
        services.give_back(actor=school.clerk, public_id=uuid7(), charge=charge, at=NOW)
    other = charge_of(enrolled(an_open_class(school, fee_fen=FEE), a_resident(school)))
    with pytest.raises(FormUsedBefore):
        paid(school, other, public_id=number)
    assert paid(school, other).reference.endswith("-0002")
    assert row.fee_fen == FEE
    check_sums()


@pytest.mark.django_db
def test_a_class_without_a_fee_charges_nothing(school: School) -> None:
    one = enrolled(an_open_class(school), a_resident(school))
    assert one.pay_until is None
    assert not Charge.objects.exists()


@pytest.mark.django_db
def test_what_is_not_paid_in_time_lapses_and_the_next_is_asked(school: School) -> None:
    _row, (first, second, third) = full(school, seats=1, waiting=2, fee_fen=FEE)
    until = NOW + timedelta(hours=48)
    assert services.tend(at=until - timedelta(microseconds=1)) == 0
    assert services.tend(at=until) == 1
    assert (again(first).state, charge_of(first).state, again(second).state) == ("lapsed", "settled", "offered")
    services.accept_offer(actor=of(second.person), enrolment=second, at=until)
    paid(school, charge_of(second), at=until)
    assert services.tend(at=until + timedelta(hours=48)) == 0
    assert again(third).state == "waiting"
    check_sums()


@pytest.mark.parametrize(("sessions", "percent"), [(0, 100), (1, 50), (2, 50), (3, 0), (4, 0)])
def test_what_comes_back_depends_on_how_much_was_held(sessions: int, percent: int) -> None:
    assert rules.refund_percent(rules.Numbers(), sessions_begun=sessions) == percent


@given(st.integers(0, 10**7), st.integers(0, 100))
def test_a_share_is_never_more_than_all_nor_less_than_exact(amount: int, percent: int) -> None:
    share = rules.share_of(amount, percent)
    assert amount * percent <= share * 100 < amount * percent + 100
    assert 0 <= share <= amount


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "back"),
    [
        (BEGINS - timedelta(microseconds=1), FEE),
        (BEGINS, FEE // 2),
        (BEGINS + timedelta(weeks=2, microseconds=-1), FEE // 2),
        (BEGINS + timedelta(weeks=2), 0),
    ],
)
def test_whoever_leaves_gets_back_by_the_rule(school: School, at: Any, back: int) -> None:
    one = enrolled(an_open_class(school, fee_fen=FEE), a_resident(school))
    charge = charge_of(one)
    paid(school, charge)
    services.withdraw(actor=of(one.person), enrolment=one, at=at)
    assert again(charge).owed_fen == -back
    if back:
        given_back = services.give_back(actor=school.clerk, public_id=uuid7(), charge=charge, at=at)
        assert (given_back.amount_fen, given_back.provider, again(charge).state) == (back, "cash", "settled")
    check_sums()


@pytest.mark.django_db
def test_cancelled_sessions_do_not_count_as_held(school: School) -> None:
    row = an_open_class(school, fee_fen=FEE)
    ClassSession.objects.filter(course_class=row, number=1).update(state="cancelled", cancelled_because="台风")
    assert services.sessions_begun(row, at=BEGINS) == 0
    assert services.sessions_begun(row, at=BEGINS + timedelta(weeks=1)) == 1


@pytest.mark.django_db
def test_a_fee_is_waived_with_a_reason_by_another_and_within_what_the_course_names(school: School) -> None:
    row = an_open_class(school, seats=3, fee_fen=FEE, course={"fee_fen": FEE, "waivers": ["low_income"]})
    charge = charge_of(enrolled(row, a_resident(school)))
    wish = {
        "actor": school.clerk, "public_id": uuid7(), "charge": charge, "waiver": "low_income", "amount_fen": 5_000,
        "why": "低保证已核对", "at": NOW,
    }  # fmt: skip
    for wrong, refusal in (
        ({"waiver": "veteran"}, services.WaiverNotOffered),
        ({"amount_fen": FEE + 1}, services.WaivedTooMuch),
        ({"amount_fen": 0}, services.WaivedTooMuch),
        ({"why": " "}, services.WhyMissing),
        ({"actor": school.far_clerk}, Denied),
        ({"actor": of(charge.person)}, Denied),
    ):
        with pytest.raises(refusal):
            services.waive_charge(**(wish | wrong))
    made = services.waive_charge(**wish)
    assert services.waive_charge(**wish) == made
    assert again(charge).owed_fen == FEE - 5_000
    paid(school, charge)
    services.waive_charge(**(wish | {"public_id": uuid7(), "amount_fen": None}))
    assert (again(charge).owed_fen, charge.state) == (-(FEE - 5_000), "refund_due")
    own = charge_of(enrolled(row, school.clerk.person))
    with pytest.raises(Denied):
        services.waive_charge(**(wish | {"charge": own, "public_id": uuid7()}))
    check_sums()


@pytest.mark.django_db
def test_money_of_others_is_for_the_desk_of_the_unit_only(school: School) -> None:
    row = an_open_class(school, seats=3, fee_fen=FEE)
    charge = charge_of(enrolled(row, a_resident(school)))
    own = charge_of(enrolled(row, school.clerk.person))
    for actor, which in ((school.far_clerk, charge), (of(charge.person), charge), (school.clerk, own)):
        with pytest.raises(Denied):
            paid(school, which, actor=actor)
        with pytest.raises(Denied):
            services.give_back(actor=actor, public_id=uuid7(), charge=which, at=NOW)
    with pytest.raises(Denied):
        services.close_day(
            actor=school.far_clerk, organisation=school.college, on=clock.date_of(NOW), counted_fen=0, at=NOW
        )
    assert list(queries.charges_open(school.far_clerk)) == []
    assert len(queries.charges_open(school.clerk, state="due")) == 2
    assert queries.charge_by_id(school.far_clerk, charge.public_id) is None


@pytest.mark.django_db
def test_a_trial_payment_is_switched_on_or_refused(school: School, settings: Any) -> None:
    one = enrolled(an_open_class(school, fee_fen=FEE), a_resident(school))
    charge = charge_of(one)
    settings.TRIAL_PAYMENTS = False
    with pytest.raises(payments.ProviderOff):
        paid(school, charge, provider="test", actor=of(one.person))
    with pytest.raises(payments.ProviderOff):
        paid(school, charge, provider="shells")
    settings.TRIAL_PAYMENTS = True
    with pytest.raises(Denied):
        paid(school, charge, provider="test")
    assert paid(school, charge, provider="test", actor=of(one.person)).cash_day is None
    services.withdraw(actor=of(one.person), enrolment=one, at=NOW)
    back = services.give_back(actor=school.clerk, public_id=uuid7(), charge=charge, at=NOW)
    assert back.provider == "test"
    check_sums()


@pytest.mark.django_db
def test_a_closed_day_takes_and_gives_nothing_more(school: School) -> None:
    row = an_open_class(school, seats=3, fee_fen=FEE)
    charges = [charge_of(enrolled(row, a_resident(school))) for _each in range(2)]
    on = clock.date_of(NOW)
    close = {"actor": school.clerk, "organisation": school.college, "on": on, "counted_fen": FEE - 100, "at": NOW}
    with pytest.raises(services.DayNotStarted):
        services.close_day(**close)
    receipt = paid(school, charges[0])
    day = services.close_day(**close)
    assert services.close_day(**close) == day
    with pytest.raises(services.DayClosedBefore):
        services.close_day(**(close | {"counted_fen": FEE}))
    found = queries.day_list(school.college, on)
    assert (found.taken_fen, found.returned_fen, found.balance_fen, found.difference_fen) == (FEE, 0, FEE, -100)
    with pytest.raises(payments.DayClosed):
        paid(school, charges[1])
    refused(
        "movement_of_an_open_day",
        lambda: Movement.objects.create(
            public_id=uuid7(), charge=charges[1], person_id=charges[1].person_id, kind="paid", amount_fen=-FEE, at=NOW, provider="cash",
            reference="past the desk", cash_day=day,
        ),
    )  # fmt: skip
    assert paid(school, charges[1], at=NOW + timedelta(days=1)).reference.endswith("20261124-0001")
    assert receipt.cash_day == day
    assert CashDay.objects.count() == 2


@pytest.mark.django_db
def test_a_cancelled_class_owes_everything_back(school: School) -> None:
    row, found = full(school, seats=2, fee_fen=FEE)
    paid(school, charge_of(found[0]))
    CourseClass.objects.filter(pk=row.pk).update(state="cancelled", cancelled_because="老师生病")
    hooks.when_cancelled.tell(CourseClass.objects.get(pk=row.pk), NOW)
    assert [charge_of(one).owed_fen for one in found[:2]] == [-FEE, 0]
    check_sums()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fee", "is_paid", "owed"),
    [(FEE, True, 0), (15_000, True, 3_000), (9_000, True, -3_000), (FEE, False, FEE), (0, True, None)],
)
def test_money_goes_along_to_another_class(school: School, fee: int, is_paid: bool, owed: Any) -> None:
    row = an_open_class(school, fee_fen=FEE)
    one = enrolled(row, a_resident(school))
    if is_paid:
        paid(school, charge_of(one))
    twin = an_open_class(school, version=row.version, fee_fen=fee)
    made = services.transfer(actor=of(one.person), public_id=uuid7(), enrolment=one, to=twin, at=NOW)
    if owed is None:
        assert (charge_of(one).owed_fen, Charge.objects.filter(enrolment=made).exists()) == (-FEE, False)
    else:
        assert (charge_of(one).owed_fen, charge_of(made).owed_fen) == (0, owed)
    check_sums()


@pytest.mark.django_db
def test_a_waiver_goes_along_too(school: School) -> None:
    row = an_open_class(school, fee_fen=FEE, course={"fee_fen": FEE, "waivers": ["elder"]})
    one = enrolled(row, a_resident(school))
    services.waive_charge(
        actor=school.clerk, public_id=uuid7(), charge=charge_of(one), waiver="elder", amount_fen=None, why="满70岁",
        at=NOW,
    )  # fmt: skip
    twin = an_open_class(school, version=row.version, fee_fen=FEE)
    made = services.transfer(actor=of(one.person), public_id=uuid7(), enrolment=one, to=twin, at=NOW)
    assert (charge_of(one).owed_fen, charge_of(made).owed_fen) == (0, 0)
    check_sums()


@pytest.mark.django_db
def test_an_unpaid_place_is_not_paused(school: School) -> None:
    one = enrolled(an_open_class(school, fee_fen=FEE), a_resident(school))
    with pytest.raises(services.PayFirst):
        services.pause(actor=of(one.person), enrolment=one, at=NOW)
    paid(school, charge_of(one))
    assert services.pause(actor=of(one.person), enrolment=one, at=NOW).state == "paused"


@pytest.mark.django_db
def test_the_database_keeps_money_explained(school: School) -> None:
    one = enrolled(an_open_class(school, fee_fen=FEE), a_resident(school))
    charge = charge_of(one)

    def move(kind: str, amount: int, **more: Any) -> None:
        facts = {"reference": str(uuid7()), "provider": "test"} if kind in ("paid", "refunded") else {}
        Movement.objects.create(
            public_id=uuid7(),
            charge=charge,
            person_id=one.person_id,
            kind=kind,
            amount_fen=amount,
            at=NOW,
            **(facts | more),
        )

    refused("charge_is_its_movements", lambda: Charge.objects.filter(pk=charge.pk).update(owed_fen=0, state="settled"))
    refused("charge_names_stay", lambda: Charge.objects.filter(pk=charge.pk).update(person=school.clerk.person))
    refused("movement_sign_as_kind", lambda: move("paid", FEE))
    refused("movement_not_above_owed", lambda: move("paid", -FEE - 1))
    refused("movement_not_above_held", lambda: move("refunded", 1))
    refused("movement_not_below_nothing", lambda: move("reduced", -FEE - 1))
    refused("movement_charged_once", lambda: move("charged", 1))
    refused("movement_of_money_has_receipt", lambda: move("paid", -1, reference="", provider=""))
    refused("movement_cash_is_of_a_day", lambda: move("paid", -1, provider="cash"))
    refused("movement_waiver_whole", lambda: move("waived", -1))
    move("paid", -FEE)
    assert Enrolment.objects.get(pk=one.pk).charge.owed_fen == 0
    for write in (Movement.objects.update, Movement.objects.all().delete):
        with pytest.raises(DatabaseError, match=r"Cannot|denied"), transaction.atomic():
            write(**({"why": "x"} if write == Movement.objects.update else {}))
