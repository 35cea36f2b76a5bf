"""A learner's own records, with what became of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from xuecheng.city.access.queries import Standing
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.recognition.queries.reasons import in_words
from xuecheng.learning.records.models import Dispute, LearningRecord
from xuecheng.web.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A record and its newest answer: no result yet means it waits. `credits` in hundredths."""

    record: LearningRecord
    result: Result | None
    reason: Refusal | None
    dispute: Dispute | None

    @property
    def state(self) -> str:
        """`disputed`, else what recognition said, else `waiting`."""
        if self.dispute is not None:
            return "disputed"
        return self.result.state if self.result is not None else "waiting"


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """A page of records, newest learning first."""

    rows: tuple[OwnRecord, ...]
    page: Page[LearningRecord]


def own_records(viewer: Standing, *, origin: str = "", after: str = "") -> OwnRecords:
    """The viewer's own records in their newest versions. Three queries."""
    keys = viewer.person_keys
    books = sorted({ledger.book_of(key) for key in keys})
    found: QuerySet[LearningRecord] = LearningRecord.objects.filter(
        learner__in=keys, book__in=books, is_latest=True
    ).select_related("institution")
    if origin:
        found = found.filter(origin=origin)
    page = page_of(found, order=("-ended_on", "-id"), after=after)
    ids = [record.pk for record in page]
    results = {row.record_id: row for row in Result.objects.filter(book__in=books, record_id__in=ids)}
    disputes = {
        row.record_id: row
        for row in Dispute.objects.filter(book__in=books, record_id__in=ids, state=Dispute.State.OPEN)
    }
    return OwnRecords(
        rows=tuple(_own(record, results.get(record.pk), disputes.get(record.pk)) for record in page), page=page
    )


def _own(record: LearningRecord, result: Result | None, dispute: Dispute | None) -> OwnRecord:
    is_refused = result is not None and result.state == Result.State.REFUSED and result.reasons
    first = result.reasons[0] if result is not None and is_refused else None
    return OwnRecord(
        record=record,
        result=result,
        reason=in_words(first["code"], first["values"]) if first else None,
        dispute=dispute,
    )
