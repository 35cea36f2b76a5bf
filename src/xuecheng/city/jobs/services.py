"""Verbs of background jobs: start, cancel, try again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app as queue

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
            _enqueue(job)
    return job


def _enqueue(job: Job) -> None:
    task = queue.configure_task("xuecheng.run_job", lock=f"job-{job.pk}")
    job.queue_job_id = task.defer(job_id=job.pk)
    job.save(update_fields=["queue_job_id"])


def scope_of_job(job: Job) -> Scope:
    organisation = job.organisation
    return Scope(
        organisation_id=job.organisation_id,
        territory_path=organisation.territory.path if organisation else None,
        person_id=job.started_by_id,
    )


def ask_to_cancel(*, actor: Standing, job: Job, at: datetime) -> None:
    """Ask a job to stop at its next slice. One that waits ends at once. Raises `Denied`, `JobHasEnded`."""
    require(actor, "jobs.cancel_job", on=scope_of_job(job))
    with transaction.atomic():
        row = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if row.ended_at is not None:
            raise JobHasEnded
        row.cancel_asked = True
        if row.state == Job.State.WAITING and row.attempts == 0:
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
        _enqueue(row)
