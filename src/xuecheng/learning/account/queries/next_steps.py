"""What a learner can do next, read from what is so: nothing here is guessed or advertised."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.queries.reasons import in_words

#: A correction is news for so long.
NEWS_FOR = timedelta(days=60)
#: C-57: the first warning before credit may not be put to new use any more.
WARN_BEFORE = timedelta(days=180)
#: So many of one kind are told; the list of records has the others.
_MOST = 3

# By learner first: records are found by the learner, everything else by record (or by posting of the learner).
_STEPS = """
with mine as (
    select r.id, r.book, r.title, r.ended_on, r.status, o.name_zh, o.name_en
    from records_learningrecord r
    left join organisations_organisation o on o.id = r.institution_id
    where r.learner_id = any(%(learners)s) and r.book = any(%(books)s) and r.is_latest and r.status <> 'withdrawn'
), waiting as (
    select 'waiting' as what, m.id, null::uuid as key, m.title, m.ended_on as day, m.name_zh, m.name_en,
        '[]'::jsonb as data, count(*) over () as total
    from mine m left join recognition_result x on x.record_id = m.id and x.book = m.book
    where x.record_id is null order by m.ended_on desc limit 1
), refused as (
    select 'refused', m.id, null::uuid, m.title, m.ended_on, m.name_zh, m.name_en, x.reasons, count(*) over ()
    from mine m join recognition_result x on x.record_id = m.id and x.book = m.book
    where x.state = 'refused' order by m.ended_on desc limit %(most)s
), carried as (
    select 'carried', m.id, null::uuid, m.title, m.ended_on, m.name_zh, m.name_en, x.memory, count(*) over ()
    from mine m join recognition_result x on x.record_id = m.id and x.book = m.book
    where x.state = 'carried' order by m.ended_on desc limit 1
), disputed as (
    select 'disputed', m.id, null::uuid, m.title, d.answer_due_on, m.name_zh, m.name_en, '[]'::jsonb, count(*) over ()
    from mine m join records_dispute d on d.record_id = m.id and d.book = m.book
    where d.state = 'open' order by d.answer_due_on limit %(most)s
), corrected as (
    select 'corrected', p.record_id, p.key, r.title, p.posted_at::date, '', '',
        jsonb_build_object('credits', p.credits, 'why', p.why), count(*) over ()
    from recognition_posting p left join records_learningrecord r on r.id = p.record_id and r.book = p.book
    where p.learner_id = any(%(learners)s) and p.book = any(%(books)s) and p.reverses is not null
        and p.posted_at >= %(since)s
    order by p.posted_at desc limit %(most)s
), expiring as (
    select 'expiring', p.record_id, p.key, r.title, p.valid_until, '', '',
        jsonb_build_object('credits', p.credits), count(*) over ()
    from recognition_posting p left join records_learningrecord r on r.id = p.record_id and r.book = p.book
    where p.learner_id = any(%(learners)s) and p.book = any(%(books)s) and p.reverses is null
        and p.valid_until between %(today)s and %(horizon)s
        and not exists (
            select from recognition_posting b
            where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key
        )
    order by p.valid_until limit 1
)
select * from waiting union all select * from refused union all select * from carried
union all select * from disputed union all select * from corrected union all select * from expiring"""


class What(StrEnum):
    """Kinds of steps, in the order in which a page shows them."""

    CORRECTED = "corrected"
    DISPUTED = "disputed"
    EXPIRING = "expiring"
    REFUSED = "refused"
    CARRIED = "carried"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing: what it is about, and its date (end of learning, answer due, last day, day of correction).

    `total` says how many there are of the kind; `reason` why nothing was credited; `credits` in hundredths; `minutes`
    wait for the next record of the kind (C-20).
    """

    what: What
    record_id: int
    key: UUID | None
    title: str
    day: date
    institution: str
    total: int
    reason: Refusal | None = None
    why: str = ""
    credits: int = 0
    minutes: int = 0


def next_steps(*, learner_id: int, book: int, today: date, keys: Sequence[int] = ()) -> list[Step]:
    """What waits, was refused, corrected, disputed or runs out, the most pressing first. One query.

    `keys` are all keys of the learner, if they have more than one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STEPS,
            {
                "learners": list(keys) or [learner_id],
                "books": sorted({ledger.book_of(key) for key in keys}) or [book],
                "most": _MOST,
                "today": today,
                "since": today - NEWS_FOR,
                "horizon": today + WARN_BEFORE,
            },
        )
        steps = [_step(row) for row in cursor.fetchall()]
    order = list(What)
    return sorted(steps, key=lambda step: order.index(step.what))


def _step(row: tuple[Any, ...]) -> Step:
    what, record_id, key, title, day, name_zh, name_en, data, total = row
    found = json.loads(data) if isinstance(data, str) else data
    reason = in_words(found[0]["code"], found[0]["values"]) if what == What.REFUSED and found else None
    told = found if isinstance(found, dict) else {}
    kept = [line.get("carried_minutes", 0) for line in found] if what == What.CARRIED else []
    return Step(
        what=What(what),
        record_id=record_id,
        key=key,
        title=title or "",
        day=day,
        institution=(name_en if get_language() == "en" and name_en else name_zh) or "",
        total=total,
        reason=reason,
        why=told.get("why", ""),
        credits=told.get("credits", 0),
        minutes=max(kept, default=0),
    )
