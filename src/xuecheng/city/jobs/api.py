"""Background jobs for programs: how far they are, how they ended, and stopping one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Out
from xuecheng.city.rights import Scope

from . import services
from .faces import face_of
from .models import Job
from .queries import routines, visible_jobs

router = Router(tags=["Jobs"])


class JobOut(Out):
    """A piece of long work. `error` is in the caller's language; `fault` names the entry in the log."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: str
    title: str
    state: Job.State
    done: int
    total: int | None
    error: str
    fault: str
    organisation: str | None
    created_at: datetime
    ended_at: datetime | None

    @staticmethod
    def of(row: Job) -> JobOut:
        face = face_of(row)
        return JobOut(
            id=row.public_id,
            kind=row.kind,
            title=face.title,
            state=Job.State(row.state),
            done=row.done_count,
            total=row.total_count,
            error=face.error,
            fault=face.fault,
            organisation=row.organisation.code if row.organisation else None,
            created_at=row.created_at,
            ended_at=row.ended_at,
        )


class RoutineOut(Out):
    """Work that recurs by the clock. `is_late`: it should have run and did not."""

    KEYS: ClassVar = ("name",)
    name: str
    title: str
    cron: str
    began_at: datetime | None
    ended_at: datetime | None
    fault: str
    is_late: bool


class JobWish(Paged):
    state: Job.State | None = None


@router.listing("/jobs", scope="jobs.read", out=JobOut)
def list_jobs(request: HttpRequest, wish: Query[JobWish]) -> dict[str, Any]:
    """Jobs that the caller started or may see, newest first."""
    found = visible_jobs(standing(request), state=wish.state or "")
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.reading("/jobs/{id}", scope="jobs.read", out=JobOut)
def get_job(request: HttpRequest, id: Path[UUID]) -> JobOut:
    """One job."""
    return JobOut.of(_job(request, id))


@router.writing("/jobs/{id}/cancellation", scope="jobs.write", out=JobOut, status=202)
def cancel_job(request: HttpRequest, id: Path[UUID]) -> JobOut:
    """Ask a job to stop at its next step; what is done stays done."""
    services.ask_to_cancel(actor=standing(request), job=_job(request, id), at=clock.now())
    return JobOut.of(_job(request, id))


@router.writing("/jobs/{id}/retry", scope="jobs.write", out=JobOut, status=202)
def retry_job(request: HttpRequest, id: Path[UUID]) -> JobOut:
    """Queue a failed or cancelled job again; it goes on where it stopped."""
    services.retry(actor=standing(request), job=_job(request, id))
    return JobOut.of(_job(request, id))


@router.listing("/routines", scope="jobs.read", out=RoutineOut)
def list_routines(request: HttpRequest) -> dict[str, Any]:
    """What the house does by the clock, the troubled ones first."""
    require(standing(request), "jobs.see_routines", on=Scope())
    names = RoutineOut.model_fields
    shown = [RoutineOut(**{name: getattr(one, name) for name in names}) for one in routines(at=clock.now())]
    return {"items": shown, "next": None}


def _shown(rows: Sequence[Job]) -> list[JobOut]:
    return [JobOut.of(row) for row in rows]


def _job(request: HttpRequest, public_id: UUID) -> Job:
    found = visible_jobs(standing(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
