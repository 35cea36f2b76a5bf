"""What teaching tells learners: that they completed a class, that they did not after all, that there is homework."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.faces import day
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.models import Enrolment

from .models import Lesson

COMPLETED, WITHDRAWN, HOMEWORK = "teaching.completed", "teaching.certificate_withdrawn", "teaching.homework"
_SAMPLE = {"title": "书法入门（街道社区学校）"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        COMPLETED,
        _("You completed a class"),
        kinds.Words(
            title=_("You completed the class: “%(title)s”."),
            body=_(
                "It stands among your learning records now, and your certificate is ready to be printed. Credit follows"
                " when it is recognised."
            ),
            sms=_("You completed a class. It stands among your learning records now."),
        ),
        sample=_SAMPLE,
        icon="school",
        channels=("email",),
    )
    kinds.register(
        WITHDRAWN,
        _("A certificate of yours holds no more"),
        kinds.Words(
            title=_("Your attendance was corrected: you did not complete “%(title)s” after all."),
            body=_("Certificate and learning record hold no more. Ask the unit if you think that it is wrong."),
            sms=_("Your attendance was corrected: a certificate of yours holds no more. Sign in to see why."),
        ),
        sample=_SAMPLE,
        icon="certificate",
        channels=("email", "sms"),
        may_be_switched_off=False,
    )
    kinds.register(
        HOMEWORK,
        _("There is homework"),
        kinds.Words(
            title=_("Homework from “%(title)s”, due on %(due)s."),
            body=_("Open it to read what is to be done, and to hand it in."),
            sms=_("There is homework from a class of yours, due on %(due)s. Sign in to read it."),
        ),
        sample=_SAMPLE | {"due": {"on": "2026-11-23"}},
        icon="school",
    )


def tell_completed(course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    """Tell somebody, once for each time that they come to complete it."""
    _tell(COMPLETED, course_class, one, at=at)


def tell_withdrawn(course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    """Tell somebody that by a correction they have not completed it after all; once for each."""
    _tell(WITHDRAWN, course_class, one, at=at)


def tell_homework(course_class: CourseClass, lesson: Lesson, people: Iterable[Enrolment], *, at: datetime) -> None:
    """Tell everybody on the list, once for each homework."""
    assert lesson.due_on is not None  # homework has a day
    values = {"title": _title(course_class), "due": day(lesson.due_on)}
    session = str(lesson.session.public_id)
    tellings = [
        Telling(one.person_id, session, values, ("teaching:hand_in", str(one.public_id), session)) for one in people
    ]
    tell_many(HOMEWORK, tellings, at=at)


def _title(course_class: CourseClass) -> dict[str, str]:
    course = course_class.version.course
    return {"zh": course.title_zh, "en": course.title_en or course.title_zh}


def _tell(kind: str, course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    values = {"title": _title(course_class)}
    telling = Telling(one.person_id, f"{one.public_id}/{at.isoformat()}", values, ("teaching:list_own",))
    tell_many(kind, [telling], at=at)
