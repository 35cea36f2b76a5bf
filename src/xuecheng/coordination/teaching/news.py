"""What teaching tells people: that they completed a class."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.models import Enrolment

COMPLETED = "teaching.completed"


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        COMPLETED,
        _("You completed a class"),
        kinds.Words(
            title=_("You completed the class: “%(title)s”."),
            body=_("It stands among your learning records now. Credit follows when it is recognised."),
            sms=_("You completed a class. It stands among your learning records now."),
        ),
        sample={"title": "书法入门（街道社区学校）"},
        icon="school",
        channels=("email",),
    )


def tell_completed(course_class: CourseClass, one: Enrolment, *, at: datetime) -> None:
    """Tell somebody, once for each time that they come to complete it."""
    course = course_class.version.course
    values = {"title": {"zh": course.title_zh, "en": course.title_en or course.title_zh}}
    tell_many(
        COMPLETED,
        [Telling(one.person_id, f"{one.public_id}/{at.isoformat()}", values, ("teaching:list_own",))],
        at=at,
    )
