"""Background work of recognition: what a worker does, with the time it is done at."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress

from .models import DryRun, Run
from .services.dry_runs import run_dry_run
from .services.runs import recognise_run
from .services.under_rule import rerecognise_run


def recognise(progress: Progress) -> dict[str, Any]:
    """The job of `start_recognition`."""
    run = recognise_run(Run.objects.get(pk=progress.arguments["run"]), progress, now=clock.now)
    return {
        "run": str(run.public_id),
        "seen": run.seen_count,
        "credited": run.credited_count,
        "carried": run.carried_count,
        "refused": run.refused_count,
    }


def try_rule(progress: Progress) -> dict[str, Any]:
    """The job of `try_rule`."""
    dry_run = DryRun.objects.select_related("rule").get(pk=progress.arguments["dry_run"])
    if dry_run.finished_at is None:
        run_dry_run(dry_run, progress, today=clock.today(), now=clock.now())
    return {"dry_run": str(dry_run.public_id)}


def rerecognise(progress: Progress) -> dict[str, Any]:
    """The job of `rerecognise_under_rule`."""
    run = rerecognise_run(Run.objects.get(pk=progress.arguments["run"]), progress, now=clock.now)
    return {"run": str(run.public_id), "reversed": run.reversed_count, "credited": run.credited_count}
