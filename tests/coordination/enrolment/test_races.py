"""The rush, on real connections: sixteen at once, sixty people for ten places; no error, no double, the order kept (I4)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections

from city.test_races import at_once
from coordination.enrolment.situations import (
    NOW,
    School,
    a_resident,
    a_school,
    a_school_of,
    again,
    an_open_class,
    charge_of,
    enrolled,
    full,
    of,
)
from coordination.enrolment.test_enrolling import check_counts, states
from coordination.enrolment.test_vouchers import a_voucher, by_voucher
from learning.redemption.situations import points_of
from xuecheng.city.ids import uuid7
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.enrolment import queries, services
from xuecheng.coordination.enrolment.models import Enrolment, Movement

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school(transactional_db: None) -> School:
    return a_school()


def test_sixty_people_and_ten_places(school: School) -> None:
    row = an_open_class(school, seats=10, fee_fen=500)
    people = [a_resident(school) for _each in range(60)]

    def go(person: Any) -> Enrolment:
        try:
            return enrolled(row, person)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(go, people))
    assert Counter(one.state for one in made) == {"enrolled": 10, "waiting": 50}
    assert sorted(one.number for one in made) == list(range(1, 61))
    assert states(row) == ["enrolled"] * 10 + ["waiting"] * 50
    assert [one.number for one in queries.in_order(row)] == list(range(11, 61))
    check_counts(row)


def test_one_form_sent_sixteen_times_is_one_enrolment(school: School) -> None:
    row, person, number = an_open_class(school), a_resident(school), uuid7()
    made = at_once(*[partial(enrolled, row, person, public_id=number)] * 16)
    assert {one.pk for one in made} == {Enrolment.objects.get().pk}
    again_and_again = at_once(*[partial(enrolled, row, person)] * 4)
    assert {type(one) for one in again_and_again} == {services.EnrolledAlready}


def test_leaving_coming_and_the_clock_meet(school: School) -> None:
    row, found = full(school, seats=4, waiting=6)
    at = NOW + timedelta(hours=25)
    services.withdraw(actor=of(found[0].person), enrolment=found[0], at=NOW)
    answers = at_once(
        *(partial(services.withdraw, actor=of(one.person), enrolment=one, at=NOW) for one in found[1:4]),
        *(partial(enrolled, row, a_resident(school)) for _each in range(4)),
        *[partial(services.tend, at=at)] * 3,
        partial(services.accept_offer, actor=of(found[4].person), enrolment=found[4], at=NOW),
    )
    wrong = [one for one in answers if isinstance(one, Exception) and not isinstance(one, services.OfferOver)]
    assert wrong == []
    check_counts(row)
    assert (
        not Enrolment.objects.filter(course_class=row, state="waiting").exists() or queries.line_of(found[0]).left == 0
    )


def test_two_who_change_classes_crosswise_do_not_deadlock(school: School) -> None:
    one_class = an_open_class(school, seats=9)
    other = an_open_class(school, version=one_class.version, seats=9)
    here, there = enrolled(one_class, a_resident(school)), enrolled(other, a_resident(school))

    def move(one: Enrolment, to: Any) -> Enrolment:
        return services.transfer(actor=of(one.person), public_id=uuid7(), enrolment=one, to=to, at=NOW)

    answers = at_once(partial(move, here, other), partial(move, there, one_class))
    assert {type(one) for one in answers} == {Enrolment}
    check_counts(one_class)
    check_counts(other)


def test_a_payment_and_its_deadline_meet_and_the_money_is_explained(school: School) -> None:
    for _round in range(3):
        row = an_open_class(school, fee_fen=500)
        one = enrolled(row, a_resident(school))
        charge = charge_of(one)
        at = NOW + timedelta(hours=48)
        pay = partial(services.pay_charge, actor=school.clerk, public_id=uuid7(), charge=charge, provider="cash", at=at)
        answers = at_once(pay, pay, partial(services.tend, at=at), partial(services.tend, at=at))
        bad = [a for a in answers if isinstance(a, Exception) and not isinstance(a, services.NothingOwed)]
        assert bad == []
        paid = Movement.objects.filter(charge=charge, kind="paid").exists()
        assert again(one).state == ("enrolled" if paid else "lapsed")
        assert again(charge).state == "settled"


def test_receipts_of_a_day_have_no_gap(school: School) -> None:
    row = an_open_class(school, seats=12, fee_fen=500)
    charges = [charge_of(enrolled(row, a_resident(school))) for _each in range(12)]
    answers = at_once(
        *(
            partial(services.pay_charge, actor=school.clerk, public_id=uuid7(), charge=one, provider="cash", at=NOW)
            for one in charges
        )
    )
    assert sorted(one.reference[-4:] for one in answers) == [f"{number:04}" for number in range(1, 13)]


@pytest.mark.slow
def test_two_classes_cancelled_at_once_give_the_same_vouchers_back_without_a_deadlock(
    school: School, acts_as_application: None
) -> None:
    """In one the first who paid is the last in the other: payment by payment each would hold the other's next book."""
    elsewhere = a_school_of(school.college, school.clerk)
    for _round in range(3):
        rows = [an_open_class(one, seats=9, fee_fen=1000) for one in (school, elsewhere)]
        people = [a_resident(school) for _each in range(6)]
        vouchers = {one.pk: a_voucher(school, one, 2, points=600) for one in people}
        for row, order in zip(rows, (people, people[::-1]), strict=True):
            for person in order:
                by_voucher(charge_of(enrolled(row, person)), vouchers[person.pk])
        answers = at_once(
            *[partial(classes.cancel_class, actor=school.clerk, course_class=row, at=NOW, why="停课") for row in rows]
        )
        assert [one for one in answers if isinstance(one, Exception)] == []
        assert {points_of(one) for one in people} == {(600, 0)}
