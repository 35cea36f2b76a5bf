"""Background work of teaching: deciding who completes a class that is over, and certificates that are missing."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.models import Person

from . import services

_PEOPLE_A_SLICE = 20
_CERTIFICATES_A_SLICE = 100


def complete(progress: Progress) -> dict[str, Any]:
    """Decide slice by slice, each with its records and notices in one transaction. Killed anywhere, it goes on where
    it was: nobody is decided, written or told twice.
    """
    by = Person.objects.get(pk=progress.arguments["by"])
    key, decided = int(progress.arguments["class"]), -1
    while decided:
        with progress.slice():
            last, decided = services.decide_all(
                key=key, by=by, after=int(progress.cursor.get("last", 0)), most=_PEOPLE_A_SLICE, at=clock.now()
            )
            progress.cursor["last"] = last
            progress.done += decided
    return {"decided": progress.done}


def certify() -> None:
    """Routine: certificates of decisions that were made before there were any. Killed anywhere, the next night goes on
    with those that are left; nothing is doubled.
    """
    after = -1
    while after:
        after, _issued = services.issue_missing(after=max(after, 0), most=_CERTIFICATES_A_SLICE, at=clock.now())
