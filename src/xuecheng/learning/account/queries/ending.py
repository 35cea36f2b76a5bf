"""Whose credit may soon not be put to new use any more (C-22, C-57)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

WARNED_BEFORE = (180, 60, 14)
"""C-57: so many days before the last day somebody is told."""
_CATCH_UP = 6
"""A warning that was missed is told within the week after it; each is told once."""

# Standing postings whose last day lies within a week after one of the marks; people's, not records'.
_ENDING = """
select p.learner_id, p.valid_until, count(*), sum(p.credits)::bigint
from recognition_posting p
where p.reverses is null and p.valid_until between %(least)s and %(last)s
    and not exists (
        select from recognition_posting b where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key
    )
group by p.learner_id, p.valid_until order by p.learner_id, p.valid_until"""


@dataclass(frozen=True, slots=True)
class Ending:
    """Credit of a learner with one last day; hundredths."""

    learner_id: int
    until: date
    warning: int
    entries: int
    credits: int


def endings(*, today: date) -> Iterator[Ending]:
    """What is to be warned of today, the last warning first. One query for each of the three."""
    for days in sorted(WARNED_BEFORE):
        last = today + timedelta(days=days)
        with connection.cursor() as cursor:
            cursor.execute(_ENDING, {"least": last - timedelta(days=_CATCH_UP), "last": last})
            for learner_id, until, entries, credits_ in cursor.fetchall():
                yield Ending(learner_id, until, days, entries, credits_)
