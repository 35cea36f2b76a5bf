"""Questions about postings: what stands behind each line of a statement (C-30)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.records.models import LearningRecord


def standing_postings(record: LearningRecord) -> QuerySet[Posting]:
    """What was given for a record, over all its versions, and not taken back, oldest first. One query."""
    versions = LearningRecord.objects.filter(
        learner_id=record.learner_id, institution_id=record.institution_id, record_key=record.record_key
    )
    reversal = Posting.objects.filter(reverses=OuterRef("key"), book=OuterRef("book"))
    return (
        Posting.objects.filter(learner_id=record.learner_id, record_id__in=versions.values("id"), reverses__isnull=True)
        .exclude(Exists(reversal))
        .order_by("posted_at", "part")
    )
