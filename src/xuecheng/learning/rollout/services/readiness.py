"""Counting who is ready next, and setting the bounds it is held against (C-68)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.rollout import measures, news, rules
from xuecheng.learning.rollout.models import Measure, Readiness, RecordKind, Threshold
from xuecheng.learning.rollout.queries import OPEN, bounds, ending

_COUNTS = {rules.Measured.VOLUME, rules.Measured.WAITING, rules.Measured.AGREEMENTS}
"""Where somebody counts, none found is zero; a share of nothing is no number."""


class BoundsMissEachOther(Refusal):
    message = _("The most is below the least: nobody could ever be ready.")
    field = "most"


class MeasureUnknown(Refusal):
    message = _("There is no measure of this name.")
    field = "measure"


def count_readiness(*, at: datetime) -> int:
    """Count every measure of every kind of record at every institution anew; returns how many are ready. Safe twice.

    The job does; it changes nothing that anybody decided. A fixed number of queries, however many institutions.
    """
    by_measure = measures.counted(clock.date_of(at))
    held = bounds()
    pairs = {pair for counts in by_measure.values() for pair in counts if pair[1] in RecordKind.values}
    rows = []
    for organisation, kind in sorted(pairs):
        values = {}
        for measure, counts in by_measure.items():
            value = counts.get((organisation, kind), counts.get((organisation, "")))
            if value is not None or measure in _COUNTS:
                values[measure] = value or 0
        found = rules.judge(values, held)
        rows.append(
            Readiness(
                organisation_id=organisation, kind=kind, values=values, is_ready=found.is_ready,
                missing=list(found.missing), counted_at=at,
            )
        )  # fmt: skip
    with transaction.atomic():
        Readiness.objects.bulk_create(
            rows, batch_size=1000, update_conflicts=True, unique_fields=["organisation", "kind"],
            update_fields=["values", "is_ready", "missing", "counted_at"],
        )  # fmt: skip
        Readiness.objects.exclude(counted_at=at).delete()
    return sum(row.is_ready for row in rows)


def set_threshold(
    *, actor: Standing, measure: str, least: int | None, most: int | None, why: str, at: datetime
) -> Threshold:
    """Set what a measure must reach or may not pass; neither: it is only shown. The table is judged anew at once.

    Right: rollout.open_phase over the city. Raises `Denied`, `MeasureUnknown`, `BoundsMissEachOther`,
    `trace.ReasonMissing`.
    """
    require(actor, OPEN, on=Scope())
    if measure not in Measure.values:
        raise MeasureUnknown
    with (
        trace.change(by=actor.person, why=why),
        refusing(rollout_threshold_can_be_met=BoundsMissEachOther),
    ):
        row, _is_new = Threshold.objects.update_or_create(measure=measure, defaults={"least": least, "most": most})
        _judge_anew()
    del at
    return row


def tend(*, at: datetime) -> int:
    """Warn of accreditations that end soon: once for each of the days of C-57. Safe twice; returns how many."""
    today = clock.date_of(at)
    told = 0
    for row in ending(today=today):
        days = rules.warned_days(row.during.upper, today=today)
        if days is not None:
            news.tell_ending(row, days=days, at=at)
            told += 1
    return told


def _judge_anew() -> None:
    held = bounds()
    rows = list(Readiness.objects.select_for_update(no_key=True).order_by("id"))
    for row in rows:
        found = rules.judge({rules.Measured(name): value for name, value in row.values.items()}, held)
        row.is_ready, row.missing = found.is_ready, list(found.missing)
    Readiness.objects.bulk_update(rows, ["is_ready", "missing"], batch_size=1000)
