"""The postings of an audit's population, as they stood when it was planned (C-76)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from xuecheng.city import clock
from xuecheng.learning.supervision.models import Audit
from xuecheng.learning.supervision.rules import FIRST_OF_NEW

# The number of a posting in an audit: 16 digits of a digest, which tell nobody whose it is.
_POPULATION = """
select substr(encode(sha256(convert_to(%(code)s || '|' || p.key::text, 'UTF8')), 'hex'), 1, 16) as number,
    case %(aim)s
        when 'estimate' then r.origin
        when 'new' then
            case when row_number() over (order by p.posted_at, p.key) <= %(first)s then 'first' else 'rest' end
        else 'all'
    end as stratum,
    p.key, p.learner_id, p.record_id, p.credits
from recognition_posting p
join records_learningrecord r on r.id = p.record_id and r.book = p.book
join organisations_organisation o on o.id = p.institution_id
join territories_territory t on t.id = o.territory_id
where p.reverses is null and p.posted_at >= %(begins)s and p.posted_at < %(ends)s and p.posted_at <= %(planned)s
    and starts_with(t.path, %(path)s)
    and (%(institution)s::bigint is null or p.institution_id = %(institution)s)
    and (%(rule)s::bigint is null or p.rule_id = %(rule)s)
    and (%(origin)s = '' or r.origin = %(origin)s)
    and not exists (
        select from recognition_posting b
        where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key and b.posted_at <= %(planned)s
    )"""


class Drawn(NamedTuple):
    number: str
    stratum: str
    posting: UUID
    learner_id: int
    record_id: int
    credits: int


def population_of(audit: Audit, *, most: int) -> list[tuple[str, str]]:
    """Number and stratum of each posting, by number; one more than `most` if there are more. One query."""
    with connection.cursor() as cursor:
        query = f"select number, stratum from ({_POPULATION}) q order by number limit %(most)s"  # noqa: S608  # our own text
        cursor.execute(query, _values(audit) | {"most": most + 1})
        return list(cursor.fetchall())


def postings_drawn(audit: Audit, numbers: Sequence[str]) -> list[Drawn]:
    """What stands behind these numbers. One query."""
    with connection.cursor() as cursor:
        query = f"select * from ({_POPULATION}) q where number = any(%(numbers)s) order by number"  # noqa: S608  # our own text
        cursor.execute(query, _values(audit) | {"numbers": list(numbers)})
        return [Drawn(*row) for row in cursor.fetchall()]


def _values(audit: Audit) -> dict[str, Any]:
    begins, ends = (
        datetime.combine(day, time(), tzinfo=clock.zone())
        for day in (audit.posted_from, audit.posted_to + timedelta(days=1))
    )
    return {
        "code": audit.code, "aim": audit.aim, "first": FIRST_OF_NEW, "begins": begins, "ends": ends,
        "planned": audit.planned_at, "path": audit.keeper.territory.path, "institution": audit.institution_id,
        "rule": audit.rule_id, "origin": audit.origin,
    }  # fmt: skip
