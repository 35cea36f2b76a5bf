"""What operators see of the ledger: on their page of health, and as numbers for alarms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.operations import gauges, marks
from xuecheng.city.operations.facts import Fact
from xuecheng.learning.creditbank import ledger, queries


def last_check() -> Fact:
    """The newest verification of the ledger."""
    found = queries.checks().first()
    words = (
        "" if found is None else pgettext_lazy("check", "good") if found.is_good else pgettext_lazy("check", "not good")
    )
    return Fact(
        label=_("Last verification of the ledger"),
        at=found.ended_at if found else None,
        words=words,
        url_name="creditbank:see_ledger_health",
        is_bad=found is not None and not found.is_good,
        is_public=True,
    )


def numbers() -> Iterator[gauges.Gauge]:
    """Seals, verification, postings. Three queries and the day's mark, whatever was posted."""
    now = clock.now()
    tails = ledger.tails()
    posted = sum(last for _block, last in queries.newest_blocks().values()) + sum(tail.rows for tail in tails)
    behind = max((tail.age(now=now) for tail in tails), default=timedelta()).total_seconds()
    yield gauges.Gauge("xuecheng_ledger_seal_behind_seconds", "How long the oldest unsealed posting has waited", behind)
    yield gauges.Gauge("xuecheng_ledger_postings", "Postings of the ledger", posted)
    today = marks.since_midnight("postings", posted)
    yield gauges.Gauge("xuecheng_credit_postings_today", "Postings of credit since the day's first look", today)
    if (check := queries.checks().select_related(None).first()) is not None:
        age = (now - check.ended_at).total_seconds()
        yield gauges.Gauge("xuecheng_ledger_verified_age_seconds", "How long ago the ledger was last verified", age)
        yield gauges.Gauge("xuecheng_ledger_verified_good", "1 if that found nothing", float(check.is_good))
