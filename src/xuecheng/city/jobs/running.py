"""What a worker does with a job."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime

from django.db import close_old_connections, transaction
from django.utils.translation import gettext_noop, override

from xuecheng.city import clock
from xuecheng.city.refusals import Refusal

from .models import Job
from .progress import Cancelled, Progress, Superseded
from .registry import KINDS, MOST_ATTEMPTS, ROUTINES

log = logging.getLogger(__name__)
FAULT = gettext_noop(
    "Something broke on our side. Nothing half-done was kept. The operators can find it under %(fault)s."
)


def run(job_id: int) -> None:
    """Work on a job until it is done, cancelled or refused; let a fault through, so that the queue tries again."""
    close_old_connections()
    job = _take(job_id)
    if job is None:
        return
    progress = Progress(job)
    try:
        result = KINDS[job.kind].run(progress) or {}
    except Superseded:
        log.warning("job %s was taken over by another worker", job.public_id)
        return
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
        fault = f"J{job.pk}-{job.attempts}"
        log.exception("job %s (%s) failed, fault %s", job.public_id, job.kind, fault)
        if job.attempts >= MOST_ATTEMPTS:
            _end(job, state=Job.State.FAILED, error=fault, result={"fault": fault})
            return
        _again(job, error=traceback.format_exc(limit=1).splitlines()[-1][:200])
        raise
    else:
        _end(job, state=Job.State.DONE, result=result)
    finally:
        close_old_connections()


def _take(job_id: int) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
        if job is None or job.state not in (Job.State.WAITING, Job.State.RUNNING):
            return None
        if job.cancel_asked:
            job.state, job.ended_at = Job.State.CANCELLED, clock.now()
            job.save(update_fields=["state", "ended_at"])
            return None
        job.attempts += 1
        job.state = Job.State.RUNNING
        job.began_at = job.began_at or clock.now()
        job.save(update_fields=["attempts", "state", "began_at"])
        return job


def _end(job: Job, *, state: str, error: str = "", result: dict[str, object] | None = None) -> None:
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(
        state=state, ended_at=clock.now(), error=error, result=result or {}
    )


def _again(job: Job, *, error: str) -> None:
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(state=Job.State.WAITING, error=error)


def run_due_routines(timestamp: int) -> None:
    """Run the routines whose time this tick is. One that fails is logged and does not hold up the others."""
    from croniter import croniter  # noqa: PLC0415  # comes with procrastinate; only workers need it

    tick = datetime.fromtimestamp(timestamp, tz=clock.zone())
    for routine in list(ROUTINES.values()):
        if not croniter.match(routine.cron, tick):
            continue
        close_old_connections()
        try:
            routine.run()
        except Exception:
            log.exception("routine %s failed", routine.name)
        finally:
            close_old_connections()
