"""What the database keeps of classes, whoever writes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange, TimestamptzRange

from city.situations import an_organisation, small_city
from coordination.courses.situations import NOW, a_course, a_version
from xuecheng.city.ids import uuid7
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted() -> CourseClass:
    college = an_organisation(small_city()["五山街道"], name_zh="天河社区学院")
    season = Season.objects.create(
        public_id=uuid7(), organisation=college, territory=college.territory, name_zh="春季",
        during=DateRange(date(2026, 3, 1), date(2026, 7, 1)), planning=DateRange(date(2026, 1, 1), date(2026, 3, 1)),
        enrolment=DateRange(date(2026, 2, 1), date(2026, 3, 1)),
    )  # fmt: skip
    return CourseClass.objects.create(**facts_of(college, season))


def facts_of(college: Any, season: Season, **more: Any) -> dict[str, Any]:
    return {
        "public_id": uuid7(), "code": "A1", "version": more.pop("version", None) or a_version(a_course(college)),
        "host": college, "supplier": college, "territory": college.territory, "season": season, "seats_least": 5,
        "seats_most": 20, "enrolment_opens_at": NOW, "enrolment_closes_at": NOW + timedelta(days=1),
    } | more  # fmt: skip


def refused(constraint: str, write: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def a_session(of: CourseClass, number: int, hours: int) -> ClassSession:
    begins = NOW + timedelta(hours=hours)
    return ClassSession.objects.create(
        public_id=uuid7(), course_class=of, number=number, during=TimestamptzRange(begins, begins + timedelta(hours=2))
    )


def test_a_class_moves_in_its_order_only(drafted: CourseClass) -> None:
    row = CourseClass.objects.filter(pk=drafted.pk)
    for state in ("running", "finished", "settled"):
        refused("course_class_in_order", lambda state=state: row.update(state=state))
    refused("course_class_cancelled_has_reason", lambda: row.update(state="cancelled"))
    row.update(state="cancelled", cancelled_because="无人报名")
    refused("course_class_in_order", lambda: row.update(state="draft", cancelled_because=""))


def test_nothing_opens_without_sessions_rooms_and_teachers(drafted: CourseClass) -> None:
    row = CourseClass.objects.filter(pk=drafted.pk)
    refused("course_class_open_is_whole", lambda: row.update(state="open"))
    a_session(drafted, 1, 1)
    refused("course_class_open_is_whole", lambda: row.update(state="open"))


def test_a_class_is_of_an_approved_version(drafted: CourseClass) -> None:
    retired = a_version(a_course(drafted.host), state="retired")
    refused(
        "course_class_of_approved",
        lambda: CourseClass.objects.create(**facts_of(drafted.host, drafted.season, code="A2", version=retired)),
    )


def test_sessions_of_a_class_do_not_overlap_and_what_is_over_stays(drafted: CourseClass) -> None:
    first = a_session(drafted, 1, 1)
    refused("class_session_one_at_a_time", lambda: a_session(drafted, 2, 2))
    a_session(drafted, 2, 3)
    ClassSession.objects.filter(pk=first.pk).update(state="held")
    refused("class_session_in_order", lambda: ClassSession.objects.filter(pk=first.pk).update(state="planned"))


@pytest.mark.parametrize(
    ("constraint", "more"),
    [
        ("course_class_priorities_known", {"priority": ["friends"]}),
        ("course_class_eligibility_known", {"eligibility": {"sex": "f"}}),
        ("course_class_seats_sound", {"seats_least": 21}),
        ("course_class_enrolment_in_order", {"enrolment_closes_at": NOW}),
        ("course_class_code_once_in_season", {"code": "A1"}),
        ("course_class_in_order", {"state": "open"}),
    ],
)
def test_an_unsound_class_is_not_written(drafted: CourseClass, constraint: str, more: dict[str, Any]) -> None:
    refused(
        constraint,
        lambda: CourseClass.objects.create(**facts_of(drafted.host, drafted.season, **({"code": "A2"} | more))),
    )
