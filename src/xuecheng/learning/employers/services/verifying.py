"""The job of a list: each row gets its answer, and whoever it names an entry in their log.

Without consent the answer, the counts and the time are those of what does not exist: every slice sends the same
statements whatever it finds, and answers are shown when the whole list has them. Holders are told by other work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.jobs import errands
from xuecheng.city.trace import robot
from xuecheng.learning.badges import addresses
from xuecheng.learning.employers.models import CheckedList, RowAnswer
from xuecheng.learning.employers.queries.lists import given_rows
from xuecheng.learning.employers.rules import Cell, Kind, Row, Told, read_cell, told_of_others, told_of_ours
from xuecheng.learning.proofs.fetching import Fetch

from .documents import Document, looked_at
from .finding import Found, Named, find

ROBOT = robot("employers")
TELL: Final = "employers.tell_holders"
"""Name of the errand that tells holders."""
SLICE: Final = 50
WayOut = Callable[[], Fetch | None]
_State = CheckedList.State
# As many statements for rows that name somebody as for rows that name nobody.
_KEEP = """
insert into employers_inquiry
    (list_id, row_no, learner_id, organisation_id, at, what, code, title, was_agreed, answer)
select %(list)s::uuid, r.row_no, r.learner, %(organisation)s, %(at)s, r.what, r.code, r.title, r.agreed, r.answer
from unnest(%(rows)s::int[], %(learners)s::bigint[], %(whats)s::text[], %(codes)s::text[], %(titles)s::text[],
    %(agreed)s::bool[], %(answers)s::text[]) as r(row_no, learner, what, code, title, agreed, answer)
on conflict (list_id, row_no) do nothing"""


class Progress(Protocol):
    """The hand that holds the work."""

    done: int
    total: int | None
    cursor: dict[str, Any]

    def slice(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True)
class _Answered:
    row: Row
    told: Told
    named: Named | None = None
    is_agreed: bool = False


@dataclass
class _Read:
    """A row with what stands in its cells; of a whole credential with what its proof says."""

    row: Row
    cell: Cell
    link: Cell
    document: Document | None = field(default=None)


def check_list(
    row: CheckedList, progress: Progress, *, now: Callable[[], datetime], way_out: WayOut = lambda: None
) -> CheckedList:
    """The job of `bring_list`. Killed anywhere, the same call goes on behind the last row that has its answer; no
    answer and no line of anybody's log comes twice.
    """
    row = CheckedList.objects.select_related("organisation").get(pk=row.pk)
    if row.state == _State.DONE or row.removed_at is not None:
        return row
    rows = list(given_rows(row).values())
    progress.total = len(rows)
    while (begin := int(progress.cursor.get("next", 0))) < len(rows):
        read = [_read(one, at=now(), way_out=way_out) for one in rows[begin : begin + SLICE]]
        with progress.slice():
            _keep(row, _answers(read, row=row, at=now()), at=now())
            progress.done = begin + len(read)
            progress.cursor = {"next": progress.done}
    with progress.slice(), trace.change(by=ROBOT, why=gettext_noop("A list of credentials has its answers")):
        _finish(row, at=now())
    return row


def _read(row: Row, *, at: datetime, way_out: WayOut) -> _Read:
    root = addresses.root()
    cell = Cell(Kind.NONE) if row.is_broken else read_cell(addresses.as_signed(row.credential), root=root)
    link = read_cell(addresses.as_signed(row.share), root=root) if row.share else Cell(Kind.NONE)
    document = looked_at(cell.value, at=at, fetch=way_out()) if cell.kind is Kind.DOCUMENT else None
    return _Read(row, cell, link, document)


def _answers(read: Sequence[_Read], *, row: CheckedList, at: datetime) -> list[_Answered]:
    cells = [
        Cell(Kind.NUMBER, one.document.own_number) if one.document and one.document.own_number else one.cell
        for one in read
    ]
    found = find([*cells, *(one.link for one in read)], organisation=row.organisation, at=at)
    return [_answer(one, cell, found) for one, cell in zip(read, cells, strict=True)]


def _answer(one: _Read, cell: Cell, found: Found) -> _Answered:
    if cell.kind is Kind.NONE or (cell.kind is Kind.CODE and not found.is_code(cell.value)):
        return _Answered(one.row, Told.MALFORMED)
    if one.row.share and one.link.kind is not Kind.SHARE:
        return _Answered(one.row, Told.MALFORMED)
    if cell.kind is Kind.DOCUMENT:
        assert one.document is not None, "a whole credential was looked at"
        return _Answered(one.row, _of_others(one.row, one.document))
    is_proven = one.document is None or one.document.is_signed
    answers = [
        _Answered(
            one.row, told_of_ours(one.row, named.known, is_agreed=agreed) if is_proven else Told.NOT_CONFIRMED,
            named, agreed,
        )
        for named in found.named(cell)
        for agreed in [found.agrees(named, cell, one.link)]
    ]  # fmt: skip
    # A link may show several credentials: the row is about the one that fits it best.
    return min(answers, key=lambda each: list(Told).index(each.told), default=_Answered(one.row, Told.NOT_CONFIRMED))


def _of_others(row: Row, document: Document) -> Told:
    if not document.is_single:
        return Told.MALFORMED
    return told_of_others(
        row, is_signed=document.is_signed, holds=document.holds, subjects=document.subjects, titles=document.titles,
        days=document.days,
    )  # fmt: skip


def _keep(row: CheckedList, answers: Sequence[_Answered], *, at: datetime) -> None:
    RowAnswer.objects.bulk_create(RowAnswer(list=row, row_no=one.row.row_no, answer=one.told.value) for one in answers)
    told = [one for one in answers if one.named is not None and one.named.known.may_be_told]
    named = [one.named for one in told if one.named is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "list": str(row.public_id),
                "organisation": row.organisation_id,
                "at": at,
                "rows": [one.row.row_no for one in told],
                "learners": [one.known.learner_id for one in named],
                "whats": [one.what for one in named],
                "codes": [one.code for one in named],
                "titles": [one.title[:200] for one in named],
                "agreed": [one.is_agreed for one in told],
                "answers": [one.told.value for one in told],
            },
        )


def _finish(row: CheckedList, *, at: datetime) -> None:
    counts = RowAnswer.objects.filter(list=row).values_list("answer").annotate(Count("pk")).order_by()
    for answer, count in counts:
        setattr(row, answer, count)
    row.state, row.done_at = _State.DONE, at
    row.save(update_fields=["state", "done_at", *(one.value for one in Told)])
    # Always, whether there is anybody to tell or not.
    errands.defer(TELL)
