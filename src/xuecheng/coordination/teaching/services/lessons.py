"""Verbs of lessons: writing what was taught and what is to be done at home; handing it in."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid5

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import news, queries
from xuecheng.coordination.teaching.models import HandedIn, Lesson
from xuecheng.coordination.teaching.models.attendance import BOOKS, scope_of_session
from xuecheng.coordination.teaching.queries import CHECK_IN, TAKE

from .attendance import LIVE, ClassOver, NotOnTheList


class HomeworkNeedsADay(Refusal):
    message = _("Say until when the homework is to be done.")
    field = "due_on"


class DayWithoutHomework(Refusal):
    message = _("Say what is to be done until that day.")
    field = "homework"


class DueTooEarly(Refusal):
    message = _("The homework would be due before the session.")
    remedy = _("Choose a later day.")
    field = "due_on"


class SessionNotHeld(Refusal):
    message = _("This session is cancelled: nothing is taught in it.")


class NoHomework(Refusal):
    message = _("There is no homework from this session.")


def keep_lesson(
    *,
    actor: Standing,
    session: ClassSession,
    taught: str,
    remark: str,
    homework: str,
    due_on: date | None,
    at: datetime,
) -> Lesson | None:
    """Write the log of a session, before it as a plan or after it; said again in the same words, nothing happens.

    Homework that is new is told to everybody on the list. None while there is nothing to write. Right:
    teaching.take_attendance at the session. Raises `Denied`, `ClassOver`, `SessionNotHeld`, `HomeworkNeedsADay`,
    `DayWithoutHomework`, `DueTooEarly`.
    """
    require(actor, TAKE, on=scope_of_session(session))
    words = {"taught": taught.strip(), "remark": remark.strip(), "homework": homework.strip(), "due_on": due_on}
    if words["homework"] and due_on is None:
        raise HomeworkNeedsADay
    if due_on is not None and not words["homework"]:
        raise DayWithoutHomework
    if due_on is not None and due_on < session.day:
        raise DueTooEarly
    with trace.change(by=actor.person, why=gettext_noop("Log of the session written")):
        row = ClassSession.objects.select_for_update(no_key=True).select_related("course_class").get(pk=session.pk)
        if row.course_class.state not in LIVE:
            raise ClassOver(state=row.course_class.get_state_display())
        if row.state == ClassSession.State.CANCELLED:
            raise SessionNotHeld
        known = Lesson.objects.filter(session=row).first()
        if known is None and not any(words.values()):
            return None
        had_homework = known is not None and known.homework != ""
        one = known or Lesson(session=row)
        if known is None or any(getattr(known, name) != value for name, value in words.items()):
            for name, value in words.items():
                setattr(one, name, value)
            one.by, one.at = actor.person, at
            one.save()
        if one.homework and not had_homework:
            news.tell_homework(session.course_class, one, queries.on_the_list(session), at=at)
    return one


def hand_in(*, actor: Standing, lesson: Lesson, enrolment: Enrolment, text: str, at: datetime) -> HandedIn:
    """Say that one's homework is done, in a few words if one likes; said again, the newer words stand.

    After its day it is still taken, and shown as late. Right: teaching.check_in for oneself. Raises `Denied`,
    `NoHomework`, `NotOnTheList`, `ClassOver`.
    """
    require(actor, CHECK_IN, on=Scope(person_id=enrolment.person_id))
    with trace.change(by=actor.person, why=gettext_noop("Homework handed in")):
        row = Lesson.objects.select_for_update(no_key=True).select_related("session__course_class").get(pk=lesson.pk)
        course_class = row.session.course_class
        if not row.homework:
            raise NoHomework
        if enrolment.course_class_id != course_class.pk or not queries.has_a_place(enrolment):
            raise NotOnTheList
        if course_class.state not in LIVE:
            raise ClassOver(state=course_class.get_state_display())
        one, is_new = HandedIn.objects.get_or_create(
            lesson=row, learner_id=enrolment.person_id, book=enrolment.person_id % BOOKS,
            defaults={
                "public_id": uuid5(enrolment.public_id, f"homework/{row.session.public_id}"), "enrolment": enrolment,
                "text": text.strip(), "at": at, "changed_at": at,
            },
        )  # fmt: skip
        if not is_new and one.text != text.strip():
            one.text, one.changed_at = text.strip(), at
            one.save(update_fields=["text", "changed_at"])
    return one
