"""Questions about postings: what stands behind each line of a statement (C-30)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from xuecheng.learning.recognition.models import Posting, Withholding
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


def frozen_postings(learner_ids: Sequence[int]) -> set[UUID]:
    """Postings of these keys about which a case is open: none of them is used anew (C-71). One query."""
    rows = Withholding.objects.filter(
        learner__in=learner_ids, purpose=Withholding.Purpose.FROZEN, ended_at__isnull=True
    )
    return set(rows.values_list("posting", flat=True))


def owed_of(postings: Sequence[UUID], learner_ids: Sequence[int]) -> dict[UUID, int]:
    """Hundredths of postings that were taken for shortfalls (C-73). One query."""
    rows = Withholding.objects.filter(learner__in=learner_ids, posting__in=postings, purpose=Withholding.Purpose.OWED)
    return dict(rows.values_list("posting").annotate(taken=Sum("credits")))
