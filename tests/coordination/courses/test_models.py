"""What the database keeps of courses, whoever writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from city.situations import an_organisation, small_city
from coordination.courses.situations import a_course, a_version
from xuecheng.coordination.courses.models import Course, CourseVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return a_course(an_organisation(small_city()["五山街道"], name_zh="天河社区学院"))


def refused(constraint: str, write: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_an_approved_version_never_changes_and_only_retires(course: Course) -> None:
    version = a_version(course)
    row = CourseVersion.objects.filter(pk=version.pk)
    refused("course_version_stays", lambda: row.update(fee_fen=100))
    refused("course_version_stays", lambda: row.update(state="draft"))
    refused("course_version_stays", lambda: row.update(state="retired", minutes=60))
    refused("course_version_stays", row.delete)
    row.update(state="retired")
    refused("course_version_stays", lambda: row.update(state="approved"))


def test_one_version_is_approved_and_one_in_work(course: Course) -> None:
    a_version(course)
    refused("course_version_one_approved", lambda: a_version(course, number=2))
    a_version(course, number=2, state="draft")
    refused("course_version_one_in_work", lambda: a_version(course, number=3, state="in_review"))
    a_version(course, number=3, state="retired")


@pytest.mark.parametrize(
    ("constraint", "more"),
    [
        ("course_version_entry_has_reason", {"entry_requirement": "会写拼音"}),  # L2
        ("course_version_entry_has_reason", {"entry_reason": "因为"}),
        ("course_version_held_somewhere", {"levels": []}),  # N-03
        ("course_version_waives_only_a_fee", {"waivers": ["elder"]}),
        ("course_version_attendance_is_percent", {"least_attendance_percent": 101}),
        ("course_version_seats_sound", {"seats_least": 21}),
        ("course_version_decision_whole", {"decided_by": None}),
        ("course_version_returned_has_reason", {"state": "returned", "decision_reason": ""}),
    ],
)
def test_an_unsound_version_is_not_written(course: Course, constraint: str, more: dict[str, Any]) -> None:
    refused(constraint, lambda: a_version(course, **more))


def test_nobody_decides_on_their_own(course: Course) -> None:
    draft = a_version(course, state="draft")
    refused(
        "course_version_decided_by_another",
        lambda: CourseVersion.objects.filter(pk=draft.pk).update(decided_by_id=draft.drafted_by_id),
    )


def test_an_entry_requirement_with_its_reason_stands(course: Course) -> None:
    assert a_version(course, entry_requirement="会写拼音", entry_reason="讲义用拼音").pk
