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
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procrastinate import App

    from xuecheng.city.jobs.workers import Sign

logger = logging.getLogger("xuecheng.worker")
ENDED_BY_ITSELF = 1
"""Exit code of a worker that nobody asked to stop: it lost its database, and whoever keeps it starts it again."""


def main(queues: str, concurrency: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from psycopg import OperationalError

    from xuecheng.city.jobs import workers
    from xuecheng.web import events

    events.tell(logger, "worker.begins", "A worker begins", queues=queues)
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the queue is not on Django's database")
    try:
        with app.replace_connector(connector.get_worker_connector()) as worker:
            sign = workers.sign_of_this_process(tuple(queues.split(",")))
            was_asked = asyncio.run(
                _work(
                    worker,
                    sign,
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
    except OperationalError as error:
        logger.error("No connection to the database: %s", error)  # noqa: TRY400  # the pool's own lines say why
        was_asked = False
    events.tell(
        logger, "worker.ended", "A worker ended", queues=queues, state="asked to" if was_asked else "database lost"
    )
    return 0 if was_asked else ENDED_BY_ITSELF


async def _work(app: App, sign: Sign, **how: Any) -> bool:
    """Work until somebody asks to stop (True), or the database is lost (False)."""
    was_asked = False
    beating = asyncio.create_task(_keep_beating(sign))
    try:
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
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
    return was_asked


async def _keep_beating(sign: Sign) -> None:
    """A sign of life from the worker's own loop: one that hangs gives none. A database that is away ends nothing."""
    from django.db import DatabaseError, close_old_connections

    from xuecheng.city.jobs import workers

    def beat() -> None:
        close_old_connections()
        with suppress(DatabaseError):
            workers.beat(sign)

    def forget() -> None:
        with suppress(DatabaseError):
            workers.forget(sign)
        close_old_connections()

    loop = asyncio.get_running_loop()
    # One thread and its one connection; those of the jobs are none of its business.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="beat") as pool:
        try:
            while True:
                await loop.run_in_executor(pool, beat)
                await asyncio.sleep(workers.BEAT_EVERY_S)
        finally:
            await loop.run_in_executor(pool, forget)


def _main(words: list[str]) -> int:
    if len(words) != 2 or not words[1].isdigit() or not int(words[1]):
        sys.stderr.write("Say which queues, and how many at once: python -m xuecheng.config.cli.worker now,normal 3\n")
        return 2
    from .words import in_words

    try:
        return main(words[0], int(words[1]))
    except Exception as error:
        told = in_words(error)
        if told is None:
            raise
        sys.stderr.write(f"{told[1]}\n")
        return told[0]


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
