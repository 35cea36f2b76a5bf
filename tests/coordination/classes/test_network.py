"""Classes and the college network: a unit with classes to hold stays open (N-05), and what can be learnt is counted (I4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from city.situations import an_operator
from coordination.classes.situations import NOW, OCTOBER_12, Campus, a_campus, a_class, opened, planned
from coordination.colleges.situations import founded
from xuecheng.coordination.classes import services
from xuecheng.coordination.colleges import hindrances, offers
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
