"""Background work of webhooks: a routine looks whether something is due, one job at a time sends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress

from .delivering import deliver_due
from .models import Delivery
from .queries import something_is_due

JOB = "webhooks.deliver"
KEPT_FOR = timedelta(days=30)


def deliver(progress: Progress) -> dict[str, Any]:
    """Kind `webhooks.deliver`."""
    del progress
    return {"taken": deliver_due(now=clock.now)}


def look_for_due() -> None:
    """Routine `webhooks.look`: start the job if a message is due and no job is open. The routine itself sends nothing:
    a slow receiver must not hold up what else recurs by the clock.
    """
    now = clock.now()
    if not something_is_due(at=now):
        return
    if Job.objects.filter(kind=JOB, state__in=[Job.State.WAITING, Job.State.RUNNING]).exists():
        return
    jobs.start(JOB, at=now, title_zh="推送事件", title_en="Sending webhooks", arguments={}, by=None)


def sweep() -> None:
    """Routine `webhooks.sweep`: messages that ended long ago, and their jobs, are forgotten."""
    since = clock.now() - KEPT_FOR
    Delivery.objects.exclude(state=Delivery.State.WAITING).filter(made_at__lt=since).delete()
    Job.objects.filter(kind=JOB, ended_at__lt=clock.now() - timedelta(days=1), state=Job.State.DONE).delete()
