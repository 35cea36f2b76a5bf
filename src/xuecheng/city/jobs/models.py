"""Background jobs as people see them: what runs for whom, how far it is, how it ended.

The queue itself is procrastinate's; this table is its face: one row per piece of work that somebody waits for.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person


class Job(models.Model):
    """One piece of long work.

    | state     | means                                   | moved by                               |
    |-----------|-----------------------------------------|----------------------------------------|
    | waiting   | in the queue, or to be tried again       | `start`, `retry`, the worker after a fault |
    | running   | a worker has it                          | the worker                                 |
    | done      | ended as wished; `result` tells          | the worker                                 |
    | cancelled | stopped at a slice because asked to      | `ask_to_cancel`, the worker after it       |
    | failed    | gave up; `error` tells in people's words | the worker: refused, or after the last try |

    `cursor` is where to go on after a crash; it commits together with the slice of work it stands for. Each worker that
    takes the job takes the next `turn`: one that froze and wakes up after another took over is known by its older turn
    and writes nothing. `attempts` counts the tries since the job last moved, so a long job may survive many crashes,
    and one that always falls at the same place is given up (REL-20).
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("job", "waiting")
        RUNNING = "running", pgettext_lazy("job", "running")
        DONE = "done", pgettext_lazy("job", "done")
        CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")
        FAILED = "failed", pgettext_lazy("job", "failed")

    public_id = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    started_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(null=True)
    cursor = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    turn = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    queue_job_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("background job")
        constraints: ClassVar = [
            models.UniqueConstraint(name="job_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="job_not_more_than_all",
                condition=Q(total_count__isnull=True) | Q(done_count__lte=F("total_count")),
            ),
            models.CheckConstraint(
                name="job_ended_has_time",
                condition=Q(state__in=["waiting", "running"], ended_at__isnull=True)
                | Q(state__in=["done", "cancelled", "failed"], ended_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="job_of_organisation"),
            models.Index(fields=["started_by", "-id"], name="job_of_person"),
            # What operators and their gauges ask every few seconds: few rows of many.
            models.Index(fields=["created_at"], name="job_waiting", condition=Q(state="waiting")),
            models.Index(fields=["ended_at"], name="job_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class RoutineRun(models.Model):
    """When a routine last ran: what workers agree on, and what operators look at."""

    name = models.CharField(max_length=60, primary_key=True)
    ran_for = models.DateTimeField(help_text=_("The moment of its schedule for which it ran last"))
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("run of a routine")

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker process that lives, by its own sign of life: on which queues, where, of which release.

    The row is made at its start, goes at its orderly end, and is removed a day after its last sign if it was killed.
    `name` is host, process and queues; `beat_at` is by the database's clock.
    """

    name = models.CharField(max_length=120, primary_key=True)
    queues = ArrayField(models.CharField(max_length=20))
    host = models.CharField(max_length=80)
    process = models.PositiveIntegerField()
    release = models.CharField(max_length=20)
    began_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker")

    def __str__(self) -> str:
        return self.name
