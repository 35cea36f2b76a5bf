"""What teaching tells people: that they completed a class, and that they did not after all."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.models import Enrolment

COMPLETED, WITHDRAWN = "teaching.completed", "teaching.certificate_withdrawn"
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


def tell_completed(course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    """Tell somebody, once for each time that they come to complete it."""
    _tell(COMPLETED, course_class, one, at=at)


def tell_withdrawn(course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    """Tell somebody that by a correction they have not completed it after all; once for each."""
    _tell(WITHDRAWN, course_class, one, at=at)


def _tell(kind: str, course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    course = course_class.version.course
    values = {"title": {"zh": course.title_zh, "en": course.title_en or course.title_zh}}
    telling = Telling(one.person_id, f"{one.public_id}/{at.isoformat()}", values, ("teaching:list_own",))
    tell_many(kind, [telling], at=at)
