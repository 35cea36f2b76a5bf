"""A record that was decided on evidence, not an institution's report: prior learning (C-49), learning elsewhere."""

from __future__ import annotations

from datetime import date, datetime

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Origin, Source, SourceKey

BOOKS = 256


def enter_decided(
    *,
    learner_id: int,
    institution: Organisation,
    record_key: str,
    code: str,
    title: str,
    level: str,
    decided_at: datetime,
    decided_by: int,
    at: datetime,
    origin: Origin = Origin.RPL,
    source: Source = Source.RPL,
    ended_on: date | None = None,
) -> LearningRecord:
    """The record of a recognised unit, of its origin for ever and without a grade; for verbs that have checked the
    right to it, in their transaction. Asked again with the same key, the same record.

    `ended_on`: the last day of the learning where it is known; the day of the decision else.
    """
    known = LearningRecord.objects.filter(
        institution=institution, record_key=record_key, book=learner_id % BOOKS, version=1
    ).first()
    if known is not None:
        return known
    entry = Entry(
        institution_code=institution.code,
        record_key=record_key,
        person_ref="",
        name="",
        origin=origin.value,
        code=code,
        title=title,
        level=level,
        ended_on=ended_on or clock.date_of(decided_at),
    )
    SourceKey.objects.create(institution=institution, record_key=record_key, learner_id=learner_id)
    return LearningRecord.objects.create(
        book=learner_id % BOOKS,
        learner_id=learner_id,
        institution=institution,
        record_key=record_key,
        origin=entry.origin,
        code=entry.code,
        title=entry.title,
        level=entry.level,
        ended_on=entry.ended_on,
        status=entry.status,
        role=entry.role,
        digest=entry.digest(),
        source=source,
        entered_by_id=decided_by,
        entered_at=at,
    )
