"""What records counts for readiness (C-68): how many there are, how many name the wrong person, how many disputes.

Grouped over all records at once: the job of roll-out asks at night.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import connection

from xuecheng.learning.rollout import measures
from xuecheng.learning.rollout.rules import Measured

Counts = Mapping[measures.Pair, int]

_VOLUME = """
select institution_id, origin, count(*) from records_learningrecord where is_latest group by institution_id, origin"""
# Rows of files whose number led to nobody, or to somebody called otherwise, against all rows of those files.
_ROWS = """
select f.organisation_id, split_part(f.kind, '.', 2), sum(f.row_count), sum(coalesce(p.bad, 0))
  from imports_importfile f
  left join (select file_id, count(distinct row_no) as bad from imports_importproblem
              where code in ('unknown_learner', 'name_mismatch', 'identity_number_given') group by file_id) p
    on p.file_id = f.id
 where f.kind like 'records.%%' and f.state in ('checked', 'writing', 'written') and f.brought_at >= %s
 group by 1, 2"""
_WITHOUT_FILE = """
select institution_id, origin, count(*) from records_learningrecord
 where is_latest and source <> 'import' group by institution_id, origin"""
_DISPUTES = """
select r.institution_id, r.origin, count(*) from records_dispute d
  join records_learningrecord r on r.id = d.record_id and r.book = d.book
 where d.state <> 'dropped' group by r.institution_id, r.origin"""
_YEAR = 365


def volume(on: date) -> Counts:
    """Records by institution and kind. One query."""
    del on
    return _counted(_VOLUME)


def identity(on: date) -> Counts:
    """Of the rows of a year's files, and of all that came otherwise, thousandths that led to the learner. Two queries.

    What a class of the platform or a person at a counter enters names a learner who is known.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [date.fromordinal(on.toordinal() - _YEAR)])
        rows = {(body, kind): (int(total), int(bad)) for body, kind, total, bad in cursor.fetchall()}
    for pair, known in _counted(_WITHOUT_FILE).items():
        total, bad = rows.get(pair, (0, 0))
        rows[pair] = (total + known, bad)
    return {pair: (total - bad) * 1000 // total for pair, (total, bad) in rows.items() if total}


def disputes(on: date) -> Counts:
    """Of a thousand records, how many were disputed, rounded up. Two queries."""
    records = volume(on)
    disputed = _counted(_DISPUTES)
    return {pair: -(-disputed.get(pair, 0) * 1000 // count) for pair, count in records.items()}


def _counted(query: str) -> dict[measures.Pair, int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(body, kind): count for body, kind, count in cursor.fetchall()}


def declare() -> None:
    """Called from `apps.py`."""
    measures.provide(Measured.VOLUME, volume)
    measures.provide(Measured.IDENTITY, identity)
    measures.provide(Measured.DISPUTES, disputes)
