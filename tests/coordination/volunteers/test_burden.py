"""Who of those who applied is asked first: who fits, then who served least; a soft limit of a week, never a refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from coordination.volunteers.situations import (
    MORNING,
    Street,
    a_volunteer,
    applied,
    assigned,
    called,
    served,
    somebody,
)
from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.coordination.volunteers import queries, rules, services
from xuecheng.coordination.volunteers.models import Scale, Service

pytestmark = pytest.mark.django_db

AFTER = MORNING + timedelta(days=9)
"""A shift of the Monday after the next: the first services lie behind it."""
AT = AFTER - timedelta(days=2)


def lines(shift, *, at=AT):
    return queries.list_of(shift, at=at, numbers=rules.DEFAULTS)


def names(found):
    return [line.one.person.name for line in found]


def serving(street, volunteer, *, minutes=60, begins=MORNING):
    shift = called(street, begins=begins, minutes=minutes, at=begins - timedelta(days=5))
    return served(street.keeper, assigned(street.keeper, volunteer, shift, at=begins - timedelta(days=4)))


def test_of_those_who_fit_who_served_least_stands_first(street: Street) -> None:
    much, little, none = (a_volunteer(street, somebody(street, name)) for name in ("多", "少", "无"))
    unfit = a_volunteer(street, somebody(street, "不合"))
    serving(street, much, minutes=120)
    serving(street, little, minutes=60)
    shift = called(street, begins=AFTER, at=AT)
    for one in (much, unfit, little, none):
        applied(one, shift, at=AT)
    Person.objects.filter(pk=unfit.person_id).update(birth_year=None)
    found = lines(shift)
    assert names(found) == ["无", "少", "多", "不合"]
    assert [line.burden.minutes for line in found] == [0, 60, 120, 0]
    assert found[3].reasons


def test_of_two_who_served_alike_who_applied_first_stands_first(street: Street) -> None:
    one, other = (a_volunteer(street, somebody(street, name)) for name in ("先", "后"))
    shift = called(street, begins=AFTER, at=AT)
    applied(other, shift, at=AT + timedelta(minutes=5))
    applied(one, shift, at=AT)
    assert names(lines(shift)) == ["先", "后"]


def test_minutes_count_for_ninety_days_and_only_those_that_count(street: Street) -> None:
    volunteer = a_volunteer(street)
    served_before = serving(street, volunteer)
    shift = called(street, begins=AFTER, at=AT)
    applied(volunteer, shift, at=AT)
    last = MORNING + timedelta(days=rules.BURDEN_DAYS)
    assert lines(shift, at=last)[0].burden.minutes == 60
    assert lines(shift, at=last + timedelta(seconds=1))[0].burden.minutes == 0
    Service.objects.filter(pk=served_before.pk).update(state=Service.State.REVIEW)
    assert lines(shift)[0].burden.minutes == 0


def test_the_week_of_the_shift_is_counted_from_monday_to_sunday(street: Street) -> None:
    volunteer = a_volunteer(street)
    begins = AFTER + timedelta(days=3)
    shift = called(street, begins=begins, at=AT)
    applied(volunteer, shift, at=AT)
    monday = AFTER.replace(hour=0)
    for when in (monday, monday + timedelta(days=6, hours=22)):
        assigned(street.keeper, volunteer, called(street, begins=when, minutes=30, at=AT), at=AT)
    for when in (monday - timedelta(hours=1), monday + timedelta(days=7)):
        assigned(street.keeper, volunteer, called(street, begins=when, minutes=30, at=AT), at=AT)
    only_asked = called(street, begins=begins + timedelta(days=1), at=AT)
    applied(volunteer, only_asked, at=AT)
    assert lines(shift)[0].burden.shifts == 2
    assert not lines(shift)[0].is_over


def test_over_the_soft_limit_is_told_and_not_refused(street: Street) -> None:
    volunteer = a_volunteer(street)
    shift = called(street, begins=AFTER, at=AT)
    one = applied(volunteer, shift, at=AT)
    for day in (1, 2, 3):
        assigned(street.keeper, volunteer, called(street, begins=AFTER + timedelta(days=day), at=AT), at=AT)
    found = lines(shift)[0]
    assert (found.burden.shifts, found.is_over, found.reasons) == (3, True, [])
    services.assign(actor=street.keeper, assignment=one, at=AT)
    assert lines(shift)[0].one.state == "assigned"


@pytest.mark.parametrize(("shifts", "over"), [(0, False), (2, False), (3, True)])
def test_the_soft_limit_counts_the_shift_itself(shifts: int, over: bool) -> None:
    assert rules.Burden(0, shifts).is_over(rules.DEFAULTS) is over


@pytest.mark.parametrize(("number", "is_sound"), [(0, False), (1, True), (21, True), (22, False)])
def test_the_soft_limit_is_data_within_sense(number: int, is_sound: bool) -> None:
    numbers = rules.numbers_from({"week_shifts": number})
    if is_sound:
        rules.check_numbers(numbers)
    else:
        with pytest.raises(rules.NumbersWrong):
            rules.check_numbers(numbers)


def test_eight_queries_however_many_applied(street: Street, django_assert_num_queries) -> None:
    shift = called(street, begins=AFTER, at=AT)
    for number in range(2):
        for index in range(3):
            applied(a_volunteer(street, somebody(street, f"志愿{number}{index}")), shift, at=AT)
        with django_assert_num_queries(8):
            assert len(lines(shift)) == 3 * (number + 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ["90天内没有服务", "这一周另有3个班次", "这一周超过1个班次（T-04）；仍可安排"]),
        ("en", ["served nothing in 90 days", "3 other shifts in this week", "more than 1 shift in this week (T-04)"]),
    ],
)
def test_the_page_says_it_beside_each_application(street: Street, settings, language: str, words: list[str]) -> None:
    now = clock.now()
    monday = (now + timedelta(days=14 - now.weekday())).replace(hour=9, minute=0)
    Scale.objects.create(
        territory=street.city["广州市"], begins_on=clock.date_of(now) - timedelta(days=1), values={"week_shifts": 1},
        set_by=street.officer.person, why="试",
    )  # fmt: skip
    volunteer = a_volunteer(street, at=now)
    shift = called(street, begins=monday, at=now)
    applied(volunteer, shift, at=now)
    for day in (1, 2, 3):
        assigned(street.keeper, volunteer, called(street, begins=monday + timedelta(days=day), at=now), at=now)
    client = Client()
    client.force_login(street.keeper.person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    text = client.get(reverse("volunteers:show_shift", args=[shift.public_id])).content.decode()
    assert not [one for one in words if one not in text]
