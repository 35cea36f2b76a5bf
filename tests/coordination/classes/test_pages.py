"""Pages and doors of classes: found by everybody, planned by their unit, read as a calendar by a secret address."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from psycopg.types.range import Int4Range

from attacks.forms.walks import at_browser
from city.situations import a_person, a_registrar, a_stranger, an_operator, an_organisation, small_city
from coordination.classes.situations import a_live_class, a_season, a_teacher, sessions
from coordination.facilities.situations import open_always, the_holidays
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes import ical, places, queries, services
from xuecheng.coordination.classes.models import ClassSession, CourseClass, TimetableFeed
from xuecheng.coordination.staff.models import Teacher, TeacherHours, TeachingSession
from xuecheng.coordination.staff.rules import span
from xuecheng.web.paging import page_of

pytestmark = pytest.mark.django_db
WHY = {"why": "教师出差"}


class Desk:
    """A college with an open class, at a browser."""

    def __init__(self) -> None:
        the_holidays()
        self.city: dict[str, Territory] = small_city()
        self.college: Organisation = an_organisation(self.city["天河区"], name_zh="天河区社区学院")
        self.keeper: Standing = a_registrar(self.college, "黄晓彤")
        self.clerk: Client = at_browser(self.keeper.person)
        self.row: CourseClass = a_live_class(self.keeper, self.college, state="open", title_zh="岭南书法")
        self.first: ClassSession = sessions(self.row)[0]

    def page(self, name: str, *args: Any, who: Client | None = None, **query: Any) -> str:
        answer = (who or self.clerk).get(reverse(f"classes:{name}", args=args), query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


@pytest.fixture(scope="module")
def whole_desk(around_the_module: None) -> Desk:
    return Desk()


@pytest.fixture
def desk(db: None, whole_desk: Desk) -> Desk:
    return whole_desk


def test_everybody_finds_a_class_by_where_when_and_what(desk: Desk) -> None:
    anybody, day = Client(), desk.first.day
    wanted = {
        "text": "书法", "subject": "calligraphy", "district": desk.city["天河区"].code, "weekday": day.weekday(),
        "part": "evening", "free": "both",
    }  # fmt: skip
    page = desk.page("find_classes", who=anybody, **wanted)
    assert "岭南书法" in page
    for name, other in (
        ("text", "太极"), ("subject", "dance"), ("district", desk.city["从化区"].code), ("part", "morning"),
        ("weekday", (day.weekday() + 1) % 7),
    ):  # fmt: skip
        assert "岭南书法" not in desk.page("find_classes", who=anybody, **wanted | {name: other}), name


def test_drafts_are_nobodys_business_and_a_cancelled_class_says_why(desk: Desk) -> None:
    draft = a_live_class(desk.keeper, desk.college, title_zh="还没定的课")
    there = reverse("classes:show_class", args=[draft.public_id])
    assert "还没定的课" not in desk.page("find_classes", who=Client())
    assert Client().get(there).status_code == 404
    services.cancel_class(actor=desk.keeper, course_class=desk.row, at=clock.now(), why="教室装修")
    assert "教室装修" in desk.page("show_class", desk.row.public_id, who=Client())
    assert "岭南书法" not in desk.page("find_classes", who=Client())


def test_the_public_page_names_no_teacher(desk: Desk) -> None:
    name = desk.first.teaching.person.name if desk.first.teaching else ""
    assert name
    assert name not in desk.page("show_class", desk.row.public_id, who=Client())
    assert name in desk.page("show_plan", desk.row.public_id)


def test_places_left_come_from_whoever_enrols(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_counts", [])
    monkeypatch.setattr(places, "_full", [])
    monkeypatch.setattr(places, "_addresses", [])
    assert places.left(desk.row, places.taken([desk.row.pk])) == 20
    all_full = CourseClass.objects.filter(pk=desk.row.pk).values("pk")
    places.register(lambda keys: dict.fromkeys(keys, 20), full=lambda: all_full)
    places.register_address(lambda row: f"/enrol/{row.public_id}/")
    assert "岭南书法" not in desk.page("find_classes", who=Client(), free="places")
    assert "岭南书法" in desk.page("find_classes", who=Client())
    assert f"/enrol/{desk.row.public_id}/" in desk.page("show_class", desk.row.public_id, who=Client())


def test_a_class_is_found_in_the_search_box(desk: Desk) -> None:
    assert (
        reverse("classes:show_class", args=[desk.row.public_id])
        in Client().get("/search/", {"q": "岭南书"}).content.decode()
    )


def test_from_a_course_to_an_open_class_at_the_screen(desk: Desk) -> None:
    version = desk.row.version
    season = a_season(desk.college, begins=clock.today(), name_zh="冬季学期")
    assert reverse("classes:plan_class", args=[version.public_id]) in desk.page(
        "choose_course", season=season.public_id
    )
    there = reverse("classes:plan_class", args=[version.public_id]) + f"?season={season.public_id}"
    told = {
        "season": str(season.public_id), "code": "SF-09", "seats_least": 5, "seats_most": 20, "fee": "60.50",
        "allocation": "lottery", "enrolment_opens_at": "2026-01-01T09:00", "enrolment_closes_at": "2030-01-01T09:00",
        "priority": ["elders"], "least_age": 50,
    }  # fmt: skip
    assert desk.clerk.post(there, told | {"enrolment_closes_at": "2020-01-01T09:00"}).status_code == 422
    assert desk.clerk.post(there, told).status_code == 302
    row = CourseClass.objects.get(code="SF-09")
    assert (row.fee_fen, row.eligibility, row.priority) == (6050, {"least_age": 50}, ["elders"])
    room, teacher = open_always(desk.keeper, desk.college), a_teacher(desk.college, "任教人", at=clock.now())
    series = {
        "base": "01999999-0000-7000-8000-000000000001", "first_day": str(clock.today() + timedelta(days=2)),
        "begins": "10:00", "minutes": 90, "count": 2, "every_weeks": 1, "space": str(room.public_id),
        "teacher": str(teacher.public_id),
    }  # fmt: skip
    plan = reverse("classes:add_sessions", args=[row.public_id])
    tried = desk.clerk.post(plan, series | {"act": "try"})
    assert tried.status_code == 200
    assert not row.sessions.exists()
    assert desk.clerk.post(plan, series | {"act": "save"}).status_code == 302
    assert row.sessions.count() == 2
    assert desk.clerk.post(reverse("classes:move_class", args=[row.public_id, "open"])).status_code == 302
    row.refresh_from_db()
    assert row.state == "open"


def test_each_date_says_what_speaks_against_it_and_can_be_left_out(desk: Desk) -> None:
    row = a_live_class(desk.keeper, desk.college, count=0)
    teaching, space = desk.first.teaching, desk.first.space
    assert teaching
    assert space
    series = {
        "base": "01999999-0000-7000-8000-000000000002", "first_day": str(desk.first.day), "begins": "19:00",
        "minutes": 90, "count": 3, "every_weeks": 1, "space": str(space.public_id),
        "teacher": str(teaching.teacher.public_id), "act": "save",
    }  # fmt: skip
    there = reverse("classes:add_sessions", args=[row.public_id])
    answer = desk.clerk.post(there, series)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("T-03") >= 2
    assert not row.sessions.exists()
    ticked = re.findall(r'name="leave_out" value="([\d-]+)"', page)
    assert ticked == [str(desk.first.day), str(desk.first.day + timedelta(days=7))]
    assert desk.clerk.post(there, series | {"leave_out": ticked}).status_code == 302
    assert row.sessions.count() == 3
    bad = desk.clerk.post(there, series | {"without": "明天"})
    assert bad.status_code == 422
    assert "明天" in bad.content.decode()


def test_a_session_moves_changes_hands_and_is_cancelled(desk: Desk) -> None:
    one, other = desk.first, a_teacher(desk.college, "冯代课", at=clock.now())
    assert one.space
    moved = {"on": str(one.day), "begins": "20:00", "minutes": 60, "space": str(one.space.public_id)}
    assert desk.clerk.post(reverse("classes:move_session", args=[one.public_id]), moved).status_code == 422
    assert desk.clerk.post(reverse("classes:move_session", args=[one.public_id]), moved | WHY).status_code == 302
    asked = {"teacher": str(other.public_id), "onward": "on"} | WHY
    there = reverse("classes:substitute_teacher", args=[one.public_id])
    for wrong in ({"until": str(one.day), "onward": ""}, {"until": str(one.day - timedelta(days=1))}):
        assert desk.clerk.post(there, asked | wrong).status_code == 422
    assert desk.clerk.post(reverse("classes:substitute_teacher", args=[one.public_id]), asked).status_code == 302
    assert "冯代课" in desk.page("show_plan", desk.row.public_id)
    early = desk.clerk.post(reverse("classes:act_on_session", args=[one.public_id, "hold"]), follow=True)
    assert early.status_code == 200
    assert ClassSession.objects.get(pk=one.pk).state == "planned"
    assert desk.clerk.post(reverse("classes:cancel_session", args=[one.public_id]), WHY).status_code == 302
    assert ClassSession.objects.get(pk=one.pk).state == "cancelled"
    assert desk.clerk.post(reverse("classes:act_on_session", args=[one.public_id, "burn"])).status_code == 404
    assert desk.clerk.post(reverse("classes:move_class", args=[desk.row.public_id, "burn"])).status_code == 404


def test_a_substitute_is_found_and_called_in_one_step(desk: Desk) -> None:
    at, one = clock.now(), desk.first
    begins = one.during.lower.astimezone(clock.zone())
    neighbour = an_organisation(desk.city["天河区"], name_zh="天河区第二学院")

    def evenings(unit: Organisation, name: str) -> Teacher:
        row = a_teacher(unit, name, at=at)
        minutes = Int4Range(*span(begins.weekday(), 18 * 60, 22 * 60))
        TeacherHours.objects.create(teacher=row, use="free", minutes=minutes)
        return row

    own, other, busy = (
        evenings(desk.college, "何代课"),
        evenings(neighbour, "外院人"),
        a_teacher(desk.college, "没空的", at=at),
    )
    there = reverse("classes:find_substitute", args=[one.public_id])
    page = desk.page("find_substitute", one.public_id)
    assert there in desk.page("show_plan", desk.row.public_id)
    assert f'value="{own.public_id}"' in page
    # Of another unit an agreement comes first; who has no time stands with what hinders; who teaches it is no substitute.
    assert "外院人" in page
    assert f'value="{other.public_id}"' not in page
    assert "没空的" in page
    assert f'value="{busy.public_id}"' not in page
    assert one.teaching
    assert f'value="{one.teaching.teacher.public_id}"' not in page
    assert desk.clerk.post(there, {"teacher": str(other.public_id)} | WHY).status_code == 404
    assert desk.clerk.post(there, {"teacher": str(own.public_id), "why": ""}).status_code == 422
    assert desk.clerk.post(there, {"teacher": str(own.public_id)} | WHY).status_code == 302
    now = ClassSession.objects.select_related("teaching").get(pk=one.pk)
    assert now.teaching
    assert now.teaching.teacher_id == own.pk
    assert TeachingSession.objects.get(pk=one.teaching_id).state == "released"
    # At the same time they teach already: the search says so, and the service refuses (T-03).
    second = a_live_class(desk.keeper, desk.college, state="open")
    (clash, _later) = sessions(second)
    again = reverse("classes:find_substitute", args=[clash.public_id])
    assert f'value="{own.public_id}"' not in desk.page("find_substitute", clash.public_id)
    refused = desk.clerk.post(again, {"teacher": str(own.public_id)} | WHY)
    assert refused.status_code == 422
    assert "T-03" in refused.content.decode()


def test_the_history_says_who_moved_which_session_when(desk: Desk, django_assert_max_num_queries: Any) -> None:
    one, other = desk.first, a_teacher(desk.college, "冯代课", at=clock.now())
    begins, ends = (each + timedelta(hours=1) for each in (one.during.lower, one.during.upper))
    services.move_session(
        actor=desk.keeper, session=one, begins_at=begins, ends_at=ends, space=one.space, at=clock.now(), why="场地维修"
    )
    services.substitute_teacher(actor=desk.keeper, session=one, teacher=other, at=clock.now(), why="教师出差")
    services.cancel_session(actor=desk.keeper, session=sessions(desk.row)[1], at=clock.now(), why="台风停课")
    there = reverse("classes:show_history", args=[desk.row.public_id])
    assert there in desk.page("show_plan", desk.row.public_id)
    steps = queries.session_history(desk.row)
    assert [(step.number, step.what) for step in steps] == [
        (2, "cancelled"), (1, "changed"), (1, "changed"), (2, "planned"), (1, "planned"),
    ]  # fmt: skip
    assert {step.by for step in steps} == {"黄晓彤"}
    assert [step.why for step in steps[:3]] == ["台风停课", "教师出差", "场地维修"]
    ((_label, _before, after),) = steps[1].lines
    assert after == "冯代课"
    ((_time, old, new),) = steps[2].lines
    assert (old.split()[0], "7:00" in old, "8:00" in new) == (new.split()[0], True, True)
    with django_assert_max_num_queries(15):
        page = desk.page("show_history", desk.row.public_id)
    assert page.count("台风停课") == 1
    assert "台风停课" not in desk.page("show_history", desk.row.public_id, session=1)


def test_the_board_the_list_and_the_timetables_show_the_unit(desk: Desk) -> None:
    teacher = desk.first.teaching.person.name if desk.first.teaching else ""
    season = {"unit": desk.college.code, "season": str(desk.row.season.public_id)}
    for name in ("show_board", "print_list"):
        page = desk.page(name, **season)
        assert desk.row.code in page
        assert teacher in page
    on = str(desk.first.day)
    for view in ("rooms", "teachers", "classes", "month"):
        assert reverse("classes:show_plan", args=[desk.row.public_id]) in desk.page(
            "show_timetable", unit=desk.college.code, view=view, on=on
        )
    assert desk.row.code not in desk.page("show_timetable", unit=desk.college.code, view="classes", on="2026-01-05")
    assert desk.row.title in desk.page("show_board", **season, state="open")
    assert desk.row.code not in desk.page("show_board", **season, state="draft")


def test_a_season_is_made_changed_and_planned_again(desk: Desk) -> None:
    days = ("begins_on", "ends_on", "planning_from", "planning_to", "enrolment_from", "enrolment_to")
    facts = dict.fromkeys(days, "2027-09-06") | {"name_zh": "明年秋季", "unit": desk.college.code} | WHY
    wrong = desk.clerk.post(reverse("classes:create_season"), facts | {"ends_on": "2027-09-05"})
    assert wrong.status_code == 422
    assert desk.clerk.post(reverse("classes:create_season"), facts).status_code == 302
    assert "明年秋季" in desk.page("list_seasons")
    old = desk.row.season
    (new,) = [one for one in queries.seasons_of_unit(desk.college) if one.name_zh == "明年秋季"]
    there = reverse("classes:change_season", args=[new.public_id])
    assert desk.clerk.post(there, facts | {"name_zh": "明年秋"}).status_code == 302
    page = desk.clerk.post(reverse("classes:clone_season", args=[old.public_id]), {"into": str(new.public_id)})
    assert page.status_code == 200
    made = CourseClass.objects.get(season=new)
    assert reverse("classes:show_plan", args=[made.public_id]) in page.content.decode()
    assert made.sessions.count() == 2


def test_the_operator_keeps_seasons_of_the_city_and_plans_nothing(desk: Desk) -> None:
    operator = at_browser(an_operator(desk.city["广州市"]).person)
    days = ("begins_on", "ends_on", "planning_from", "planning_to", "enrolment_from", "enrolment_to")
    facts = dict.fromkeys(days, "2027-03-01") | {"name_zh": "全市春季"} | WHY
    assert operator.post(reverse("classes:create_season"), facts).status_code == 302
    assert "全市春季" in desk.page("list_seasons")
    assert desk.row.code in desk.page("show_plan", desk.row.public_id, who=operator)
    assert operator.post(reverse("classes:move_class", args=[desk.row.public_id, "start"])).status_code == 403


def test_others_do_not_learn_that_a_class_is_planned(desk: Desk) -> None:
    neighbour = at_browser(a_registrar(an_organisation(desk.city["街口街道"])).person)
    stranger = at_browser(a_stranger().person)
    row, one = desk.row.public_id, desk.first.public_id
    for who in (neighbour, stranger):
        for name, args in (
            ("show_plan", [row]), ("show_history", [row]), ("change_class", [row]), ("add_sessions", [row]), ("move_session", [one]),
            ("substitute_teacher", [one]), ("cancel_session", [one]), ("find_substitute", [one]),
        ):  # fmt: skip
            assert who.get(reverse(f"classes:{name}", args=args)).status_code in (403, 404), name
        for name, args in (("cancel_class", [row]), ("make_feed", [row]), ("move_class", [row, "start"])):
            assert who.post(reverse(f"classes:{name}", args=args), WHY).status_code in (403, 404), name
    assert neighbour.get(reverse("classes:change_season", args=[desk.row.season.public_id])).status_code == 403
    assert neighbour.get(reverse("classes:clone_season", args=[desk.row.season.public_id])).status_code == 404


# Calendars


def unfolded(text: str) -> list[str]:
    """The content lines of a calendar, held against RFC 5545: lines of 75 octets at most, each ended by CRLF."""
    assert text.endswith("\r\n")
    raw = text[:-2].split("\r\n")
    assert all(len(line.encode()) <= 75 for line in raw)
    assert not any("\n" in line or "\r" in line for line in raw)
    return re.sub(r"\r\n[ \t]", "", text)[:-2].split("\r\n")


def events(text: str) -> list[dict[str, str]]:
    """Each event's properties, after the frame was checked."""
    lines = unfolded(text)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "VERSION:2.0" in lines
    assert any(line.startswith("PRODID:") for line in lines)
    found: list[dict[str, str]] = []
    inside = False
    for line in lines:
        assert re.match(r"[A-Z-]+(;[A-Z-]+=[^:;,]+)*:", line), line
        if line == "BEGIN:VEVENT":
            assert not inside
            found.append({})
        inside = line != "END:VEVENT" and (inside or line == "BEGIN:VEVENT")
        if inside and not line.startswith("BEGIN"):
            name, value = line.split(":", 1)
            assert name not in found[-1], "once each"
            found[-1][name] = value
    for event in found:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS"} <= set(event)
        assert all(re.fullmatch(r"\d{8}T\d{6}Z", event[name]) for name in ("DTSTAMP", "DTSTART", "DTEND"))
    assert len({event["UID"] for event in found}) == len(found)
    return found


def test_a_class_is_read_as_a_calendar_by_its_secret_address_only(desk: Desk) -> None:
    answer = desk.clerk.post(reverse("classes:make_feed", args=[desk.row.public_id]), {"act": "make"})
    (secret,) = re.findall(r"/classes/calendar/([\w-]+)\.ics", answer.content.decode())
    assert "calendar/" not in desk.page("show_plan", desk.row.public_id)
    there = reverse("classes:read_feed", args=[secret])
    feed = Client().get(there)
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in feed["Cache-Control"]
    services.cancel_session(actor=desk.keeper, session=sessions(desk.row)[1], at=clock.now(), why="台风")
    found = events(Client().get(there).content.decode())
    assert [one["STATUS"] for one in found] == ["CONFIRMED", "CANCELLED"]
    assert found[0]["DTSTART"] == desk.first.during.lower.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    assert "岭南书法" in found[0]["SUMMARY"]
    assert bytes(TimetableFeed.objects.get().secret_hash) != secret.encode()
    desk.clerk.post(reverse("classes:make_feed", args=[desk.row.public_id]), {"act": "make"})
    assert Client().get(there).status_code == 404
    assert Client().get(reverse("classes:read_feed", args=["x" * 43])).status_code == 404


def test_a_teacher_has_their_own_timetable_and_ends_its_address(desk: Desk) -> None:
    assert desk.first.teaching
    teacher = at_browser(desk.first.teaching.person)
    assert "岭南书法" in desk.page("show_own", who=teacher)
    answer = teacher.post(reverse("classes:make_own_feed"), {"act": "make"})
    (secret,) = re.findall(r"/classes/calendar/([\w-]+)\.ics", answer.content.decode())
    there = reverse("classes:read_feed", args=[secret])
    assert len(events(Client().get(there).content.decode())) == 2
    assert teacher.post(reverse("classes:make_own_feed"), {"act": "end"}).status_code == 302
    assert Client().get(there).status_code == 404
    other = at_browser(a_person("路人甲"))
    assert "岭南书法" not in desk.page("show_own", who=other)


def test_a_timetable_longer_than_a_page_goes_on_and_a_spoilt_place_in_it_is_none(desk: Desk) -> None:
    assert desk.first.teaching
    found = queries.own_sessions(desk.first.teaching.person, from_at=clock.now())
    first = page_of(found, order=("during", "pk"), size=1)
    second = page_of(found, order=("during", "pk"), size=1, after=first.next_cursor)
    assert [*first, *second] == sessions(desk.row)
    assert second.next_cursor == ""
    for spoilt in ('["x",1]', '["[1]",1]', '["{\\"a\\":1}",1]', "[3,1]", "[null,1]"):
        after = base64.urlsafe_b64encode(spoilt.encode()).decode().rstrip("=")
        assert desk.clerk.get(reverse("classes:show_own"), {"after": after}).status_code == 404


@pytest.mark.parametrize("words", ["a;b,c\\d\ne", "长" * 60, "🎋" * 40, "ok\r\nBEGIN:VEVENT", "\x00\u202e隐"])
def test_whatever_a_title_holds_the_calendar_stays_one(desk: Desk, words: str) -> None:
    one = sessions(desk.row)[0]
    one.topic, one.course_class.note = words, words
    now = datetime(2026, 1, 1, tzinfo=UTC)
    (event,) = events(ical.calendar_of(words, [one], at=now, host="xuecheng.example"))
    plain = "".join(sign for sign in words.replace("\r\n", "\n") if sign == "\n" or sign.isprintable())
    back = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], event["DESCRIPTION"])
    assert back == plain
