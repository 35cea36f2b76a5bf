"""Verbs of background jobs: start, cancel, try again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal

from .models import Job
from .registry import KINDS


class JobHasEnded(Refusal):
    message = _("This job has ended already.")


class JobHasNotFailed(Refusal):
    message = _("Only a job that failed or was cancelled can be tried again.")


def start(
    kind: str,
    *,
    at: datetime,
    title_zh: str,
    title_en: str,
    arguments: dict[str, Any],
    by: Person | None,
    organisation: Organisation | None = None,
    public_id: UUID | None = None,
    total: int | None = None,
) -> Job:
    """Put a job in the queue, in the caller's transaction: rolled back together, or both there (REL-21).

    The caller has checked the right. Repeating with the same `public_id` returns the same job.
    """
    if kind not in KINDS:
        raise KeyError(f"no such kind of job: {kind}")
    with transaction.atomic():
        job, is_new = Job.objects.get_or_create(
            public_id=public_id or uuid7(),
            defaults={
                "kind": kind,
                "title_zh": title_zh,
                "title_en": title_en,
                "arguments": arguments,
                "started_by": by,
                "organisation": organisation,
                "created_at": at,
                "total_count": total,
            },
        )
        if is_new:
            enqueue(job)
    return job


def enqueue(job: Job, *, in_seconds: int = 0) -> None:
    """Put a job's row into procrastinate's queue, now or later, in the caller's transaction."""
    task = queue.configure_task(
        "xuecheng.run_job", lock=f"job-{job.pk}", schedule_in={"seconds": in_seconds} if in_seconds else None
    )
    job.queue_job_id = task.defer(job_id=job.pk)
    job.save(update_fields=["queue_job_id"])


def enqueue_lost() -> int:
    """Queue open jobs again that the queue knows nothing of any more; answers how many.

    So it is when a worker lost its database between the end of the queue's job and the end of ours. Safe at any time:
    a job that works after all is fenced by its turn.
    """
    waiting = ProcrastinateJob.objects.filter(status__in=["todo", "doing"], pk=OuterRef("queue_job_id"))
    is_open = Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
    lost = list(is_open.filter(~Exists(waiting)).values_list("pk", flat=True))
    for key in lost:
        with transaction.atomic():
            job = (
                is_open.filter(~Exists(waiting)).select_for_update(no_key=True, skip_locked=True).filter(pk=key).first()
            )
            if job is not None:
                enqueue(job)
    return len(lost)


def scope_of_job(job: Job) -> Scope:
    organisation = job.organisation
    return Scope(
        organisation_id=job.organisation_id,
        territory_path=organisation.territory.path if organisation else None,
        person_id=job.started_by_id,
    )


def ask_to_cancel(*, actor: Standing, job: Job, at: datetime) -> None:
    """Ask a job to stop at its next slice; what is done stays done. One that waits ends at once.

    Raises `Denied`, `JobHasEnded`.
    """
    require(actor, "jobs.cancel_job", on=scope_of_job(job))
    with transaction.atomic():
        row = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if row.ended_at is not None:
            raise JobHasEnded
        row.cancel_asked = True
        if row.state == Job.State.WAITING:
            row.state, row.ended_at = Job.State.CANCELLED, at
        row.save(update_fields=["cancel_asked", "state", "ended_at"])


def retry(*, actor: Standing, job: Job) -> None:
    """Queue a failed or cancelled job again; it goes on where it stopped. Raises `Denied`, `JobHasNotFailed`."""
    require(actor, "jobs.retry_job", on=scope_of_job(job))
    with transaction.atomic():
        row = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if row.state not in (Job.State.FAILED, Job.State.CANCELLED):
            raise JobHasNotFailed
        row.state, row.ended_at, row.cancel_asked, row.attempts, row.error = Job.State.WAITING, None, False, 0, ""
        row.save(update_fields=["state", "ended_at", "cancel_asked", "attempts", "error"])
        enqueue(row)
