"""How load is shared (T-04): shares, the median, the fullest week; who sees whom, in how many queries; the page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import DateRange

from city.situations import TODAY, a_person, a_stranger, holding
from coordination.staff.situations import (
    NOW,
    a_teacher,
    a_wish,
    acting,
)
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff import queries, services
from xuecheng.coordination.staff.models import LimitsVersion, Qualification
from xuecheng.coordination.staff.rules import DayOutOfReach, Limits, PeriodWrong
from xuecheng.coordination.staff.rules.sharing import (
    LOAD_WEEKS,
    MOST_WEEKS,
    Advice,
    Load,
    Spread,
    TooManyWeeks,
    Weeks,
    advice,
    spread,
    weeks_around,
)
from xuecheng.web.paging import CursorSpoilt

MONDAY = TODAY - timedelta(days=TODAY.weekday())


# The rule


@pytest.mark.parametrize(
    ("held", "planned", "average", "share", "heavy"),
    [(0, 0, 0, 0, False), (24, 0, 300, 10_000, True), (10, 9, 237, 7_916, False), (10, 10, 250, 8_333, True)],
)
def test_the_share_is_the_average_week_of_the_most(held, planned, average, share, heavy):
    load = Load(weeks=8, held=held, planned=planned, fullest=3, most=3)
    assert (load.average, load.share, load.is_heavy(Limits())) == (average, share, heavy)


def test_exactly_the_part_of_the_limit_is_not_yet_too_much():
    load = Load(weeks=1, held=4, planned=0, fullest=4, most=5)
    assert load.share == 8_000
    assert not load.is_heavy(Limits())
    assert load.is_heavy(Limits(heavy_share=79))


@pytest.mark.parametrize(
    ("averages", "found"),
    [
        ([], None),
        ([50], Spread(50, 50, 50)),
        ([300, 0, 100], Spread(300, 100, 0)),
        ([0, 25, 100, 300], Spread(300, 62, 0)),
    ],
)
def test_the_spread_has_its_median_in_the_middle(averages, found):
    assert spread(averages) == found


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=40))
def test_half_the_people_carry_no_more_than_the_median_and_half_no_less(averages):
    found = spread(averages)
    assert found.lowest <= found.median <= found.highest
    assert sum(one <= found.median + 1 for one in averages) * 2 >= len(averages)
    assert sum(one >= found.median for one in averages) * 2 >= len(averages)


def test_whole_weeks_hold_the_days_that_were_chosen():
    monday = date(2026, 11, 23)
    assert weeks_around(None, None, today=monday) == Weeks(monday - timedelta(weeks=7), LOAD_WEEKS)
    assert weeks_around(None, None, today=monday + timedelta(days=6)).ends_on == monday + timedelta(days=6)
    assert weeks_around(monday, monday, today=monday) == Weeks(monday, 1)
    assert weeks_around(monday - timedelta(days=1), monday, today=monday).number == 2
    assert weeks_around(monday, None, today=monday) == Weeks(monday, LOAD_WEEKS)
    most = monday + timedelta(weeks=MOST_WEEKS) - timedelta(days=1)
    assert weeks_around(monday, most, today=monday).number == MOST_WEEKS
    with pytest.raises(TooManyWeeks):
        weeks_around(monday, most + timedelta(days=1), today=monday)
    with pytest.raises(PeriodWrong):
        weeks_around(monday, monday - timedelta(days=1), today=monday)
    with pytest.raises(DayOutOfReach):
        weeks_around(date.min, None, today=monday)


@pytest.mark.parametrize(
    ("sessions", "heavy", "idle", "heirs", "said"),
    [
        (0, 0, 0, 0, Advice.NOTHING_YET),
        (9, 1, 1, 1, Advice.HAND_OVER),
        (9, 1, 1, 0, Advice.LOOK_ELSEWHERE),
        (9, 1, 0, 0, Advice.LOOK_ELSEWHERE),
        (9, 0, 1, 0, Advice.ASK_THE_IDLE),
        (9, 0, 0, 0, Advice.FAIR),
    ],
)
def test_what_is_to_be_done(sessions, heavy, idle, heirs, said):
    assert advice(sessions=sessions, heavy=heavy, idle=idle, heirs=heirs) is said


# The question


def a_volunteer(pool, name, **more):
    wished = {"kind": "volunteer", "home": pool.college, "sessions": 3, "owed": (), "has_post": False} | more
    return a_teacher(pool, name, **wished)


def planned(pool, teacher, day, *, begins=19, held=False):
    session = services.assign_teacher(
        actor=pool.clerk, public_id=uuid7(), teacher=teacher,
        wish=a_wish(pool, day=day, begins=begins, ends=begins + 1),
    )  # fmt: skip
    if held:
        services.check_in(actor=pool.clerk, session=session, at=session.during.lower)
    return session


def shared(who, *, first=MONDAY, until=MONDAY, at=NOW):
    return queries.sharing_of(who, first=first, until=until, at=at)


def of(found, teacher):
    return next(one for one in found.people if one.teacher.pk == teacher.pk)


def test_held_and_planned_count_and_the_fullest_week_stands_beside_the_average(pool):
    row = a_volunteer(pool, "何满")
    planned(pool, row, MONDAY, held=True)
    for day in (7, 8, 9):
        planned(pool, row, MONDAY + timedelta(days=day))
    released = planned(pool, row, MONDAY + timedelta(days=3))
    services.release_teacher(actor=pool.clerk, session=released, words="改期")
    planned(pool, row, MONDAY + timedelta(days=14))  # beyond the weeks that are looked at
    load = of(shared(pool.clerk, until=MONDAY + timedelta(days=13)), row).load
    assert load == Load(weeks=2, held=1, planned=3, fullest=3, most=3)
    assert (load.average, load.share) == (200, 6_666)


def test_a_week_is_the_citys_from_monday_to_sunday_midnight(pool):
    row = a_volunteer(pool, "何满")
    planned(pool, row, MONDAY + timedelta(days=6), begins=20)
    planned(pool, row, MONDAY + timedelta(days=7), begins=18)
    assert of(shared(pool.clerk), row).load.planned == 1
    assert (
        of(shared(pool.clerk, first=MONDAY + timedelta(days=7), until=MONDAY + timedelta(days=7)), row).load.planned
        == 1
    )
    assert of(shared(pool.clerk, until=MONDAY + timedelta(days=7)), row).load.fullest == 1


def test_the_fullest_stands_first_and_the_types_have_their_spread(pool):
    full, some, none = (a_volunteer(pool, name) for name in ("甲", "乙", "丙"))
    for day in (0, 1, 2):
        planned(pool, full, MONDAY + timedelta(days=day))
    planned(pool, some, MONDAY + timedelta(days=5))
    found = shared(pool.clerk)
    assert [one.teacher.pk for one in found.people] == [full.pk, some.pk, none.pk]
    assert [one.is_heavy for one in found.people] == [True, False, False]
    assert (found.heavy, found.idle, found.advice) == (1, 1, Advice.HAND_OVER)
    assert of(found, none).is_idle
    lines = {line.kind: line for line in found.kinds}
    assert lines["volunteer"].spread == Spread(300, 100, 0)
    assert (lines["volunteer"].people, lines["volunteer"].heavy) == (3, 1)
    assert (lines["full_time"].people, lines["full_time"].spread) == (0, None)


def test_only_who_is_qualified_for_the_subject_relieves_somebody(pool):
    """T-02: whoever teaches something else, less, or no more on that day, does not count, however little they have."""
    full = a_volunteer(pool, "甲")
    for day in (1, 2, 3):
        planned(pool, full, MONDAY + timedelta(days=day))
    dances, beginner, ends, fits = (a_volunteer(pool, name) for name in ("舞", "初", "满", "合"))
    session = queries.next_sessions(shared(pool.clerk).people, at=NOW)[full.pk]
    day = session.during.lower.date()
    for who, more in (
        (dances, {"subject": "dance"}), (beginner, {"level": session.level - 1}),
        (ends, {"during": DateRange(date(2024, 1, 1), day)}),
    ):  # fmt: skip
        Qualification.objects.filter(teacher=who).update(**more)
    found = shared(pool.clerk)
    assert found.heirs == {full.pk: (fits,)}
    assert found.coming[full.pk] == session
    assert (found.idle, found.advice) == (4, Advice.HAND_OVER)
    Qualification.objects.filter(teacher=fits).update(subject="dance")
    found = shared(pool.clerk)
    assert (found.idle, found.heirs, found.advice) == (4, {}, Advice.LOOK_ELSEWHERE)


def test_idle_is_only_who_may_teach_and_has_nothing_from_now_on(pool):
    idle, unqualified, later = (a_volunteer(pool, name) for name in ("甲", "乙", "丙"))
    Qualification.objects.filter(teacher=unqualified).update(state="withdrawn")
    planned(pool, later, MONDAY + timedelta(days=60))
    found = shared(pool.clerk)
    assert [one.teacher.pk for one in found.people if one.is_idle] == [idle.pk]
    assert found.idle == 1
    assert found.advice is Advice.NOTHING_YET


def test_the_limit_is_the_lower_one_of_the_place_and_the_persons_wish(pool):
    wish = a_volunteer(pool, "甲", sessions=1)
    usual = a_volunteer(pool, "乙")
    assert (of(shared(pool.clerk), wish).load.most, of(shared(pool.clerk), wish).wishes_less) == (1, True)
    assert (of(shared(pool.clerk), usual).load.most, of(shared(pool.clerk), usual).wishes_less) == (3, False)
    for place, most in (("广州市", 1), ("天河区", 2), ("从化区", 1)):
        LimitsVersion.objects.create(
            territory=pool.places[place], begins_on=TODAY, values={"volunteer_sessions": most},
            set_by=pool.clerk.person, why="试",
        )  # fmt: skip
    assert of(shared(pool.clerk), usual).load.most == 2


def test_a_unit_sees_its_own_people_and_a_district_those_within(pool):
    mine = a_volunteer(pool, "甲")
    shared_by_others = a_teacher(pool, "乙")  # of the school, lets itself be found
    far = a_teacher(pool, "丙", home=pool.far, has_post=False, owed=())
    assert [one.teacher.pk for one in shared(pool.clerk).people] == [mine.pk]
    assert [one.teacher.pk for one in shared(pool.far_clerk).people] == [far.pk]
    officer = a_person("区办")
    holding(officer, "registrar", territory=pool.places["天河区"])
    seen = {one.teacher.pk for one in shared(acting(officer)).people}
    assert seen == {mine.pk, shared_by_others.pk}
    with pytest.raises(Denied):
        shared(a_stranger())


def test_whoever_left_the_pool_carries_nothing(pool):
    row = a_volunteer(pool, "甲")
    services.close_teacher(actor=acting(row.person), teacher=row, words="退休", at=NOW)
    assert shared(pool.clerk).people == ()


def test_three_queries_however_many_people_and_one_for_what_comes_next(pool, django_assert_num_queries):
    for number in range(2):
        people = [a_volunteer(pool, f"志愿{number}{index}") for index in range(3)]
        for row in people:
            planned(pool, row, TODAY + timedelta(days=1 + number))
        with django_assert_num_queries(4):
            found = shared(pool.clerk)
            coming = queries.next_sessions(found.people, at=NOW)
        assert set(coming) == {one.teacher.pk for one in found.people}


def test_a_long_list_is_cut_after_the_last_who_was_seen(pool):
    for name in ("甲", "乙", "丙"):
        a_volunteer(pool, name)
    found = shared(pool.clerk)
    first, following = queries.people_after(found, None, size=2)
    rest, end = queries.people_after(found, following, size=2)
    assert [*first, *rest] == list(found.people)
    assert end is None
    with pytest.raises(CursorSpoilt):
        queries.people_after(found, 0, size=2)


# The page


@pytest.fixture
def at_ten(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


PAGE = {"first": MONDAY.isoformat(), "until": MONDAY.isoformat()}


@pytest.mark.usefixtures("at_ten")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh-hans",
            [
                "负荷分布",
                "1人排得太满",
                "太满",
                "还没有安排",
                "下一次课谁能接？",
                "把排在最前面的人的一部分课",
                "有资格、没有排课的人：",
                "何闲",
            ],
        ),
        (
            "en",
            ["How load is shared", "1 person carries too much", "nothing planned", "Who could take the next session?"],
        ),
    ],
)
def test_the_page_in_both_languages_leads_to_who_could_step_in(client, pool, settings, language, words):
    full = a_volunteer(pool, "何满")
    other = a_volunteer(pool, "何闲")
    for day in (1, 2, 3):
        planned(pool, full, MONDAY + timedelta(days=day))
    client.force_login(pool.clerk.person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with translation.override(language):
        answer = client.get(reverse("staff:show_sharing"), PAGE)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert not [one for one in words if one not in text]
    assert text.index("何满") < text.index("何闲")
    way, heirs = next((way, heirs) for one, way, heirs in answer.context["lines"] if one.is_heavy)
    assert heirs == (other,)
    found = client.get(way)
    assert [one.teacher.pk for one in found.context["found"].fits] == [other.pk]


@pytest.mark.usefixtures("at_ten")
def test_long_lists_have_pages_and_made_up_ones_are_not_there(client, pool, monkeypatch):
    monkeypatch.setattr("xuecheng.coordination.staff.views_sharing.SIZE", 2)
    for name in ("甲", "乙", "丙"):
        a_volunteer(pool, name)
    client.force_login(pool.clerk.person)
    first = client.get(reverse("staff:show_sharing"))
    assert len(first.context["page"]) == 2
    second = client.get(reverse("staff:show_sharing"), {"after": first.context["page"].next_cursor})
    assert len(second.context["page"]) == 1
    for spoilt in ("0", "x", "９", "9" * 30):
        assert client.get(reverse("staff:show_sharing"), {"after": spoilt}).status_code == 404


def test_an_empty_pool_says_how_people_come_in(client, pool):
    client.force_login(pool.clerk.person)
    assert "师资库里还没有人" in client.get(reverse("staff:show_sharing")).content.decode()


@pytest.mark.parametrize(
    "days",
    [
        {"first": "2026-11-23", "until": "2026-11-22"},
        {"first": "2020-01-01", "until": "2026-11-22"},
        {"first": "0001-01-01"},
        {"until": "soon"},
    ],
)
def test_weeks_that_cannot_be_looked_at_are_told_at_their_field(client, pool, days):
    client.force_login(pool.clerk.person)
    answer = client.get(reverse("staff:show_sharing"), days)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) <= {"first", "until"}


def test_the_page_is_shut_to_strangers_and_visitors(client, pool):
    assert client.get(reverse("staff:show_sharing")).status_code == 302
    client.force_login(a_stranger().person)
    assert client.get(reverse("staff:show_sharing")).status_code == 403
    client.force_login(a_volunteer(pool, "甲").person)
    assert client.get(reverse("staff:show_sharing")).status_code == 403
