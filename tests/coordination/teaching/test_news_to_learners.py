"""Learners hear of their sessions: another time or room, not held; of another teacher they need not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from coordination.classes.situations import NOW, sessions
from coordination.teaching.situations import Room
from xuecheng.city.notices.models import Notice
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.enrolment.news import MOVED, OFF

LATER = NOW + timedelta(hours=1)


def told(kind: str) -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(kind=kind).order_by("person__name").select_related("person")
    return [(one.person.name, one.values["was"], one.values.get("when", "")) for one in rows]


@pytest.fixture
def paused(room: Room) -> Enrolment:
    """The second of three has paused."""
    one = room.enrolments[1]
    Enrolment.objects.filter(pk=one.pk).update(state=Enrolment.State.PAUSED)
    return one


def test_a_session_that_moves_is_told_to_everybody_with_a_place(room: Room, paused: Enrolment) -> None:
    one = sessions(room.course_class)[-1]
    was, begins = one.during.lower, one.during.lower + timedelta(days=2)
    for _again in range(2):
        classes.move_session(
            actor=room.clerk, session=one, begins_at=begins, ends_at=begins + (one.during.upper - was),
            space=one.space, at=LATER, why="停电",
        )  # fmt: skip
    names = sorted(each.person.name for each in room.enrolments if each.pk != paused.pk)
    shown = [f"{at.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}" for at in (was, begins)]
    assert told(MOVED) == [(name, *shown) for name in names]


def test_of_another_teacher_they_hear_nothing(room: Room) -> None:
    one = sessions(room.course_class)[-1]
    classes.substitute_teacher(actor=room.clerk, session=one, teacher=room.campus.substitute, at=LATER, why="生病")
    assert told(MOVED) == []


def test_a_session_that_is_not_held_is_told(room: Room) -> None:
    one = sessions(room.course_class)[-1]
    classes.cancel_session(actor=room.clerk, session=one, at=LATER, why="台风")
    assert [name for name, _was, _when in told(OFF)] == sorted(each.person.name for each in room.enrolments)
