"""What recognition counts for readiness (C-68): records that wait, and how many of the others a rule was for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import connection

from xuecheng.learning.rollout import measures
from xuecheng.learning.rollout.rules import Measured

Counts = Mapping[measures.Pair, int]

_ANSWERS = """
select r.institution_id, r.origin, count(*) filter (where s.record_id is null),
       count(s.record_id), count(s.record_id) filter (where s.reason <> 'no_rule')
  from records_learningrecord r
  left join recognition_result s on s.record_id = r.id and s.book = r.book
 where r.is_latest group by r.institution_id, r.origin"""


def waiting(on: date) -> Counts:
    """Records without an answer yet. One query."""
    del on
    return {pair: waits for pair, waits, _answered, _covered in _rows()}


def coverage(on: date) -> Counts:
    """Of the records with an answer, thousandths that a rule was for. One query."""
    del on
    return {pair: covered * 1000 // answered for pair, _waits, answered, covered in _rows() if answered}


def _rows() -> list[tuple[measures.Pair, int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS)
        return [((body, kind), waits, answered, covered) for body, kind, waits, answered, covered in cursor.fetchall()]


def declare() -> None:
    """Called from `apps.py`."""
    measures.provide(Measured.WAITING, waiting)
    measures.provide(Measured.COVERAGE, coverage)
