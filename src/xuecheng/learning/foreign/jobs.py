"""Background work of learning from outside."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Cancelled, Progress
from xuecheng.learning.proofs import fetching

from . import services
from .models import Delivery, ForeignTrial


def read(progress: Progress) -> dict[str, Any]:
    """The job of `bring_file`."""
    row = Delivery.objects.select_related("learner", "body__territory").get(pk=progress.arguments["delivery"])
    if row.job_id != progress.job_id:
        raise Cancelled
    return services.facts_of(services.read_delivery(row, progress, now=clock.now, fetch=fetching.by_settings()))


def look(progress: Progress) -> dict[str, Any]:
    """The job of `bring_file` where the learner looks first."""
    row = Delivery.objects.select_related("learner", "body__territory").get(pk=progress.arguments["delivery"])
    if row.job_id != progress.job_id:
        raise Cancelled
    row = services.look_into(row, progress, now=clock.now, fetch=fetching.by_settings())
    return {"delivery": str(row.public_id), "state": row.state}


def trial(progress: Progress) -> dict[str, Any]:
    """The job of `try_rule`."""
    row = ForeignTrial.objects.select_related("rule__body__territory", "rule__unit").get(pk=progress.arguments["trial"])
    row = services.run_trial(row, progress, now=clock.now)
    return {"trial": str(row.public_id), "counts": row.result["counts"]}


def match(progress: Progress) -> dict[str, Any]:
    """The job after a rule or issuer came into force."""
    return services.match_waiting(progress, now=clock.now)


def tend() -> None:
    """Routine: follow corrections, post what could not be posted. Safe twice."""
    services.tend(at=clock.now())


def recheck() -> None:
    """Routine: ask issuers what they revoked. Safe twice."""
    services.recheck(at=clock.now(), way_out=fetching.by_settings)
