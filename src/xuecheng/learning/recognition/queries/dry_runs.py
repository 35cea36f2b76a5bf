"""Questions about dry runs: which records a draft concerns, and whether what was seen still holds (C-31)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max

from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.models import DryRun
from xuecheng.learning.recognition.queries.intake import RECORD_COLUMNS, RecordMaker
from xuecheng.learning.recognition.queries.law import Law
from xuecheng.learning.records.models import LearningRecord

_LIVE = f"""
select{RECORD_COLUMNS} from records_learningrecord r
where r.is_latest and r.learner_id = any(%s) order by r.learner_id"""


def newest_record_id() -> int:
    """The number of the newest record there is. One query."""
    return LearningRecord.objects.aggregate(newest=Max("id"))["newest"] or 0


def records_now(dry_run: DryRun) -> int:
    """How many records there are, as far as it matters: those of the dry run and what came since. One query.

    Counting stops when there are more than 1 % more, which is when the dry run is stale (C-31).
    """
    return records_now_of([dry_run])[dry_run.pk]


def records_now_of(dry_runs: Sequence[DryRun]) -> dict[int, int]:
    """The same for several, by their keys. One query."""
    if not dry_runs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select one.id, (select count(*) from"
            " (select from records_learningrecord where id > one.newest limit one.enough) later)"
            " from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) one (id, newest, enough)",
            [
                [one.pk for one in dry_runs],
                [one.newest_record_id for one in dry_runs],
                [one.record_count // 100 + 2 for one in dry_runs],
            ],
        )
        later = dict(cursor.fetchall())
    return {one.pk: one.record_count + int(later[one.pk]) for one in dry_runs}


def records_in_all() -> int:
    """How many record versions there are. One query, over the whole table: for jobs."""
    return LearningRecord.objects.count()


def concerned_learners(versions: list[rules.Rule], law: Law) -> tuple[str, dict[str, Any]]:
    """The query for (learner,) of everybody with a record that one of `versions` may be for, by book.

    Wider than the rules, never narrower: thresholds and days are left to them.
    """
    values: dict[str, Any] = {}
    either = [_may_be_for(rule, f"v{number}", values, law) for number, rule in enumerate(versions)]
    condition = " or ".join(either or ["false"])
    query = f"""
        select learner_id from records_learningrecord r where r.is_latest and ({condition})
        group by book, learner_id order by book, learner_id"""  # noqa: S608  values go by name
    return query, values


def live_records(learner_ids: list[int], law: Law) -> Iterator[list[rules.Record]]:
    """All that counts of each learner's records, learner by learner. One query."""
    make = RecordMaker(law)
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, [learner_ids])
        records: list[rules.Record] = []
        for row in cursor.fetchall():
            record = make.record(row, 0)
            if records and records[0].learner != record.learner:
                yield records
                records = []
            records.append(record)
        if records:
            yield records


def _may_be_for(rule: rules.Rule, prefix: str, values: dict[str, Any], law: Law) -> str:
    conditions = []
    issuers = list(law.issuers.values())
    for name, patterns in rule.match.who:
        if name == "institution":
            issuers = [issuer for issuer in issuers if patterns.match(issuer.code)]
        else:
            values[f"{prefix}_{name}"] = list(map(_like, patterns.texts))
            conditions.append(f"r.{name} like any(%({prefix}_{name})s)")
    for name, patterns in rule.match.facts:
        if name == "institution_kind":
            issuers = [issuer for issuer in issuers if patterns.match(issuer.kind)]
        elif name == "institution_tier":
            issuers = [issuer for issuer in issuers if patterns.match(issuer.tier)]
    if len(issuers) < len(law.issuers):
        values[f"{prefix}_issuers"] = [issuer.id for issuer in issuers]
        conditions.append(f"r.institution_id = any(%({prefix}_issuers)s)")
    return "(" + (" and ".join(conditions) or "true") + ")"


def _like(pattern: str) -> str:
    """A pattern of a rule, `*` for any characters, as `like` reads it."""
    plain = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return plain.replace("*", "%")
