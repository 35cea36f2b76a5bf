"""Whoever taught somebody of late does not assess what they can do (C-45)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from city.situations import a_person
from coordination.teaching.situations import a_room
from xuecheng.city import clock
from xuecheng.coordination.enrolment import services as enrolments
from xuecheng.coordination.teaching.queries.ties import teachers_of
from xuecheng.learning.priorlearning import ties

pytestmark = pytest.mark.django_db


def test_the_teacher_of_a_class_is_tied_to_who_has_a_place_in_it() -> None:
    room = a_room()
    day = clock.date_of(room.begins)
    learner, gone = room.people[:2]
    other, teacher = a_person("旁人"), room.teacher.person
    asked = [teacher.pk, other.pk]
    assert ties.finders()["teacher"]([learner.pk], asked, day) == {teacher.pk}
    assert teachers_of([other.pk], asked, day) == set()
    assert teachers_of([learner.pk], [other.pk], day) == set()
    # Long ago, or left before it began: no tie.
    assert teachers_of([learner.pk], asked, day + timedelta(days=400)) == set()
    enrolments.withdraw(actor=room.clerk, enrolment=room.enrolments[1], at=room.begins - timedelta(days=9))
    assert teachers_of([gone.pk], asked, day) == set()
