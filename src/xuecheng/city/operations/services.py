"""The one verb of operations: looking at the installation, and keeping what was found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from .models import PointState
from .points import Point


def keep(found: Iterable[Point], *, at: datetime) -> list[Point]:
    """Keep how the points stand at `at`; answers those that are worse than at the last look.

    Rows are the installation's own and name nobody, so no history is kept of them.
    """
    points = {point.what[:40]: point for point in found}
    with transaction.atomic():
        known = PointState.objects.select_for_update(no_key=True).order_by("what").in_bulk(list(points))
        rows = [_row(point, known.get(what), at=at) for what, point in sorted(points.items())]
        PointState.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["what"],
            update_fields=["state", "found_zh", "found_en", "remedy_zh", "remedy_en", "since", "looked_at"],
        )
    order = ("pass", "warn", "fail").index
    return [
        point for what, point in points.items()
        if order(point.state) > (order(known[what].state) if what in known else 0)
    ]  # fmt: skip


def forget_unknown(names: Iterable[str]) -> None:
    """Points that a release no longer looks at go."""
    PointState.objects.exclude(what__in=list(names)).delete()


def _row(point: Point, before: PointState | None, *, at: datetime) -> PointState:
    said = {}
    for field, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[f"found_{field}"] = str(point.found)[:300]
            said[f"remedy_{field}"] = str(point.remedy)[:300]
    since = before.since if before and before.state == point.state else at
    return PointState(what=point.what[:40], state=point.state, since=since, looked_at=at, **said)
