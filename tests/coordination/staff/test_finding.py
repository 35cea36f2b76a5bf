"""Who can teach X at Y on Tuesdays: ranked, with reasons, in a fixed number of queries; structure against the aim."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from psycopg.types.range import DateRange

from city.situations import TODAY, a_stranger
from coordination.staff.situations import (
    EVENINGS,
    NOW,
    TUESDAY,
    TUESDAY_EVENING,
    a_qualification,
    a_teacher,
    a_wish,
    in_force,
)
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff import queries, services
from xuecheng.coordination.staff.models import Qualification
from xuecheng.coordination.staff.queries import Wanted
from xuecheng.coordination.staff.rules import KM_IN_CITY, KM_IN_DISTRICT, KM_IN_STREET, span


def wanted(pool, **more):
    plain = {
        "subject": "calligraphy", "level": 1, "place": pool.college.territory, "on": TUESDAY, "time": TUESDAY_EVENING,
        "until": TUESDAY + timedelta(days=70),
    } | more  # fmt: skip
    return Wanted(**plain)


def names(candidates):
    return [one.teacher.person.name for one in candidates]


def test_the_nearest_with_the_longest_qualification_comes_first(pool):
    a_teacher(pool, "远", home=pool.far, territory=pool.places["街口街道"], has_post=False, owed=())
    near = a_teacher(pool, "近", territory=pool.college.territory)
    middle = a_teacher(pool, "中")
    ending = a_teacher(pool, "将到期", territory=pool.college.territory)
    Qualification.objects.filter(teacher=ending).update(
        during=DateRange(date(2024, 1, 1), TUESDAY + timedelta(days=30))
    )
    found = queries.who_can_teach(pool.clerk, wanted(pool))
    assert names(found.fits) == ["近", "中", "远", "将到期"]
    assert [one.km for one in found.fits] == [KM_IN_STREET, KM_IN_DISTRICT, KM_IN_CITY, KM_IN_STREET]
    assert not found.others
    assert all(one.reasons for one in found.fits)
    assert not found.fits[3].through
    assert near.pk != middle.pk


def test_of_two_who_live_alike_the_one_with_more_left_comes_first(pool):
    busy = a_teacher(pool, "忙", kind="full_time", home=pool.college, sessions=4, owed=())
    a_teacher(pool, "闲", kind="full_time", home=pool.college, sessions=4, owed=())
    services.assign_teacher(
        actor=pool.clerk, public_id=uuid7(), teacher=busy, wish=a_wish(pool, day=TUESDAY + timedelta(days=1))
    )
    found = queries.who_can_teach(pool.clerk, wanted(pool))
    assert [(one.teacher.person.name, one.left) for one in found.fits] == [("闲", 4), ("忙", 3)]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"free": [span(3, 19 * 60, 21 * 60)]}, ""),
        ({"free": [span(3, 19 * 60, 21 * 60)], "owed": [TUESDAY_EVENING]}, "T-04"),
        ({"travel_km": 1}, ""),
    ],
)
def test_what_stands_in_the_way_is_told(pool, more, rule):
    a_teacher(pool, "梁文峰", **more)
    found = queries.who_can_teach(pool.clerk, wanted(pool))
    assert not found.fits
    assert found.others[0].hindrances
    assert rule in " ".join(found.others[0].hindrances)


def test_whoever_teaches_or_is_bound_then_is_not_offered(pool):
    taken = a_teacher(pool, "上课", kind="full_time", home=pool.college, sessions=4, owed=())
    services.assign_teacher(actor=pool.clerk, public_id=uuid7(), teacher=taken, wish=a_wish(pool))
    bound = a_teacher(pool, "兼课")
    in_force(pool, bound)
    elsewhere = wanted(pool, place=pool.places["员村街道"])
    found = queries.who_can_teach(pool.clerk, elsewhere)
    assert not found.fits
    said = {one.teacher.person.name: " ".join(one.hindrances) for one in found.others}
    assert "T-03" in said["上课"]
    assert "T-08" in said["兼课"]


def test_the_unqualified_the_closed_and_the_private_are_not_found(pool):
    a_teacher(pool, "未共享", is_shared=False)
    gone = a_teacher(pool, "退出")
    services.close_teacher(actor=pool.head, teacher=gone, words="退休", at=NOW)
    expired = a_teacher(pool, "过期")
    Qualification.objects.filter(teacher=expired).update(during=DateRange(date(2020, 1, 1), TUESDAY))
    a_teacher(pool, "等审核", approve=False)
    found = queries.who_can_teach(pool.clerk, wanted(pool))
    assert not found.fits
    assert not found.others
    assert names(queries.who_can_teach(pool.head, wanted(pool)).fits) == ["未共享"]


def test_a_substitute_is_somebody_else(pool):
    sick = a_teacher(pool, "病了")
    a_teacher(pool, "代课")
    found = queries.who_can_teach(pool.clerk, wanted(pool, without=sick.pk, until=TUESDAY))
    assert names(found.fits) == ["代课"]


def test_a_higher_level_teaches_the_lower_ones(pool):
    row = a_teacher(pool)
    assert not queries.who_can_teach(pool.clerk, wanted(pool, level=3)).fits
    a_qualification(row, level=3)
    assert queries.who_can_teach(pool.clerk, wanted(pool, level=3)).fits


def test_it_is_asked_in_the_same_number_of_queries_however_many_there_are(pool, django_assert_num_queries):
    a_teacher(pool)
    with django_assert_num_queries(6):
        queries.who_can_teach(pool.clerk, wanted(pool))
    for number in range(6):
        a_teacher(pool, f"老师{number}", free=EVENINGS)
    with django_assert_num_queries(6):
        assert len(queries.who_can_teach(pool.clerk, wanted(pool)).fits) == 7


def test_a_stranger_finds_nobody(pool):
    for ask in (lambda who: queries.who_can_teach(who, wanted(pool)), lambda who: mix(pool, who)):
        with pytest.raises(Denied):
            ask(a_stranger())


def mix(pool, who, of=None):
    return queries.mix_of(who, of or pool.college, today=TUESDAY)


def taught(pool, teacher, number, *, actor=None, **more):
    for index in range(number):
        session = services.assign_teacher(
            actor=actor or pool.clerk, public_id=uuid7(), teacher=teacher,
            wish=a_wish(pool, day=TODAY, begins=9 + index, ends=10 + index, **more),
        )  # fmt: skip
        services.check_in(actor=actor or pool.clerk, session=session, at=session.during.lower)


def test_the_mix_counts_hours_that_were_taught_against_the_aim_t01(pool, django_assert_num_queries):
    full = a_teacher(pool, "专职", kind="full_time", home=pool.college, sessions=16, owed=())
    part = a_teacher(pool, "兼职", home=pool.college, sessions=6, owed=(), has_post=False)
    assert [line.share for line in mix(pool, pool.clerk).lines] == [None, None, None]
    taught(pool, full, 1)
    taught(pool, part, 3)
    services.assign_teacher(actor=pool.clerk, public_id=uuid7(), teacher=full, wish=a_wish(pool, day=TODAY))
    with django_assert_num_queries(3):
        found = mix(pool, pool.clerk)
    lines = {line.kind: line for line in found.lines}
    assert found.minutes == 240
    assert (lines["full_time"].share, lines["full_time"].reaches) == (2_500, True)
    assert (lines["part_time"].share, lines["part_time"].reaches) == (7_500, True)
    assert (lines["volunteer"].share, lines["volunteer"].reaches) == (0, None)
    assert mix(pool, pool.clerk, pool.places["天河区"]).minutes == 240
    assert mix(pool, pool.clerk, pool.places["从化区"]).minutes == 0
