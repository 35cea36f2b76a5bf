"""The long part of an import: going through the file slice by slice, to check or to write.

Both go the same way over the rows. The dry run only reads and begins anew after a crash; writing the good rows commits
slice by slice and goes on behind the last one; writing all or none is one transaction, whose progress is told aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils.translation import override

from xuecheng.city import clock

from . import news
from .files import CellProblem, Limits, ParsedRow, masked, match, open_table
from .files.refusals import FileRefusal
from .kinds import ImportContext, ImportKind, Problem, Row, Source, Verdict, kind_named
from .models import ImportFile, ImportProblem
from .storage import path_of

SLICES_BETWEEN_REPORTS = 10
"""A transaction over the whole file tells how far it is after so many slices."""
MOST_ROWS = 10_000_000
PROBLEMS_KEPT = 20_000
"""So many bad rows of one file are kept with their reasons; of the rest only the number."""
_State = ImportFile.State


class Progress(Protocol):
    """The hand that holds the work: a job's, or the command line's."""

    done: int
    total: int | None
    cursor: dict[str, Any]

    def slice(self) -> AbstractContextManager[None]: ...
    def report(self) -> None: ...


class NotAllGood(Exception):
    """A row of an all-or-nothing file turned out to be wrong while it was written; nothing is kept."""


@dataclass
class Counts:
    """Rows so far, by what became of them."""

    rows: int = 0
    good: int = 0
    known: int = 0
    bad: int = 0
    written: int = 0

    def as_fields(self) -> dict[str, int]:
        return {
            "row_count": self.rows,
            "good_count": self.good,
            "known_count": self.known,
            "bad_count": self.bad,
            "written_count": self.written,
        }


@dataclass
class _Slice:
    """What came of one slice: rows to write, and the problems of the others."""

    good: list[Row] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def check_file(file: ImportFile, progress: Progress, *, now: datetime) -> ImportFile:
    """The dry run: every row judged, every problem said, nothing written. A file that cannot be read is refused."""
    if file.state != _State.CHECKING:
        return file
    kind = kind_named(file.kind)
    context = _context(file, now=now, is_writing=False)
    counts = Counts()
    progress.done = 0
    with transaction.atomic():
        ImportProblem.objects.filter(file=file).delete()
    try:
        with _opened(file, kind) as source:
            progress.total = source.estimate
            for rows in _slices(source, kind, after=0):
                with progress.slice():
                    found = _judge(kind, context, rows, source, counts, file=file)
                    ImportProblem.objects.bulk_create(found.problems)
                    progress.done = counts.rows
            progress.total = counts.rows
            with progress.slice():
                changed = ImportFile.objects.filter(pk=file.pk, state=_State.CHECKING).update(
                    state=_State.CHECKED, format=source.format, encoding=source.encoding, **counts.as_fields()
                )
                if changed:
                    news.tell_bringer(file, news.CHOICE_WAITS, at=now, good=counts.good, bad=counts.bad)
    except FileRefusal as refusal:
        _refuse(file, refusal, at=now)
    file.refresh_from_db()
    return file


def write_file(file: ImportFile, progress: Progress, *, now: datetime) -> ImportFile:
    """Write what was chosen. Crashed and run again, it goes on; run twice, the second finds everything there."""
    if file.state != _State.WRITING:
        return file
    if file.choice == ImportFile.Choice.ALL:
        try:
            with transaction.atomic():
                _write_rows(file, progress, now=now, is_one_transaction=True)
        except NotAllGood:
            # Something changed since the dry run. It is made anew, and a person chooses again.
            with progress.slice():
                progress.cursor = {}
                ImportFile.objects.filter(pk=file.pk, state=_State.WRITING).update(state=_State.CHECKING, choice="")
            file.refresh_from_db()
            return check_file(file, progress, now=now)
    else:
        _write_rows(file, progress, now=now, is_one_transaction=False)
    file.refresh_from_db()
    return file


def _write_rows(file: ImportFile, progress: Progress, *, now: datetime, is_one_transaction: bool) -> None:
    kind = kind_named(file.kind)
    context = _context(file, now=now, is_writing=True)
    counts = Counts(**progress.cursor.get("counts", {}))
    after = int(progress.cursor.get("row_no", 0))
    with _opened(file, kind) as source:
        for number, rows in enumerate(_slices(source, kind, after=after), start=1):
            with transaction.atomic() if is_one_transaction else progress.slice():
                if not counts.rows:
                    ImportProblem.objects.filter(file=file).delete()
                found = _judge(kind, context, rows, source, counts, file=file)
                if is_one_transaction and counts.bad:
                    raise NotAllGood
                if found.good:
                    done = kind.write(context, found.good)
                    counts.written += done.written
                    counts.known += done.known
                    counts.good -= done.known
                ImportProblem.objects.bulk_create(found.problems)
                progress.done = counts.rows
                if not is_one_transaction:
                    progress.cursor = {"row_no": rows[-1].row_no, "counts": vars(counts).copy()}
            if is_one_transaction and number % SLICES_BETWEEN_REPORTS == 0:
                _report_aside(progress)
        # Within one transaction over the file, a worker that was thought dead finds out here, and keeps nothing.
        with progress.slice():
            changed = ImportFile.objects.filter(pk=file.pk, state=_State.WRITING).update(
                state=_State.WRITTEN, **counts.as_fields()
            )
            if changed:
                news.tell_bringer(file, news.WRITTEN, at=now, written=counts.written, bad=counts.bad)


def _report_aside(progress: Progress) -> None:
    """Tell how far it is on a connection of its own, so that it is seen before the transaction ends; stop if asked."""

    def report() -> None:
        try:
            progress.report()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as aside:
        aside.submit(report).result()


def _limits(file: ImportFile) -> Limits:
    """The bytes were limited when the file came, on the page or at the command line."""
    return Limits(bytes=file.byte_count, rows=MOST_ROWS)


def _context(file: ImportFile, *, now: datetime, is_writing: bool) -> ImportContext:
    return ImportContext(
        file_id=file.pk,
        public_id=file.public_id,
        organisation=file.organisation,
        brought_by=file.brought_by,
        at=now,
        today=clock.date_of(now),
        is_writing=is_writing,
    )


@contextmanager
def _opened(file: ImportFile, kind: ImportKind) -> Iterator[Source]:
    """The file as rows, whatever it is."""
    if kind.opens is not None:
        with kind.opens(path_of(file.sha256)) as source:
            yield source
        return
    with open_table(path_of(file.sha256), limits=_limits(file)) as table:
        matched = match(table, kind.columns)
        yield Source(matched.columns, matched.rows, table.row_estimate, table.format.value, table.encoding)


def _slices(source: Source, kind: ImportKind, *, after: int) -> Iterator[list[ParsedRow]]:
    rows = source.rows(after=after)
    while batch := list(islice(rows, kind.rows_at_once)):
        yield batch


def _judge(
    kind: ImportKind,
    context: ImportContext,
    rows: list[ParsedRow],
    source: Source,
    counts: Counts,
    *,
    file: ImportFile,
) -> _Slice:
    """Sort a slice's rows: what has a problem in itself is not shown to the kind."""
    found = _Slice()
    names = [column.name for column in source.columns]
    sound = [Row(row.row_no, dict(zip(names, row.values, strict=True))) for row in rows if not row.problems]
    verdicts = zip(sound, kind.check(context, sound), strict=True) if sound else iter(())
    for parsed in rows:
        counts.rows += 1
        problems: Iterable[CellProblem] = parsed.problems
        if not problems:
            row, judged = next(verdicts)
            if judged.verdict is Verdict.GOOD:
                counts.good += 1
                found.good.append(row)
                continue
            if judged.verdict is Verdict.KNOWN:
                counts.known += 1
                continue
            problems = _with_cells(judged.problems, parsed, names)
        counts.bad += 1
        if counts.bad <= PROBLEMS_KEPT:
            found.problems += _rows_of(problems, parsed, file, source)
    return found


def _with_cells(problems: Iterable[Problem], parsed: ParsedRow, names: list[str]) -> list[CellProblem]:
    cells = dict(zip(names, parsed.cells, strict=True))
    return [CellProblem(one.column, cells.get(one.column, "").strip(), one.code, one.values) for one in problems]


_IDENTITY_NUMBER = re.compile(r"([1-9][0-9]{3})[0-9]{13}([0-9Xx])")


def _shown(value: str) -> str:
    """What stood in a cell, as much as is kept of it: never the number of an identity card."""
    return _IDENTITY_NUMBER.sub(r"\1*************\2", value)[:200]


def _rows_of(
    problems: Iterable[CellProblem], parsed: ParsedRow, file: ImportFile, source: Source
) -> list[ImportProblem]:
    """The problems of a row as they are kept; what a secret column holds is masked first, here for good."""
    secret = {column.name for column in source.columns if column.is_secret}
    cells = [
        masked(cell) if column.is_secret else cell for column, cell in zip(source.columns, parsed.cells, strict=True)
    ]
    return [
        ImportProblem(
            file=file,
            row_no=parsed.row_no,
            column=problem.column,
            value=_shown(masked(problem.value) if problem.column in secret else _unless_secret(problem, secret)),
            code=problem.code,
            values=problem.values,
            # Once per row is enough for the file of rejected rows.
            cells=cells if number == 0 else [],
        )
        for number, problem in enumerate(problems)
    ]


def _unless_secret(problem: CellProblem, secret: set[str]) -> str:
    """What stood in the cell; of cells beyond the last heading nothing, where they may hold a secret out of place."""
    return "" if secret and not problem.column else problem.value


def _refuse(file: ImportFile, refusal: FileRefusal, *, at: datetime) -> None:
    texts = {}
    for language in ("zh-hans", "en"):
        with override(language):
            texts[language] = str(refusal)
    with transaction.atomic():
        changed = ImportFile.objects.filter(pk=file.pk, state=_State.CHECKING).update(
            state=_State.REFUSED, refusal_zh=texts["zh-hans"], refusal_en=texts["en"]
        )
        if changed:
            news.tell_bringer(file, news.REFUSED, at=at)
