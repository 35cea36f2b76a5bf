"""Records as the rule of double reports sees them (C-12), and which records earn nothing new for now (C-15)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Min

from xuecheng.learning.records import rules
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord, Status


def live_records(learner_ids: Collection[int]) -> list[tuple[int, rules.Record]]:
    """The latest versions that are not withdrawn, with their ids. One query."""
    rows = (
        LearningRecord.objects.filter(learner__in=learner_ids, is_latest=True)
        .exclude(status=Status.WITHDRAWN)
        .order_by("id")
        .values_list(
            "id", "learner_id", "institution_id", "record_key", "origin", "code", "title", "started_on", "ended_on"
        )
    )
    return [
        (
            number,
            rules.Record(
                key=f"{institution}/{key}",
                learner=learner,
                institution=str(institution),
                origin=origin,
                code=code,
                title=title,
                started_on=started_on,
                ended_on=ended_on,
            ),
        )
        for number, learner, institution, key, origin, code, title, started_on, ended_on in rows
    ]


def key_of(record: rules.Record) -> tuple[int, str]:
    """Institution and key again, from the name that `live_records` gave."""
    institution, _slash, key = record.key.partition("/")
    return int(institution), key


def both_records(report: DoubleReport) -> Sequence[LearningRecord]:
    """The two records of a report, the older first, with institution and place. One query."""
    return list(
        # Of merged accounts the two stand in two books.
        LearningRecord.objects.filter(pk__in=[report.first_id, report.second_id])
        .select_related("institution__territory", "learner")
        .order_by("pk")
    )


def span_of_file(file_id: int) -> tuple[int, int] | None:
    """The least and the greatest id among the records that a file brought. One query."""
    span = LearningRecord.objects.filter(import_file_id=file_id).aggregate(least=Min("pk"), greatest=Max("pk"))
    return (span["least"], span["greatest"]) if span["least"] is not None else None


def records_in_file(*, file_id: int, after: int, upto: int, limit: int) -> list[tuple[int, int]]:
    """The next records of a file by id, each with its learner. One query."""
    rows = LearningRecord.objects.filter(import_file_id=file_id, pk__gt=after, pk__lte=upto)
    return list(rows.order_by("pk").values_list("pk", "learner_id")[:limit])


class Latest(NamedTuple):
    """The latest version of a record: what its versions share (institution and key), its id, its status."""

    key: tuple[int, str]
    id: int
    status: str


def latest_versions(record_ids: Collection[int]) -> dict[int, Latest]:
    """For each version of a record, the latest one. One query, none for nobody."""
    if not record_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(record_ids)])
        return {old: Latest((institution, key), *rest) for old, institution, key, *rest in cursor.fetchall()}


_LATEST = """
select o.id, o.institution_id, o.record_key, n.id, n.status
  from records_learningrecord o
  join records_learningrecord n
    on n.institution_id = o.institution_id and n.record_key = o.record_key and n.book = o.book and n.is_latest
 where o.id = any(%s)
"""


def reported_pairs(learner_ids: Collection[int]) -> set[frozenset[tuple[int, str]]]:
    """Pairs of records that were noted before, in whichever versions. Two queries."""
    reports = list(DoubleReport.objects.filter(learner__in=learner_ids).values_list("first_id", "second_id"))
    latest = latest_versions({number for pair in reports for number in pair})
    return {frozenset((latest[first].key, latest[second].key)) for first, second in reports}


def disputed_record_ids(learner_ids: Collection[int]) -> set[int]:
    """Latest versions that earn nothing new: their record is disputed, in whichever version (C-15). Two queries."""
    disputed = Dispute.objects.filter(learner__in=learner_ids, state=Dispute.State.OPEN)
    return {latest.id for latest in latest_versions(set(disputed.values_list("record_id", flat=True))).values()}


def doubled_record_ids(learner_ids: Collection[int]) -> set[int]:
    """Latest versions that count nothing because an earlier record tells of the same learning (C-12).

    Once that one is withdrawn, they count again. Two queries.
    """
    same = list(
        DoubleReport.objects.filter(learner__in=learner_ids, state=DoubleReport.State.SAME).values_list(
            "first_id", "second_id"
        )
    )
    latest = latest_versions({number for pair in same for number in pair})
    return {latest[second].id for first, second in same if latest[first].status != Status.WITHDRAWN}
