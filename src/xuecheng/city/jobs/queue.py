"""The bridge to procrastinate's queue on the same PostgreSQL: its tasks, which do nothing but call `running`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from xuecheng.web import events

if TYPE_CHECKING:
    from procrastinate import App

STALLED_AFTER_S = 30
"""A worker that has given no sign of life for so long is taken for dead; workers give one every 5 seconds."""


@contextmanager
def _own_connections() -> Iterator[None]:
    """A task's thread opens its own connections to the database and leaves none behind, stale or idle."""
    try:
        yield
    finally:
        connections.close_all()


def on_app_ready(app: App) -> None:
    """Give procrastinate its tasks. Named in the settings; apps have registered theirs by then or do so later."""

    @app.task(name="xuecheng.run_job", queue="jobs")
    def run_job(job_id: int) -> None:
        from .running import run  # noqa: PLC0415  # models are not loaded yet when tasks are defined

        with _own_connections(), events.within(job=job_id):
            run(job_id)

    @app.task(name="xuecheng.run_errand", queue="normal")
    def run_errand(name: str, arguments: dict[str, int]) -> None:
        from .errands import ERRANDS  # noqa: PLC0415  # the queue is read before the apps are loaded

        with _own_connections(), events.within(errand=name):
            ERRANDS[name](**arguments)

    @app.periodic(cron="* * * * * */20", periodic_id="xuecheng.resume_stalled")
    @app.task(name="xuecheng.resume_stalled", queue="routines", queueing_lock="xuecheng.resume_stalled")
    async def resume_stalled(timestamp: int) -> None:
        # REL-20: without this, one killed worker blocks its job's lock for ever.
        del timestamp
        for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            try:
                await app.job_manager.retry_job(stalled)
            except UniqueViolation:
                # Another of it waits already, and does its work; the dead one would hold its lock for ever.
                await app.job_manager.finish_job(stalled, status=Status.FAILED, delete_job=True)
        from .services import enqueue_lost  # noqa: PLC0415  # the queue is read before the apps are loaded

        def look() -> None:
            with _own_connections():
                enqueue_lost()

        await sync_to_async(look)()

    @app.periodic(cron="* * * * * */5", periodic_id="xuecheng.routines")
    @app.task(name="xuecheng.routines", queue="routines", queueing_lock="xuecheng.routines")
    def routines(timestamp: int) -> None:
        # Not the tick's time but now: a tick that waited long must not run what has run since (REL-22).
        del timestamp
        from xuecheng.city import clock  # noqa: PLC0415  # the queue is read before the apps are loaded

        from .running import run_due_routines  # noqa: PLC0415  # the queue is read before the apps are loaded

        with _own_connections():
            run_due_routines(at=clock.now())
