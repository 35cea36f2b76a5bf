"""Numbers that are asked of the database when they are read: the queue, the outbox, points, and what higher floors add.

Each group is a few statements over an index, so that a scrape costs the same at any size of the city. A group that
fails is left out and counted; the others are told all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Count

from xuecheng.city import clock
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import workers
from xuecheng.city.jobs.models import Job, RoutineRun
from xuecheng.city.notices import queries as notices

from . import marks
from .models import PointState
from .points import STATES

log = logging.getLogger(__name__)
MOST_COUNTED = 100_000
"""A queue is counted so far; more is as bad."""

# What is due and waits, by queue; the oldest by when it was put there.
_QUEUE = """
select w.queue_name, w.many, extract(epoch from clock_timestamp() - e.at)
from (
    select queue_name, count(*) as many, min(id) as oldest from (
        select queue_name, id from procrastinate_jobs
        where status = 'todo' and (scheduled_at is null or scheduled_at <= clock_timestamp())
        limit %s
    ) due group by queue_name
) w
left join lateral (
    select min(at) as at from procrastinate_events where job_id = w.oldest
) e on true"""
_CONNECTIONS = """
select coalesce(state, 'other'), count(*), current_setting('max_connections')::int
from pg_stat_activity where datname = current_database() group by 1"""


@dataclass(frozen=True)
class Gauge:
    """One number at this moment."""

    name: str
    meaning: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


Group = Callable[[], Iterable[Gauge]]
_groups: dict[str, Group] = {}


def register(name: str, group: Group) -> None:
    """Have `group` tell its numbers at each reading. Called from `apps.py`; few statements, each over an index."""
    _groups[name] = group


def all_of_them() -> Iterator[Gauge]:
    """Every number, and how many groups could not tell theirs."""
    failed = 0
    for name, group in _groups.items():
        try:
            with transaction.atomic():
                found = list(group())
        except DatabaseError:
            failed += 1
            log.warning("gauges of %s could not be read", name)
        else:
            yield from found
    yield Gauge("xuecheng_number_groups_failed", "Groups of numbers that could not be read", failed)


def of_the_database() -> Iterator[Gauge]:
    """Connections by state, and how many there may be."""
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        rows = cursor.fetchall()
    for state, many, _most in rows:
        yield Gauge("xuecheng_database_connections", "Connections to the database", many, (("state", state),))
    if rows:
        yield Gauge("xuecheng_database_connections_most", "Connections that the database allows", rows[0][2])


def of_the_queue() -> Iterator[Gauge]:
    """What waits by queue, what failed, who works."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [MOST_COUNTED])
        waiting = {name: (many, age or 0.0) for name, many, age in cursor.fetchall()}
    served = dict.fromkeys(workers.QUEUES, 0)
    for queues in workers.living().values_list("queues", flat=True):
        for queue in queues:
            served[queue] = served.get(queue, 0) + 1
    for queue in workers.QUEUES:
        many, age = waiting.get(queue, (0, 0.0))
        labels = (("queue", queue),)
        yield Gauge("xuecheng_queue_waiting", "Work that is due and waits", many, labels)
        yield Gauge("xuecheng_queue_oldest_seconds", "How long the oldest of it has waited", float(age), labels)
        yield Gauge("xuecheng_queue_workers", "Workers that give signs of life", served[queue], labels)
    yesterday = clock.now() - timedelta(days=1)
    failed = Job.objects.filter(state=Job.State.FAILED, ended_at__gt=yesterday).count()
    yield Gauge("xuecheng_jobs_failed", "Jobs that failed in the last 24 hours", failed)
    troubled = RoutineRun.objects.exclude(fault="").count()
    yield Gauge("xuecheng_routines_failed", "Routines whose last run failed", troubled)


def of_the_outbox() -> Iterator[Gauge]:
    """Messages that leave the house."""
    oldest = notices.oldest_wait(at=clock.now())
    seconds = oldest.total_seconds() if oldest else 0
    yield Gauge("xuecheng_outbox_oldest_seconds", "How long the oldest message that is due has waited", seconds)
    yield Gauge("xuecheng_outbox_retried", "Messages that failed and are tried again", notices.troubled_count())


def of_imports() -> Iterator[Gauge]:
    """Files that wait for somebody or are being worked on."""
    waiting = (ImportFile.State.RECEIVED, ImportFile.State.CHECKING, ImportFile.State.CHECKED, ImportFile.State.WRITING)
    found = dict(ImportFile.objects.filter(state__in=waiting).values_list("state").annotate(many=Count("id")))
    for state in waiting:
        yield Gauge("xuecheng_imports", "Imported files not written yet", found.get(state, 0), (("state", str(state)),))


def of_points() -> Iterator[Gauge]:
    """What the last look at the installation found, and the newest backup."""
    now = clock.now()
    oldest = None
    for what, state, looked_at in PointState.objects.values_list("what", "state", "looked_at"):
        labels = (("point", what),)
        yield Gauge("xuecheng_check", "0 healthy, 1 to be watched, 2 not healthy", STATES.index(state), labels)
        oldest = looked_at if oldest is None else max(oldest, looked_at)
    if oldest is not None:
        age = (now - oldest).total_seconds()
        yield Gauge("xuecheng_check_age_seconds", "How long ago the installation was last looked at", age)
    if (made := marks.newest("backup")) is not None:
        yield Gauge("xuecheng_backup_age_seconds", "How old the newest backup is", now.timestamp() - made)
    if (drilled := marks.newest("drill")) is not None:
        age = now.timestamp() - drilled
        yield Gauge("xuecheng_restore_drill_age_seconds", "How long ago a restore was last tried", age)


def register_own() -> None:
    """The ground floor's groups."""
    register("database", of_the_database)
    register("queue", of_the_queue)
    register("outbox", of_the_outbox)
    register("imports", of_imports)
    register("points", of_points)
