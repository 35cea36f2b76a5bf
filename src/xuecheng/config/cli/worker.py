"""A worker process: `python -m xuecheng.config.cli.worker QUEUE[,QUEUE…] CONCURRENCY`.

Three run side by side (REL-20, REL-23): one for jobs, one for routines, so that a busy or dead jobs worker never keeps
the routine waiting that brings stalled jobs back, and one for errands (`now,normal`), so that a sign-in code waits for
neither.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procrastinate import App

ENDED_BY_ITSELF = 1
"""Exit code of a worker that nobody asked to stop: it lost its database, and whoever keeps it starts it again."""


def main(queues: str, concurrency: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    logging.getLogger(__name__).info("worker for %s begins", queues)
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the queue is not on Django's database")
    with app.replace_connector(connector.get_worker_connector()) as worker:
        was_asked = asyncio.run(
            _work(
                worker,
                queues=queues.split(","),
                name=f"{queues}-{os.getpid()}",
                concurrency=concurrency,
                # A job commits slice by slice; asked to stop, it has this long to reach the end of one.
                shutdown_graceful_timeout=10,
                delete_jobs="successful",
                update_heartbeat_interval=5,
                stalled_worker_timeout=30,
                # The queue's own do not tell a stop that was asked for from one after a lost connection.
                install_signal_handlers=False,
            )
        )
    return 0 if was_asked else ENDED_BY_ITSELF


async def _work(app: App, **how: Any) -> bool:
    """Work until somebody asks to stop (True), or the database is lost (False)."""
    was_asked = False
    async with app.open_async():
        working = asyncio.create_task(app.run_worker_async(**how))

        def stop() -> None:
            nonlocal was_asked
            was_asked = True
            working.cancel()  # gracefully: jobs are given the time to end

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        with suppress(asyncio.CancelledError):
            await working
    return was_asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
