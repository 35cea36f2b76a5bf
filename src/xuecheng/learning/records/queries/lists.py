"""Records as staff and learners see them: lists, one record with its versions, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord


def visible_records(viewer: Standing) -> QuerySet[LearningRecord]:
    """Records that `viewer` may see: their own, their institution's, those in their territory. Newest first."""
    allowed = visible(
        viewer, "records.see_record", organisation="institution", territory="institution__territory", person="learner"
    )
    return LearningRecord.objects.filter(allowed).select_related("institution__territory", "learner").order_by("-id")


def records_of_institutions(
    viewer: Standing, *, origin: str = "", year: int | None = None, text: str = ""
) -> QuerySet[LearningRecord]:
    """Latest versions for the registrar's list. `text` is the beginning of a key, or a whole name."""
    records = visible_records(viewer).filter(is_latest=True)
    if origin:
        records = records.filter(origin=origin)
    if year:
        records = records.filter(ended_on__gte=date(year, 1, 1), ended_on__lt=date(year + 1, 1, 1))
    if text:
        records = records.filter(Q(record_key__startswith=text) | Q(learner__name=text) | Q(title__startswith=text))
    return records


def versions_of(record: LearningRecord) -> list[LearningRecord]:
    """All versions of a record, newest first. One query."""
    return list(
        LearningRecord.objects.filter(
            institution_id=record.institution_id, record_key=record.record_key, book=record.book
        ).order_by("-version")
    )


def visible_disputes(viewer: Standing, *, only_open: bool = True) -> QuerySet[Dispute]:
    """Objections that `viewer` is to answer, the most pressing first."""
    allowed = visible(viewer, "records.answer_dispute", organisation="institution", territory="institution__territory")
    disputes = Dispute.objects.filter(allowed).select_related("learner", "institution__territory")
    return (disputes.filter(state=Dispute.State.OPEN) if only_open else disputes).order_by("answer_due_on", "id")


def records_by_number(numbers: set[int]) -> dict[int, LearningRecord]:
    """Records by their number. One query."""
    rows = LearningRecord.objects.filter(pk__in=numbers).select_related("institution__territory", "learner")
    return {row.pk: row for row in rows}


def visible_doubles(viewer: Standing) -> QuerySet[DoubleReport]:
    """Pairs to be decided of which at least one record is the viewer's matter; the right over both is checked later."""
    mine = LearningRecord.objects.filter(
        visible(viewer, "records.decide_double", organisation="institution", territory="institution__territory")
    ).values("pk")
    return (
        DoubleReport.objects.filter(Q(first_id__in=mine) | Q(second_id__in=mine), state=DoubleReport.State.OPEN)
        .select_related("learner")
        .order_by("id")
    )


@dataclass(frozen=True)
class Desk:
    """What waits for a registrar."""

    disputes: int
    next_due_on: date | None
    doubles: int
    files: list[ImportFile]
    records: int


def desk_of(viewer: Standing, organisation: Organisation | None) -> Desk:
    """The registrar's morning. Four queries."""
    disputes = list(visible_disputes(viewer).values_list("answer_due_on", flat=True)[:100])
    files = ImportFile.objects.filter(organisation=organisation).order_by("-id") if organisation else None
    records = (
        LearningRecord.objects.filter(institution=organisation, is_latest=True)[:10_000].count() if organisation else 0
    )
    return Desk(
        disputes=len(disputes),
        next_due_on=disputes[0] if disputes else None,
        doubles=visible_doubles(viewer)[:100].count(),
        files=list(files[:4]) if files is not None else [],
        records=records,
    )
