"""Near a street that somebody names: the nearest first, the same filters, and nobody is asked where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.situations import a_registrar, an_organisation, small_city
from coordination.classes.situations import LATITUDE, a_live_class, moved
from coordination.facilities.situations import the_holidays
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes import places, queries, rules, services
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.classes.queries.words import distance_words
from xuecheng.coordination.classes.views import looking
from xuecheng.coordination.facilities import queries as facilities
from xuecheng.coordination.facilities.models import Venue
from xuecheng.web.paging import page_of

pytestmark = pytest.mark.django_db


@dataclass
class Streets:
    """A college that teaches in Wushan, and 1.2 and 3.4 km from there in Yuancun; another one in Conghua."""

    city: dict[str, Territory]
    keeper: Standing
    college: Organisation
    here: CourseClass
    far: CourseClass
    close: CourseClass
    elsewhere: CourseClass

    @property
    def wushan(self) -> Territory:
        return self.city["五山街道"]

    @property
    def yuancun(self) -> Territory:
        return self.city["员村街道"]

    def near(self, **wish: Any) -> list[str]:
        found = queries.near(queries.Find(**wish), self.wushan)
        return [str(one.version.course.title_zh) for one in found.nearest()]

    def page(self, *, mode: str = "", language: str = "zh-hans", **query: Any) -> str:
        browser = Client()
        browser.cookies["django_language"] = language
        if mode:
            browser.cookies["xc_mode"] = mode
        wanted = {"district": self.city["天河区"].code, "street": self.wushan.code} | query
        answer = browser.get(reverse("classes:find_classes"), wanted)
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture(scope="module")
def whole_streets(around_the_module: None) -> Streets:
    the_holidays()
    city = small_city()
    college = an_organisation(city["天河区"], name_zh="天河区社区学院")
    remote = an_organisation(city["从化区"], name_zh="从化区社区学院")
    keeper, other = a_registrar(college, "黄晓彤"), a_registrar(remote, "邝从化")
    named = {
        name: a_live_class(keeper, college, state="open", title_zh=title)
        for name, title in (("here", "五山书法"), ("far", "员村远处书法"), ("close", "员村近处书法"))
    }
    named["elsewhere"] = a_live_class(other, remote, state="open", title_zh="从化书法")
    found = Streets(city=city, keeper=keeper, college=college, **named)
    moved(found.here, found.wushan, km="0")
    moved(found.far, found.yuancun, km="3.4")
    moved(found.close, found.yuancun, km="1.2")
    moved(found.elsewhere, city["街口街道"], km="40")
    return found


@pytest.fixture
def streets(db: None, whole_streets: Streets) -> Streets:
    return whole_streets


class TestWhatIsNear:
    def test_the_nearest_first_and_nothing_of_the_street_itself_nor_from_afar(self, streets: Streets) -> None:
        assert streets.near() == ["员村近处书法", "员村远处书法"]

    def test_both_sides_of_the_farthest(self, streets: Streets) -> None:
        moved(streets.elsewhere, streets.city["街口街道"], km="4.99")
        assert streets.near()[-1] == "从化书法"
        moved(streets.elsewhere, streets.city["街口街道"], km="5.01")
        assert "从化书法" not in streets.near()

    def test_the_point_is_the_mean_of_the_open_places_of_the_street(self, streets: Streets) -> None:
        """A second place 2.4 km north puts the point 1.2 km north: there stands what was near."""
        second = moved(streets.elsewhere, streets.wushan, km="2.4")
        near = facilities.near_street(streets.wushan, within_km=5)
        assert near is not None
        assert [round(km, 1) for _key, km in near] == [0.0, 2.2]
        Venue.objects.filter(pk=second.pk).update(state="closed", closed_because="装修")
        near = facilities.near_street(streets.wushan, within_km=5)
        assert near is not None
        assert [round(km, 1) for _key, km in near] == [1.2, 3.4]

    def test_a_closed_place_is_not_near(self, streets: Streets) -> None:
        closed = Venue.objects.filter(territory=streets.yuancun, latitude__lt=LATITUDE + Decimal("0.02"))
        assert closed.update(state="closed", closed_because="装修") == 1
        assert streets.near() == ["员村远处书法"]

    def test_the_nearest_place_of_a_class_counts_and_is_the_one_named(self, streets: Streets) -> None:
        close = ClassSession.objects.filter(course_class=streets.close).first()
        last = ClassSession.objects.filter(course_class=streets.far).order_by("-during").first()
        assert close
        assert last
        ClassSession.objects.filter(pk=last.pk).update(space=close.space)
        found = queries.near(queries.Find(text="远处"), streets.wushan)
        (told,) = map(found.told, queries.faces(found.nearest()))
        assert told.room == close.space
        assert told.distance == "约1.2公里"

    def test_a_cancelled_session_brings_no_class_near(self, streets: Streets) -> None:
        """Only in the room of that date was it near."""
        for session in ClassSession.objects.filter(course_class=streets.close):
            services.cancel_session(actor=streets.keeper, session=session, at=clock.now(), why="停电")
        assert streets.near() == ["员村远处书法"]

    def test_the_other_filters_narrow_what_is_near_too(self, streets: Streets, monkeypatch: pytest.MonkeyPatch) -> None:
        day = clock.date_of(ClassSession.objects.filter(course_class=streets.far).order_by("during")[0].during.lower)
        CourseClass.objects.filter(pk=streets.close.pk).update(fee_fen=100)
        assert streets.near(is_free_of_charge=True) == ["员村远处书法"]
        assert streets.near(text="近处") == ["员村近处书法"]
        assert len(streets.near(subject="calligraphy", part="evening", weekday=day.weekday())) == 2
        level = streets.close.version.level
        assert (len(streets.near(level=level)), streets.near(level=level + 1)) == (2, [])
        for other in ({"subject": "dance"}, {"part": "morning"}, {"weekday": (day.weekday() + 1) % 7}):
            assert streets.near(**other) == [], other
        full = CourseClass.objects.filter(pk=streets.close.pk).values("pk")
        monkeypatch.setattr(places, "_full", [lambda: full])
        assert streets.near(only_free=True) == ["员村远处书法"]

    def test_so_many_and_no_more(self, streets: Streets, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rules, "MOST_NEAR", 1)
        assert streets.near() == ["员村近处书法"]

    def test_of_one_place_the_newest_first(self, streets: Streets) -> None:
        moved(streets.far, streets.yuancun, km="1.2")
        room = ClassSession.objects.filter(course_class=streets.far)[0].space
        ClassSession.objects.filter(course_class=streets.close).update(space=room)
        assert streets.near() == ["员村近处书法", "员村远处书法"]
        assert streets.close.pk > streets.far.pk

    def test_without_a_point_what_else_the_district_has(self, streets: Streets) -> None:
        moved(streets.here, streets.wushan, km=None)
        found = queries.near(queries.Find(), streets.wushan)
        assert not found.is_measured
        assert [one.pk for one in found.nearest()] == [streets.close.pk, streets.far.pk]
        assert {found.told(one).distance for one in queries.faces(found.nearest())} == {""}

    def test_nothing_near_is_an_empty_answer(self, streets: Streets) -> None:
        found = queries.near(queries.Find(), streets.city["街口街道"])
        assert found.is_measured
        assert found.nearest() == []
        assert list(found.found) == []


def test_a_distance_in_words() -> None:
    said = [distance_words(km) for km in (0.0, 0.14, 0.94, 0.96, 1.24, 4.96)]
    assert said == ["约100米", "约100米", "约900米", "约1.0公里", "约1.2公里", "约5.0公里"]


class TestPage:
    @pytest.mark.parametrize("mode", ["", "elder"])
    def test_what_is_near_stands_below_what_is_there(self, streets: Streets, mode: str) -> None:
        page = streets.page(mode=mode)
        order = [
            page.index(words)
            for words in ("五山书法", "五山街道附近", "员村近处书法", "约1.2公里", "员村远处书法", "约3.4公里")
        ]
        assert order == sorted(order)
        assert "从化书法" not in page
        # What is near is not counted as found in the street.
        assert "找到1个班" in page

    def test_in_english(self, streets: Streets) -> None:
        page = streets.page(language="en")
        for words in ("Near 五山街道", "about 1.2 km", "about 3.4 km", "Where you are is not asked"):
            assert words in page, words

    def test_it_stands_in_place_of_an_empty_state(self, streets: Streets) -> None:
        page = streets.page(text="员村近处")
        assert "五山街道里没有这样的班" in page
        assert "员村近处书法" in page
        assert "xc-empty" not in page
        nothing = streets.page(text="没有人开的课")
        assert "xc-empty" in nothing
        assert 'id="near"' not in nothing

    def test_without_a_point_it_says_so(self, streets: Streets) -> None:
        moved(streets.here, streets.wushan, km=None)
        page = streets.page()
        for words in ("天河区其他地方", "地图上还没有五山街道的学习场所", "员村远处书法"):
            assert words in page, words
        assert "公里" not in page

    def test_only_a_street_has_a_neighbourhood(self, streets: Streets) -> None:
        assert 'id="near"' not in streets.page(street="")
        assert 'id="near"' not in streets.page(district="", street="")
        # A street of another district than the chosen one is none that was offered.
        assert 'id="near"' not in streets.page(street=streets.city["街口街道"].code)

    def test_it_stands_below_the_end_of_a_long_list(self, streets: Streets, monkeypatch: pytest.MonkeyPatch) -> None:
        moved(streets.far, streets.wushan, km="0")
        monkeypatch.setattr(looking, "page_of", partial(page_of, size=1))
        first = streets.page()
        assert 'id="near"' not in first
        cursor = re.search(r"after=([A-Za-z0-9_-]+)", first)
        assert cursor
        assert 'id="near"' in streets.page(after=cursor[1])

    def test_it_asks_few_questions_however_much_there_is(self, streets: Streets) -> None:
        streets.page()  # what is cached is there
        asked = []
        for _more in range(2):
            with CaptureQueriesContext(connection) as questions:
                assert "约1.2公里" in streets.page()
            asked.append(len(questions))
            for _number in range(2):
                moved(a_live_class(streets.keeper, streets.college, state="open"), streets.yuancun, km="2")
        assert asked[0] == asked[1] <= 8, asked
