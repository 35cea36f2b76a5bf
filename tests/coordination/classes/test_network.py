"""Classes and the college network: a unit with classes to hold stays open (N-05), and what can be learnt is counted (I4)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from city.situations import a_registrar, an_operator, an_organisation
from coordination.classes.situations import NOW, OCTOBER_12, Campus, a_campus, a_class, a_teacher, opened, planned
from coordination.colleges.situations import founded
from coordination.facilities.situations import a_loan, a_space, a_venue
from xuecheng.city import clock
from xuecheng.city.territories.models import Installation, Territory
from xuecheng.coordination.classes import services
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.colleges import crediting, hindrances, offers
from xuecheng.coordination.colleges.models import College

pytestmark = pytest.mark.django_db
LAST = OCTOBER_12 + timedelta(weeks=3)
"""The day of the fourth and last session."""


@pytest.fixture
def campus() -> Campus:
    return a_campus()


@pytest.fixture
def unit(campus: Campus) -> College:
    operator = an_operator(campus.city["广州市"], "网络员")
    college = founded(operator, campus.college, "district", None)
    return College.objects.select_related("territory", "organisation").get(pk=college.pk)


def classes_in_the_way(unit: College, on: date) -> list[str]:
    with override("en"):
        return [one.words for one in hindrances.of(unit, on=on) if "class" in one.words]


class TestClosing:
    def test_classes_that_are_to_be_held_from_that_day_on_are_in_the_way(self, campus: Campus, unit: College) -> None:
        opened(campus)
        assert classes_in_the_way(unit, LAST) == ["1 class to be held after that day"]
        assert classes_in_the_way(unit, LAST + timedelta(days=1)) == []

    def test_a_draft_without_sessions_is_until_its_season_is_over(self, campus: Campus, unit: College) -> None:
        a_class(campus)
        end = campus.season.during.upper
        assert len(classes_in_the_way(unit, end - timedelta(days=1))) == 1
        assert classes_in_the_way(unit, end) == []

    def test_a_cancelled_one_is_not(self, campus: Campus, unit: College) -> None:
        row = planned(campus)
        services.cancel_class(actor=campus.clerk, course_class=row, at=NOW, why="报名人数不足")
        assert classes_in_the_way(unit, OCTOBER_12) == []


def test_what_can_be_learnt_is_counted_once_it_is_open_until_its_season_is_over(campus: Campus) -> None:
    city = campus.city["广州市"]
    place = city.path.count("/")

    def counted(on: date) -> dict[int, dict[str, int]]:
        return {key: dict(themes) for key, themes in offers.by_theme(city.path, place=place, on=on).items()}

    row = planned(campus)
    assert counted(OCTOBER_12) == {}
    services.open_class(actor=campus.clerk, course_class=row, at=NOW)
    assert counted(OCTOBER_12) == {campus.city["天河区"].pk: {"calligraphy": 1}}
    assert counted(campus.season.during.upper) == {}


def test_n04_a_class_is_credited_to_each_unit_that_takes_part_and_counted_once(campus: Campus, unit: College) -> None:
    """A hosts at B's site: A 1, B 1, the district 1; with C of another district: each district 1, the city 1."""
    tianhe, conghua, city = (campus.city[name] for name in ("天河区", "从化区", "广州市"))
    year, a = OCTOBER_12.year, campus.college.pk

    def at_the_site_of(territory: Territory, code: str, hour: int) -> int:
        other = an_organisation(territory, name_zh=f"协作学院{code}")
        keeper = a_registrar(other, "另一位")
        room = a_space(keeper, a_venue(keeper, other, territory, name_zh=f"分部{code}"), name_zh="教室", capacity=30)
        a_loan(keeper, room.venue, campus.college, begins=8 * 60)
        opened(campus, room=room, code=code, begins=time(hour), teacher=a_teacher(campus.college, f"教师{code}"))
        return other.pk

    def counted(credit: crediting.Credit) -> tuple[int, int, int]:
        return credit.classes, credit.own, credit.shared

    b = at_the_site_of(tianhe, "SF-B", 19)
    for key in (a, b):
        assert counted(crediting.of_unit(key, year)) == (1, 0, 1)
    assert counted(crediting.within(tianhe.path, year)) == (1, 0, 1)
    assert crediting.within(tianhe.path, year).hours == 4 * 90 // 60
    c = at_the_site_of(conghua, "SF-C", 16)
    opened(campus, code="SF-A", begins=time(9))
    assert [counted(crediting.of_unit(key, year)) for key in (a, b, c)] == [(3, 1, 2), (1, 0, 1), (1, 0, 1)]
    assert [counted(crediting.within(one.path, year)) for one in (tianhe, conghua, city)] == [
        (3, 1, 2), (1, 0, 1), (3, 1, 2),
    ]  # fmt: skip
    assert crediting.of_unit(a, year + 1) == crediting.NONE
    # A class that lends a course from elsewhere, too; drafts and classes that were called off count nowhere.
    draft = planned(campus, code="SF-D", begins=time(14))
    assert crediting.of_unit(a, year).classes == 3
    CourseClass.objects.filter(pk=draft.pk).update(supplier=b)
    services.open_class(actor=campus.clerk, course_class=draft, at=NOW)
    assert counted(crediting.of_unit(b, year)) == (2, 0, 2)
    services.cancel_class(actor=campus.clerk, course_class=draft, at=NOW, why="报名人数不足")
    assert counted(crediting.of_unit(b, year)) == (1, 0, 1)


def test_pages_tell_own_and_shared_and_the_sum_once(campus: Campus, unit: College) -> None:
    Installation.objects.get_or_create(pk=1, defaults={"city": campus.city["广州市"]})
    page = Client().get(reverse("colleges:show_college", args=[unit.public_id])).content.decode()
    assert f"{clock.today().year}年" in page
    for name, args in (("show_network", []), ("show_district_gaps", [campus.city["天河区"].code])):
        assert Client().get(reverse(f"colleges:{name}", args=args)).status_code == 200
    told = Client().get(f"/api/v1/network-classes?within={campus.city['天河区'].code}&year=2026").json()
    assert told["classes"] == {"year": 2026, "classes": 0, "shared": 0, "minutes": 0}
    assert Client().get("/api/v1/network-classes?within=440106002000").status_code == 404
