"""Questions of the page of health: a fixed number of queries, each cheap at any size."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import django
from django.db import connection
from django.utils.translation import gettext

from xuecheng.city import clock
from xuecheng.city.jobs import workers
from xuecheng.city.jobs.models import Worker

from . import gauges, marks, promises, words
from .models import PointState

_ORDER = {"fail": 0, "warn": 1, "pass": 2}


@dataclass(frozen=True)
class PointFace:
    """A point as the page shows it."""

    row: PointState
    title: str


@dataclass(frozen=True)
class QueueFace:
    """A queue as the page shows it; `seconds` is how long the oldest work has waited."""

    name: str
    title: str
    waiting: int
    seconds: int
    worker_count: int


@dataclass(frozen=True)
class Health:
    """The installation at a glance."""

    points: list[PointFace]
    looked_at: datetime | None
    queues: list[QueueFace]
    workers: list[tuple[Worker, str]]
    """Those that live, each with what its queues are for."""
    jobs_failed: int
    backup_at: datetime | None
    drill_at: datetime | None
    versions: list[tuple[str, str]]

    @property
    def failed(self) -> int:
        return sum(one.row.state == "fail" for one in self.points)

    @property
    def watched(self) -> int:
        return sum(one.row.state == "warn" for one in self.points)

    @property
    def idle_queues(self) -> list[str]:
        """Queues that nobody serves."""
        return [one.title for one in self.queues if not one.worker_count]


def health(*, now: datetime) -> Health:
    """How the installation stands: what the last look found, what waits, who works, which versions."""
    rows = sorted(PointState.objects.all(), key=lambda row: (_ORDER[row.state], row.what))
    numbers = {(one.name, dict(one.labels).get("queue", "")): one.value for one in gauges.of_the_queue()}
    queues = [
        QueueFace(
            name=queue,
            title=words.queue_title(queue),
            waiting=int(numbers["xuecheng_queue_waiting", queue]),
            seconds=int(numbers["xuecheng_queue_oldest_seconds", queue]),
            worker_count=int(numbers["xuecheng_queue_workers", queue]),
        )
        for queue in workers.QUEUES
    ]
    return Health(
        points=[PointFace(row=row, title=words.title_of(row.what)) for row in rows],
        looked_at=max((row.looked_at for row in rows), default=None),
        queues=queues,
        workers=[(one, gettext(", ").join(map(words.queue_title, one.queues))) for one in workers.living()],
        jobs_failed=int(numbers["xuecheng_jobs_failed", ""]),
        backup_at=_moment(marks.newest("backup"), now),
        drill_at=_moment(marks.newest("drill"), now),
        versions=versions(),
    )


@dataclass(frozen=True)
class Service:
    """What everybody may know of how the installation stands."""

    parts: list[tuple[str, str]]
    """Each part's title and its state: "works", "disturbed", or "unknown" when nobody has looked lately."""
    looked_at: datetime | None
    kept: promises.Kept
    backup_at: datetime | None
    drill_at: datetime | None

    @property
    def state(self) -> str:
        """Of the whole: what is worst."""
        states = {state for _title, state in self.parts}
        return next(one for one in ("unknown", "disturbed", "works") if one in states)


def service(*, now: datetime) -> Service:
    """How far the promises are kept (OPS-06). Four queries."""
    rows = {row.what: row for row in PointState.objects.all()}
    looked_at = max((row.looked_at for row in rows.values()), default=None)
    is_known = looked_at is not None and now - looked_at <= promises.STALE
    states = {what: row.state for what, row in rows.items()}
    return Service(
        parts=[
            (str(part.title), ("works" if promises.works(part, states) else "disturbed") if is_known else "unknown")
            for part in promises.PARTS
        ],
        looked_at=looked_at,
        kept=promises.kept(marks.looks_kept(), at=now.astimezone(clock.zone())),
        backup_at=_moment(marks.newest("backup"), now),
        drill_at=_moment(marks.newest("drill"), now),
    )


def versions() -> list[tuple[str, str]]:
    """What runs here, by name. One query."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version')")
        (server,) = cursor.fetchone()
    return [
        ("Xuecheng", version("xuecheng")),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", server.split()[0]),
    ]


def _moment(seconds: int | None, now: datetime) -> datetime | None:
    return datetime.fromtimestamp(seconds, now.tzinfo) if seconds is not None else None
