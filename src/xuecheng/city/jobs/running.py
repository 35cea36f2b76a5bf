"""What a worker does with a job, and with the routines whose time has come."""

from __future__ import annotations

import logging
import time
import traceback
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop, override

from xuecheng.city import clock
from xuecheng.city.refusals import Refusal
from xuecheng.web import events

from . import services
from .models import Job, RoutineRun
from .progress import Cancelled, Progress, Superseded
from .registry import KINDS, MOST_ATTEMPTS, ROUTINES, Routine

log = logging.getLogger(__name__)
FAULT = gettext_noop(
    "Something broke on our side. Nothing half-done was kept. The operators can find it under %(fault)s."
)
_PATIENCE = timedelta(minutes=10)
"""A routine that began so long ago and did not end is taken for dead; the next worker takes it over."""


def run(job_id: int) -> None:
    """Work on a job until it is done, cancelled, refused or given up; after a fault queue it again, later each time.

    Lets nothing through: what the queue should do with a fault stands in our own row, in one transaction with it.
    """
    job = _take(job_id)
    if job is None:
        return
    progress = Progress(job)
    began = time.monotonic()
    try:
        result = KINDS[job.kind].run(progress) or {}
    except Superseded:
        log.warning("job %s was taken over by another worker", job.public_id)
    except Cancelled:
        _end(job, state=Job.State.CANCELLED)
    except Refusal as refusal:
        texts = {}
        for language in ("zh-hans", "en"):
            with override(language):
                texts[language] = str(refusal)
        _end(
            job,
            state=Job.State.FAILED,
            error=texts["zh-hans"],
            result={"refusal": refusal.code, "refusal_en": texts["en"]},
        )
    except Exception:
        log.exception("job %s (%s) failed, fault %s", job.public_id, job.kind, _fault_of(job))
        _again_or_fail(job, error=traceback.format_exc(limit=1).splitlines()[-1][:200])
    else:
        _end(job, state=Job.State.DONE, result=result)
    events.tell(
        log, "jobs.turn_ended", "A worker is through with a job", kind=job.kind, turn=job.turn,
        ms=round((time.monotonic() - began) * 1000),
    )  # fmt: skip


def _fault_of(job: Job) -> str:
    """What people say on the telephone, and what the log entry with the trace holds."""
    return f"J{job.pk}-{job.turn}"


def _take(job_id: int) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
        if job is None or job.state not in (Job.State.WAITING, Job.State.RUNNING):
            return None
        if job.cancel_asked:
            job.state, job.ended_at = Job.State.CANCELLED, clock.now()
            job.save(update_fields=["state", "ended_at"])
            return None
        if job.attempts >= MOST_ATTEMPTS:
            # Its workers died without a word, each time at the same place.
            log.error("job %s (%s) kills its workers, fault %s", job.public_id, job.kind, _fault_of(job))
            _end(job, state=Job.State.FAILED, error=_fault_of(job), result={"fault": _fault_of(job)})
            return None
        job.attempts += 1
        job.turn += 1
        job.state = Job.State.RUNNING
        job.began_at = job.began_at or clock.now()
        job.save(update_fields=["attempts", "turn", "state", "began_at"])
        return job


def _end(job: Job, *, state: str, error: str = "", result: dict[str, object] | None = None) -> None:
    Job.objects.filter(pk=job.pk, turn=job.turn, ended_at=None).update(
        state=state, ended_at=clock.now(), error=error, result=result or {}
    )


def _again_or_fail(job: Job, *, error: str) -> None:
    with transaction.atomic():
        row = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if row.turn != job.turn or row.ended_at is not None:
            return
        if row.attempts >= MOST_ATTEMPTS:
            _end(row, state=Job.State.FAILED, error=_fault_of(row), result={"fault": _fault_of(row)})
            return
        row.state, row.error = Job.State.WAITING, error
        row.save(update_fields=["state", "error"])
        services.enqueue(row, in_seconds=4**row.attempts)


def run_due_routines(*, at: datetime) -> list[str]:
    """Run the routines that are due at `at` and that nobody runs; answers their names.

    A routine is due when a moment of its schedule lies between its last run and now, so one that was missed while no
    worker was up runs late, once. One that fails is logged and does not hold up the others.
    """
    return [routine.name for routine in list(ROUTINES.values()) if _claim(routine, at=at) and _run_routine(routine)]


def _claim(routine: Routine, *, at: datetime) -> bool:
    from croniter import croniter  # noqa: PLC0415  # comes with procrastinate; only workers need it

    # The step back looks before the moment it is given: a second later, or the present second would never be due.
    due: datetime = croniter(routine.cron, at.astimezone(clock.zone()) + timedelta(seconds=1)).get_prev(datetime)
    _run, is_first = RoutineRun.objects.get_or_create(
        name=routine.name, defaults={"ran_for": due, "began_at": at, "ended_at": None}
    )
    if is_first:
        return True
    idle = Q(ended_at__isnull=False) | Q(began_at__lt=at - _PATIENCE)
    # Of several workers one changes the row; the others find it changed.
    return bool(
        RoutineRun.objects.filter(idle, name=routine.name)
        .filter(Q(ran_for__lt=due) | Q(ended_at__isnull=True, ran_for=due))
        .update(ran_for=due, began_at=at, ended_at=None)
    )


def _run_routine(routine: Routine) -> bool:
    fault = ""
    with events.within(routine=routine.name):
        try:
            routine.run()
        except Exception as error:
            log.exception("routine %s failed", routine.name)
            fault = f"{type(error).__name__}: {error}"[:200]
    RoutineRun.objects.filter(name=routine.name).update(ended_at=clock.now(), fault=fault)
    return True
