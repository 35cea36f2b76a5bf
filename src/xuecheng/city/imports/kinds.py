"""What can be imported. A higher floor registers each kind as it loads; pages, jobs and command line know no other.

    register(ImportKind(name="records.formal", title=_("Course completions"), columns=[…], check=check, write=write))

The file is read here, row by row; the kind says what its rows mean. `check` looks at a slice of rows and judges each,
changing nothing. `write` is given the good ones, after `check` has judged them again in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, Text

from .files import Column, ParsedRow, define
from .files.problems import JsonValue, Sentences
from .marks import Marks

MOST_ROWS_AT_ONCE = 2_000
"""A slice has no more rows than this; a job shows progress and can be stopped between two."""


class Row(NamedTuple):
    """One row without a problem in itself: its number as a spreadsheet counts, and its values by column name."""

    row_no: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be written: the column by name ("" is the whole row), a code of `problem_texts`, its values."""

    column: str
    code: str
    values: dict[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def of(cls, refusal: Refusal, *, column: str = "") -> Problem:
        """A refusal of the rules as a problem of a row. Its class must be among the kind's `problem_texts`."""
        values: dict[str, JsonValue] = {
            name: value if isinstance(value, int) else str(value) for name, value in refusal.values.items()
        }
        return cls(column or refusal.field, refusal.code, values)


class Verdict(Enum):
    GOOD = "good"
    KNOWN = "known"
    BAD = "bad"


class RowVerdict(NamedTuple):
    """What becomes of a row: it can be written, it is there already word for word, or it has problems."""

    verdict: Verdict
    problems: tuple[Problem, ...] = ()


GOOD = RowVerdict(Verdict.GOOD)
KNOWN = RowVerdict(Verdict.KNOWN)


def bad(problems: Sequence[Problem]) -> RowVerdict:
    """The verdict for a row that cannot be written; at least one problem says why."""
    if not problems:
        raise ValueError("a bad row has a problem")
    return RowVerdict(Verdict.BAD, tuple(problems))


class WriteCount(NamedTuple):
    """What `write` did with the rows it was given. Rows that a rival wrote meanwhile are known, not written."""

    written: int
    known: int = 0


@dataclass(frozen=True, eq=False)
class ImportContext:
    """What a kind may know of the file whose rows it is given."""

    file_id: int
    public_id: UUID
    organisation: Organisation
    brought_by: Person
    at: datetime
    """When this run of the job began."""
    today: date
    """The city's date then; what lies after it is in the future."""
    is_writing: bool
    seen: Marks = field(default_factory=Marks)
    """Hashes of keys that came earlier in the file. Empty after a crash: what was written is in the database then."""
    kept: dict[str, Any] = field(default_factory=dict)
    """Whatever the kind looked up and will need for the next slices. It lives as long as the run."""


@dataclass(frozen=True)
class Source:
    """An opened file as rows. `rows(after=…)` reads it anew from its beginning and answers those above that number."""

    columns: Sequence[Column]
    rows: Callable[..., Iterator[ParsedRow]]
    estimate: int | None
    """About how many rows there are, for progress only."""
    format: str
    encoding: str = ""


Check = Callable[[ImportContext, list[Row]], Sequence[RowVerdict]]
Write = Callable[[ImportContext, list[Row]], WriteCount]


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportKind:
    """One kind of import.

    `check` gets slices of at most `MOST_ROWS_AT_ONCE` rows in the order of the file and answers one verdict per row, in
    the same order. `write` runs inside the slice's transaction and must stand a repetition: after a crash the same rows
    may come again, and the same file may be imported twice at once.
    """

    name: str
    """Such as "records.formal"; also the name of the template."""
    title: Text
    """What the rows are, such as "Course completions"."""
    explanation: Text = ""
    columns: Sequence[Column]
    act: str = "imports.write_file"
    """The right, at the file's organisation, to write the rows."""
    check: Check
    write: Write
    problem_texts: Mapping[str, Sentences] = field(default_factory=dict)
    next_step: tuple[Text, str] | None = None
    """After writing: what to do next, and the name of the page for it."""
    opens: Callable[[Path], AbstractContextManager[Source]] | None = None
    """For files that are no tables: how one becomes rows. It may raise a `FileRefusal`. Such a file is never written in
    one transaction: making its rows may take long, and ask others."""
    rows_at_once: int = MOST_ROWS_AT_ONCE
    """A slice has no more rows; fewer where a row costs much, so that the work can be followed and stopped."""

    @property
    def is_table(self) -> bool:
        """Whether it is CSV or a workbook, and so has a template."""
        return self.opens is None

    @property
    def is_personal(self) -> bool:
        """Whether its files hold what identifies people; they are removed once they are written."""
        return any(column.is_secret for column in self.columns)


_KINDS: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> None:
    """Make a kind known. Called from `apps.py`."""
    _KINDS[kind.name] = kind
    for code, sentences in kind.problem_texts.items():
        define(code, message=sentences.message, remedy=sentences.remedy, label=sentences.label)


def kind_named(name: str) -> ImportKind:
    """The kind, or `KeyError`."""
    return _KINDS[name]


def all_kinds() -> list[ImportKind]:
    """Every kind, in the order in which they were registered."""
    return list(_KINDS.values())


def sentences_of(refusal: type[Refusal], *, label: Text) -> Sentences:
    """The sentences of a refusal of the rules, for `problem_texts`."""
    return Sentences(message=refusal.message, remedy=refusal.remedy, label=label)


__all__ = [
    "GOOD",
    "KNOWN",
    "MOST_ROWS_AT_ONCE",
    "Check",
    "ImportContext",
    "ImportKind",
    "Problem",
    "Row",
    "RowVerdict",
    "Sentences",
    "Source",
    "Verdict",
    "Write",
    "WriteCount",
    "all_kinds",
    "bad",
    "kind_named",
    "register",
    "sentences_of",
]
