"""Who moved which session when: from the history that the database keeps of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xuecheng.city.trace.change import ROBOT_VERSION
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.facilities.models import Space
from xuecheng.coordination.staff.models import TeachingSession
from xuecheng.web.templatetags.xc import day, until

MOST_STEPS = 400
"""So many of the newest are shown: a class has sixty sessions at most, and few move more than once or twice."""


@dataclass(frozen=True)
class Step:
    """One change of one session: when, by whom and why, and what was otherwise before, in words."""

    number: int
    at: datetime
    what: str
    """planned, changed, held, cancelled or taken out"""
    by: str
    why: str
    lines: tuple[tuple[str, str, str], ...]
    """(what, before, after)"""


def session_history(row: CourseClass, *, session: int | None = None) -> list[Step]:
    """Every change of the sessions of a class, the newest first; with `session`, of the one of that number.

    What a teacher's or a room's own rows tell is left to them: here stands what the class had. Three queries.
    """
    events = apps.get_model("classes", "ClassSessionEvent")._default_manager.filter(course_class=row.pk)
    if session is not None:
        events = events.filter(number=session)
    found: list[Any] = list(events.select_related("pgh_context").order_by("-pgh_id")[: MOST_STEPS + 1])
    rooms = Space.objects.select_related("venue").in_bulk({one.space_id for one in found if one.space_id})
    teaching = TeachingSession.objects.select_related("person").in_bulk(
        {one.teaching_id for one in found if one.teaching_id}
    )

    def told(one: Any) -> dict[str, str]:
        room, hour = rooms.get(one.space_id), teaching.get(one.teaching_id)
        return {
            _("time"): f"{day(one.during.lower)} {until(one.during.lower, one.during.upper)}",
            _("room"): f"{room.venue.name}, {room.name}" if room else "",
            _("teacher"): hour.person.name if hour else "",
            _("topic"): one.topic,
        }

    before: dict[int, Any] = {}
    steps = []
    for one in reversed(found):
        older = before.get(one.pgh_obj_id)
        before[one.pgh_obj_id] = one
        now, was = told(one), told(older) if older is not None else {}
        changed = tuple((label, was.get(label, ""), now[label]) for label in now if was.get(label, "") != now[label])
        what = _what(one, older)
        if what == "changed" and not changed:
            continue
        steps.append(_step(one, what, changed))
    return steps[: -MOST_STEPS - 1 : -1]


def _what(one: Any, older: Any) -> str:
    if one.pgh_label == "insert":
        return "planned"
    if one.pgh_label == "delete":
        return "removed"
    if older is not None and one.state != older.state:
        return str(one.state)
    return "changed"


def _step(one: Any, what: str, lines: tuple[tuple[str, str, str], ...]) -> Step:
    context = one.pgh_context.metadata if one.pgh_context else {}
    name = context.get("by_name", "")
    why = one.cancelled_because if what == ClassSession.State.CANCELLED else context.get("why", "")
    # What the verbs beneath added (a room booked, somebody released) follows the reason that was given.
    why = why.split(" / ", 1)[0]
    return Step(
        number=one.number,
        at=one.pgh_created_at,
        what=what,
        by=pgettext("robot", name) if name and _is_robot(context.get("by", "")) else name,
        why=_(why) if why else "",
        lines=() if what == "removed" else lines,
    )


def _is_robot(by: str) -> bool:
    try:
        return UUID(by).version == ROBOT_VERSION
    except ValueError:
        return False
