"""What operators see of records, as numbers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max

from xuecheng.city.operations import gauges, marks

from .models import LearningRecord


def numbers() -> Iterator[gauges.Gauge]:
    """Records by their highest number: rows are only added, each with the next. One index probe, and the day's mark."""
    highest = LearningRecord.objects.aggregate(highest=Max("id"))["highest"] or 0
    yield gauges.Gauge("xuecheng_records_highest_number", "Highest number of a learning record", highest)
    today = marks.since_midnight("records", highest)
    yield gauges.Gauge("xuecheng_records_today", "Versions of records written since the day's first look", today)
