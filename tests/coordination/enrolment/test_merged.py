"""One person with two accounts in one class: merged, they have one place between them, and nobody loses another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from attacks.forms.walks import at_browser
from city.situations import TODAY, a_person, holding
from coordination.enrolment.situations import (
    CLOSES,
    NOW,
    School,
    a_lottery,
    a_resident,
    again,
    an_open_class,
    charge_of,
    enrolled,
    of,
)
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.people import merging
from xuecheng.city.people.models import Person, PersonMerge
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import queries, rules, services
from xuecheng.coordination.enrolment.models import Enrolment, Lottery, Roll

pytestmark = pytest.mark.django_db


def merged(school: School, kept: Person, other: Person) -> PersonMerge:
    officer = a_person("窗口乙", territory=school.college.territory)
    holding(officer, "counter_clerk", territory=school.places["广州市"])
    return merging.merge_people(
        actor=standing_of(officer, today=TODAY),
        public_id=uuid7(),
        kept=kept,
        merged=other,
        at=NOW,
        reason="冯国强开了两个账户",
    )


def states(row: CourseClass) -> list[str]:
    roll = Roll.objects.get(course_class=row)
    rows = Enrolment.objects.filter(course_class=row)
    assert roll.taken == rows.filter(state__in=rules.HOLDING).count() <= row.seats_most
    return list(rows.order_by("number").values_list("state", flat=True))


def test_of_two_places_one_stays_and_the_other_goes_to_the_next(school: School) -> None:
    row = an_open_class(school, seats=3, fee_fen=6000)
    me, twin, somebody, next_one = (a_resident(school) for _each in range(4))
    first, second = enrolled(row, me), enrolled(row, twin)
    enrolled(row, somebody)
    waits = enrolled(row, next_one)
    services.pay_charge(actor=school.clerk, charge=charge_of(second), public_id=uuid7(), provider="cash", at=NOW)
    merged(school, me, twin)
    # The paid one stays, though it came later and under the account that is not kept.
    assert states(row) == ["withdrawn", "enrolled", "enrolled", "offered"]
    assert queries.standing_in_class(of(me), row) == second
    assert charge_of(first).owed_fen == 0
    assert again(waits).state == "offered"
    page = at_browser(school.clerk.person).get(reverse("enrolment:show_roll", args=[row.public_id]))
    assert "两个账户" in page.content.decode()
    with pytest.raises(services.EnrolledAlready):
        enrolled(row, me)


def test_who_has_a_place_waits_for_none_and_undoing_gives_none_back(school: School) -> None:
    row = an_open_class(school, seats=1)
    me, twin = a_resident(school), a_resident(school)
    enrolled(row, twin)
    waits = enrolled(row, me)
    apart = an_open_class(school)
    enrolled(apart, a_resident(school))
    merge = merged(school, me, twin)
    assert states(row) == ["enrolled", "withdrawn"]
    assert queries.SAME_PERSON in again(waits).because
    operator = a_person("窗口丙", territory=school.college.territory)
    holding(operator, "counter_clerk", territory=school.places["广州市"])
    merging.unmerge_people(actor=standing_of(operator, today=TODAY), merge=merge, at=NOW, reason="是两个人")
    assert states(row) == ["enrolled", "withdrawn"]
    assert states(apart) == ["enrolled"]
    assert enrolled(row, me).state == "waiting"


def test_numbers_on_a_sealed_list_are_drawn_first_and_then_one_lives(school: School) -> None:
    lottery, found = a_lottery(school, people=4, seats=4)
    row = lottery.course_class
    services.freeze_lottery(actor=school.clerk, lottery=lottery, at=CLOSES)
    merged(school, found[0].person, found[1].person)
    assert states(row) == ["applied"] * 4
    services.start_draw(actor=school.clerk, lottery=Lottery.objects.get(), beacon="03 09 17 22 28 31 + 07", at=CLOSES)
    services.draw(key=lottery.pk, at=CLOSES)
    assert states(row) == ["enrolled"] * 4
    at = CLOSES + timedelta(minutes=1)
    assert services.tend(at=at) == 1
    assert sorted(states(row)) == ["enrolled"] * 3 + ["withdrawn"]
    assert services.tend(at=at) == 0
