"""Credited records as detection takes them, slice by slice of learners: a fixed number of queries each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from xuecheng.learning.records.models import DoubleReport
from xuecheng.learning.records.queries.doubles import latest_versions
from xuecheng.learning.supervision.rules import Claim

_COLUMNS = """
select r.id, r.institution_id || '/' || r.record_key, r.learner_id, r.institution_id, r.origin, r.code, r.title,
    r.started_on, r.ended_on, r.minutes, r.mode, r.territory_code, s.credits
from records_learningrecord r
join recognition_result s on s.record_id = r.id and s.book = r.book"""
_STANDS = " r.is_latest and r.status <> 'withdrawn' and s.state = 'credited' and s.credits > 0"

# What was decided on evidence has no days of learning that we know: it can neither overlap nor fill a day.
_OF_LEARNERS = f"""{_COLUMNS}
where r.learner_id = any(%s::bigint[]) and r.origin not in ('rpl', 'foreign') and {_STANDS} order by r.id"""  # no value

_LEARNERS = """
select learner_id from records_learningrecord where learner_id > %s group by learner_id order by learner_id limit %s"""

# The same number of the same type, written alike, in two records: of two people, or of two sources.
_CERTIFICATES = f"""
with numbered as (
    {_COLUMNS} where r.origin = 'certificate' and {_STANDS}
), counted as (
    select n.*, count(*) over (
        partition by n.code, upper(regexp_replace(normalize(split_part(n.key, '/', 2), NFKC), '[^[:alnum:]]', '', 'g'))
    ) as alike from numbered n
)
select id, key, learner_id, institution_id, origin, code, title, started_on, ended_on, minutes, mode, territory_code,
    credits
from counted where alike > 1 order by id limit %s""".replace(  # noqa: S608  # no value is put in
    "r.institution_id || '/' || r.record_key, r.learner_id",
    "r.institution_id || '/' || r.record_key as key, r.learner_id",
)

_BURSTS = """
select r.institution_id, r.entered_by_id, date_trunc('hour', r.entered_at), count(distinct r.learner_id),
    (array_agg(r.id order by r.id))[1:%(kept)s], count(*)
from records_learningrecord r
join recognition_result s on s.record_id = r.id and s.book = r.book
where r.source = 'entered' and r.entered_at >= %(since)s and r.is_latest and s.state = 'credited' and s.credits > 0
group by r.institution_id, r.entered_by_id, date_trunc('hour', r.entered_at) having count(*) >= %(many)s
order by 3, 1, 2 limit 500"""

MOST_KEPT = 200
"""Of a burst, so many records are named; their number says the rest."""
_MOST_CERTIFICATES = 10_000


def learners_after(learner_id: int, *, limit: int) -> list[int]:
    """The next learners who have records, by key. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LEARNERS, [learner_id, limit])
        return [row[0] for row in cursor.fetchall()]


def claims_of(learner_ids: Collection[int]) -> list[Claim]:
    """What these learners were credited for, the newest version of each record. One query."""
    return _claims(_OF_LEARNERS, [list(learner_ids)])


def claims_with_one_number() -> list[Claim]:
    """Certificates whose number stands in two records. One query over all certificates."""
    return _claims(_CERTIFICATES, [_MOST_CERTIFICATES])


def claims_by_id(record_ids: Sequence[int]) -> list[Claim]:
    """One query."""
    return _claims(f"{_COLUMNS} where r.id = any(%s::bigint[]) order by r.id", [list(record_ids)])


def bursts(*, since: datetime, many: int) -> list[tuple[datetime, int, int, list[int]]]:
    """Hours in which one person entered very many records for one institution. One query.

    Hour, number of people, number of records, and the first of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BURSTS, {"since": since, "many": many, "kept": MOST_KEPT})
        return [(hour, people, count, ids) for _body, _by, hour, people, ids, count in cursor.fetchall()]


def pairs_said_different(learner_ids: Collection[int]) -> set[frozenset[str]]:
    """Pairs of record keys that a person decided to be two learnings (C-12). Two queries."""
    pairs = list(
        DoubleReport.objects.filter(learner__in=learner_ids, state=DoubleReport.State.DIFFERENT).values_list(
            "first_id", "second_id"
        )
    )
    latest = latest_versions({number for pair in pairs for number in pair})
    names = {number: "/".join(map(str, one.key)) for number, one in latest.items()}
    return {frozenset((names[first], names[second])) for first, second in pairs if first in names and second in names}


def _claims(query: str, values: Sequence[Any]) -> list[Claim]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [Claim(*row) for row in cursor.fetchall()]
