"""What must be known before something is reserved: how much of a limit is used, and what of one's credit is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

# An offer that took another's place goes on counting: closing and putting up anew is no way around a limit (C-42).
_READY = """
with recursive line(id, follows) as (
    select id, follows_id from redemption_offer where id = %(offer)s
    union all
    select o.id, o.follows_id from redemption_offer o join line on o.id = line.follows
)
select
    coalesce((
        select sum(case when r.state = 'reserved' then r.items else r.handed end - r.returned)
        from redemption_redemption r
        where r.learner_id = any(%(learners)s) and r.offer_id in (select id from line) and r.state <> 'released'
          and (%(since)s::timestamptz is null or r.reserved_at >= %(since)s)
    ), 0)::int,
    exists (select from redemption_redemption where code = %(code)s)"""

# Credit of units that stands: not taken back, not exchanged, not used up by another redemption.
_UNITS = """
select u.code, p.key, p.learner_id, p.credit_class_id, p.credits
from recognition_posting p
join creditbank_unitversion u on u.id = p.unit_id
where p.learner_id = any(%(learners)s) and p.book = any(%(books)s) and p.reverses is null and u.code = any(%(codes)s)
  and p.credits >= p.worth
  and not exists (
    select from recognition_posting b where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key)
  and not exists (
    select from exchange_lot l join exchange_use s on s.lot_id = l.id
    where l.posting = p.key and l.learner_id = p.learner_id and s.is_live)
  and not exists (
    select from redemption_allocation a
    where a.posting = p.key and a.learner_id = p.learner_id and a.is_live
      and (a.hold is not null or a.offer_id = %(offer)s))
  and not exists (
    select from recognition_withholding w
    where w.posting = p.key and w.learner_id = p.learner_id and (w.purpose = 'owed' or w.ended_at is null))
  and (p.valid_until is null or p.valid_until >= %(today)s)
order by p.effective_on, p.key"""


_GONE = """
select exists (
    select from redemption_allocation a
    where a.redemption_id = %s and a.is_live and (
        exists (
            select from recognition_posting b
            where b.learner_id = a.learner_id and b.book = a.learner_id %% 256 and b.reverses = a.posting)
        or exists (
            select from recognition_withholding w
            where w.posting = a.posting and w.learner_id = a.learner_id
                and (w.purpose = 'owed' or w.ended_at is null))))"""


def is_credit_gone(redemption_id: int) -> bool:
    """Whether credit of a unit that an order holds or marks was taken back since, or is being looked into (C-71)."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [redemption_id])
        return bool(cursor.fetchone()[0])


def limit_used(*, learners: Sequence[int], offer_id: int, since: datetime | None, code: str) -> tuple[int, bool]:
    """How many of an offer a person has had since then, and whether a voucher has that number. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, {"learners": list(learners), "offer": offer_id, "since": since, "code": code})
        used, is_taken = cursor.fetchone()
    return used, is_taken


@dataclass(frozen=True, slots=True)
class UnitCredit:
    """The credit of one unit on a person's account; hundredths."""

    unit_code: str
    posting: UUID
    learner_id: int
    class_id: int
    credits: int


def unit_credits(*, learners: Sequence[int], codes: Sequence[str], offer_id: int, today: date) -> dict[str, UnitCredit]:
    """By code of the unit the oldest credit of it that is free for an offer. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _UNITS,
            {
                "learners": list(learners), "books": sorted({key % 256 for key in learners}), "codes": list(codes),
                "offer": offer_id, "today": today,
            },
        )  # fmt: skip
        found: dict[str, UnitCredit] = {}
        for row in cursor.fetchall():
            found.setdefault(row[0], UnitCredit(*row))
    return found
