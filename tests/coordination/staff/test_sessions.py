"""What classes ask of the pool: who may teach when, hours and fees only when somebody checked in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange, TimestamptzRange

from city.situations import TODAY, a_stranger
from coordination.staff.situations import TUESDAY, a_qualification, a_teacher, a_wish, acting, in_force
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff import rules, services
from xuecheng.coordination.staff.models import Qualification, TeachingSession
from xuecheng.coordination.staff.rules import Form
from xuecheng.coordination.staff.services import sessions as verbs


def assign(pool, teacher, actor=None, public_id=None, **more):
    return services.assign_teacher(
        actor=actor or pool.clerk, public_id=public_id or uuid7(), teacher=teacher, wish=a_wish(pool, **more)
    )


@pytest.fixture
def own(pool):
    """A full-time teacher of the college itself."""
    return a_teacher(pool, kind="full_time", home=pool.college, sessions=3, owed=(), is_shared=False)


def test_a_teacher_of_the_unit_is_assigned_once(pool, own):
    public_id = uuid7()
    first = assign(pool, own, public_id=public_id)
    assert assign(pool, own, public_id=public_id) == first
    with pytest.raises(FormUsedBefore):
        assign(pool, own, public_id=public_id, begins=9, ends=10)


def test_only_the_unit_that_holds_the_class_assigns_releases_and_checks_in(pool, own):
    session = assign(pool, own)
    for other in (pool.head, acting(own.person), a_stranger()):
        with pytest.raises(Denied):
            assign(pool, own, actor=other)
        with pytest.raises(Denied):
            services.release_teacher(actor=other, session=session, words="换人")
        with pytest.raises(Denied):
            services.check_in(actor=other, session=session, at=session.during.lower)


def test_the_qualification_must_hold_on_the_day_of_the_class_t02(pool, own):
    Qualification.objects.filter(teacher=own).update(during=DateRange(date(2024, 1, 1), TUESDAY + timedelta(days=7)))
    assert assign(pool, own)
    with pytest.raises(verbs.NotQualified):
        assign(pool, own, day=TUESDAY + timedelta(days=7))
    with pytest.raises(verbs.NotQualified):
        assign(pool, own, level=3, begins=9, ends=10)
    with pytest.raises(verbs.NotQualified):
        assign(pool, own, subject="dance", begins=9, ends=10)
    a_qualification(own, subject="dance", state="claimed", reviewed_by_id=None, reviewed_at=None)
    with pytest.raises(verbs.NotQualified):
        assign(pool, own, subject="dance", begins=9, ends=10)


def test_nobody_teaches_for_another_unit_without_an_agreement(pool):
    row = a_teacher(pool)
    with pytest.raises(verbs.NoAgreement):
        assign(pool, row)
    agreement = in_force(pool, row)
    assert assign(pool, row).agreement == agreement
    with pytest.raises(verbs.NoAgreement):
        assign(pool, row, day=TUESDAY + timedelta(days=1))  # another evening than agreed
    with pytest.raises(verbs.NoAgreement):
        assign(pool, row, day=agreement.during.upper + timedelta(days=(1 - agreement.during.upper.weekday()) % 7))


def test_nobody_is_in_two_places_t03(pool, own):
    assign(pool, own, begins=14, ends=16)
    with pytest.raises(verbs.TeachesElsewhere):
        assign(pool, own, begins=15, ends=17)
    assert assign(pool, own, begins=16, ends=17)  # the same room, at once after it
    near = pool.places["员村街道"]
    needed = rules.minutes_between(rules.KM_IN_DISTRICT, rules.Limits())
    assert needed == 39
    with pytest.raises(verbs.TooFarBetween):
        assign(pool, own, begins=17, ends=18, place="员村文化站", territory=near)


def test_the_database_refuses_two_places_by_itself_t03(pool, own):
    session = assign(pool, own)
    copy = TeachingSession.objects.get(pk=session.pk)
    copy.pk, copy.public_id = None, uuid7()
    copy.during = TimestamptzRange(session.during.lower + timedelta(minutes=30), session.during.upper)
    with pytest.raises(IntegrityError, match="teaching_session_one_at_a_time"), transaction.atomic():
        copy.save()


def test_a_week_has_its_ceiling_t04(pool, own):
    for day in range(3):
        assign(pool, own, day=TODAY + timedelta(days=day))
    with pytest.raises(verbs.WeekFull):
        assign(pool, own, day=TODAY + timedelta(days=4))
    assert assign(pool, own, day=TODAY + timedelta(days=7))


def test_a_part_time_teacher_never_teaches_in_hours_owed_to_the_unit_t04(pool):
    row = a_teacher(pool)
    wish = {"organisation": pool.school, "territory": pool.school.territory, "begins": 9, "ends": 10}
    with pytest.raises(rules.InsideMainPost):
        assign(pool, row, actor=pool.head, **wish)
    assert assign(pool, row, actor=pool.head, **wish | {"begins": 19, "ends": 20})


def test_who_is_borrowed_full_time_teaches_in_the_daytime(pool):
    row = a_teacher(pool)
    in_force(pool, row, Form.BORROW, is_full_time=True)
    assert assign(pool, row, begins=9, ends=11).kind == "part_time"


def test_hours_and_fee_count_when_somebody_checked_in_t06(pool):
    row = a_teacher(pool, has_post=False, owed=())
    in_force(pool, row, Form.HIRE, fees={1: 20_000, 2: 26_000})
    session = assign(pool, row, level=2)
    start = session.during.lower
    assert session.fee_fen == 0
    for at in (start - timedelta(hours=1, minutes=1), session.during.upper):
        with pytest.raises(verbs.CheckInOutside):
            services.check_in(actor=pool.clerk, session=session, at=at)
    taught = services.check_in(actor=pool.clerk, session=session, at=start - timedelta(minutes=10))
    assert (taught.state, taught.fee_fen) == ("taught", 26_000)
    assert services.check_in(actor=pool.clerk, session=session, at=start) == taught
    with pytest.raises(verbs.SessionNotPlanned):
        services.release_teacher(actor=pool.clerk, session=session, words="换人")
    with pytest.raises(IntegrityError, match="teaching_session_fee_only_when_taught"), transaction.atomic():
        TeachingSession.objects.filter(pk=session.pk).update(state="planned")


def test_whoever_is_released_is_free_again(pool, own):
    session = assign(pool, own)
    services.release_teacher(actor=pool.clerk, session=session, words="改期")
    services.release_teacher(actor=pool.clerk, session=session, words="改期")
    assert assign(pool, own)
    with pytest.raises(verbs.SessionNotPlanned):
        services.check_in(actor=pool.clerk, session=session, at=session.during.lower)


def test_a_class_over_midnight_is_refused(pool, own):
    wish = a_wish(pool)
    with pytest.raises(rules.HoursWrong):
        services.assign_teacher(
            actor=pool.clerk, public_id=uuid7(), teacher=own,
            wish=replace(wish, ends_at=wish.begins_at + timedelta(hours=8)),
        )  # fmt: skip


def test_the_home_unit_does_not_assign_whom_it_lent_at_that_time_t08(pool):
    row = a_teacher(pool)
    in_force(pool, row, Form.BORROW)
    wish = {"organisation": pool.school, "territory": pool.school.territory}
    with pytest.raises(verbs.BoundElsewhere):
        assign(pool, row, actor=pool.head, **wish)
    assert assign(pool, row, actor=pool.head, **wish, day=TUESDAY + timedelta(days=1))
