"""What exchange counts for readiness (C-68): how many institutions accept the credits of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from xuecheng.learning.rollout import measures
from xuecheng.learning.rollout.rules import Measured

from .models import Term
from .queries.agreements import in_force


def agreements(on: date) -> Mapping[measures.Pair, int]:
    """Institutions that accept credits by an agreement in force, whatever the kind of record. One query."""
    rows = Term.objects.filter(in_force(on, "agreement__")).values("source").annotate(n=Count("target", distinct=True))
    return {(body, ""): n for body, n in rows.order_by("source").values_list("source", "n")}


def declare() -> None:
    """Called from `apps.py`."""
    measures.provide(Measured.AGREEMENTS, agreements)
