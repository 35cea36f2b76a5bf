"""A worker is killed in the middle of a lottery and of a settlement, another process while it takes what a teacher's phone
had noted without network: nothing is half done, and what is done anew is done once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from uuid import UUID

import pytest

from city.situations import a_person, a_registrar, an_organisation, small_city
from coordination.enrolment.situations import a_class_now, again, enrolled_now
from coordination.teaching.situations import a_class_today, mark_now, the_enrolment, whole_enrolment, with_card
from faults.test_kill import Works, done, shut, until, works
from faults.test_kill_badges import somebody_waits, vault
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Notice
from xuecheng.city.organisations.models import Organisation
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.enrolment import news
from xuecheng.coordination.enrolment import services as enrolment
from xuecheng.coordination.enrolment.models import Enrolment, Lottery
from xuecheng.coordination.teaching import services as teaching
from xuecheng.coordination.teaching.models import Certificate, Decision, Mark
from xuecheng.learning.records.models import LearningRecord

__all__ = ["vault", "works"]
pytestmark = pytest.mark.slow

_ACT = """
import sys, django
django.setup()
from uuid import UUID
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.teaching import services
clerk, session, number, enrolment = sys.argv[1:]
actor = standing_of(Person.objects.get(pk=clerk), today=clock.today())
row = ClassSession.objects.select_related(
    "course_class__version__course", "course_class__host__territory", "course_class__territory", "teaching__person"
).get(pk=session)
wish = services.Wish(UUID(number), UUID(enrolment), "late", clock.now())
services.sync_marks(actor=actor, session=row, wishes=[wish], at=clock.now())
"""


@pytest.fixture(scope="module")
def school(works: Works) -> tuple[Organisation, Standing]:
    college = an_organisation(small_city()["五山街道"])
    return college, a_registrar(college)


def nobody_waits() -> bool:
    return not somebody_waits()


def drawn_of(lottery: Lottery) -> bool:
    return bool(again(lottery).step == Lottery.Step.DRAWN)


def test_a_lottery_whose_worker_is_killed_twice_is_drawn_and_told_once(
    works: Works, vault: None, school: tuple[Organisation, Standing]
) -> None:
    """Killed while places are given out: nothing is drawn. Killed while people are told: the draw stands as it was."""
    college, clerk = school
    row = a_class_now(college, clerk, allocation="lottery", seats=3)
    people = [a_person(f"摇号{number}", territory=college.territory) for number in range(7)]
    found = [enrolled_now(row, person) for person in people]
    CourseClass.objects.filter(pk=row.pk).update(enrolment_closes_at=clock.now())
    lottery = enrolment.freeze_lottery(actor=clerk, lottery=Lottery.objects.get(course_class=row), at=clock.now())
    works.start_workers()

    with shut("enrolment_enrolmentevent", works):
        enrolment.start_draw(actor=clerk, lottery=lottery, beacon="03 09 17 22 28 31 + 07", at=clock.now())
        until(somebody_waits, "places are being given out", works=works)
        works.kill_worker()
    until(nobody_waits, "the statement of the dead is over")
    assert {again(one).state for one in found} == {"applied"}
    assert again(lottery).step == "drawing"

    with shut("notices_notice", works):
        works.look_for_the_dead()
        # A routine may have come to the table before the draw: that somebody waits is not enough.
        until(
            lambda: drawn_of(lottery) and somebody_waits(), "it is drawn, and people are about to be told", works=works
        )
        works.kill_worker()
    until(nobody_waits, "the statement of the dead is over")
    order = again(lottery).order
    told = Notice.objects.filter(kind=news.DRAWN, person__in=people)
    assert (lottery.step, len(order), told.count()) == ("drawn", 7, 0)

    works.look_for_the_dead()
    assert lottery.job is not None
    done(works, Job.objects.get(public_id=lottery.job).pk)
    assert again(lottery).order == order
    assert Counter(told.values_list("person", flat=True)) == Counter(person.pk for person in people)
    assert Counter(again(one).state for one in found) == {"enrolled": 3, "waiting": 4}
    roll = Enrolment.objects.filter(course_class=row).exclude(queue_no=0).order_by("queue_no")
    assert list(roll.values_list("lottery_number", flat=True)) == order


def test_a_settlement_whose_worker_is_killed_decides_records_and_certifies_each_once(
    works: Works, school: tuple[Organisation, Standing]
) -> None:
    college, clerk = school
    session = a_class_today(college, clerk, learner=with_card(a_person("学员", territory=college.territory)))
    row = session.course_class
    mine = Enrolment.objects.filter(course_class=row)
    mark_now(session, clerk)
    ClassSession.objects.filter(course_class=row, state="planned").update(state="cancelled", cancelled_because="停课")
    works.start_workers()
    decided = Decision.objects.filter(enrolment__in=mine.values("pk"))
    records = LearningRecord.objects.filter(learner__in=mine.values("person"), source="class")

    with shut("notices_notice", works):
        classes.finish_class(actor=clerk, course_class=row, at=clock.now())
        until(somebody_waits, "the first is decided and recorded, and is about to be told", works=works)
        works.kill_worker()
    until(nobody_waits, "the statement of the dead is over")
    assert (decided.count(), records.count()) == (0, 0)
    works.look_for_the_dead()
    job = Job.objects.get(kind=teaching.COMPLETE, arguments__contains={"class": row.pk})
    done(works, job.pk)
    assert Counter(decided.values_list("enrolment", "is_complete")) == Counter(
        (pk, True) for pk in mine.values_list("pk", flat=True)
    )
    assert Counter(records.values_list("learner", flat=True)) == Counter(mine.values_list("person", flat=True))
    assert Certificate.objects.filter(decision__in=decided).count() == 1


def killed_while_it_syncs(works: Works, clerk: Standing, session: ClassSession, number: UUID, one: Enrolment) -> None:
    """A process of the product has come to the marks of a phone that was without network."""
    environment = works.environment("application") | {"DJANGO_SETTINGS_MODULE": "xuecheng.config.settings"}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    told = [str(clerk.person.pk), str(session.pk), str(number), str(one.public_id)]
    with shut("teaching_mark", works):
        victim = subprocess.Popen([sys.executable, "-W", "ignore", "-c", _ACT, *told], env=environment)
        try:
            until(somebody_waits, "it is about to write the marks")
        finally:
            victim.send_signal(signal.SIGKILL)
            victim.wait()
    until(nobody_waits, "the statement of the dead is over")


def test_a_sync_that_is_killed_left_nothing_and_sent_again_keeps_its_marks_once(
    works: Works, school: tuple[Organisation, Standing]
) -> None:
    college, clerk = school
    session = a_class_today(college, clerk)
    one, number, made_at = the_enrolment(session), uuid7(), clock.now()
    killed_while_it_syncs(works, clerk, session, number, one)
    assert not Mark.objects.filter(session=session.pk).exists()
    assert again(session).state == "planned"
    wish = teaching.Wish(number, one.public_id, "late", made_at)
    for is_new in (True, False):
        (kept,) = teaching.sync_marks(actor=clerk, session=session, wishes=[wish], at=clock.now())
        assert (kept.is_new, kept.mark.state, kept.mark.marked_at) == (is_new, "late", made_at)
    assert Mark.objects.filter(session=session.pk).count() == 1
    later = mark_now(session, clerk, state="present")
    assert later.state == "present"
    assert whole_enrolment(one).state == "enrolled"
