"""When somebody is erased their timetable leads nowhere any more: the row goes, with the hash of its address."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import GOES, Leaver, fate, when_erased

from .models import TimetableFeed


def _leave(leaver: Leaver) -> None:
    TimetableFeed.objects.filter(person__in=leaver.keys).delete()


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("classes.TimetableFeed", "person", becomes=GOES)
