"""One learning reported by two sources: found by rule, decided by a person (C-12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal
from xuecheng.learning.records import rules
from xuecheng.learning.records.models import DoubleReport
from xuecheng.learning.records.queries.doubles import both_records, key_of, live_records, reported_pairs


class DoubleDecided(Refusal):
    message = _("Somebody has decided this already.")


class DecisionReasonMissing(Refusal):
    message = _("Say why.")
    field = "reason"


def find_double_reports(*, learner_ids: Sequence[int]) -> int:
    """Note every pair of live records of these learners that may tell of one learning; return how many are new.

    At most four queries for any number of learners. A pair that was noted or decided before stays as it is.
    """
    records = live_records(learner_ids)
    # The rules know a record by its key; here its number also tells which of two came later.
    numbers = {record.key: number for number, record in records}
    pairs = rules.double_reports(record for _number, record in records)
    known = reported_pairs({one.learner for one, _other in pairs}) if pairs else set()
    new = []
    for one, other in pairs:
        if frozenset((key_of(one), key_of(other))) not in known:
            first, second = sorted((numbers[one.key], numbers[other.key]))
            new.append(DoubleReport(book=one.learner % 256, learner_id=one.learner, first_id=first, second_id=second))
    DoubleReport.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def decide_double(*, actor: Standing, report: DoubleReport, state: str, reason: str, at: datetime) -> DoubleReport:
    """Say that two records tell of one learning, so that the later one counts nothing, or of two.

    Who decides has the right over both records: two records of one institution are its registrar's matter, those of two
    institutions the certification officer's. Raises `Denied`, `DecisionReasonMissing`, `DoubleDecided`.
    """
    for record in both_records(report):
        require(actor, "records.decide_double", on=record)
    if not reason.strip():
        raise DecisionReasonMissing
    with transaction.atomic():
        row = DoubleReport.objects.select_for_update(no_key=True).get(pk=report.pk)
        if row.state != DoubleReport.State.OPEN:
            raise DoubleDecided
        row.state = DoubleReport.State.SAME if state == DoubleReport.State.SAME else DoubleReport.State.DIFFERENT
        row.reason, row.decided_by, row.decided_at = reason.strip(), actor.person, at
        row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return row
