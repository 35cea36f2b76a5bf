"""The shell shows the places a person may go to, marks where they are, and counts only where work waits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

from xuecheng.web import menu, providers
from xuecheng.web.context import Shell
from xuecheng.web.counting import MOST, counts_of
from xuecheng.web.menu import MenuEntry

pytestmark = pytest.mark.counted


@pytest.fixture
def empty_menu(monkeypatch):
    monkeypatch.setattr(menu, "_entries", {kind: [] for kind in menu._entries})


@pytest.fixture
def rights(monkeypatch):
    """The acts that are allowed in a test."""
    allowed: set[str] = set()
    monkeypatch.setattr(providers._providers, "allowed", lambda _request, act: act in allowed)
    return allowed


def at(path: str):
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    return request


def entry(url_name: str, **more) -> MenuEntry:
    return MenuEntry(label=url_name, url_name=url_name, icon="home", **more)


def test_places_stand_in_their_order_and_once(empty_menu):
    menu.register("staff", entry("web:parts", order=20))
    menu.register("staff", entry("web:set_preferences", order=10))
    menu.register("staff", entry("web:parts", order=5))
    assert [place.url for place in menu.places(at("/parts/"), "staff")] == ["/parts/", "/preferences/"]


def test_more_places_than_a_row_stand_under_headings_and_those_of_none_first(empty_menu, monkeypatch):
    menu.register("staff", entry("web:set_preferences", group="people", order=1))
    menu.register("staff", entry("web:parts", group="classes", order=2))
    menu.register("staff", entry("web:list_help", order=3))

    def shown() -> list[tuple[str, str]]:
        return [(place.url, place.group) for place in menu.places(at("/parts/"), "staff")]

    assert shown() == [("/help/all/", ""), ("/parts/", ""), ("/preferences/", "")]
    monkeypatch.setattr(menu, "MOST_IN_A_ROW", 2)
    with translation.override("en"):
        assert shown() == [("/help/all/", ""), ("/parts/", "Courses and classes"), ("/preferences/", "People")]


def test_every_place_of_staff_but_today_has_a_heading():
    bare = {one.url_name for one in menu._entries["staff"] if not one.group}
    assert bare == {"desk:show_counter", "desk:show_today", "recognition:show_desk", "records:show_desk"}


def test_what_a_person_may_not_do_is_not_offered(empty_menu, rights):
    menu.register("staff", entry("web:parts", act="parts.look"))
    assert menu.places(at("/parts/"), "staff") == ()
    rights.add("parts.look")
    assert len(menu.places(at("/parts/"), "staff")) == 1


def test_a_place_that_is_not_built_yet_is_left_out(empty_menu):
    menu.register("public", entry("nowhere:at_all"))
    assert menu.places(at("/parts/"), "public") == ()


def test_the_present_place_is_marked(empty_menu):
    menu.register("public", entry("web:parts"))
    menu.register("public", entry("web:set_preferences"))
    assert [place.is_current for place in menu.places(at("/preferences/"), "public")] == [False, True]


def test_a_place_may_cover_other_views_and_whole_apps(empty_menu):
    menu.register("public", entry("web:parts", covers=("web:set_preferences",)))
    assert menu.places(at("/preferences/"), "public")[0].is_current
    menu.register("public", entry("web:parts", covers=("web:",)))
    assert menu.places(at("/preferences/"), "public")[0].is_current


def test_counts_are_asked_only_of_what_is_shown(empty_menu, rights):
    asked = []

    def waiting(_request):
        asked.append(1)
        return [ContentType.objects.none()]

    menu.register("staff", entry("web:parts", act="parts.look", waiting=waiting))
    menu.places(at("/parts/"), "staff")
    assert asked == []
    rights.add("parts.look")
    assert menu.places(at("/parts/"), "staff")[0].count == 0
    assert asked == [1]


@pytest.mark.django_db
def test_what_waits_at_all_places_is_counted_in_one_query(empty_menu, django_assert_num_queries):
    every = ContentType.objects.all()
    menu.register("staff", entry("web:parts", waiting=lambda _request: [every, every.filter(model="person")]))
    menu.register("tool", entry("web:set_preferences", waiting=lambda _request: [every.filter(app_label="people")]))
    menu.register("more", entry("account_login"))
    request = at("/parts/")
    with django_assert_num_queries(1):
        (staff,) = menu.places(request, "staff")
        (tool,) = menu.places(request, "tool")
        assert menu.places(request, "more")[0].count == 0
    assert (staff.count, tool.count) == (min(every.count(), MOST) + 1, every.filter(app_label="people").count())


class TestNumbersAreKeptForAWhile:
    """Those of one session; never past what its browser has just sent."""

    @pytest.fixture
    def counted(self, empty_menu, settings):
        settings.MENU_COUNTS_S = 15
        asked = []

        def waiting(_request):
            asked.append(1)
            return [ContentType.objects.none()]

        menu.register("staff", entry("web:parts", waiting=waiting))

        def look(session: str | None, *, sent: bool = False) -> int:
            request = at("/parts/")
            request.session = SimpleNamespace(session_key=session)
            if sent:
                request.COOKIES["xc_sent"] = "1"
            before = len(asked)
            menu.places(request, "staff")
            return len(asked) - before

        return look

    def test_for_a_quarter_of_a_minute(self, counted):
        with time_machine.travel("2026-11-30T09:00:00+08:00", tick=False) as clock:
            assert [counted("one"), counted("one"), counted("two"), counted("two")] == [1, 0, 1, 0]
            clock.shift(16)
            assert counted("one") == 1

    def test_not_by_whoever_has_just_sent_something(self, counted):
        assert [counted("one"), counted("one", sent=True), counted("one", sent=True), counted("one")] == [1, 1, 1, 0]

    def test_not_without_a_session(self, counted):
        assert [counted(None), counted(None)] == [1, 1]

    def test_a_sending_is_noted_for_as_long(self, counted, settings, client, db):
        def notes(answer) -> bool:
            return "xc_sent" in answer.cookies

        assert not notes(client.post("/preferences/"))
        client.cookies[settings.SESSION_COOKIE_NAME] = "some session"
        assert not notes(client.get("/preferences/"))
        answer = client.post("/preferences/")
        assert notes(answer)
        assert int(answer.cookies["xc_sent"]["max-age"]) == settings.MENU_COUNTS_S


@pytest.mark.django_db
def test_lists_are_counted_up_to_a_hundred_and_cost_nothing_where_they_must_be_empty(django_assert_num_queries):
    ContentType.objects.bulk_create(ContentType(app_label="many", model=f"m{number}") for number in range(MOST + 5))
    rows = ContentType.objects.filter(app_label="many").order_by("model")
    with django_assert_num_queries(1):
        assert counts_of({"many": [rows], "none": [rows.none()], "nothing": []}) == {
            "many": MOST,
            "none": 0,
            "nothing": 0,
        }
    with django_assert_num_queries(0):
        assert counts_of({"none": [rows.none(), rows.filter(pk__in=[])]}) == {"none": 0}


def test_the_bar_has_five_places_and_four_in_large_print(empty_menu):
    for order in range(7):
        menu.register("resident", entry("web:parts", order=order, bar="both"))
        menu._entries["resident"].append(entry("web:set_preferences", order=order, bar="both"))
    assert len(menu.bar_places(at("/parts/"), elder=False)) == 5
    assert len(menu.bar_places(at("/parts/"), elder=True)) == 4


def test_a_place_of_the_bar_need_not_stand_in_the_header(empty_menu):
    menu.register("resident", entry("web:parts", bar="elder", in_header=False))
    assert menu.header_places(at("/parts/"), "resident") == ()
    assert len(menu.bar_places(at("/parts/"), elder=True)) == 1
    assert menu.bar_places(at("/parts/"), elder=False) == ()


def test_a_fragment_pays_nothing_for_the_shell(monkeypatch):
    def never(*_):
        raise AssertionError("asked")

    monkeypatch.setattr(providers._providers, "person", never)
    monkeypatch.setattr(providers._providers, "installation", never)
    Shell(at("/parts/"))


def test_a_city_names_its_site_in_both_languages():
    from django.utils import translation

    guangzhou = providers.Installation(city_zh="广州市", city_en="Guangzhou")
    with translation.override("en"):
        assert guangzhou.site == "Guangzhou Xuecheng"
        assert providers.Installation().site == "Xuecheng"
    with translation.override("zh-hans"):
        assert guangzhou.city == "广州市"
