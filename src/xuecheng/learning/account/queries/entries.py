"""A learner's entries in the ledger: the rows that statement and growth are made of.

Read by the learner's own main accounts, all of one book (of a few where accounts were merged), so that the cost follows
from one person's history and not from the city's size. Credits in hundredths.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from xuecheng.city import clock
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.queries import ClassNames

# Amounts as the learner sees them, each beside its account's framework and kind.
_ENTRIES = """
with mine as (
    select account, framework, kind
    from unnest(%(accounts)s::bigint[], %(frameworks)s::text[], %(kinds)s::text[]) m(account, framework, kind)
), entry as (
    select t.seq, t.key, t.kind as posted_as, t.recorded_at, t.effective_at, t.credit as account, t.amount, t.book
    from ledger.transfer t where t.book = any(%(books)s) and t.credit = any(%(accounts)s)
    union all
    select t.seq, t.key, t.kind, t.recorded_at, t.effective_at, t.debit, -t.amount, t.book
    from ledger.transfer t where t.book = any(%(books)s) and t.debit = any(%(accounts)s)
), placed as (
    -- In one book its serial is the order; of several, when each entry was recorded.
    select *, case when %(is_one_book)s then seq else row_number() over (order by recorded_at, book, seq) end as place
    from entry
)"""
# The balance after an entry is that of its framework, all kinds and levels, on the axis of record (ledger.md §4.5).
_STATEMENT = f"""{_ENTRIES}, counted as (
    select e.seq, e.key, e.posted_as, e.recorded_at, e.effective_at, e.account, e.amount, m.framework, m.kind,
        sum(e.amount) over (partition by m.framework order by e.place)::bigint as after, e.book, e.place
    from placed e join mine m on m.account = e.account
), wanted as (
    select *, count(*) over () as total, count(*) filter (where place < %(before)s) over () as left_over from counted
    where (%(kind)s = '' or kind = %(kind)s) and (%(framework)s = '' or framework = %(framework)s)
        and (%(from)s::timestamptz is null or effective_at >= %(from)s)
        and (%(until)s::timestamptz is null or effective_at < %(until)s)
        and (%(key)s::uuid is null or key = %(key)s)
)
select seq, key, posted_as, recorded_at, effective_at, account, amount, after, book, place, total, left_over from wanted
where place < %(before)s order by place desc limit %(limit)s"""  # noqa: S608  constants only
_BY_QUARTER = f"""{_ENTRIES}
select date_trunc('quarter', e.effective_at at time zone %(zone)s)::date as quarter, m.kind, sum(e.amount)::bigint
from entry e join mine m on m.account = e.account
where m.framework = %(framework)s
group by 1, 2 order by 1"""  # noqa: S608  # our own names, nobody's words
_YEARS = f"""{_ENTRIES}
select distinct extract(year from e.effective_at at time zone %(zone)s)::int as year from entry e order by 1 desc"""  # noqa: S608  # our own names, nobody's words
_NO_LIMIT = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer as the learner sees it. `after` is the balance of the framework after it, all kinds and levels."""

    seq: int
    key: UUID
    posted_as: int
    recorded_at: datetime
    effective_at: datetime
    account: int
    amount: int
    after: int
    book: int
    place: int
    """Its place in the order of the statement: the serial, or a count where the statement has several books."""


@dataclass(frozen=True, slots=True)
class Mine:
    """A learner's accounts under every key of theirs; `names` of what is on them by the number of the class."""

    keys: tuple[int, ...]
    holdings: tuple[ledger.Holding, ...]
    names: dict[int, ClassNames]

    @property
    def main(self) -> list[ledger.Holding]:
        return [one for one in self.holdings if one.role is ledger.Role.MAIN]

    def class_of(self, account: int) -> ClassNames:
        return self.names[next(one.unit for one in self.holdings if one.account == account)]

    @property
    def books(self) -> list[int]:
        return sorted({ledger.book_of(key) for key in self.keys})

    def parameters(self) -> dict[str, Any]:
        """What the queries here are asked with."""
        return {
            "books": self.books,
            "is_one_book": len(self.books) == 1,
            "accounts": [one.account for one in self.main],
            "frameworks": [self.names[one.unit].framework for one in self.main],
            "kinds": [self.names[one.unit].kind for one in self.main],
            "zone": str(clock.zone()),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """Some entries; of `total` that the filters let through, `left_over` are older than where this page began."""

    rows: tuple[Entry, ...]
    total: int = 0
    left_over: int = 0


def entries(
    mine: Mine,
    *,
    kind: str = "",
    framework: str = "",
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    key: UUID | None = None,
    before: int | None = None,
    limit: int | None = None,
) -> Found:
    """Entries in the order of the books, newest first. One query.

    Filtered by kind of credit, framework, and time of effect `[begins_at, ends_at)`; `key` names one; `before` is
    the place of the last entry of the page before.
    """
    rows = _rows(
        _STATEMENT,
        mine,
        {
            "kind": kind,
            "framework": framework,
            "from": begins_at,
            "until": ends_at,
            "key": key,
            "before": _NO_LIMIT if before is None else before,
            "limit": limit,
        },
    )
    if not rows:
        return Found(rows=())
    return Found(rows=tuple(Entry(*row[:-2]) for row in rows), total=rows[0][-2], left_over=rows[0][-1])


def sums_by_quarter(mine: Mine, *, framework: str) -> list[tuple[date, str, int]]:
    """(first day of quarter, kind, sum of amounts) on the axis of effect, ascending. One query."""
    return [(quarter, kind, amount) for quarter, kind, amount in _rows(_BY_QUARTER, mine, {"framework": framework})]


def years_of(mine: Mine) -> list[int]:
    """The years in which the learner's credits count from, newest first. One query."""
    return [year for (year,) in _rows(_YEARS, mine, {})]


def _rows(query: str, mine: Mine, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not mine.main:
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, mine.parameters() | values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
