"""Verbs of teaching: attendance, checking in, completion."""

from __future__ import annotations

from typing import Any

from coordination.teaching.situations import (
    a_class_today,
    an_arrival_waiting,
    card_of,
    decided_before_certificates,
    mark_now,
    over,
    the_enrolment,
    with_card,
)
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.teaching import services
from xuecheng.coordination.teaching.models import CheckInKey


def _session(town: Town, **version: Any) -> ClassSession:
    return a_class_today(town.city.college, town.city.registrar, learner=with_card(town.neighbour()), **version)


@row("coordination.teaching.take_attendance")
def _(town: Town) -> Verb:
    session = _session(town)
    states = {the_enrolment(session).public_id: "present"}
    return lambda: services.take_attendance(
        actor=town.city.registrar, public_id=uuid7(), session=session, states=states, at=clock.now()
    )


@row("coordination.teaching.sync_marks")
def _(town: Town) -> Verb:
    session = _session(town)
    one = the_enrolment(session)
    return lambda: services.sync_marks(
        actor=town.city.registrar, session=session, at=clock.now(),
        wishes=[services.Wish(uuid7(), one.public_id, "late", clock.now())],
    )  # fmt: skip


@row("coordination.teaching.mark_by_card")
def _(town: Town) -> Verb:
    session = _session(town)
    card = card_of(the_enrolment(session).person)
    return lambda: services.mark_by_card(
        actor=town.city.registrar, public_id=uuid7(), session=session, card=card, confirmed="name", at=clock.now()
    )


@row("coordination.teaching.open_check_in")
def _(town: Town) -> Verb:
    session = _session(town)
    return lambda: services.open_check_in(actor=town.city.registrar, session=session, address="a", at=clock.now())


@row("coordination.teaching.check_in")
def _(town: Town) -> Verb:
    session = _session(town)
    services.open_check_in(actor=town.city.registrar, session=session, address="a", at=clock.now())
    key, actor = CheckInKey.objects.get(), standing_of(the_enrolment(session).person, today=clock.today())
    return lambda: services.check_in(
        actor=actor, session=session, code=services.code_now(key, at=clock.now()), device="d", address="a",
        at=clock.now(),
    )  # fmt: skip


@row("coordination.teaching.issue_missing")
def _(town: Town) -> Verb:
    decided_before_certificates(_session(town), town.city.registrar)
    return lambda: services.issue_missing(after=0, most=10, at=clock.now())


@row("coordination.teaching.decide_arrival")
def _(town: Town) -> Verb:
    arrival = an_arrival_waiting(_session(town))
    return lambda: services.decide_arrival(actor=town.city.registrar, arrival=arrival, accept=True, at=clock.now())


@row("coordination.teaching.assess")
def _(town: Town) -> Verb:
    one = the_enrolment(_session(town, is_assessed=True))
    return lambda: services.assess(actor=town.city.registrar, enrolment=one, passed=True, at=clock.now())


@row("coordination.teaching.keep_lesson")
def _(town: Town) -> Verb:
    session = _session(town)
    return lambda: services.keep_lesson(
        actor=town.city.registrar, session=session, taught="横竖撇捺", remark="", homework="临帖一页",
        due_on=clock.today(), at=clock.now(),
    )  # fmt: skip


@row("coordination.teaching.hand_in")
def _(town: Town) -> Verb:
    session = _session(town)
    one = the_enrolment(session)
    lesson = services.keep_lesson(
        actor=town.city.registrar, session=session, taught="", remark="", homework="临帖一页", due_on=clock.today(),
        at=clock.now(),
    )  # fmt: skip
    assert lesson is not None
    actor = standing_of(one.person, today=clock.today())
    return lambda: services.hand_in(actor=actor, lesson=lesson, enrolment=one, text="写好了", at=clock.now())


@row("coordination.teaching.give_feedback")
def _(town: Town) -> Verb:
    session = _session(town)
    over(session, town.city.registrar)
    one = the_enrolment(session)
    actor = standing_of(one.person, today=clock.today())
    return lambda: services.give_feedback(actor=actor, enrolment=one, mark=4, words="很好", at=clock.now())


@row("coordination.teaching.correct_attendance")
def _(town: Town) -> Verb:
    session = _session(town)
    over(session, town.city.registrar)
    one = the_enrolment(session)
    return lambda: services.correct_attendance(
        actor=town.city.registrar, public_id=uuid7(), session=session, enrolment=one, state="present", why=WHY,
        at=clock.now(),
    )  # fmt: skip


@row("coordination.teaching.decide_all")
def _(town: Town) -> Verb:
    session = _session(town)
    mark_now(session, town.city.registrar)
    ClassSession.objects.filter(course_class=session.course_class, state="planned").update(
        state="cancelled", cancelled_because="停课"
    )
    classes.finish_class(actor=town.city.registrar, course_class=session.course_class, at=clock.now())
    key = session.course_class_id
    return lambda: services.decide_all(key=key, by=town.city.registrar.person, after=0, most=9, at=clock.now())
