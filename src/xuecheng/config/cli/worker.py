"""A worker process: `python -m xuecheng.config.cli.worker QUEUE[,QUEUE…] CONCURRENCY`.

Three run side by side (REL-20, REL-23): one for jobs, one for routines, so that a busy or dead jobs worker never keeps
the routine waiting that brings stalled jobs back, and one for errands (`now,normal`), so that a sign-in code waits for
neither.
"""

from __future__ import annotations

import logging
import os
import sys


def main(queues: str, concurrency: int) -> None:
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
        worker.run_worker(
            queues=queues.split(","),
            name=f"{queues}-{os.getpid()}",
            concurrency=concurrency,
            # A job commits slice by slice; asked to stop, it has this long to reach the end of one.
            shutdown_graceful_timeout=10,
            delete_jobs="successful",
            update_heartbeat_interval=5,
            stalled_worker_timeout=30,
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
