"""Two at once take one person's hours: real threads on real connections."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from city.test_races import at_once
from coordination.staff.situations import NOW, a_pool, a_teacher, a_wish, says, sent, speaker
from xuecheng.city.ids import uuid7
from xuecheng.coordination.staff import services
from xuecheng.coordination.staff.models import Agreement, TeachingSession
from xuecheng.coordination.staff.services.agreements import AgreementHoursTaken
from xuecheng.coordination.staff.services.sessions import TeachesElsewhere

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_four_agreements_for_the_same_evenings_one_comes_into_force_t08() -> None:
    pool = a_pool()
    row = a_teacher(pool)
    waiting = [sent(pool, row) for _ in range(4)]
    for one in waiting:
        says(pool, one, "home")
        says(pool, one, "person")
    last = speaker(pool, waiting[0], "receiver")
    wish = {"actor": last, "party": "receiver", "is_given": True, "words": "", "at": NOW}
    answers = at_once(*(partial(services.consent_to_agreement, agreement=one, **wish) for one in waiting))
    assert Counter(type(answer) for answer in answers) == {Agreement: 1, AgreementHoursTaken: 3}
    assert Agreement.objects.filter(state="in_force").count() == 1


def test_of_four_classes_at_one_time_one_gets_the_teacher_t03() -> None:
    pool = a_pool()
    row = a_teacher(pool, kind="full_time", home=pool.college, sessions=4, owed=())
    wish = a_wish(pool)
    answers = at_once(
        *(
            lambda: services.assign_teacher(actor=pool.clerk, public_id=uuid7(), teacher=row, wish=wish)
            for _ in range(4)
        )
    )
    assert Counter(type(answer) for answer in answers) == {TeachingSession: 1, TeachesElsewhere: 3}
