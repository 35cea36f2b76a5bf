"""What courses tell people: that a version was approved, or sent back with what is to be changed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import CourseVersion
from .queries import WRITE

APPROVED, RETURNED = "courses.approved", "courses.returned"


def register() -> None:
    """Called from `apps.py`."""
    sample = {"title": "智能手机：看病挂号与缴费"}
    kinds.register(
        APPROVED,
        _("A course of your college was approved"),
        kinds.Words(
            title=_("The course “%(title)s” was approved."),
            body=_("Everybody can read it now, and classes can be planned from it."),
            sms=_("A course of your college was approved. Sign in to read it."),
        ),
        sample=sample,
        act=WRITE,
        icon="book",
    )
    kinds.register(
        RETURNED,
        _("A course of your college was sent back"),
        kinds.Words(
            title=_("The course “%(title)s” was sent back."),
            body=_("Open it to read what is to be changed, change it and send it again."),
            sms=_("A course of your college was sent back. Sign in to read why."),
        ),
        sample=sample,
        channels=("email",),
        act=WRITE,
        icon="book",
    )


def tell_decided(row: CourseVersion, *, at: datetime) -> None:
    """Tell whoever writes courses for the unit, and who drafted it, but not who decided."""
    keys = {one.pk for one in people_who_may(WRITE, at=row.course.owner, today=clock.date_of(at))}
    keys = (keys | {row.drafted_by_id}) - {row.decided_by_id}
    kind = APPROVED if row.state == CourseVersion.State.APPROVED else RETURNED
    about = ("courses:show_version", str(row.public_id))
    key = f"{row.public_id}/{at.isoformat()}"
    tell_many(kind, [Telling(one, key, {"title": row.course.title_zh}, about) for one in sorted(keys)], at=at)
