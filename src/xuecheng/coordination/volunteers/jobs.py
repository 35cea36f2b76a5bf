"""Background work of volunteers' service: what the clock ends, and what merged accounts served at one time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.models import Person, PersonMerge

from . import services

FIND_OVERLAPS = "volunteers.find_overlaps_of_merged"


def tend() -> None:
    """Remind organisers, end what nobody answered. Safe at any time, and twice."""
    services.tend(at=clock.now())


def accounts_merged(merge: PersonMerge, at: datetime) -> None:
    """Hook of people: what two accounts served at one time is one person's, and is looked at (V-07). Undone, whoever
    looks at it finds nothing beside it any more.
    """
    if merge.undone_at is not None:
        return
    jobs.start(
        FIND_OVERLAPS,
        at=at,
        title_zh="查找同一时间的志愿服务：合并的账户",
        title_en="Looking for services at one time under accounts that were merged",
        arguments={"person": merge.kept_id, "by": merge.merged_by_id},
        by=merge.merged_by,
    )


def find_overlaps(progress: Progress) -> dict[str, Any]:
    """Kind `volunteers.find_overlaps_of_merged`: one transaction; again, nothing more happens."""
    with progress.slice():
        by = Person.objects.get(pk=progress.arguments["by"])
        moved = services.review_overlaps(person=int(progress.arguments["person"]), by=by, at=clock.now())
        progress.done += moved
    return {"moved": moved}
