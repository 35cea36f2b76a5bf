"""Runs of recognition: started by a person or by the clock, done by a job, slice by slice (C-29)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.access.services import require
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import services as jobs
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.recognition.models import Run
from xuecheng.learning.recognition.queries.held import held_list
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.queries.pending import pending_records

from .recognising import Foreseen, Recogniser, Slice, Tally

JOB = "recognition.recognise"

SLICE_RECORDS = 4_000
"""Records of one transaction: enough that its fixed part weighs little, few enough that its books are soon free."""

_SLICE_BOOKS = 32


class Progress(Protocol):
    """The hand that holds the work: a job's progress, or the command line's."""

    done: int
    total: int | None
    cursor: dict[str, Any]

    def slice(self) -> AbstractContextManager[None]: ...
    def report(self) -> None: ...


def start_recognition(
    *,
    actor: Standing,
    public_id: UUID,
    at: datetime,
    organisation: Organisation | None = None,
    import_file: ImportFile | None = None,
    is_again: bool = False,
    in_background: bool = True,
) -> Run:
    """Recognise what waits: of one institution, of one imported file, or (with neither) everywhere.

    With `is_again`, also records that got nothing before, or less than they are worth: a rule may have come, a cap have
    become free. Not `in_background`, the caller does the run (`recognise_run`). Asked again with the same id, return
    the same run. Raises `Denied`.
    """
    if import_file is not None:
        organisation = import_file.organisation
    require(actor, "recognition.recognise", on=organisation or Scope())
    with trace.change(by=actor.person, why=gettext_noop("Recognition.")):
        run, is_new = Run.objects.get_or_create(
            public_id=public_id,
            defaults={
                "organisation": organisation,
                "import_file_id": import_file.pk if import_file else None,
                "is_again": is_again,
                "started_by": actor.person,
                "started_at": at,
            },
        )
        if is_new and in_background:
            run.job = jobs.start(
                JOB,
                at=at,
                title_zh=f"认定学习记录：{organisation.name_zh if organisation else '全市'}",
                title_en=f"Recognition: {_name_en(organisation)}",
                arguments={"run": run.pk, "page": ["recognition:show_run", str(run.public_id)]},
                by=actor.person,
                organisation=organisation,
            )
            run.save(update_fields=["job"])
    return run


def _name_en(organisation: Organisation | None) -> str:
    return (organisation.name_en or organisation.name_zh) if organisation else "whole city"


def recognise_run(run: Run, progress: Progress, *, now: Callable[[], datetime]) -> Run:
    """Do a run: slices of whole learners, book by book, each with its postings, answers and counts in one transaction.

    Interrupted anywhere, the same call goes on: what was answered waits no more. Two runs at once share the work.
    """
    recogniser = Recogniser(law_on(clock.date_of(now())), run_id=run.pk)
    query, values = pending_records(
        organisation_id=run.organisation_id,
        import_file_id=run.import_file_id,
        is_again=run.is_again,
        after=progress.cursor.get("after"),
    )
    run = Run.objects.get(pk=run.pk)
    with held_list("recognition_pending", query, values) as pending, _without_collector():
        waiting = pending.count()
        progress.total = progress.done + waiting
        parts = slices_of(pending, most=SLICE_RECORDS)
        for foreseen in _ahead(
            parts, lambda part: recogniser.think(part, again=run.is_again), is_long=waiting > SLICE_RECORDS
        ):
            with progress.slice():
                tally = recogniser.write(foreseen, at=now(), again=run.is_again)
                count_in(run, tally)
                progress.done += len(foreseen.part.record_ids)
                progress.cursor["after"] = foreseen.part.last
    with progress.slice():
        run.finished_at = run.finished_at or now()
        run.save(update_fields=["finished_at"])
    return run


def slices_of(rows: Iterable[tuple[int, int, int]], *, most: int) -> Iterator[Slice]:
    """Rows (book, learner, record), sorted, in slices of whole learners: of `most` records or few more."""
    part = Slice([], [], [], [-1, -1])
    for book, learner_id, record_id in rows:
        books, learner_ids, record_ids, last = part
        if learner_id != last[1]:
            if len(record_ids) >= most or (len(books) == _SLICE_BOOKS and book != books[-1]):
                yield part
                part = Slice([], [], [], list(last))
                books, learner_ids, record_ids, last = part
            if not books or books[-1] != book:
                books.append(book)
            learner_ids.append(learner_id)
            last[:] = [book, learner_id]
        record_ids.append(record_id)
    if part.record_ids:
        yield part


def _ahead(parts: Iterator[Slice], think: Callable[[Slice], Foreseen], *, is_long: bool) -> Iterator[Foreseen]:
    """Think about each slice in turn; in a long run about the next one while the database writes the last."""
    if not is_long:
        yield from map(think, parts)
        return
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="recognition") as thinker:
        try:
            coming = thinker.submit(think, next(parts))
            for part in parts:
                foreseen = coming.result()
                coming = thinker.submit(think, part)
                yield foreseen
            yield coming.result()
        finally:
            thinker.submit(_hang_up)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A run makes millions of tuples and no cycles; looking for cycles among them would cost a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hang_up() -> None:
    """Close the connection of the thread this runs in."""
    connection.close()


def count_in(run: Run, tally: Tally) -> None:
    """Add what a slice did to the run, in the slice's transaction."""
    run.seen_count += tally.seen
    run.credited_count += tally.credited
    run.carried_count += tally.carried
    run.refused_count += tally.refused
    for class_id, amount in tally.credits.items():
        run.credits[str(class_id)] = run.credits.get(str(class_id), 0) + amount
    for code, count in tally.reasons.items():
        run.reasons[code] = run.reasons.get(code, 0) + count
    run.save(update_fields=["seen_count", "credited_count", "carried_count", "refused_count", "credits", "reasons"])
