"""One learning reported by two sources: found by rule, decided by a person (C-12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import groups_of, with_all_keys
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
    groups = groups_of(learner_ids)
    records = live_records(with_all_keys(learner_ids) if groups else learner_ids)
    if groups:
        # Accounts that were merged are one learner: the rules compare their records too.
        records = [
            (number, record._replace(learner=groups[record.learner][0]) if record.learner in groups else record)
            for number, record in records
        ]
    # The rules know a record by its key; here its number also tells which of two came later.
    numbers = {record.key: number for number, record in records}
    pairs = rules.double_reports(record for _number, record in records)
    known = reported_pairs(with_all_keys({one.learner for one, _other in pairs})) if pairs else set()
    new = []
    for one, other in pairs:
        if frozenset((key_of(one), key_of(other))) not in known:
            first, second = sorted((numbers[one.key], numbers[other.key]))
            new.append(DoubleReport(book=one.learner % 256, learner_id=one.learner, first_id=first, second_id=second))
    DoubleReport.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def drop_pairs_of_two_learners(*learner_ids: int) -> int:
    """Forget open pairs whose records are of two people again, since a merge was undone; answers how many.

    Decided ones stay as they were said, and count only while the two are one person (`recognition.queries.intake`).
    """
    keys = with_all_keys(learner_ids)
    groups = groups_of(keys)
    dropped = 0
    for report in DoubleReport.objects.filter(learner__in=keys, state=DoubleReport.State.OPEN):
        owners = {groups.get(record.learner_id, (record.learner_id,))[0] for record in both_records(report)}
        if len(owners) > 1:
            report.delete()
            dropped += 1
    return dropped


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
