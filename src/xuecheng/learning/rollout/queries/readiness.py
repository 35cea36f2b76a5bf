"""Readiness as counted last, and the bounds it is held against (C-68)."""

from __future__ import annotations

from django.db.models import QuerySet

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.rollout import rules
from xuecheng.learning.rollout.models import Measure, Readiness, Threshold

from .acts import SEE


def readiness(viewer: Standing, *, kind: str = "", state: str = "") -> QuerySet[Readiness]:
    """What was counted of the viewer's institutions, for a list by (-is_ready, lacks, id): the nearest first."""
    seen = visible(viewer, SEE, organisation="organisation", territory="organisation__territory")
    rows = Readiness.objects.filter(seen).select_related("organisation__territory")
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(is_ready=state == "ready") if state in ("ready", "not") else rows


def ready_now() -> QuerySet[Readiness]:
    """Who is ready next, for everybody: names and kinds, no numbers."""
    return Readiness.objects.filter(is_ready=True).select_related("organisation").order_by("organisation__code", "kind")


def bounds() -> dict[rules.Measured, rules.Bound]:
    """The city's thresholds. One query."""
    return {
        rules.Measured(measure): rules.Bound(least, most)
        for measure, least, most in Threshold.objects.values_list("measure", "least", "most")
    }


def thresholds() -> list[Threshold]:
    """Every measure in order, with its threshold or an empty one. One query."""
    known = {one.measure: one for one in Threshold.objects.all()}
    return [known.get(one, Threshold(measure=one)) for one in Measure.values]
