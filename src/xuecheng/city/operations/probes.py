"""Whether this process lives, and whether it is ready: cheap, and without a word that a stranger could use (OPS-02)."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from xuecheng.city.jobs import workers

STOPPING = "XUECHENG_STOPPING"
"""Name in the environment of the file that `xuecheng serve` writes when it begins to stop."""


class _Once:
    """Migrations are only ever added: once this release's were all found applied, they are not looked for again."""

    applied = False


def is_stopping() -> bool:
    """Whether the server above this process was told to end and lets requests run out."""
    place = os.environ.get(STOPPING)
    return bool(place) and Path(place or "").exists()


def is_migrated() -> bool:
    """Whether every migration of this release is applied. Several queries the first time, then none."""
    if not _Once.applied:
        loader = MigrationLoader(connection)
        _Once.applied = set(loader.disk_migrations) <= set(loader.applied_migrations)
    return _Once.applied


def lacks(*, workers_too: bool = True) -> list[str]:
    """What keeps this process from being ready, by fixed words: "stopping", "database", "migrations", "workers"."""
    if is_stopping():
        return ["stopping"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        if not is_migrated():
            return ["migrations"]
        return ["workers"] if workers_too and workers.queues_without_worker() else []
    except DatabaseError:
        return ["database"]
