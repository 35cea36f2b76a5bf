"""How a job tells how far it is, and how it is stopped: slice by slice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from .models import Job


class Cancelled(Exception):
    """Somebody asked to stop; what was committed stays."""


class Superseded(Exception):
    """Another worker has taken the job over (we were thought dead); nothing of this slice is kept."""


class Progress:
    """The hand that a job's work holds. `arguments` are the job's own, `cursor` is where the last slice ended."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.pk
        self.public_id = job.public_id
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.cursor: dict[str, Any] = dict(job.cursor)
        self.done: int = job.done_count
        self.total: int | None = job.total_count
        self._turn = job.turn

    @contextmanager
    def slice(self) -> Iterator[None]:
        """One slice of work in one transaction, progress and cursor with it (REL-24).

        The job's row is locked and its turn compared: a worker that froze and woke up after another took over writes
        nothing. Raises `Cancelled`, `Superseded`.
        """
        kept = (dict(self.cursor), self.done, self.total)
        try:
            with transaction.atomic():
                self._stand_firm()
                yield
                self._store()
        except BaseException:
            self.cursor, self.done, self.total = kept
            raise

    def report(self) -> None:
        """Show progress outside a slice: when the work reads only, or is one transaction on another connection."""
        with transaction.atomic():
            self._stand_firm()
            self._store()

    def _stand_firm(self) -> None:
        row = Job.objects.select_for_update(no_key=True).only("turn", "state", "cancel_asked").get(pk=self.job_id)
        if row.turn != self._turn or row.state not in (Job.State.RUNNING, Job.State.WAITING):
            raise Superseded
        if row.cancel_asked:
            raise Cancelled

    def _store(self) -> None:
        total = self.total if self.total is None else max(self.total, self.done)
        # It moved: the tries begin to count anew, this one being the first.
        Job.objects.filter(pk=self.job_id).update(
            cursor=self.cursor, done_count=self.done, total_count=total, attempts=1
        )
