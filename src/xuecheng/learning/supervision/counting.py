"""What supervision counts for readiness (C-68): the share of wrong credits that audits leave possible (C-78)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from xuecheng.learning.rollout import measures
from xuecheng.learning.rollout.rules import Measured

from .models import Audit

SURE_ENOUGH = 95
"""Per cent of confidence that readiness asks of a bound (C-68, C-78)."""


def errors(on: date) -> Mapping[measures.Pair, int]:
    """The upper bound of the newest published audit of each issuer and kind of record, thousandths, rounded up. One
    query. An audit of the whole city says nothing of one institution, one of a single rule nothing of the others; and
    what is less sure than readiness asks for counts for nothing (C-68)."""
    rows = Audit.objects.filter(
        state=Audit.State.PUBLISHED, institution__isnull=False, rule__isnull=True, confidence__gte=SURE_ENOUGH,
        published_at__date__lte=on, bound__isnull=False,
    ).order_by("published_at", "id")  # fmt: skip
    found: dict[measures.Pair, int] = {}
    for body, origin, bound in rows.values_list("institution", "origin", "bound"):
        if body is not None and bound is not None:
            found[body, origin] = -(-bound // 1000)
    return found


def declare() -> None:
    """Called from `apps.py`."""
    measures.provide(Measured.ERRORS, errors)
