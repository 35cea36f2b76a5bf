"""Background work of enrolment: draws, and what ends by the clock."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress

from . import news, services
from .models import Enrolment

_TOLD_A_SLICE = 200


def draw_lottery(progress: Progress) -> dict[str, Any] | None:
    """Draw a lottery in one slice, then tell everybody slice by slice. Killed at any moment, it goes on where it was:
    nothing is half drawn, nothing is drawn twice, and nobody is told twice.
    """
    key = int(progress.arguments["lottery"])
    with progress.slice():
        lottery = services.draw(key=key, at=clock.now())
        progress.total, progress.done = len(lottery.order), int(progress.cursor.get("told", 0))
    rows = Enrolment.objects.filter(course_class=lottery.course_class_id).exclude(lottery_number="").order_by("pk")
    while True:
        found = list(rows.filter(pk__gt=progress.cursor.get("last", 0))[:_TOLD_A_SLICE])
        if not found:
            break
        with progress.slice():
            news.tell_drawn(lottery.course_class, found, at=clock.now())
            progress.cursor["last"] = found[-1].pk
            progress.cursor["told"] = progress.done = progress.cursor.get("told", 0) + len(found)
    return {"places": lottery.places, "applicants": len(lottery.order)}


def tend() -> None:
    """End what ran out, offer what is free. Safe at any time, and twice."""
    services.tend(at=clock.now())
