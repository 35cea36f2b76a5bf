"""Teachers hear of their sessions: given, moved, taken over by somebody else, not held; each change once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordination.classes.situations import NOW, OCTOBER_12, opened, planned, sessions, slots
from coordination.teaching.situations import Room
from xuecheng.city.notices.models import Notice
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.teaching.news_of_sessions import ASSIGNED, CANCELLED, MOVED, RELEASED

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def row(room: Room) -> CourseClass:
    """Another class of the campus, open, in the other room, with three sessions in the morning."""
    campus = room.campus
    Notice.objects.all().delete()
    made = opened(
        campus, room=campus.other_room, teacher=campus.substitute, days=4, first=OCTOBER_12 + timedelta(days=1)
    )
    return CourseClass.objects.select_related("version__course", "host__territory", "territory").get(pk=made.pk)


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind=kind).order_by("pk").select_related("person")
    return [(one.person.name, one.values["when"]) for one in rows]


def test_who_teaches_a_class_hears_once_when_it_opens(row: CourseClass) -> None:
    assert told(ASSIGNED) == [("冯代课", "2026-10-13 19:00")]
    assert not Notice.objects.exclude(kind=ASSIGNED).exists()


def test_a_plan_that_is_not_public_is_told_to_nobody(room: Room) -> None:
    Notice.objects.all().delete()
    planned(room.campus, room=room.campus.other_room, teacher=room.campus.substitute)
    assert not Notice.objects.exists()


def test_sessions_added_later_are_told_once(room: Room, row: CourseClass) -> None:
    wish = {
        "slots": slots(2, first=OCTOBER_12 + timedelta(days=3)), "space": room.campus.other_room,
        "teacher": room.campus.substitute,
    }  # fmt: skip
    for _again in range(2):
        classes.add_sessions(actor=room.clerk, course_class=row, at=LATER, **wish)
    assert told(ASSIGNED)[1:] == [("冯代课", "2026-10-15 19:00")]


def test_a_session_that_moves_is_told_with_its_new_time(room: Room, row: CourseClass) -> None:
    one = sessions(row)[0]
    begins = one.during.lower + timedelta(days=2)
    classes.move_session(
        actor=room.clerk, session=one, begins_at=begins, ends_at=begins + timedelta(minutes=90),
        space=room.campus.other_room, at=LATER, why="停电",
    )  # fmt: skip
    assert told(MOVED) == [("冯代课", "2026-10-15 19:00")]
    (notice,) = Notice.objects.filter(kind=MOVED)
    assert notice.about == ["teaching:take", str(one.public_id)]


def test_a_substitute_and_whoever_is_relieved_hear_once_however_many_sessions(room: Room, row: CourseClass) -> None:
    first = sessions(row)[0]
    classes.substitute_teacher(
        actor=room.clerk, session=first, teacher=room.campus.teacher, at=LATER, why="生病", onward=True
    )
    assert told(ASSIGNED)[1:] == [("梁文峰", "2026-10-13 19:00")]
    assert told(RELEASED) == [("冯代课", "2026-10-13 19:00")]
    # Nobody at first, then somebody: who gave it back long ago hears nothing more.
    classes.substitute_teacher(
        actor=room.clerk, session=sessions(row)[0], teacher=None, at=LATER + timedelta(hours=1), why="生病"
    )
    classes.substitute_teacher(
        actor=room.clerk, session=sessions(row)[0], teacher=room.campus.substitute, at=LATER + timedelta(hours=2),
        why="顶上",
    )  # fmt: skip
    assert [name for name, _when in told(RELEASED)] == ["冯代课", "梁文峰"]
    assert [name for name, _when in told(ASSIGNED)] == ["冯代课", "梁文峰", "冯代课"]


def test_one_session_or_the_whole_class_is_not_held(room: Room, row: CourseClass) -> None:
    classes.cancel_session(actor=room.clerk, session=sessions(row)[1], at=LATER, why="台风")
    classes.cancel_class(actor=room.clerk, course_class=row, at=LATER + timedelta(hours=1), why="人太少")
    assert told(CANCELLED) == [("冯代课", "2026-10-20 19:00"), ("冯代课", "2026-10-13 19:00")]


def test_a_change_that_is_taken_back_tells_nobody(room: Room, row: CourseClass) -> None:
    before = Notice.objects.count()
    classes.try_sessions(
        actor=room.clerk, course_class=row, slots=slots(1, first=OCTOBER_12 + timedelta(days=4)),
        space=room.campus.other_room, teacher=room.campus.substitute, at=LATER,
    )  # fmt: skip
    assert Notice.objects.count() == before
