"""Questions about background jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from croniter import croniter
from django.db.models import QuerySet

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, visible

from .models import Job, RoutineRun
from .registry import ROUTINES, Routine

LATE_AFTER = timedelta(minutes=5)
"""So long after its moment a routine that has not run is called late: no worker may be up."""


def visible_jobs(viewer: Standing, *, state: str = "") -> QuerySet[Job]:
    """Jobs that `viewer` started or may see at their organisations or in their territory, newest first."""
    found = (
        Job.objects.filter(
            visible(
                viewer,
                "jobs.see_job",
                organisation="organisation",
                territory="organisation__territory",
                person="started_by",
            )
        )
        .select_related("started_by", "organisation__territory")
        .order_by("-id")
    )
    return found.filter(state=state) if state else found


def failed_jobs(viewer: Standing, *, since: datetime) -> QuerySet[Job]:
    """Those that failed since then and were not tried again, the newest first."""
    return visible_jobs(viewer, state=Job.State.FAILED).filter(ended_at__gte=since)


@dataclass(frozen=True)
class RoutineFace:
    """A routine as operators see it."""

    name: str
    title: str
    cron: str
    began_at: datetime | None
    ended_at: datetime | None
    fault: str
    is_late: bool


def routines(*, at: datetime) -> list[RoutineFace]:
    """All registered routines, the troubled ones first. One query."""
    runs = RoutineRun.objects.in_bulk()
    faces = [_routine_face(routine, runs.get(name), at=at) for name, routine in ROUTINES.items()]
    return sorted(faces, key=lambda face: (not (face.is_late or face.fault), face.name))


def _routine_face(routine: Routine, run: RoutineRun | None, *, at: datetime) -> RoutineFace:
    # The last moment of the schedule that is old enough to have been met.
    due: datetime = croniter(routine.cron, (at - LATE_AFTER).astimezone(clock.zone())).get_prev(datetime)
    return RoutineFace(
        name=routine.name,
        title=str(routine.title or routine.name),
        cron=routine.cron,
        began_at=run.began_at if run else None,
        ended_at=run.ended_at if run else None,
        fault=run.fault if run else "",
        is_late=run is None or run.ran_for < due,
    )
